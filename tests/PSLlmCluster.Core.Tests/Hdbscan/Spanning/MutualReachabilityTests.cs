using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Spanning;

public class MutualReachabilityTests
{
    /// <summary>Gets the cases of rows; precomputed distances have one path only.</summary>
    public static TheoryData<string> Cases => [.. GoldenSet.Hdbscan.CaseIds().Where(id => HdbscanGoldens.IsOurs(id, "canonical_labels") && HdbscanGoldens.Options(GoldenSet.Hdbscan.Case(id)).Metric != Metric.Precomputed)];

    /// <summary>The small sets too go through each path that their metric has, and end at the canonical labels.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_path_ends_at_the_canonical_labels(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        HdbscanOptions options = HdbscanGoldens.Options(golden);
        int[] order = CanonicalOrder.Of(rows);
        RowMatrix sorted = CanonicalOrder.Apply(rows, order);
        SpanningTree expected = HdbscanStages.Spanning(sorted, options, path: ReachabilityPath.AllPairs);
        foreach (ReachabilityPath path in MutualReachability.PathsOf(MetricSpace.Create(sorted, options.Metric, options.MinkowskiPower)))
        {
            SpanningTreeAssert.SameComponents(expected, HdbscanStages.Spanning(sorted, options, path: path));
            CondensedTree tree = HdbscanStages.Condensed(sorted, options, path);
            ClusterStability measures = ClusterStability.Of(tree);
            int[] clusters = ClusterLabels.Of(tree, measures, ClusterSelection.Select(tree, measures, options), options.ClusterSelectionEpsilon).Clusters;
            AssertSamePartition(golden.Ints("canonical_labels"), order, clusters);
        }
    }

    [Theory]
    [InlineData(300, 2, Metric.Euclidean, "KdTree")]
    [InlineData(300, 10, Metric.Chebyshev, "KdTree")]
    [InlineData(300, 10, Metric.Euclidean, "Blocks")]
    [InlineData(30, 2, Metric.Euclidean, "AllPairs")]
    [InlineData(300, 2, Metric.Cosine, "Blocks")]
    [InlineData(300, 100, Metric.Euclidean, "Blocks")]
    [InlineData(300, 100, Metric.Manhattan, "AllPairs")]
    public void The_path_goes_by_size_and_metric(int n, int columns, Metric metric, string expected)
        => Assert.Equal(expected, MutualReachability.Create(MetricSpace.Create(TestRows.Random(n, columns, seed: 1), metric), 1, default).Path.ToString());

    [Fact]
    public void Many_columns_take_the_tree_where_its_walks_are_short()
    {
        RowMatrix rows = TestRows.Random(4000, 10, seed: 1);
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.Row(row)[0] += 20 * (row % 40);
        }

        Assert.Equal(ReachabilityPath.KdTree, MutualReachability.Create(MetricSpace.Create(rows, Metric.Euclidean), 1, default).Path);
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
            values[i] = random.Values[row < 100 ? (i % (50 * columns)) : i] + (4 * centres.Row(row < 100 ? row % 50 % 20 : row % 20)[i % columns]);
        }

        MetricSpace space = MetricSpace.Create(new RowMatrix(values, n, columns), Metric.Euclidean);
        List<double> shares = [];

        // One thread, so that what it tells comes in order.
        MutualReachability chosen = MutualReachability.Create(space, 1, default);
        Assert.Equal(ReachabilityPath.KdTree, chosen.Path);
        foreach (int samples in new[] { 12, 4 })
        {
            double[] core = chosen.CoreDistances(samples, default, default);
            SpanningTree found = chosen.Span(core, 1, new ProgressSpan(new Recorder(shares), "Test", 0, 1), default);
            SpanningTree expected = MutualReachability.Create(space, ReachabilityPath.KdTree, 2, default).Span(core, 1, default, default);
            Assert.Equal(expected.Weights, found.Weights);
            Assert.Equal(expected.First, found.First);
            Assert.Equal(expected.Second, found.Second);
            Assert.Equal(shares.Order(), shares);
            Assert.Equal(1, shares[^1]);
            shares.Clear();
        }

        Assert.Equal(ReachabilityPath.Blocks, chosen.Path);
    }

    [Fact]
    public void Progress_of_both_stages_rises_to_their_ends()
    {
        foreach (ReachabilityPath path in MutualReachability.PathsOf(MetricSpace.Create(TestRows.Random(2, 2, seed: 1), Metric.Euclidean)))
        {
            List<double> shares = [];
            ProgressSpan progress = new(new Recorder(shares), "Working", 0.25, 0.75);
            MutualReachability reachability = MutualReachability.Create(MetricSpace.Create(TestRows.Random(2000, 2, seed: 2), Metric.Euclidean), path, 1, default);
            double[] core = reachability.CoreDistances(3, progress, default);
            Assert.Equal(shares.Order(), shares);
            Assert.Equal(0.75, shares[^1]);
            shares.Clear();
            reachability.Span(core, 1, progress, default);
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
