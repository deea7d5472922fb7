using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Tests.Hdbscan.Hierarchy;

public class SingleLinkageTreeTests
{
    public static TheoryData<string> HandSizedTrees => HandSizedTree.Names;

    [Theory]
    [MemberData(nameof(HandSizedTrees))]
    public void Merges_are_those_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        JsonElement[] expected = [.. tree.Expected.GetProperty("merges").EnumerateArray()];
        Assert.Equal(tree.Merges.RowCount + expected.Length, tree.Merges.NodeCount);
        foreach (JsonElement merge in expected)
        {
            int node = merge.GetProperty("node").GetInt32();
            Assert.Equal(merge.GetProperty("children").EnumerateArray().Select(child => child.GetInt32()), Children(tree.Merges, node));
            Assert.Equal(merge.GetProperty("distance").GetDouble(), tree.Merges.Weight(node));
            Assert.Equal(merge.GetProperty("size").GetInt32(), tree.Merges.Size(node));
        }
    }

    [Fact]
    public void Equal_weights_merge_at_once_whatever_their_order()
    {
        int[] first = [0, 1, 2, 4, 5, 3];
        int[] second = [1, 2, 3, 5, 6, 4];
        double[] weights = [2, 2, 1, 2, 1, 3];
        for (int seed = 0; seed < 20; seed++)
        {
            int[] order = TestRows.Shuffle(6, seed);
            SingleLinkageTree tree = SingleLinkageTree.Build(
                SpanningTree.FromEdges(
                    [.. order.Select(i => weights[i])], [.. order.Select(i => first[i])], [.. order.Select(i => second[i])]),
                default);
            Assert.Equal(12, tree.NodeCount);
            Assert.Equal([2, 3], Children(tree, 7));
            Assert.Equal([5, 6], Children(tree, 8));
            Assert.Equal([0, 1, 7], Children(tree, 9));
            Assert.Equal([4, 8], Children(tree, 10));
            Assert.Equal([9, 10], Children(tree, 11));
        }
    }

    [Fact]
    public void Weights_that_differ_in_the_last_bits_are_one_weight()
    {
        SingleLinkageTree tree
            = SingleLinkageTree.Build(SpanningTree.FromEdges([1, Math.BitIncrement(1), 1 + 2e-12], [0, 1, 2], [1, 2, 3]), default);
        Assert.Equal(6, tree.NodeCount);
        Assert.Equal([0, 1, 2], Children(tree, 4));
        Assert.Equal([3, 4], Children(tree, 5));
    }

    [Fact]
    public void A_long_chain_needs_no_deep_stack()
    {
        int n = 200_000;
        SingleLinkageTree tree = SingleLinkageTree.Build(
            SpanningTree.FromEdges(
                [.. Enumerable.Range(1, n - 1).Select(i => (double)i)], [.. Enumerable.Range(0, n - 1)], [.. Enumerable.Range(1, n - 1)]),
            default);
        Assert.Equal((2 * n) - 1, tree.NodeCount);
        CondensedTree condensed = CondensedTree.Build(tree, 2, default);
        Assert.Equal(1, condensed.ClusterCount);
    }

    private static List<int> Children(SingleLinkageTree tree, int node)
    {
        List<int> children = [];
        for (int child = tree.FirstChild(node); child >= 0; child = tree.NextSibling(child))
        {
            children.Add(child);
        }

        return children;
    }
}
