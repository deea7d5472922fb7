using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting.Map;

public class MapColorsTests
{
    private static readonly MapPalette _distinct = MapPalette.Read([]);

    [Theory]
    [InlineData(PlotTheme.Light, 200, 8)]
    [InlineData(PlotTheme.Dark, 200, 10)]
    [InlineData(PlotTheme.Light, 12, 8)]
    [InlineData(PlotTheme.Dark, 1000, 10)]
    public void Each_cluster_differs_from_its_six_nearest_in_the_worst_of_four_kinds_of_sight(PlotTheme theme, int count, double least)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            MapCluster[] clusters = Clusters(count, seed);
            MapColors colors = MapColors.Create(clusters, _distinct, MapTheme.Of(theme));
            foreach (MapCluster cluster in clusters)
            {
                IEnumerable<MapCluster> nearest = clusters.Where(other => other.Number != cluster.Number)
                    .OrderBy(other => Math.Pow(other.X - cluster.X, 2) + Math.Pow(other.Y - cluster.Y, 2))
                    .Take(6);
                Assert.All(nearest, other => Assert.InRange(Worst(colors.Of(cluster.Number), colors.Of(other.Number)), least, 200));
            }
        }
    }

    [Theory]
    [InlineData(PlotTheme.Light, 51)]
    [InlineData(PlotTheme.Dark, 51)]
    [InlineData(PlotTheme.Light, 200)]
    [InlineData(PlotTheme.Dark, 200)]
    public void All_colours_are_used_much_alike_and_clusters_of_one_lie_far_apart(PlotTheme theme, int count)
    {
        double closest = 0;
        for (int seed = 0; seed < 5; seed++)
        {
            MapCluster[] clusters = Clusters(count, seed);
            MapColors colors = MapColors.Create(clusters, _distinct, MapTheme.Of(theme));
            Assert.All(clusters.GroupBy(cluster => colors.Of(cluster.Number)), alike => Assert.InRange(alike.Count(), 1, count / 6));
            foreach (MapCluster cluster in clusters)
            {
                int nearer = clusters.Where(other => other.Number != cluster.Number)
                    .OrderBy(other => Math.Pow(other.X - cluster.X, 2) + Math.Pow(other.Y - cluster.Y, 2))
                    .TakeWhile(other => colors.Of(other.Number) != colors.Of(cluster.Number))
                    .Count();
                closest += nearer / (5.0 * count);
            }
        }

        Assert.InRange(closest, 15, 50);
    }

    [Fact]
    public void Clusters_at_one_place_and_on_a_line_have_different_colours_too()
    {
        MapCluster[] same = [.. Enumerable.Range(0, 12).Select(i => new MapCluster(i, 5, 1, 1, $"n{i}"))];
        MapColors colors = MapColors.Create(same, _distinct, MapTheme.Light);
        Assert.Equal(12, same.Select(cluster => colors.Of(cluster.Number)).Distinct().Count());

        MapCluster[] line = [.. Enumerable.Range(0, 60).Select(i => new MapCluster(i, 5, i, 1, $"n{i}"))];
        colors = MapColors.Create(line, _distinct, MapTheme.Light);
        for (int i = 3; i < 57; i++)
        {
            int[] nearest = [i - 3, i - 2, i - 1, i + 1, i + 2, i + 3];
            Assert.All(nearest, other => Assert.NotEqual(colors.Of(i), colors.Of(other)));
        }
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1)]
    [InlineData(1e155)]
    public void Clusters_at_one_place_have_the_same_colours_whatever_lies_far_away(double far)
    {
        Assert.Equal(ColorsOfHeap(far, 7), ColorsOfHeap(far, 30));

        static MapColor[] ColorsOfHeap(double far, int count)
        {
            const int Heap = 8;
            MapCluster[] clusters =
            [
                .. Enumerable.Range(Heap, count).Select(i => new MapCluster(i, 5, far, far, $"n{i}")),
                .. Enumerable.Range(0, Heap).Select(i => new MapCluster(i, 5, 0, 0, $"n{i}")),
            ];
            MapColors colors = MapColors.Create(clusters, _distinct, MapTheme.Light);
            return [.. Enumerable.Range(0, Heap).Select(colors.Of)];
        }
    }

    [Theory]
    [InlineData(PlotTheme.Light)]
    [InlineData(PlotTheme.Dark)]
    [InlineData(PlotTheme.Auto)]
    public void Marks_and_texts_have_their_contrast_and_none_is_like_noise(PlotTheme asked)
    {
        MapTheme theme = MapTheme.Of(asked);
        Assert.Equal(12, theme.Colors.Distinct().Count());
        foreach (string[] palette in (string[][])[[], ["Place"], ["Notebook"], ["yellow", "#222"]])
        {
            MapCluster[] clusters = Clusters(30, 2);
            MapColors colors = MapColors.Create(clusters, MapPalette.Read(palette), theme);
            Assert.All(clusters, cluster => Assert.InRange(colors.OfText(cluster.Number).Contrast(theme.Ground), 4.5, 21));
            if (palette.Length == 0)
            {
                Assert.All(clusters, cluster => Assert.InRange(colors.Of(cluster.Number).Contrast(theme.Ground), 3, 21));
                Assert.All(clusters, cluster => Assert.InRange(Worst(colors.Of(cluster.Number), theme.Noise), 10, 200));
            }
        }

        Assert.InRange(theme.Ink.Contrast(theme.Ground), 4.5, 21);
        Assert.InRange(theme.Muted.Contrast(theme.Ground), 4.5, 21);
        Assert.InRange(theme.Plain.Contrast(theme.Ground), 3, 21);
    }

    [Fact]
    public void Noise_and_points_that_were_never_clustered_have_colours_of_their_own()
    {
        MapColors colors = MapColors.Create([], _distinct, MapTheme.Light);
        Assert.Equal(MapTheme.Light.Noise, colors.Of(-1));
        Assert.Equal(MapTheme.Light.Plain, colors.Of(PlotPoint.Unclustered));
    }

    [Theory]
    [InlineData("#0a0", 0x00AA00)]
    [InlineData("#12AB9f", 0x12AB9F)]
    [InlineData("teal", 0x008080)]
    [InlineData("RebeccaPurple", 0x663399)]
    public void Colours_are_given_by_name_or_number(string text, int rgb)
        => Assert.Equal([MapColor.Of(rgb), MapColor.Black], MapPalette.Read([text, "black"]).Colors!);

    [Theory]
    [InlineData("")]
    [InlineData("#12")]
    [InlineData("#12345g")]
    [InlineData("Distinct")]
    [InlineData("blurple")]
    [InlineData("ActiveBorder")]
    [InlineData("Transparent")]
    public void What_is_no_colour_is_an_error(string text)
    {
        EngineException error = Assert.Throws<EngineException>(() => MapPalette.Read([text, "red"]));
        Assert.Equal("PlotColorUnknown", error.ErrorId);
    }

    private static MapCluster[] Clusters(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => new MapCluster(i, 10, random.NextDouble(), random.NextDouble(), $"n{i}"))];
    }

    private static double Worst(MapColor first, MapColor second)
        => Enumerable.Range(0, 4).Min(kind =>
        {
            LabColor a = ColorDifference.ToLab(ColorVision.See(first, kind));
            LabColor b = ColorDifference.ToLab(ColorVision.See(second, kind));
            return PlainColorDifference.Between(a.L, a.A, a.B, b.L, b.A, b.B);
        });
}
