using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Neighbors;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap.Transform;

public class NearPlacementTests
{
    [Fact]
    public void A_point_reaches_as_far_as_holds_one_point_where_five_lie_within_the_fifth()
    {
        // On a line of unit steps the fifth nearest of an inner point is 3 away, of the first one 5.
        float[] line = [.. Enumerable.Range(0, 40).Select(i => (float)i)];
        float[] reaches = NearPlacement.Reaches(new RowMatrix(line, 40, 1), seed: 1, Work.On(1));
        Assert.Equal(3f / 5, reaches[20], 1e-6);
        Assert.Equal(5f / 5, reaches[0], 1e-6);

        RowMatrix layout = TestRows.Random(300, 2, seed: 2);
        float[] flat = NearPlacement.Reaches(layout, seed: 1, Work.On(2));
        for (int row = 0; row < 300; row++)
        {
            double[] squares = [.. Enumerable.Range(0, 300).Where(other => other != row)
                .Select(other => Math.Pow(layout[row, 0] - layout[other, 0], 2) + Math.Pow(layout[row, 1] - layout[other, 1], 2)).Order()];
            Assert.Equal(Math.Sqrt(squares[4] / 5), flat[row], 1e-5);
        }
    }

    [Fact]
    public void Few_points_reach_to_the_farthest_and_one_alone_nowhere()
    {
        Assert.Equal([0f], NearPlacement.Reaches(new RowMatrix([7, 7], 1, 2), seed: 1, Work.On(1)));
        Assert.Equal([5f, 5f], NearPlacement.Reaches(new RowMatrix([0, 0, 3, 4], 2, 2), seed: 1, Work.On(1)));
        Assert.Equal([0f, 0f], NearPlacement.Reaches(new RowMatrix([3, 4, 3, 4], 2, 2), seed: 1, Work.On(1)));
    }

    [Theory]
    [InlineData(2.0, 1.0, 4.0, 1.5)] // a reach of 2, halved as the nearest is half as far as the farthest, and halved again
    [InlineData(2.0, 4.0, 4.0, 3.0)]
    [InlineData(0.0, 1.0, 4.0, 1.0)]
    [InlineData(100.0, 4.0, 4.0, 5.0)] // no farther than the mean
    public void A_row_lies_on_the_way_to_the_mean_of_its_neighbours(double reach, double nearest, double farthest, double expected)
    {
        // The mean of the three points by their strengths lies at x = 5.
        RowMatrix layout = new([1, 0, 9, 0, 7, 0], 3, 2);
        double[] place = new double[2];
        NearPlacement.Put(layout, [(float)reach, 50, 50], [0, 1, 2], [nearest, 4, farthest], [1, 0.5f, 1], place);

        Assert.Equal([expected, 0.0], place);
    }

    [Fact]
    public void A_row_whose_neighbours_lie_at_one_place_lies_there()
    {
        double[] place = [5, 5];
        NearPlacement.Put(new RowMatrix([2, 3, 2, 3], 2, 2), [1, 1], [1, 0], [0.5, 1], [1, 1], place);

        Assert.Equal([2.0, 3.0], place);
    }

    [Fact]
    public void The_rest_of_a_sample_lies_beside_its_nearest_rows_and_so_do_rows_that_come_later()
    {
        RowMatrix rows = NeighborSets.Mixture(900, 6, 5, seed: 3);
        UmapModel model = SampledReduction.Fit(rows, new UmapOptions { EpochCount = 60, NeighborCount = 8 }, 200).Model;
        RowMatrix news = NeighborSets.Mixture(50, 6, 5, seed: 4);
        RowMatrix places = model.Transform(news).Layout;
        NeighborLists nearest = NearestOf(model, news);
        int apart = 0;
        for (int row = 0; row < 50; row++)
        {
            ReadOnlySpan<float> point = model.Layout.Row(nearest.IndicesOf(row)[0]);
            double distance = Math.Sqrt(Math.Pow(places[row, 0] - point[0], 2) + Math.Pow(places[row, 1] - point[1], 2));
            Assert.InRange(distance, 0, model.Reaches![nearest.IndicesOf(row)[0]] + 1e-5);
            apart += distance > 0 ? 1 : 0;
        }

        Assert.Equal(50, apart);
        Assert.Null(SampledReduction.Fit(rows, new UmapOptions { EpochCount = 60, NeighborCount = 8 }, 900).Model.Reaches);
    }

    private static NeighborLists NearestOf(UmapModel model, RowMatrix news)
    {
        int[] indices = new int[news.RowCount];
        double[] distances = new double[news.RowCount];
        double[] measured = new double[model.RowCount];
        MetricSpace foreign = model.Space.CreateForeign(news);
        for (int row = 0; row < news.RowCount; row++)
        {
            model.Space.DistancesFrom(foreign, row, 0, measured);
            indices[row] = Array.IndexOf(measured, measured.Min());
            distances[row] = measured.Min();
        }

        return new NeighborLists(news.RowCount, 1, indices, distances);
    }
}
