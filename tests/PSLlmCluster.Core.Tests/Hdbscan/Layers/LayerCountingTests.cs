using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Layers;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Layers;

/// <summary>The closed forms against counting, over small random sets with ties, piles of equal rows and weights.</summary>
public class LayerCountingTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 6)]
    [InlineData(3, 12)]
    [InlineData(4, 0)]
    public void Closed_forms_are_what_counting_gives(int seed, int levels)
    {
        int several = 0;
        for (int set = 0; set < 800; set++)
        {
            int n = 1 + (set % 48);
            RowMatrix rows = Rows(n, 1 + (set / 2 % 2), (seed * 1000) + set, levels);
            HdbscanOptions options = new() { MinClusterSize = 2 + (set / 7 % 3), MinSampleCount = 1 + (set % 4) };
            PlainLayers expected = new(
                n,
                options.MinSampleCount!.Value,
                options.MinClusterSize,
                (a, b) => PlainSingleLinkage.Distance(rows, Metric.Euclidean, a, b));
            several += AssertSame(expected, HdbscanClustering.Fit(rows, options), n) > 1 ? 1 : 0;
        }

        Assert.InRange(several, 20, 800);
    }

    [Theory]
    [InlineData(5, 4)]
    [InlineData(6, 9)]
    [InlineData(7, 0)]
    public void A_row_of_weight_w_counts_as_w_rows(int seed, int levels)
    {
        for (int set = 0; set < 300; set++)
        {
            int n = 2 + (set % 15);
            RowMatrix rows = Rows(n, 1 + (set / 2 % 2), (seed * 1000) + set, levels);
            double[] weights = [.. Enumerable.Range(0, n).Select(row => 1.0 + ((row * 7) + set) % 5)];

            // Copies come after the rows that they are of, so that these stay the smallest.
            int[] origin = [.. Enumerable.Range(0, n),
                .. Enumerable.Range(0, n).SelectMany(row => Enumerable.Repeat(row, (int)weights[row] - 1))];
            HdbscanOptions options = new() { MinClusterSize = 2 + (set / 7 % 3), MinSampleCount = 1 + (set % 4) };
            PlainLayers expected = new(
                origin.Length,
                options.MinSampleCount!.Value,
                options.MinClusterSize,
                (a, b) => PlainSingleLinkage.Distance(rows, Metric.Euclidean, origin[a], origin[b]));
            AssertSame(expected, HdbscanClustering.Fit(rows, weights, options), n);
        }
    }

    [Fact]
    public void Fractions_of_rows_count_as_the_leaves_at_each_size_do()
    {
        for (int set = 0; set < 300; set++)
        {
            int n = 5 + (set % 20);
            RowMatrix rows = Rows(n, 1, 8000 + set, set % 2 * 8);
            double[] weights = [.. Enumerable.Range(0, n).Select(row => 0.1 * (1 + (((row * 11) + set) % 35)))];
            HdbscanOptions options = new() { MinClusterSize = 2, MinSampleCount = 2 };
            if (weights.Sum() < 2)
            {
                continue;
            }

            HdbscanFit fit = HdbscanClustering.Fit(rows, weights, options);
            List<HashSet<(double Birth, int FirstRow)>> leaves = [];
            for (int size = 2; size <= RowWeights.LargestReached(weights.Sum()); size++)
            {
                leaves.Add(Leaves(fit, size));
            }

            LeafSpans spans = LeafSpans.Compute(fit.Stages.Tree, 2);
            long[] expected = [.. leaves.Select(
                ofSize => ofSize.Sum(leaf => (long)leaves.Count(others => others.Contains(leaf))))];
            long[] found = [.. TotalPersistence.Compute(spans, 2, leaves.Count + 1, default).SelectMany(
                step => Enumerable.Repeat(step.Total, step.Last - step.First + 1))];
            Assert.Equal(expected, found);
        }
    }

    /// <summary>
    /// Returns rows at few places, or many, every second set in groups of groups, every third with piles of equal rows.
    /// </summary>
    private static RowMatrix Rows(int n, int columns, int seed, int levels)
    {
        RowMatrix rows = TestRows.Random(n, columns, seed, levels);
        for (int row = 0; row < n; row++)
        {
            rows.Values[row * columns] += seed % 2 * ((row % 2 * 200) + (row % 3 * 40) + (row % 5 * 8));
            if (seed % 3 == 0 && row > 4 && ((row * 7) + seed) % 10 < 4)
            {
                Array.Copy(rows.Values, row % 4 * columns, rows.Values, row * columns, columns);
            }
        }

        return rows;
    }

    /// <summary>Returns the leaves at a size, each by its birth and its first row.</summary>
    private static HashSet<(double Birth, int FirstRow)> Leaves(HdbscanFit fit, int size)
    {
        CondensedTree tree = CondensedTree.Build(SingleLinkageTree.Build(fit.Stages.SpanningTree, default), size, default);
        FlatClusters clusters = FlatClusters.Compute(
            new HdbscanOptions { MinClusterSize = size, ClusterSelectionMethod = ClusterSelectionMethod.Leaf },
            fit.Stages.SpanningTree,
            tree,
            ClusterStability.Compute(tree),
            default);
        return [.. clusters.Labels.Where(label => label >= 0).Distinct().Select(
            label => (tree.Birth(label), Array.IndexOf(clusters.Labels, label)))];
    }

    private static int AssertSame(PlainLayers expected, HdbscanFit fit, int n)
    {
        int smallest = fit.Options.MinClusterSize;
        int largest = RowWeights.LargestReached(fit.Stages.Points.TotalWeight);
        LeafSpans spans = LeafSpans.Compute(fit.Stages.Tree, smallest);
        Assert.Equal(
            expected.Steps.Select(step => new PersistenceStep(step.First, step.Last, step.Total, step.Count)),
            TotalPersistence.Compute(spans, smallest, largest, default));
        HdbscanLayer[] layers = [.. fit.Layers(int.MaxValue).OrderBy(layer => layer.Rank)];
        Assert.Equal(expected.Order, layers.Select(layer => layer.MinClusterSize));
        for (int i = 0; i < layers.Length; i++)
        {
            Assert.Equal(expected.Labels[i][..n], layers[i].Labels);
        }

        return layers.Length;
    }
}
