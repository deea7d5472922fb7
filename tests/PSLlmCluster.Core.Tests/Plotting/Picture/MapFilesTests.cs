using System.Globalization;
using System.Xml.Linq;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Picture;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting.Picture;

public class MapFilesTests
{
    [Theory]
    [InlineData("map.png")]
    [InlineData("map.svg")]
    [InlineData("map.pdf")]
    public void The_same_map_is_the_same_bytes_in_another_culture_and_on_another_thread(string name)
    {
        PlotPoint[] points = MapFigure.Points(400, 12);
        byte[] first = MapFigure.Save(points, name, new ClusterPlotOptions());
        byte[]? second = null;
        CultureInfo odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        odd.NumberFormat.NumberDecimalSeparator = ",";
        odd.NumberFormat.NumberGroupSeparator = ".";
        odd.NumberFormat.NegativeSign = "~";
        Thread thread = new(() => second = MapFigure.Save(points, name, new ClusterPlotOptions())) { CurrentCulture = odd };
        thread.Start();
        thread.Join();
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(PlotTheme.Light)]
    [InlineData(PlotTheme.Dark)]
    public void The_picture_has_its_size_its_ground_and_its_clusters_colours(PlotTheme theme)
    {
        PlotPoint[] points = MapFigure.Points(300, 5);
        ClusterPlotOptions options = new() { Theme = theme, Width = 640, Height = 480, Scale = 2, HideText = true, HideName = true };
        using SKBitmap pixels = SKBitmap.Decode(MapFigure.Save(points, "map.png", options));

        Assert.Equal((1280, 960), (pixels.Width, pixels.Height));
        MapColors colors = MapColors.Create(MapClusters.Of(points), MapPalette.Read([]), MapTheme.Of(theme));
        MapColor ground = colors.Theme.Ground;
        Assert.Equal(new SKColor(ground.Red, ground.Green, ground.Blue), pixels.GetPixel(2, 2));
        foreach (int cluster in Enumerable.Range(0, 5))
        {
            MapColor seen = ground.Mix(colors.Of(cluster), 0.92);
            Assert.True(
                MapFigure.Count(pixels, pixel => Math.Abs(pixel.Red - seen.Red) + Math.Abs(pixel.Green - seen.Green)
                    + Math.Abs(pixel.Blue - seen.Blue) <= 6) > 100,
                $"cluster {cluster} is not seen");
        }
    }

    [Fact]
    public void A_map_has_a_title_only_where_one_is_given_and_is_called_a_cluster_map_else()
    {
        PlotPoint[] points = MapFigure.Points(30, 3);
        Assert.DoesNotContain(MapFigure.Lay(points).Labels, label => label.Kind == LabelKind.Title);
        Assert.Contains(
            MapFigure.Lay(points, new ClusterPlotOptions { Title = "Mine" }).Labels, label => label.Kind == LabelKind.Title);
        string svg = System.Text.Encoding.UTF8.GetString(MapFigure.Save(points, "map.svg", new ClusterPlotOptions()));
        string page = System.Text.Encoding.UTF8.GetString(MapFigure.Save(points, "map.html", new ClusterPlotOptions()));
        Assert.Contains("<title>Cluster map</title>", svg, StringComparison.Ordinal);
        Assert.Contains("<title>Cluster map</title>", page, StringComparison.Ordinal);
        Assert.Contains("<h1 id=\"title\" dir=\"auto\"></h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("HDBSCAN", svg + page, StringComparison.Ordinal);
        Assert.Equal(ClusterPlotOptions.DefaultTitle, new ClusterPlotOptions { Title = null, Style = PlotStyle.Notebook }.Title);
        Assert.Equal(string.Empty, new ClusterPlotOptions { Title = string.Empty, Style = PlotStyle.Notebook }.Title);
    }

    [Fact]
    public void Many_points_are_drawn_as_density_and_the_drawing_stays_small()
    {
        PlotPoint[] points = [.. MapFigure.Points(60_000, 20).Select(point => point with { Text = null })];
        byte[] svg = MapFigure.Save(points, "map.svg", new ClusterPlotOptions { HideName = true });
        XElement root = XElement.Parse(System.Text.Encoding.UTF8.GetString(svg));

        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName == "circle");
        string image = (string)root.Descendants().Single(element => element.Name.LocalName == "image").Attribute("href")!;
        using SKBitmap pixels = SKBitmap.Decode(Convert.FromBase64String(image["data:image/png;base64,".Length..]));
        Assert.InRange(MapFigure.Count(pixels, pixel => pixel.Alpha > 0), 20_000, 2_000_000);
        Assert.InRange(svg.Length, 10_000, 5_000_000);

        using SKBitmap picture = SKBitmap.Decode(MapFigure.Save(points, "map.png", new ClusterPlotOptions { HideName = true }));
        Assert.InRange(MapFigure.Count(picture, pixel => pixel != SKColors.White), 20_000, 900_000);
    }

    [Fact]
    public void A_drawing_of_a_million_points_all_over_the_plane_in_many_colours_is_at_most_5_MB()
    {
        Random random = new(5);
        PlotPoint[] points = new PlotPoint[1_000_000];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = new PlotPoint(random.NextDouble() * 12, random.NextDouble() * 8, random.Next(-1, 200), null);
        }

        byte[] svg = MapFigure.Save(points, "map.svg", new ClusterPlotOptions());
        XElement root = XElement.Parse(System.Text.Encoding.UTF8.GetString(svg));

        string image = (string)root.Descendants().Single(element => element.Name.LocalName == "image").Attribute("href")!;
        using SKBitmap pixels = SKBitmap.Decode(Convert.FromBase64String(image["data:image/png;base64,".Length..]));
        Assert.Equal((1200, 800), (pixels.Width, pixels.Height));
        Assert.InRange(svg.Length, 1_000_000, 5_000_000);
    }

    [Fact]
    public void A_drawing_keeps_hostile_texts_as_letters_and_says_what_it_shows()
    {
        ClusterPlotOptions options = new() { Title = "<i>&\u0001</i> \ud800" };
        byte[] svg = MapFigure.Save(
            [.. HostileTexts.Points.Select(point => point with { ClusterName = "<b>]]>" })], "map.svg", options);
        XElement root = XElement.Parse(System.Text.Encoding.UTF8.GetString(svg));

        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName is "script" or "i" or "b" or "foreignObject");
        string title = root.Elements().Single(element => element.Name.LocalName == "title").Value;
        Assert.StartsWith("<i>&\uFFFD</i>", title, StringComparison.Ordinal);
        Assert.Contains("points", root.Elements().Single(element => element.Name.LocalName == "desc").Value, StringComparison.Ordinal);
        Assert.NotEmpty(MapFigure.Save(HostileTexts.Points, "map.png", options));
        Assert.Equal("%PDF"u8.ToArray(), MapFigure.Save(HostileTexts.Points, "map.pdf", options)[..4]);
    }

    [Theory]
    [InlineData("map.png")]
    [InlineData("map.svg")]
    [InlineData("map.pdf")]
    public void No_point_one_point_and_the_largest_numbers_are_drawn(string name)
    {
        PlotPoint[][] maps =
        [
            [],
            [new(3, 4, 0, "one")],
            [new(1e300, -1e300, int.MaxValue, "x"), new(-1e300, 1e300, int.MinValue, null), new(double.NaN, 0, 0, "no place")],
            [new(5e-324, 0, 0, "x"), new(0, 5e-324, 0, null)],
        ];
        foreach (PlotPoint[] points in maps)
        {
            Assert.NotEmpty(MapFigure.Save(points, name, new ClusterPlotOptions()));
        }

        Assert.NotEmpty(MapFigure.Save(MapFigure.Points(30, 3), name, new ClusterPlotOptions { Style = PlotStyle.Notebook }));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(4.1)]
    [InlineData(double.NaN)]
    public void A_scale_out_of_range_is_an_error(double scale)
        => Assert.Equal(
            "PlotSizeOutOfRange", Assert.Throws<EngineException>(() => new ClusterPlotOptions { Scale = scale }.Validate()).ErrorId);

    [Fact]
    public void Files_of_one_map_are_laid_out_once_and_are_those_of_maps_of_their_own()
    {
        string[] names = ["map.png", "map.svg", "map.pdf", "map.html"];
        PlotPoint[] points = [.. MapFigure.Points(300, 12), new(double.NaN, 0, 0, "no place")];
        int asked = 0;
        using TemporaryFolder folder = new();
        using ClusterPlot plot = new(points, new ClusterPlotOptions(), () =>
        {
            asked++;
            return PlotFonts.Installed;
        });
        foreach (string name in names)
        {
            plot.Save(PlotFile.At(folder.File(name)));
            Assert.Equal(MapFigure.Save(points, name, new ClusterPlotOptions()), File.ReadAllBytes(folder.File(name)));
        }

        Assert.Equal(1, asked);
        Assert.Equal(["PointsNotFinite", "LabelsLeftOut"], plot.Warnings.Select(warning => warning.Id).Where(id => id != "GlyphsMissing"));

        // Group-Text draws maps too, and has no such parameters.
        EngineWarning leftOut = plot.Warnings.Single(warning => warning.Id == "LabelsLeftOut");
        Assert.Contains("Export-ClusterPlot has -Width", leftOut.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_canceled_map_leaves_no_file()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => ClusterPlot.Save(MapFigure.Points(30, 3), PlotFile.At(folder.File("map.png")), new ClusterPlotOptions(), source.Token));
        Assert.False(File.Exists(folder.File("map.png")));
    }
}
