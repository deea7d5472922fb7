using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class ClusterPlotSceneTests
{
    [Fact]
    public void Traces_rise_by_label_noise_first_and_keep_the_order_of_the_input()
    {
        ClusterPlotScene scene = NotebookFigure.Scene(
            [new(0, 0, 2, "a"), new(1, 1, -1, "b"), new(2, 2, 0, "c"), new(3, 3, -7, null), new(4, 4, 2, "d")]);
        Assert.Equal(["Noise", "Cluster 0", "Cluster 2"], scene.Traces.Select(trace => trace.Name));
        Assert.Equal(["b", string.Empty], scene.Traces[0].Texts);
        Assert.Equal([0, 4], scene.Traces[2].X);
    }

    [Fact]
    public void Points_that_cannot_be_drawn_are_left_out_with_one_warning()
    {
        List<EngineWarning> warnings = [];
        PlotPoint[] points = [
            new(0, 0, 0, "a"), new(double.NaN, 0, 1, "b"), new(0, double.NegativeInfinity, 1, "c"), new(1e301, 0, 0, "d"), new(1, 1, 0, "e")
        ];
        ClusterPlotScene scene = ClusterPlotScene.Create(points, new ClusterPlotOptions(), 1200, 800, warnings);
        Assert.Equal(["a", "e"], Assert.Single(scene.Traces).Texts);
        EngineWarning warning = Assert.Single(warnings);
        Assert.Equal("PointsNotFinite", warning.Id);
        Assert.Contains("3 of 5 points", warning.Message, StringComparison.Ordinal);
        Assert.Contains("index 1", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scene_says_what_it_shows()
        => Assert.Equal("UMAP + HDBSCAN Clustering: 1 point. Cluster 3 (1).", NotebookFigure.Scene([new(0, 0, 3, null)]).Describe());

    [Theory]
    [InlineData(299, 800, "Width")]
    [InlineData(1200, 10_001, "Height")]
    public void Sizes_out_of_range_are_refused(int width, int height, string name)
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => new ClusterPlotOptions { Width = width, Height = height }.Validate());
        Assert.Equal("PlotSizeOutOfRange", failure.ErrorId);
        Assert.StartsWith(name, failure.Message, StringComparison.Ordinal);
    }

    [PlotlyFact]
    public void A_page_is_drawn_of_no_point_one_point_equal_points_and_thousands()
        => No_point_one_point_equal_points_and_thousands_are_drawn("map.html");

    [Theory]
    [InlineData("map.png")]
    [InlineData("map.svg")]
    public void No_point_one_point_equal_points_and_thousands_are_drawn(string name)
    {
        using TemporaryFolder folder = new();
        PlotPoint[][] maps =
        [
            [],
            [new(3, 4, 0, "one")],
            [.. Enumerable.Repeat(new PlotPoint(1e15, -2, -1, "same"), 5)],
            [.. Enumerable.Range(0, 5000).Select(i => new PlotPoint(i * 37 % 1009, i * 91 % 1013, (i % 40) - 1, $"point {i}"))],
        ];
        foreach (PlotPoint[] points in maps)
        {
            ClusterPlotOptions notebook = new() { Style = PlotStyle.Notebook };
            Assert.Empty(ClusterPlot.Save(points, PlotFile.At(folder.File(name)), notebook));
            Assert.True(new FileInfo(folder.File(name)).Length > 0);
        }
    }

    [Fact]
    public void A_cancelled_map_is_not_written()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<OperationCanceledException>(
            () => ClusterPlot.Save(
                NotebookFigure.Points,
                PlotFile.At(folder.File("map.png")),
                new ClusterPlotOptions(),
                new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
