using System.Text.RegularExpressions;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Terminal;

namespace PSLlmCluster.Core.Tests.Plotting.Terminal;

public partial class TerminalPlotTests
{
    private static readonly TerminalPlotOptions _small = new() { Width = 40, Height = 12, Style = TerminalPlotStyle.Ascii };

    [Fact]
    public void A_heading_a_map_a_legend_and_a_list()
    {
        PlotPoint[] points =
        [
            new(0, 0, 0, "red apple"), new(0, 0.1, 0, "green apple"), new(0, 0.2, 0, "apple pie"),
            new(10, 0, 1, "slow train"), new(10, 0.2, 1, "night train"), new(5, 5, -1, "what"),
        ];
        Assert.Equal(
            [
                "6 points, 2 clusters, 1 (17 %) in none",
                "                    .",
                "", "", "", "", "", "",
                "",
                "a                                      b",
                "a 0: apple (3)   b 1: train (2)",
                ". in none (1)",
                "",
                "a 0: apple (3 points)",
                "    green apple",
                "    apple pie",
                "    red apple",
                "",
                "b 1: train (2 points)",
                "    slow train",
                "    night train",
            ],
            Draw(points, _small).Select((line, i) => i is > 1 and < 9 ? string.Empty : line));
    }

    [Fact]
    public void Each_point_is_at_its_place_in_each_style()
    {
        // Four corners: the cell of each holds one dot, at its outer corner.
        PlotPoint[] points = [new(0, 0, 0, null), new(19.5, 0, 0, null), new(0, 19.5, 0, null), new(19.5, 19.5, 0, null)];
        foreach ((TerminalPlotStyle style, string corners) in new[]
        {
            (TerminalPlotStyle.Braille, "⠁⠈⡀⢀"), (TerminalPlotStyle.Block, "▘▝▖▗"), (TerminalPlotStyle.Ascii, "aaaa"),
        })
        {
            string[] lines = [.. Draw(points, _small with { Style = style, Width = 20, ExampleCount = 0 })];
            Assert.Equal(12, lines.Length);
            Assert.Equal(corners[..2], string.Concat(lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Equal(corners[2..], string.Concat(lines[10].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Equal(20, lines[1].Length);
        }
    }

    [Fact]
    public void A_cell_is_the_cluster_that_has_most_points_in_it_and_noise_only_where_there_is_none()
    {
        MapCluster[] clusters = [new(5, 3, 0, 0, "five"), new(9, 3, 0, 0, "nine")];
        PlotPoint[] points =
        [
            new(0, 0, 9, null), new(0, 0, 9, null), new(0, 0, 5, null), new(0, 0, -1, null),
            new(1, 0, 9, null), new(1, 0, 5, null),
            new(1, 1, -1, null),
        ];
        TerminalRaster raster = TerminalRaster.Of(points, clusters, 10, 5);
        Assert.Equal([1, 0, -1], [raster.Owner(0, 4), raster.Owner(9, 4), raster.Owner(9, 0)]);
        Assert.NotEqual(0, raster.Dots(9, 0));
        Assert.Equal((0, -1), (raster.Dots(0, 0), raster.Owner(0, 0)));
        Assert.Equal(0, raster.Strays);
    }

    [Fact]
    public void Far_points_are_counted_and_do_not_shrink_the_map()
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 1000).Select(i => new PlotPoint(i % 31, i % 37, i % 2, null)), new(1e6, 0, -1, null)];
        IReadOnlyList<string> lines = Draw(points, _small);
        Assert.Equal("1,001 points, 2 clusters, 1 (0 %) in...", lines[0]);
        Assert.EndsWith(", 1 point beyond the edge", Draw(points, _small with { Width = 80 })[0], StringComparison.Ordinal);
        Assert.True(lines.Skip(1).Take(9).All(line => line.Length > 8));
    }

    [Fact]
    public void Colours_are_those_of_the_map_and_each_line_gives_them_back()
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 60).Select(i => new PlotPoint(i % 7, i / 7, (i % 6) - 1, $"word{i % 6} text"))];
        TerminalPlotOptions options = _small with { Style = TerminalPlotStyle.Auto, Colors = TerminalColors.Full };
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(points);
        foreach ((PlotTheme theme, MapTheme colors) in new[]
        {
            (PlotTheme.Auto, MapTheme.Dark), (PlotTheme.Dark, MapTheme.Dark), (PlotTheme.Light, MapTheme.Light),
        })
        {
            IReadOnlyList<string> lines = Draw(points, options with { Theme = theme });
            MapColors given = MapColors.Create(clusters, MapPalette.Read([]), colors);
            HashSet<string> expected =
            [
                .. clusters.SelectMany(cluster => new[] { given.Of(cluster.Number), given.OfText(cluster.Number) })
                    .Append(colors.Noise).Select(color => $"\u001b[38;2;{color.Red};{color.Green};{color.Blue}m"),
                "\u001b[0m",
            ];
            Assert.Subset(expected, lines.SelectMany(line => Escapes().Matches(line)).Select(match => match.Value).ToHashSet());
            Assert.All(lines.SelectMany(line => Escapes().Matches(line).TakeLast(1)), match => Assert.Equal("\u001b[0m", match.Value));
            Assert.Contains(lines, line => line.Contains('⣿', StringComparison.Ordinal));
            Assert.Equal(
                Draw(points, options with { Colors = TerminalColors.None, Style = TerminalPlotStyle.Braille }),
                lines.Select(line => Escapes().Replace(line, string.Empty)));
        }
    }

    [Fact]
    public void The_palette_and_the_number_of_colours_are_the_callers()
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 60).Select(i => new PlotPoint(i % 7, i / 7, i % 2, $"word{i % 2} text"))];
        TerminalPlotOptions options = _small with { HideName = true, Palette = ["#ff0000", "#00ff00"], Colors = TerminalColors.Full };
        string all = string.Join('\n', Draw(points, options));
        Assert.Contains("\u001b[38;2;255;0;0m", all, StringComparison.Ordinal);
        Assert.Contains("\u001b[38;2;0;255;0m", all, StringComparison.Ordinal);

        all = string.Join('\n', Draw(points, options with { Colors = TerminalColors.Indexed }));
        Assert.Contains("\u001b[38;5;196m", all, StringComparison.Ordinal);
        Assert.Contains("\u001b[38;5;46m", all, StringComparison.Ordinal);
        Assert.DoesNotContain("[38;2;", all, StringComparison.Ordinal);

        EngineException failure = Assert.Throws<EngineException>(() => (options with { Palette = ["reddish"] }).Validate());
        Assert.Equal(EngineErrorIds.PlotColorUnknown, failure.ErrorId);
    }

    [Theory]
    [InlineData(PlotTheme.Light)]
    [InlineData(PlotTheme.Dark)]
    public void The_256_colours_keep_the_maps_apart(PlotTheme theme)
    {
        MapColor[] shown = [.. MapTheme.Of(theme).Colors.Select(color => IndexedColor.Of(IndexedColor.Nearest(color)))];
        for (int i = 0; i < shown.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.InRange(ColorDifference.Between(ColorDifference.ToLab(shown[i]), ColorDifference.ToLab(shown[j])), 8, 200);
            }
        }

        Assert.Equal(16, IndexedColor.Nearest(new MapColor(0, 0, 0)));
        Assert.Equal(231, IndexedColor.Nearest(new MapColor(255, 255, 255)));
        Assert.Equal(244, IndexedColor.Nearest(new MapColor(128, 128, 128)));
        Assert.Equal(67, IndexedColor.Nearest(new MapColor(95, 135, 175)));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    public void A_host_without_colour_or_Unicode_gets_ASCII(bool hasColor, bool isUnicode, bool isBraille)
    {
        PlotPoint[] points = [.. Enumerable.Range(0, 300).Select(i => new PlotPoint(i % 17, i % 13, i % 60, new string('x', 100)))];
        TerminalColors colors = hasColor ? TerminalColors.Indexed : TerminalColors.None;
        string all = string.Join(
            '\n', Draw(points, _small with { Style = TerminalPlotStyle.Auto, Colors = colors, IsUnicode = isUnicode }));
        Assert.Equal(isBraille, all.Any(character => character > '~'));
        Assert.Equal(hasColor, all.Contains('\u001b', StringComparison.Ordinal));
        Assert.Equal(!isBraille, all.Contains("xxx...", StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_texts_and_names_do_nothing_and_no_line_is_too_wide()
    {
        string[] hostile =
        [
            "\u001b[2J\u001b]0;title\u0007", "\u009b31m", "\u202Ereversed", "日本語の長い長い長い長い長い長い長い長い長い長い文", "😀👩‍💻🇯🇵 emoji emoji",
            "שלום עולם", "a" + new string('\u0301', 500), "tab\tand\r\nline", "\uD800", new string('w', 5000),
        ];
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 200).Select(i => new PlotPoint(
                i % 19, i % 23, i % 11, hostile[i % 10], i % 11 < 8 ? hostile[i % 11] + (i % 11) : null)),
        ];
        foreach (int width in new[] { 20, 33, 80, 200 })
        {
            foreach (TerminalPlotStyle style in Enum.GetValues<TerminalPlotStyle>())
            {
                foreach (TerminalColors colors in Enum.GetValues<TerminalColors>())
                {
                    TerminalPlotOptions options = new() { Width = width, Height = 16, Style = style, Colors = colors };
                    foreach (string line in Draw(points, options))
                    {
                        string bare = colors != TerminalColors.None ? Escapes().Replace(line, string.Empty) : line;
                        Assert.DoesNotContain(bare, char.IsControl);
                        Assert.DoesNotContain('\u202E', bare);
                        Assert.True(TerminalText.Columns(bare) <= width, bare);
                    }
                }
            }
        }
    }

    [Fact]
    public void The_legend_keeps_to_its_lines_and_counts_what_is_left_out()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 3000).Select(i => new PlotPoint(i % 300, i % 7, i % 300, null, $"name of cluster {i % 300}")),
        ];
        string[] lines = [.. Draw(points, _small with { ExampleCount = 0 })];
        Assert.Equal(12, lines.Length);
        Assert.Equal(
            [
                "a name of cluster 0 (10)", "b name of cluster 1 (10)", "c name of cluster 2 (10)   and 297 more",
            ],
            lines[9..]);
        Assert.Contains(lines[1..9], line => line.Contains('+', StringComparison.Ordinal));
        Assert.Equal(300, Draw(points, _small).Count(line => line.EndsWith(" (10 points)", StringComparison.Ordinal)));
    }

    [Fact]
    public void Clusters_may_be_called_by_their_numbers()
        => Assert.Contains("a Cluster 4 (2)", Draw([new(0, 0, 4, "x"), new(1, 1, 4, "y")], _small with { HideName = true }));

    [Fact]
    public void A_map_that_has_no_cluster_says_so_and_has_no_legend()
    {
        List<EngineWarning> warnings = [];
        IReadOnlyList<string> lines = TerminalPlot.Draw([new(0, 0, -1, "a"), new(1, 1, -1, "b")], _small, warnings);
        Assert.Equal((12, "2 points, 0 clusters, 2 (100 %) in none"), (lines.Count, lines[0]));
        Assert.Equal("NoClusters", Assert.Single(warnings).Id);

        // A layout that was never clustered, one point, equal points and nothing.
        lines = Draw([new(0, 0, PlotPoint.Unclustered, "a"), new(1, 1, PlotPoint.Unclustered, "b")], _small);
        Assert.Equal((12, "2 points"), (lines.Count, lines[0]));
        Assert.Equal("1 point, 1 cluster", Draw([new(3, 3, 0, "a")], _small)[0]);
        Assert.Contains(Draw([new(3, 3, 0, "a"), new(3, 3, 0, "a")], _small).Skip(1), line => line.Trim() == "a");
        Assert.Empty(Draw([], _small));
    }

    [Fact]
    public void Points_that_are_not_finite_are_left_out_with_a_warning()
    {
        List<EngineWarning> warnings = [];
        IReadOnlyList<string> lines = TerminalPlot.Draw([new(0, 0, 0, "a"), new(double.NaN, 1, 0, "b")], _small, warnings);
        Assert.Equal("1 point, 1 cluster", lines[0]);
        Assert.Equal("PointsNotFinite", Assert.Single(warnings).Id);
    }

    [Theory]
    [InlineData(19, 24, 3)]
    [InlineData(1001, 24, 3)]
    [InlineData(80, 7, 3)]
    [InlineData(80, 501, 3)]
    [InlineData(80, 24, -1)]
    [InlineData(80, 24, 101)]
    public void Sizes_out_of_range_are_errors(int width, int height, int examples)
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => Draw([new(0, 0, 0, "a")], new() { Width = width, Height = height, ExampleCount = examples }));
        Assert.Equal("PlotSizeOutOfRange", failure.ErrorId);
    }

    [Fact]
    public void The_order_of_the_points_changes_no_line()
    {
        Random random = new(7);
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 500).Select(
                i => new PlotPoint(random.NextDouble(), random.NextDouble(), (i % 8) - 1, $"text w{i % 9} v{i}")),
        ];
        IReadOnlyList<string> expected = Draw(points, _small);
        random.Shuffle(points);
        Assert.Equal(expected, Draw(points, _small));
    }

    private static IReadOnlyList<string> Draw(IReadOnlyList<PlotPoint> points, TerminalPlotOptions options)
        => TerminalPlot.Draw(points, options, new List<EngineWarning>());

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Escapes();
}
