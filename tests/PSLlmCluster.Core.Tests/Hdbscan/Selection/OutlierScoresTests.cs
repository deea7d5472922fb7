using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class OutlierScoresTests
{
    public static TheoryData<string> HandSizedTrees => HandSizedTree.Names;

    [Theory]
    [MemberData(nameof(HandSizedTrees))]
    public void Scores_are_those_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        HdbscanGoldens.AssertNear(
            tree.ExpectedNumbers("outlier_scores"),
            OutlierScores.Compute(tree.Condensed, tree.Measures.Lambdas),
            relative: 0,
            absolute: 1e-12);
    }
}
