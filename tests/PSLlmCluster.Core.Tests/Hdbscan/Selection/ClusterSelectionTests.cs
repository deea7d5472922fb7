using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class ClusterSelectionTests
{
    public static TheoryData<string> HandSizedTrees => HandSizedTree.Names;

    [Theory]
    [MemberData(nameof(HandSizedTrees))]
    public void Clusters_selected_are_those_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        Assert.Equal(
            tree.NamesOfExpected("selected_before_epsilon"),
            tree.NamesOf(ClusterSelection.BeforeEpsilon(tree.Condensed, tree.Measures, tree.Options)));
        Assert.Equal(tree.NamesOfExpected("selected"), tree.NamesOf(ClusterSelection.Select(tree.Condensed, tree.Measures, tree.Options)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_selected_cluster_lies_below_another(bool allowSingleCluster)
    {
        CondensedTree tree = HdbscanStages.Condensed(TestRows.Random(500, 2, seed: 6), new HdbscanOptions { MinClusterSize = 2 });
        ClusterStability measures = ClusterStability.Compute(tree);
        foreach (ClusterSelectionMethod method in Enum.GetValues<ClusterSelectionMethod>())
        {
            foreach (double epsilon in new[] { 0, 0.05, 0.1, 0.2, 1, 10 })
            {
                HdbscanOptions options = new()
                {
                    MinClusterSize = 2,
                    ClusterSelectionMethod = method,
                    ClusterSelectionEpsilon = epsilon,
                    AllowSingleCluster = allowSingleCluster,
                };
                bool[] selected = ClusterSelection.Select(tree, measures, options);
                Assert.Contains(true, selected);
                for (int cluster = 1; cluster < selected.Length; cluster++)
                {
                    for (int above = tree.Parent(cluster); above >= 0 && selected[cluster]; above = tree.Parent(above))
                    {
                        Assert.False(selected[above], $"{cluster} lies below {above}");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_largest_size_forbids_larger_clusters()
    {
        CondensedTree tree = HdbscanStages.Condensed(TestRows.Random(500, 2, seed: 6), new HdbscanOptions());
        bool[] selected = ClusterSelection.Select(tree, ClusterStability.Compute(tree), new HdbscanOptions { MaxClusterSize = 9 });
        Assert.Contains(true, selected);
        Assert.All(
            Enumerable.Range(0, selected.Length).Where(cluster => selected[cluster]), cluster => Assert.InRange(tree.Size(cluster), 5, 9));
    }
}
