using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class ClusterLabelsTests
{
    public static TheoryData<string> HandSizedTrees => HandSizedTree.Names;

    [Theory]
    [MemberData(nameof(HandSizedTrees))]
    public void Labels_probabilities_and_persistence_are_those_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        ClusterLabels labels = ClusterLabels.Compute(
            tree.Condensed,
            tree.Measures,
            ClusterSelection.Select(tree.Condensed, tree.Measures, tree.Options),
            tree.Options.ClusterSelectionEpsilon);
        int[] byNumber = ClusterNumbers.BySize(labels.Clusters, tree.Condensed.ClusterCount);
        Assert.Equal(
            tree.ExpectedNumbers("labels").Select(label => (int)label),
            labels.Clusters.Select(cluster => cluster < 0 ? -1 : Array.IndexOf(byNumber, cluster)));
        HdbscanGoldens.AssertNear(tree.ExpectedNumbers("probabilities"), labels.Probabilities, relative: 0, absolute: 1e-12);
        HdbscanGoldens.AssertNear(
            tree.ExpectedNumbers("persistence"),
            Array.ConvertAll(byNumber, cluster => labels.Persistences[cluster]),
            relative: 0,
            absolute: 1e-12);
    }
}
