using System.Text.Json;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class ClusterStabilityTests
{
    public static TheoryData<string> HandSizedTrees => HandSizedTree.Names;

    [Theory]
    [MemberData(nameof(HandSizedTrees))]
    public void Stabilities_and_largest_lambdas_are_those_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        JsonElement[] clusters = [.. tree.Expected.GetProperty("clusters").EnumerateArray()];
        Assert.Equal(clusters.Length, tree.Condensed.ClusterCount);
        foreach (JsonElement expected in clusters)
        {
            int cluster = Enumerable.Range(0, clusters.Length).Single(
                cluster => tree.NameOf(cluster) == tree.NameOfExpected(expected.GetProperty("id").GetInt32()));
            Assert.Equal(expected.GetProperty("size").GetInt32(), tree.Condensed.Size(cluster));
            Assert.Equal(expected.GetProperty("stability").GetDouble(), tree.Measures.Stabilities[cluster], 1e-12);
            Assert.Equal(expected.GetProperty("largest_lambda").GetDouble(), tree.Measures.Lambdas.Own[cluster]);
            Assert.Equal(expected.GetProperty("largest_lambda_below").GetDouble(), tree.Measures.Lambdas.Below[cluster]);
        }
    }

    [Fact]
    public void The_largest_lambda_is_that_of_the_whole_tree()
    {
        HandSizedTree tree = HandSizedTree.Read("two_groups");
        Assert.Equal(1, tree.Measures.Lambdas.Largest);
    }
}
