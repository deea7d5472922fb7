using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Hierarchy;

public class HierarchyExportTests
{
    public static TheoryData<string> Cases => HdbscanGoldens.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Merges_have_the_weights_of_the_reference_and_join_all_rows(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        IReadOnlyList<SingleLinkageMerge> merges = HdbscanClustering.Fit(rows, HdbscanGoldens.Options(golden)).SingleLinkage();
        HdbscanGoldens.AssertNear(golden.Doubles("mst_weights"), [.. merges.Select(merge => merge.Distance)], 1e-6);
        AssertTree(merges, [.. Enumerable.Repeat(1.0, rows.RowCount)]);
    }

    [Theory]
    [InlineData("blobs10_ms1")]
    [InlineData("line_ms1")]
    [InlineData("titles30_2d_mcs3_ms1")]
    public void Where_no_weights_are_equal_both_trees_are_those_of_the_reference(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        double[] linkage = golden.Doubles("single_linkage");
        IReadOnlyList<SingleLinkageMerge> merges = fit.SingleLinkage();
        for (int i = 0; i < merges.Count; i++)
        {
            Assert.Equal(
                [Math.Min(linkage[4 * i], linkage[(4 * i) + 1]), Math.Max(linkage[4 * i], linkage[(4 * i) + 1])],
                [Math.Min(merges[i].Left, merges[i].Right), Math.Max(merges[i].Left, merges[i].Right)]);
            Assert.Equal(linkage[(4 * i) + 3], merges[i].Size);
        }

        // Clusters of the two trees have other numbers; what they are known by is when they are born and how many rows they have.
        int n = golden.Ints("stable").Length;
        int[] parents = golden.Ints("condensed_parent");
        int[] children = golden.Ints("condensed_child");
        double[] lambdas = golden.Doubles("condensed_lambda");
        int[] sizes = golden.Ints("condensed_size");
        IReadOnlyList<CondensedTreeEdge> edges = fit.CondensedTree();
        Assert.Equal(parents.Length, edges.Count);
        Assert.Equal(
            Enumerable.Range(0, parents.Length).Select(
                i => (children[i] < n ? children[i] : n, Math.Round(lambdas[i], 6), (double)sizes[i])).Order(),
            edges.Select(edge => (edge.Child < n ? edge.Child : n, Math.Round(edge.Lambda, 6), edge.ChildSize)).Order());
    }

    [Fact]
    public void Cutting_the_merges_gives_the_flat_cut()
    {
        RowMatrix rows = TestRows.Random(200, 2, seed: 81, levels: 15);
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 2 };
        IReadOnlyList<SingleLinkageMerge> merges = HdbscanClustering.Fit(rows, options).SingleLinkage();
        foreach (double cut in new[] { 0.5, 1.1, 1.5, 2.3 })
        {
            int[] up = new int[200 + merges.Count];
            DisjointSets.Reset(up);
            for (int i = 0; i < merges.Count && merges[i].Distance < cut; i++)
            {
                up[merges[i].Left] = up[merges[i].Right] = 200 + i;
            }

            int[] labels = HdbscanClustering.Compute(rows, options with { CutDistance = cut }).Labels;
            foreach (IGrouping<int, int> part in Enumerable.Range(0, 200).GroupBy(row => DisjointSets.Find(up, row)))
            {
                int label = Assert.Single(part.Select(row => labels[row]).Distinct());
                Assert.Equal(part.Count() < 3, label < 0);
            }
        }
    }

    [Fact]
    public void Nodes_of_clusters_hold_the_rows_with_their_labels()
    {
        RowMatrix rows = TestRows.Random(300, 2, seed: 82);
        HdbscanFit fit = HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 4, MinSampleCount = 1 });
        Assert.Equal(
            fit.ClusterNodes.Select((node, number) => (node, number)).OrderBy(pair => pair.node),
            fit.CondensedTree().Where(edge => edge.Cluster is not null).Select(
                edge => (edge.Child, edge.Cluster!.Value)).OrderBy(pair => pair.Item1));
        Dictionary<int, int> parents = fit.CondensedTree().ToDictionary(edge => edge.Child, edge => edge.Parent);
        Assert.True(fit.ClusterNodes.Count > 3);
        for (int row = 0; row < 300; row++)
        {
            int node = row;
            int label = -1;
            while (parents.TryGetValue(node, out node))
            {
                label = Math.Max(label, fit.ClusterNodes.ToList().IndexOf(node));
            }

            Assert.Equal(fit.Result.Labels[row], label);
        }

        Assert.Empty(HdbscanClustering.Fit(rows, new HdbscanOptions { CutDistance = 0.2 }).ClusterNodes);
    }

    [Fact]
    public void Rows_that_are_not_finite_join_last_and_are_in_no_cluster()
    {
        RowMatrix rows = new([0, float.NaN, 1, 5, float.PositiveInfinity], 5, 1);
        HdbscanFit fit = HdbscanClustering.Fit(rows, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1 });
        Assert.Equal(
            [new(0, 2, 1, 2), new(3, 5, 4, 3), new(6, 1, double.PositiveInfinity, 4), new(7, 4, double.PositiveInfinity, 5)],
            fit.SingleLinkage());
        Assert.Equal([0, 2, 3], fit.CondensedTree().Where(edge => edge.Child < 5).Select(edge => edge.Child).Order());
        Assert.All(fit.CondensedTree(), edge => Assert.True(edge.Parent >= 5));
    }

    [Fact]
    public void Equal_rows_with_weights_join_where_they_lie()
    {
        RowMatrix rows = new([0, 3, 0, 4, 0], 5, 1);
        double[] weights = [2, 1, 0.5, 1.5, 1];
        HdbscanFit fit = HdbscanClustering.Fit(rows, weights, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1 });
        IReadOnlyList<SingleLinkageMerge> merges = fit.SingleLinkage();
        Assert.Equal([new(2, 4, 0, 1.5), new(5, 0, 0, 3.5)], merges.Take(2));
        AssertTree(merges, weights);
        Assert.Equal(weights, fit.CondensedTree().Where(edge => edge.Child < 5).OrderBy(edge => edge.Child).Select(edge => edge.ChildSize));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Without_pairs_there_are_no_merges(int n)
    {
        HdbscanFit fit = HdbscanClustering.Fit(TestRows.Random(n, 2, seed: 1), new HdbscanOptions());
        Assert.Empty(fit.SingleLinkage());
        Assert.Equal(n, fit.CondensedTree().Count);
    }

    [Fact]
    public void The_order_of_rows_changes_no_merge()
    {
        RowMatrix rows = TestRows.Random(150, 2, seed: 83);
        int[] order = TestRows.Shuffle(150, 5);
        HdbscanOptions options = new() { MinClusterSize = 3 };
        IReadOnlyList<SingleLinkageMerge> expected = HdbscanClustering.Fit(rows, options).SingleLinkage();
        IReadOnlyList<SingleLinkageMerge> found = HdbscanClustering.Fit(CanonicalOrder.Apply(rows, order), options).SingleLinkage();
        Assert.Equal(expected, found.Select(merge => merge with { Left = Row(merge.Left), Right = Row(merge.Right) }));

        int Row(int node) => node < 150 ? order[node] : node;
    }

    private static void AssertTree(IReadOnlyList<SingleLinkageMerge> merges, double[] weights)
    {
        int n = weights.Length;
        List<double> sizes = [.. weights];
        HashSet<int> joined = [];
        double before = 0;
        Assert.Equal(n - 1, merges.Count);
        foreach (SingleLinkageMerge merge in merges)
        {
            Assert.True(merge.Distance >= before && merge.Left < sizes.Count && merge.Right < sizes.Count);
            Assert.True(joined.Add(merge.Left) && joined.Add(merge.Right));
            Assert.Equal(sizes[merge.Left] + sizes[merge.Right], merge.Size);
            sizes.Add(merge.Size);
            before = merge.Distance;
        }
    }
}
