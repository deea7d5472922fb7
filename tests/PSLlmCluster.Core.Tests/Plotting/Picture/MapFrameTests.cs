using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Picture;

namespace PSLlmCluster.Core.Tests.Plotting.Picture;

public class MapFrameTests
{
    private static readonly Box _area = new(50, 80, 1150, 780);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, -4)]
    [InlineData(1e15, -1e15)]
    [InlineData(1e300, -1e300)]
    [InlineData(5e-324, 0)]
    public void One_point_and_equal_points_lie_in_the_middle(double x, double y)
    {
        PlotPoint[] points = [new(x, y, 0, "one"), new(x, y, 0, "two")];
        MapFrame frame = new(points, [], _area);
        Assert.Equal(600, frame.X(x), 3);
        Assert.Equal(430, frame.Y(y), 3);
        Assert.True(frame.Holds(points[0]));
        if (Math.Abs(x) < 10)
        {
            // The range is plus or minus 1.
            Assert.True(frame.Holds(new PlotPoint(x + 0.999, y - 0.999, 0, null)));
            Assert.False(frame.Holds(new PlotPoint(x + 1.001, y, 0, null)));
        }
    }

    [Fact]
    public void Points_of_one_same_X_lie_on_a_line_in_the_middle()
    {
        MapFrame frame = new([new(7, 0, 0, null), new(7, 10, 0, null)], [], _area);
        Assert.Equal((600, 780), (frame.X(7), Math.Round(frame.Y(0), 9)));
        Assert.Equal((600, 80), (frame.X(7), Math.Round(frame.Y(10), 9)));
    }

    [Fact]
    public void A_far_point_is_a_stray_with_an_arrow_and_all_else_fills_the_frame()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 1_000).Select(i => new PlotPoint(i % 37, i % 29, i % 3, "text")), new(1e6, 14, -1, "far"),
            new(1e6, 14.01, -1, "far"), new(18, -1e6, 1, "low"),
        ];
        MapPicture picture = MapFigure.Lay(points);

        Assert.Equal(1_000, picture.Marks.Count);
        Assert.Equal([(0, 1, 1), (1, 0, 2)], picture.Arrows.Select(arrow => (arrow.DirectionX, arrow.DirectionY, arrow.Count)).Order());
        Assert.Contains(picture.Labels, label => label.Kind == LabelKind.Note && label.Block.Lines[0] == "2");
        Assert.Contains(
            picture.Labels,
            label => label.Kind == LabelKind.Note && label.Block.Lines[0].EndsWith("3 points beyond the edge", StringComparison.Ordinal));
        Assert.True(picture.Marks.X.Max() - picture.Marks.X.Min() > 800);
    }

    [Fact]
    public void The_middle_of_each_cluster_is_in_the_frame_however_far_it_lies()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 5_000).Select(i => new PlotPoint(i % 37, i % 29, 0, null)),
            .. Enumerable.Range(0, 5).Select(i => new PlotPoint(200 + i, 3, 1, null)),
        ];
        MapPicture picture = MapFigure.Lay(points);
        Assert.Equal(5_005, picture.Marks.Count);
        Assert.Contains(picture.Labels, label => label.Kind == LabelKind.Name && label.Cluster == 1);
    }

    [Fact]
    public void No_axis_has_more_than_twice_the_scale_of_the_other()
    {
        MapFrame frame = new([new(0, 0, 0, null), new(100, 1, 0, null)], [], _area);
        double across = frame.X(100) - frame.X(0);
        double up = frame.Y(0) - frame.Y(1);
        Assert.Equal(1_100, across, 6);
        Assert.Equal(22, up, 6);
    }
}
