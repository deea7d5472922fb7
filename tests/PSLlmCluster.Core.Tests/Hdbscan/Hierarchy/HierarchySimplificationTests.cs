using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan.Hierarchy;

public class HierarchySimplificationTests
{
    private const double SinglePrecision = 1e-7;

    public static TheoryData<string> Trees => HandSizedTree.NamesLikeHdbscan;

    [Theory]
    [MemberData(nameof(Trees))]
    public void Trees_are_those_worked_out_by_hand(string name)
    {
        HandSizedTree tree = HandSizedTree.Read(name);
        CondensedTree condensed = tree.Condensed;
        int n = condensed.RowClusters.Length;
        double[][] clusters = [
            .. Enumerable.Range(0, condensed.ClusterCount).Select(
                cluster => new[]
                {
                    condensed.Birth(cluster),
                    condensed.Size(cluster),
                    tree.Measures.Lambdas.Own[cluster],
                    tree.Measures.Stabilities[cluster],
                })];
        double[][] expected = [
            .. tree.Expected.GetProperty("clusters").EnumerateArray().Select(
                entry => new[]
                {
                    Number(entry, "birth"),
                    Number(entry, "size"),
                    Number(entry, "largest_lambda"),
                    Number(entry, "stability"),
                })];
        Assert.Equal(expected.Length, clusters.Length);
        foreach ((double[] want, double[] found) in expected.OrderBy(Key).Zip(clusters.OrderBy(Key)))
        {
            HdbscanGoldens.AssertNear(want, found, SinglePrecision);
        }

        foreach (JsonElement edge in tree.Expected.GetProperty("condensed").EnumerateArray().Where(edge => edge[1].GetInt32() < n))
        {
            Assert.Equal(edge[2].GetDouble(), condensed.RowLambdas[edge[1].GetInt32()], SinglePrecision);
        }

        bool[] selected = ClusterSelection.Select(condensed, tree.Measures, tree.Options);
        ClusterLabels labels = ClusterLabels.Compute(condensed, tree.Measures, selected, 0);
        int[] byNumber = ClusterNumbers.BySize(labels.Clusters, condensed.ClusterCount);
        Assert.Equal(tree.ExpectedNumbers("labels"), labels.Clusters.Select(cluster => (double)Array.IndexOf(byNumber, cluster)));
        HdbscanGoldens.AssertNear(tree.ExpectedNumbers("probabilities"), labels.Probabilities, SinglePrecision);
        HdbscanGoldens.AssertNear(
            tree.ExpectedNumbers("outlier_scores"),
            OutlierScores.Compute(condensed, tree.Measures.Lambdas),
            SinglePrecision,
            SinglePrecision);
        HdbscanGoldens.AssertNear(
            tree.ExpectedNumbers("persistence"), [.. byNumber.Select(cluster => labels.Persistences[cluster])], SinglePrecision);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Every_cluster_lives_long_enough_and_no_row_is_lost(int levels)
    {
        RowMatrix rows = TestRows.Random(400, 2, seed: 61, levels: levels);
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 1 };
        int before = int.MaxValue;
        foreach (double persistence in new[] { 1e-9, 0.05, 0.5, 2, 10, 1e9 })
        {
            HdbscanFit fit = HdbscanClustering.Fit(rows, options with { ClusterSelectionPersistence = persistence });
            CondensedTree tree = fit.Stages.Tree;
            double[] counts = new double[tree.ClusterCount];
            for (int row = 0; row < tree.RowClusters.Length; row++)
            {
                counts[tree.RowClusters[row]]++;
                Assert.True(tree.RowLambdas[row] >= tree.Birth(tree.RowClusters[row]));
            }

            for (int cluster = tree.ClusterCount - 1; cluster > 0; cluster--)
            {
                Assert.True(fit.Stages.Stability.Lambdas.Below[cluster] - tree.Birth(cluster) >= persistence);
                Assert.Equal(tree.Size(cluster), counts[cluster]);
                Assert.NotEqual(1, tree.ChildCount(cluster));
                counts[tree.Parent(cluster)] += counts[cluster];
            }

            Assert.Equal(400, counts[0]);
            Assert.True(tree.ClusterCount <= before);
            before = tree.ClusterCount;
        }

        Assert.Equal(1, before);
    }

    [Fact]
    public void The_smallest_persistence_above_0_changes_nothing()
    {
        RowMatrix rows = TestRows.Random(300, 2, seed: 62);
        HdbscanResult expected = HdbscanClustering.Compute(rows, new HdbscanOptions());
        HdbscanResult found = HdbscanClustering.Compute(rows, new HdbscanOptions { ClusterSelectionPersistence = double.Epsilon });
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.Probabilities, found.Probabilities);
        Assert.Equal(expected.OutlierScores, found.OutlierScores);
    }

    /// <summary>The reference fails where its tree has no split.</summary>
    [Fact]
    public void A_tree_without_a_split_stays_as_it_is()
    {
        RowMatrix rows = HdbscanGoldens.Data("uniform");
        HdbscanResult result = HdbscanClustering.Compute(
            rows, new HdbscanOptions { MinClusterSize = 200, ClusterSelectionPersistence = 0.1 });
        Assert.All(result.Labels, label => Assert.Equal(-1, label));
    }

    [Fact]
    public void Of_several_parts_at_one_weight_the_short_ones_fall_out()
    {
        // Three groups at one distance from one another: two dense ones, and one that is hardly denser than the way between them.
        RowMatrix rows = new([0, 0.1f, 0.2f, 10.2f, 10.3f, 10.4f, 20.4f, 28.4f, 36.4f], 9, 1);
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 1 };
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2], HdbscanClustering.Compute(rows, options).Labels);
        Assert.Equal(
            [0, 0, 0, 1, 1, 1, -1, -1, -1], HdbscanClustering.Compute(rows, options with { ClusterSelectionPersistence = 1 }).Labels);
    }

    private static double Number(JsonElement entry, string name) => entry.GetProperty(name).GetDouble();

    private static double Key(double[] cluster) => Math.Round(cluster[0], 6) + (cluster[1] * 1000);
}
