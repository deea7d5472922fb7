using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Layers;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan.Layers;

public class LeafSpansTests
{
    /// <summary>
    /// By hand: 3 and 4 rows are 7, with 5 more 12, with 6 more 18, and with the last 2 all 20. Each split is into two.
    /// </summary>
    [Fact]
    public void A_part_is_a_leaf_above_the_splits_below_it_and_up_to_the_size_of_the_largest_other()
    {
        float[] places = [.. Group(0, 5), .. Group(10, 3), .. Group(15, 4), .. Group(100, 6), .. Group(190, 2)];
        for (int i = 5; i < 12; i++)
        {
            places[i] += 10;
        }

        CondensedTree tree = HdbscanStages.Condensed(
            new RowMatrix(places, places.Length, 1), new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1 });
        LeafSpans spans = LeafSpans.Compute(tree, 2);
        (double Size, long First, long Last, long Persistence)[] found = [.. Enumerable.Range(0, tree.ClusterCount)
            .Select(cluster => (tree.Size(cluster), spans.First[cluster], spans.Last[cluster], spans.Persistence(cluster)))
            .Order()];

        Assert.Equal(
            [
                (2, 2, 2, 1),
                (3, 2, 3, 2),
                (4, 2, 3, 2),
                (5, 2, 5, 4),
                (6, 2, 6, 5),
                (7, 4, 5, 2),
                (12, 6, 6, 1),
                (18, 7, 2, 0),
                (20, 7, 0, 0),
            ],
            found);
        Assert.True(spans.IsLeafAt(Array.IndexOf(spans.First, 4), 4));
        Assert.False(spans.IsLeafAt(Array.IndexOf(spans.First, 4), 6));
    }

    [Fact]
    public void Spans_begin_at_the_size_that_the_tree_was_made_for()
    {
        float[] places = [.. Group(0, 8), .. Group(50, 8)];
        CondensedTree tree = HdbscanStages.Condensed(
            new RowMatrix(places, 16, 1), new HdbscanOptions { MinClusterSize = 5, MinSampleCount = 1 });
        LeafSpans spans = LeafSpans.Compute(tree, 5);

        Assert.Equal([5, 5], spans.First[1..]);
        Assert.Equal([8, 8], spans.Last[1..]);
        Assert.Equal(0, spans.Persistence(0));
    }

    /// <summary>Returns places with the same small gap: they part at once, into single rows.</summary>
    private static float[] Group(int start, int count) => [.. Enumerable.Range(0, count).Select(i => start + (i / 64f))];
}
