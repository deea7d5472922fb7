using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

public class ParameterSweepTests
{
    private static readonly ParameterGrid _grid
        = new([3, 5, 12], [1, 4, 9], [0, 0.3], [ClusterSelectionMethod.Eom, ClusterSelectionMethod.Leaf]);

    [Theory]
    [InlineData(2, 0, false)]
    [InlineData(2, 12, false)]
    [InlineData(30, 0, false)]
    [InlineData(30, 3, true)]
    [InlineData(2, 0, true)]
    public void Each_measurement_is_that_of_a_fit_of_its_own(int columns, int levels, bool hasWeights)
    {
        RowMatrix rows = TestRows.Random(400, columns, seed: 91, levels: levels);
        double[]? weights = hasWeights ? [.. Enumerable.Range(0, 400).Select(row => 1 + (row % 4 * 0.75))] : null;
        AssertFits(rows, weights, new HdbscanOptions { AllowSingleCluster = true }, _grid);
    }

    [Fact]
    public void A_metric_that_measures_every_pair_is_measured_once_too()
        => AssertFits(TestRows.Random(150, 3, seed: 92), null, new HdbscanOptions { Metric = Metric.BrayCurtis, Alpha = 1.2 }, _grid);

    [Fact]
    public void The_sample_count_goes_with_the_size_unless_it_is_given()
    {
        RowMatrix rows = TestRows.Random(200, 2, seed: 93);
        AssertFits(rows, null, new HdbscanOptions(), _grid with { MinSampleCounts = [] });
    }

    [Fact]
    public void What_comes_to_the_same_is_measured_once_and_in_order()
    {
        ParameterGrid grid = new([12, 3, 12], [4, 1, 500, 600], [0.3, 0], [ClusterSelectionMethod.Eom, ClusterSelectionMethod.Eom]);
        SweepResult comparison = ParameterSweep.Compute(TestRows.Random(50, 2, seed: 94), null, new HdbscanOptions(), grid);
        IReadOnlyList<ClusteringMeasurement> found = comparison.Measurements;
        Assert.Equal(
            from size in new[] { 3, 12 } from samples in new[] { 1, 4, 49 } from epsilon in new[] { 0, 0.3 } select (
                size, samples, epsilon),
            found.Select(one => (one.MinClusterSize, one.MinSampleCount, one.ClusterSelectionEpsilon)));
        Assert.Contains("from 600 to 49", Assert.Single(comparison.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_not_finite_are_noise()
    {
        float[] values = [.. TestRows.Random(99, 2, seed: 95).Values, float.NaN, 0];
        RowMatrix rows = new(values, 100, 2);
        AssertFits(rows, null, new HdbscanOptions(), _grid);
        Assert.Equal([99], ParameterSweep.Compute(rows, null, new HdbscanOptions(), _grid).NotFiniteRows);
    }

    [Theory]
    [InlineData(0, new[] { 2 })]
    [InlineData(30, new[] { 2, 3, 5, 10, 15 })]
    [InlineData(1000, new[] { 2, 3, 5, 10, 15, 20, 30, 50, 100 })]
    public void Usual_sizes_leave_room_for_two_clusters(int rows, int[] expected) => Assert.Equal(expected, ParameterGrid.UsualSizes(rows));

    [Fact]
    public void Usual_sizes_are_none_that_a_largest_size_forbids()
        => Assert.Equal([2, 3, 5, 10], ParameterGrid.UsualSizes(1000, maxClusterSize: 12));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 12)]
    public void Few_rows_are_all_noise(int n, int expected)
    {
        IReadOnlyList<ClusteringMeasurement> found
            = ParameterSweep.Compute(TestRows.Random(n, 2, seed: 96), null, new HdbscanOptions(), _grid).Measurements;
        Assert.Equal(expected, found.Count);
        Assert.All(
            found,
            one => Assert.Equal(
                (0, 1.0, 0.0, null, null), (one.ClusterCount, one.NoiseShare, one.LargestShare, one.RelativeValidity, one.Persistence)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(20, true)]
    public void Layers_are_measured_as_leaf_selection_at_their_sizes_is(int levels, bool hasWeights)
    {
        RowMatrix rows = TestRows.Random(400, 2, seed: 96, levels: levels);
        double[]? weights = hasWeights ? [.. Enumerable.Range(0, 400).Select(row => 1 + (row % 4 * 0.75))] : null;
        ParameterGrid grid = new([2], [3, 1], [0.3], [ClusterSelectionMethod.Eom]) { LayerCount = 3 };
        HdbscanOptions options = new() { MaxClusterSize = 30, AllowSingleCluster = true };
        LayerMeasurement[] found = [.. ParameterSweep.Compute(rows, weights, options, grid).Measurements.Cast<LayerMeasurement>()];
        HdbscanLayer[] expected = [.. grid.MinSampleCounts.SelectMany(
            samples => HdbscanClustering.Fit(
                rows, weights, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = samples }).Layers(3))];

        Assert.Equal(
            expected.Select(layer => (layer.MinClusterSize, layer.ClusterCount, layer.Persistence)).Order(),
            found.Select(one => (one.MinClusterSize, one.ClusterCount, one.LayerPersistence)).Order());
        Assert.Equal(found.OrderBy(one => (one.MinClusterSize, one.MinSampleCount)), found);
        foreach (LayerMeasurement one in found)
        {
            ParameterGrid same = new([one.MinClusterSize], [one.MinSampleCount], [0], [ClusterSelectionMethod.Leaf]);
            ClusteringMeasurement leaf = Assert.Single(
                ParameterSweep.Compute(rows, weights, new HdbscanOptions(), same).Measurements);
            Assert.Equal(new LayerMeasurement(leaf, one.LayerPersistence), one);
        }
    }

    [Fact]
    public void Layers_go_up_from_one_size_and_from_the_whole_tree()
    {
        ParameterGrid grid = _grid with { LayerCount = 6 };
        Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(() => ParameterSweep.Validate(new HdbscanOptions(), grid)).ErrorId);
        Assert.Equal(
            "LayersNotPossible",
            Assert.Throws<EngineException>(
                () => ParameterSweep.Validate(
                    new HdbscanOptions { ClusterSelectionPersistence = 1 }, grid with { MinClusterSizes = [5] })).ErrorId);
        SweepResult none = ParameterSweep.Compute(
            new RowMatrix([1, 2, 3], 3, 1), null, new HdbscanOptions(), grid with { MinClusterSizes = [5], MinSampleCounts = [] });
        Assert.Empty(none.Measurements);
        Assert.Equal("NoClusters", Assert.Single(none.Warnings).Id);
    }

    [Fact]
    public void Bad_parameters_are_refused_before_any_work()
    {
        RowMatrix rows = TestRows.Random(10, 2, seed: 97);
        Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(
                () => ParameterSweep.Compute(rows, null, new HdbscanOptions(), _grid with { MinClusterSizes = [5, 1] })).ErrorId);
        Assert.Equal(
            "WeightsInvalid",
            Assert.Throws<EngineException>(() => ParameterSweep.Compute(rows, [1], new HdbscanOptions(), _grid)).ErrorId);
    }

    [Fact]
    public void What_forbids_all_clusters_is_named()
    {
        EngineWarning warning = Assert.Single(
            ParameterSweep.Compute(
                TestRows.Random(60, 2, seed: 97),
                null,
                new HdbscanOptions { ClusterSelectionPersistence = 1e9 },
                new ParameterGrid([3, 5], [2], [0], [ClusterSelectionMethod.Eom])).Warnings);
        Assert.Equal(
            "None of the choices gives a cluster. Lower ClusterSelectionPersistence (now 1E+09), or lower MinSampleCount (now 2) "
                + "or MinClusterSize (now 3) if fewer should be.",
            warning.Message);
    }

    [Fact]
    public void Progress_rises_to_the_end()
    {
        List<double> shares = [];
        ParameterSweep.Compute(TestRows.Random(500, 2, seed: 98), null, new HdbscanOptions { ThreadCount = 1 }, _grid, new Shares(shares));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void A_cancelled_token_ends_the_work()
        => Assert.Throws<OperationCanceledException>(
            () => ParameterSweep.Compute(
                TestRows.Random(300, 2, seed: 99), null, new HdbscanOptions(), _grid, null, new CancellationToken(true)));

    private static void AssertFits(RowMatrix rows, double[]? weights, HdbscanOptions options, ParameterGrid grid)
    {
        IReadOnlyList<ClusteringMeasurement> found = ParameterSweep.Compute(rows, weights, options, grid).Measurements;
        Assert.Equal(
            grid.MinClusterSizes.Count * Math.Max(1, grid.MinSampleCounts.Count) * grid.Epsilons.Count * grid.Methods.Count, found.Count);
        double total = weights?.Sum() ?? rows.RowCount;
        Assert.Contains(found, one => one.ClusterCount > 1);
        foreach (ClusteringMeasurement one in found)
        {
            HdbscanFit fit = HdbscanClustering.Fit(
                rows,
                weights,
                options with
                {
                    MinClusterSize = one.MinClusterSize,
                    MinSampleCount = one.MinSampleCount,
                    ClusterSelectionEpsilon = one.ClusterSelectionEpsilon,
                    ClusterSelectionMethod = one.ClusterSelectionMethod,
                });
            double[] sizes = [
                .. Enumerable.Range(-1, fit.Result.Persistences.Length + 1).Select(
                    label => Enumerable.Range(0, rows.RowCount).Where(
                        row => fit.Result.Labels[row] == label).Sum(row => weights?[row] ?? 1.0))];
            Assert.Equal(fit.Result.Persistences.Length, one.ClusterCount);
            Assert.Equal(sizes[0] / total, one.NoiseShare, 1e-9);
            Assert.Equal(sizes.Length > 1 ? sizes[1] / total : 0, one.LargestShare, 1e-9);
            Assert.Equal(fit.RelativeValidity, one.RelativeValidity);
            Assert.Equal(
                fit.Result.Persistences.Length == 0 ? double.NaN : fit.Result.Persistences.Average(), one.Persistence ?? double.NaN, 1e-12);
        }
    }

    private sealed class Shares(List<double> shares) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => shares.Add(value.Fraction);
    }
}
