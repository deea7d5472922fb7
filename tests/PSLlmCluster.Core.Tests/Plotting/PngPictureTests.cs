using PSLlmCluster.Core.Plotting;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PngPictureTests
{
    [Theory]
    [InlineData(1200, 800)]
    [InlineData(640, 480)]
    public void The_picture_has_its_size_and_every_clusters_colour_where_its_points_are(int width, int height)
    {
        ClusterPlotOptions options = new() { Style = PlotStyle.Notebook, Width = width, Height = height, HideText = true };
        using SKBitmap pixels = Draw(NotebookFigure.Points, options);
        Assert.Equal((width, height), (pixels.Width, pixels.Height));
        PictureProbe.AssertShowsPoints(pixels, NotebookFigure.Scene(NotebookFigure.Points, options));
    }

    [Fact]
    public void The_smallest_picture_still_has_room_for_its_points()
    {
        ClusterPlotOptions options = new()
        {
            Style = PlotStyle.Notebook, Width = ClusterPlotOptions.SmallestSide, Height = ClusterPlotOptions.SmallestSide,
        };
        using SKBitmap pixels = Draw(NotebookFigure.Points, options);
        Assert.Equal((options.Width, options.Height), (pixels.Width, pixels.Height));
        PlotFrame frame = NotebookFigure.Scene(NotebookFigure.Points, options).Frame;
        Assert.True(frame.Right - frame.Left >= options.Width / 3.0 && frame.Bottom - frame.Top >= options.Height / 3.0, $"{frame}");
    }

    [Fact]
    public void Titles_ticks_legend_and_texts_are_written()
    {
        ClusterPlotScene scene = NotebookFigure.Scene(NotebookFigure.Points);
        using SKBitmap pixels = Draw(NotebookFigure.Points, NotebookFigure.Options);
        PlotFrame frame = scene.Frame;
        Assert.InRange(PictureProbe.Ink(pixels, 0, 0, frame.Width, (int)frame.Top - 20), 500, 5000);
        Assert.InRange(PictureProbe.Ink(pixels, 0, 0, (int)frame.Left - 1, frame.Height), 500, 5000);
        Assert.InRange(PictureProbe.Ink(pixels, 0, (int)frame.Bottom + 2, frame.Width, frame.Height), 500, 5000);
        Assert.InRange(PictureProbe.Ink(pixels, (int)frame.LegendLeft, (int)frame.Top, frame.Width, (int)frame.Bottom), 500, 5000);

        // "Law of Sines" stands alone.
        PlotPoint point = NotebookFigure.Points.Single(point => point.Text == "Law of Sines");
        int x = PictureProbe.X(scene, point.X);
        int y = PictureProbe.Y(scene, point.Y);
        Assert.InRange(PictureProbe.Ink(pixels, x - 30, y - 16, x + 30, y - 7), 100, 500);
    }

    [Fact]
    public void No_text_of_a_point_at_the_border_is_cut()
    {
        const string text = "A text of a point at the very border";
        PlotPoint[] points = [new(0, 0, 0, text), new(1, 0, 0, text), new(0, 1, 0, text), new(1, 1, 0, text)];
        ClusterPlotScene scene = NotebookFigure.Scene(points);
        PictureLayout layout = PictureLayout.Create(scene);
        foreach (PictureText label in layout.Texts.Where(label => label.IsLabel))
        {
            double half = PlotText.EstimateWidth(label.Text, label.Size) / 2;
            Assert.InRange(label.X - half, scene.Frame.Left - 0.5, scene.Frame.Right);
            Assert.InRange(label.X + half, scene.Frame.Left, scene.Frame.Right + 0.5);
            Assert.True(label.Y - label.Size >= scene.Frame.Top);
        }

        // The legend lies beside the points' area.
        Assert.All(layout.Symbols, symbol => Assert.True(symbol.X > scene.Frame.Right));
    }

    [Fact]
    public void The_legend_has_columns_and_says_how_many_names_are_left_out()
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 500).Select(i => new PlotPoint(i, i, i, null))];
        ClusterPlotScene scene = NotebookFigure.Scene(points);
        PictureLayout layout = PictureLayout.Create(scene);
        Assert.True(layout.Symbols.Select(symbol => symbol.X).Distinct().Count() > 1);
        Assert.True(layout.Symbols.Max(symbol => symbol.Y) < scene.Frame.Bottom);
        Assert.True(layout.Symbols.Max(symbol => symbol.X) < scene.Frame.Width - 20);
        Assert.Contains(layout.Texts, text => text.Text == $"{500 - layout.Symbols.Count} more");
    }

    [Fact]
    public void The_same_map_is_the_same_bytes()
    {
        Assert.Equal(Bytes(NotebookFigure.Points, NotebookFigure.Options), Bytes(NotebookFigure.Points, NotebookFigure.Options));
    }

    [Fact]
    public void Hostile_texts_and_huge_numbers_do_no_harm()
    {
        Assert.NotEmpty(Bytes(HostileTexts.Points, NotebookFigure.Options with { Title = "\ud800" }));
        Assert.NotEmpty(Bytes([new(1e300, -1e300, int.MaxValue, "x"), new(-1e300, 1e300, int.MinValue, null)], NotebookFigure.Options));
        Assert.NotEmpty(Bytes([new(5e-324, 0, 0, "x"), new(0, 5e-324, 0, null)], NotebookFigure.Options));
    }

    private static SKBitmap Draw(PlotPoint[] points, ClusterPlotOptions options) => SKBitmap.Decode(Bytes(points, options));

    private static byte[] Bytes(PlotPoint[] points, ClusterPlotOptions options)
    {
        using TemporaryFolder folder = new();
        ClusterPlot.Save(points, PlotFile.At(folder.File("map.png")), options);
        return File.ReadAllBytes(folder.File("map.png"));
    }
}
