using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>How a fit is divided by each resolution.</summary>
public class LayerChoiceTests
{
    private static readonly RowMatrix _rows = TestRows.Random(3000, 2, 11);
    private static readonly HdbscanFit _fit = HdbscanClustering.Fit(
        _rows, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1, RefinementCount = 3 });

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(2000)]
    public void Auto_takes_the_leaves_at_the_size_and_the_others_a_layer_on_either_side(int size)
    {
        IReadOnlyList<HdbscanLayer> layers = _fit.Layers(int.MaxValue);
        HdbscanFit auto = Take(size, GroupResolution.Auto, out bool isMet);
        Assert.True(isMet);
        Assert.Equal(size == 2000 ? layers[^1].MinClusterSize : size, auto.Options.MinClusterSize);
        HdbscanOptions leaves = _fit.Options with
        {
            MinClusterSize = auto.Options.MinClusterSize,
            ClusterSelectionMethod = ClusterSelectionMethod.Leaf,
        };
        Assert.Equal(HdbscanClustering.Compute(TestRows.Random(3000, 2, 11), leaves).Labels, auto.Result.Labels);

        HdbscanFit coarse = Take(size, GroupResolution.Coarse, out bool isCoarse);
        HdbscanFit fine = Take(size, GroupResolution.Fine, out bool isFine);
        Assert.True(isCoarse ? IsCoarser(coarse, auto) : coarse.Result.Labels.SequenceEqual(auto.Result.Labels));
        Assert.True(isFine ? IsCoarser(auto, fine) : fine.Result.Labels.SequenceEqual(auto.Result.Labels));
        Assert.Equal(size < 60, isCoarse);
        Assert.Equal(size > 5, isFine);
        Assert.All(
            new[] { (coarse, isCoarse), (fine, isFine) }.Where(taken => taken.Item2),
            taken => Assert.Contains(layers, layer => layer.MinClusterSize == taken.Item1.Options.MinClusterSize));
    }

    [Fact]
    public void Rows_that_do_not_part_are_not_divided()
        => Assert.Null(LayerChoice.Take(
            HdbscanClustering.Fit(TestRows.Random(3, 2, 1), new HdbscanOptions { MinClusterSize = 2 }),
            TestRows.Random(3, 2, 1),
            new HdbscanOptions(),
            2,
            GroupResolution.Auto,
            CancellationToken.None));

    [Theory]
    [InlineData(12, null, 6)]
    [InlineData(4.5, null, 18)]
    [InlineData(12, 9, 18)]
    public void Auto_takes_a_coarser_layer_where_it_parts_far_more_clearly(double distance, int? asked, int count)
    {
        // Six places, at each three heaps, of 50, 15 and 15 rows, so near to one another or nearly so far as the places themselves.
        Random random = new(4);
        List<float> values = [];
        for (int row = 0; row < 6 * 80; row++)
        {
            int place = row / 80;
            int heap = row % 80 < 50 ? 0 : row % 80 < 65 ? 1 : 2;
            double spread = random.NextDouble() * 0.5;
            double angle = random.NextDouble() * Math.Tau;
            values.Add((float)((distance * (place % 3)) + (1.5 * heap) + (spread * Math.Cos(angle))));
            values.Add((float)((distance * (place / 3)) + (spread * Math.Sin(angle))));
        }

        RowMatrix rows = new([.. values], values.Count / 2, 2);
        HdbscanOptions options = new() { MinClusterSize = 5, MinSampleCount = 5, RefinementCount = 3 };
        (HdbscanFit taken, bool isMet) = LayerChoice.Take(
            HdbscanClustering.Fit(rows, options),
            rows,
            options with { ClusterCount = asked },
            12,
            GroupResolution.Auto,
            CancellationToken.None)!.Value;

        Assert.True(isMet);
        Assert.Equal(count, taken.Result.Persistences.Length);
    }

    [Theory]
    [InlineData(1, 43)]
    [InlineData(3, 36)]
    [InlineData(13, 43)]
    public void Auto_takes_a_size_between_layers_where_only_that_has_the_clear_groups(int seed, int size)
    {
        // Six places, at each three heaps of 14 to 39 rows: a layer has some of the places whole and others in heaps.
        Random random = new(seed);
        List<float> values = [];
        for (int heap = 0; heap < 18; heap++)
        {
            int count = random.Next(14, 40);
            for (int row = 0; row < count; row++)
            {
                double spread = random.NextDouble() * 0.5;
                double angle = random.NextDouble() * Math.Tau;
                values.Add((float)((9 * (heap / 3 % 3)) + (1.5 * (heap % 3)) + (spread * Math.Cos(angle))));
                values.Add((float)((9 * (heap / 9)) + (spread * Math.Sin(angle))));
            }
        }

        RowMatrix rows = new([.. values], values.Count / 2, 2);
        HdbscanOptions options = new() { MinClusterSize = 5, MinSampleCount = 5, RefinementCount = 3 };
        HdbscanFit fit = HdbscanClustering.Fit(rows, options);
        HdbscanFit taken = LayerChoice.Take(fit, rows, options, 12, GroupResolution.Auto, CancellationToken.None)!.Value.Fit;

        // Of 36 and 43, where both have them, the finer.
        Assert.Equal((6, size), (taken.Result.Persistences.Length, taken.Options.MinClusterSize));
        Assert.DoesNotContain(fit.Layers(int.MaxValue), layer => layer.ClusterCount == 6);
    }

    [Theory]
    [InlineData(9, 5, 12)]
    [InlineData(9, 3, 4)]
    [InlineData(2, 5, 4)]
    public void Auto_takes_finer_leaves_where_only_they_are_the_clear_groups(double distance, int rowCount, int count)
    {
        // Four places, at each three heaps that lie far from one another, or so near that the places part as clearly; threes are no group.
        Random random = new(2);
        List<float> values = [];
        for (int heap = 0; heap < 12; heap++)
        {
            for (int row = 0; row < rowCount; row++)
            {
                double spread = random.NextDouble() * 0.5;
                double angle = random.NextDouble() * Math.Tau;
                double side = heap % 3 * Math.Tau / 3;
                values.Add((float)((40 * (heap / 3 % 2)) + (distance * Math.Cos(side)) + (spread * Math.Cos(angle))));
                values.Add((float)((40 * (heap / 6)) + (distance * Math.Sin(side)) + (spread * Math.Sin(angle))));
            }
        }

        RowMatrix rows = new([.. values], values.Count / 2, 2);
        HdbscanOptions options = new() { MinClusterSize = 2, MinSampleCount = 2, RefinementCount = 3 };
        HdbscanFit fit = HdbscanClustering.Fit(rows, options);
        HdbscanFit taken = LayerChoice.Take(
            fit, rows, options, (2 * rowCount) + 1, GroupResolution.Auto, CancellationToken.None)!.Value.Fit;

        Assert.Equal(count, taken.Result.Persistences.Length);
    }

    private static HdbscanFit Take(int size, GroupResolution resolution, out bool isMet)
    {
        (HdbscanFit taken, isMet) = LayerChoice.Take(_fit, _rows, _fit.Options, size, resolution, CancellationToken.None)!.Value;
        return taken;
    }

    private static bool IsCoarser(HdbscanFit coarse, HdbscanFit fine)
        => coarse.Options.MinClusterSize > fine.Options.MinClusterSize;
}
