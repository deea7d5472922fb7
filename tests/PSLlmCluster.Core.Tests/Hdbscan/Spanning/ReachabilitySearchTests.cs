using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Spanning;

public class ReachabilitySearchTests
{
    /// <summary>Gets the cases of rows; precomputed distances have one search only.</summary>
    public static TheoryData<string> Cases
        => [
            .. GoldenSet.Hdbscan.CaseIds().Where(
                id => HdbscanGoldens.IsOurs(id, "canonical_labels") && HdbscanGoldens.Options(
                    GoldenSet.Hdbscan.Case(id)).Metric != Metric.Precomputed)];

    /// <summary>The small sets too go through each search that their metric has, and end at the canonical labels.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_search_ends_at_the_canonical_labels(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        HdbscanOptions options = HdbscanGoldens.Options(golden);
        int[] order = CanonicalOrder.Of(rows);
        RowMatrix sorted = CanonicalOrder.Apply(rows, order);
        SpanningTree expected = HdbscanStages.Spanning(sorted, options, name: SearchName.AllPairs);
        foreach (SearchName name in HdbscanStages.SearchesOf(MetricSpace.Create(sorted, options.Metric, options.MinkowskiPower)))
        {
            SpanningTreeAssert.SameComponents(expected, HdbscanStages.Spanning(sorted, options, name: name));
            CondensedTree tree = HdbscanStages.Condensed(sorted, options, name);
            ClusterStability measures = ClusterStability.Compute(tree);
            int[] clusters = ClusterLabels.Compute(
                tree, measures, ClusterSelection.Select(tree, measures, options), options.ClusterSelectionEpsilon).Clusters;
            AssertSamePartition(golden.Ints("canonical_labels"), order, clusters);
        }
    }

    [Theory]
    [InlineData(300, 2, Metric.Euclidean, typeof(KdTreeSearch))]
    [InlineData(300, 10, Metric.Chebyshev, typeof(KdTreeSearch))]
    [InlineData(300, 10, Metric.Euclidean, typeof(BlockSearch))]
    [InlineData(30, 2, Metric.Euclidean, typeof(AllPairsSearch))]
    [InlineData(300, 2, Metric.Cosine, typeof(BlockSearch))]
    [InlineData(300, 100, Metric.Euclidean, typeof(BlockSearch))]
    [InlineData(300, 100, Metric.Manhattan, typeof(AllPairsSearch))]
    public void The_search_goes_by_size_and_metric(int n, int columns, Metric metric, Type expected)
        => Assert.IsType(expected, HdbscanStages.Search(MetricSpace.Create(TestRows.Random(n, columns, seed: 1), metric)));

    [Fact]
    public void Many_columns_take_the_tree_where_its_walks_are_short()
    {
        RowMatrix rows = TestRows.Random(4000, 10, seed: 1);
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.Row(row)[0] += 20 * (row % 40);
        }

        Assert.IsType<KdTreeSearch>(HdbscanStages.Search(MetricSpace.Create(rows, Metric.Euclidean)));
    }

    /// <summary>Groups far apart: walks are short for neighbours, and long between the groups.</summary>
    [Fact]
    public void Far_groups_of_many_columns_leave_the_tree_on_the_way()
    {
        const int n = 4000;
        const int columns = 48;
        RowMatrix random = TestRows.Random(n, columns, seed: 77);
        RowMatrix centres = TestRows.Random(20, columns, seed: 78);
        float[] values = new float[n * columns];
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / columns;
            values[i] = random.Values[row < 100 ? (i % (50 * columns)) : i] + (
                4 * centres.Row(row < 100 ? row % 50 % 20 : row % 20)[i % columns]);
        }

        RowMatrix rows = new(values, n, columns);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        ReachabilitySearch chosen = HdbscanStages.Search(space);
        Assert.IsType<KdTreeSearch>(chosen);
        foreach (CoreDistances core in chosen.MeasureCores([4, 12], default))
        {
            Assert.Null(chosen.Span(core, 1, default));
            SpanningTree found = new BlockSearch(space, null).Span(core, 1, default);
            SpanningTree expected = HdbscanStages.Search(space, SearchName.KdTree).Span(core, 1, default)!;
            Assert.Equal(expected.Weights, found.Weights);
            Assert.Equal(expected.First, found.First);
            Assert.Equal(expected.Second, found.Second);
        }

        List<double> shares = [];
        HdbscanOptions options = new() { MinClusterSize = 12 };
        HdbscanResult fitted = HdbscanClustering.Compute(rows, options, new Recorder(shares));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);

        ParameterGrid grid = new([12], [4, 12], [0], [ClusterSelectionMethod.Eom]);
        SweepResult sweep = ParameterSweep.Compute(rows, null, options, grid);
        Assert.Equal([4, 12], sweep.Measurements.Select(one => one.MinSampleCount));
        Assert.Equal(fitted.Persistences.Length, sweep.Measurements[1].ClusterCount);
    }

    [Fact]
    public void Progress_of_both_stages_rises_to_their_ends()
    {
        foreach (SearchName name in HdbscanStages.SearchesOf(MetricSpace.Create(TestRows.Random(2, 2, seed: 1), Metric.Euclidean)))
        {
            List<double> shares = [];
            WorkContext work = HdbscanStages.Work(1, new Recorder(shares)).Stage("Working", 0.25, 0.75);
            ReachabilitySearch search = HdbscanStages.Search(MetricSpace.Create(TestRows.Random(2000, 2, seed: 2), Metric.Euclidean), name);
            CoreDistances core = search.MeasureCores([3], work)[0];
            Assert.Equal(shares.Order(), shares);
            Assert.Equal(0.75, shares[^1]);
            shares.Clear();
            search.Span(core, 1, HdbscanStages.Work(1, new Recorder(shares)).Stage("Working", 0.25, 0.75));
            Assert.Equal(shares.Order(), shares);
            Assert.InRange(shares[0], 0.25, 0.75);
            Assert.InRange(shares[^1], 0.74, 0.75);
        }
    }

    private static void AssertSamePartition(int[] labels, int[] order, int[] clusters)
    {
        Dictionary<int, int> numbers = new() { [-1] = -1 };
        for (int place = 0; place < order.Length; place++)
        {
            int label = labels[order[place]];
            Assert.Equal(numbers.TryGetValue(label, out int number) ? number : numbers[label] = clusters[place], clusters[place]);
        }

        Assert.Equal(numbers.Count, numbers.Values.Distinct().Count());
    }

    private sealed class Recorder(List<double> shares) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => shares.Add(value.Fraction);
    }
}
