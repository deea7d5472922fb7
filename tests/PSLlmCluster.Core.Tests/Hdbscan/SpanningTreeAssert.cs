using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>What minimum spanning trees of one graph have in common, and what makes a tree one.</summary>
internal static class SpanningTreeAssert
{
    /// <summary>Asserts that two trees have the same weights, to the bit, and the same components at each weight.</summary>
    public static void SameComponents(SpanningTree expected, SpanningTree found)
    {
        Assert.Equal(expected.Weights, found.Weights);
        int[] expectedUp = [.. Enumerable.Range(0, expected.Weights.Length + 1)];
        int[] foundUp = [.. expectedUp];
        for (int start = 0, end; start < expected.Weights.Length; start = end)
        {
            for (end = start; end < expected.Weights.Length && expected.Weights[end] == expected.Weights[start]; end++)
            {
                Join(expectedUp, expected, end);
                Join(foundUp, found, end);
            }

            for (int edge = start; edge < end; edge++)
            {
                Assert.Equal(Find(foundUp, expected.First[edge]), Find(foundUp, expected.Second[edge]));
                Assert.Equal(Find(expectedUp, found.First[edge]), Find(expectedUp, found.Second[edge]));
            }
        }
    }

    /// <summary>Asserts that the edges join all rows, and that each has the mutual reachability of its ends for its weight.</summary>
    public static void WeighsWhatItSays(RowMatrix rows, HdbscanOptions options, double[] core, SpanningTree tree)
    {
        MetricSpace space = MetricSpace.Create(rows, options.Metric);
        int[] up = [.. Enumerable.Range(0, rows.RowCount)];
        Assert.Equal(rows.RowCount - 1, tree.Weights.Length);
        for (int edge = 0; edge < tree.Weights.Length; edge++)
        {
            (int a, int b) = (tree.First[edge], tree.Second[edge]);
            Assert.Equal(Math.Max(Math.Max(core[a], core[b]), space.Distance(a, b) / options.Alpha), tree.Weights[edge]);
            Assert.NotEqual(Find(up, a), Find(up, b));
            Join(up, tree, edge);
        }
    }

    private static void Join(int[] up, SpanningTree tree, int edge) => up[Find(up, tree.First[edge])] = Find(up, tree.Second[edge]);

    private static int Find(int[] up, int row)
    {
        while (up[row] != row)
        {
            row = up[row] = up[up[row]];
        }

        return row;
    }
}
