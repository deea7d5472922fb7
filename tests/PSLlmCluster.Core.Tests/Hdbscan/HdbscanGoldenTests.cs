using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan;

public class HdbscanGoldenTests
{
    public static TheoryData<string> Cases => HdbscanGoldens.Cases;

    public static TheoryData<string> CasesLikeHdbscan => HdbscanGoldens.CasesLikeHdbscan;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_equal_the_canonical_ones(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanResult result = HdbscanClustering.Compute(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        Assert.Equal(golden.Ints("canonical_labels"), result.Labels);
        HdbscanGoldens.AssertNear(golden.Doubles("canonical_probabilities"), result.Probabilities, relative: 0, absolute: 1e-6);
        HdbscanGoldens.AssertNear(golden.Doubles("canonical_outlier_scores"), result.OutlierScores, relative: 0, absolute: 1e-6);
        HdbscanGoldens.AssertNear(
            Numbers(golden.Json.GetProperty("canonical").GetProperty("persistence")), result.Persistences, relative: 0, absolute: 1e-6);
    }

    /// <summary>The reference was given these distances ready-made, in single precision.</summary>
    [Theory]
    [InlineData("glosses300_cosine", "glosses300_unit", Metric.Cosine)]
    [InlineData("glosses300_correlation", "glosses500", Metric.Correlation)]
    public void Results_of_angular_metrics_equal_the_canonical_ones(string id, string dataset, Metric metric)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = CanonicalOrder.Apply(HdbscanGoldens.Data(dataset), [.. Enumerable.Range(0, 300)]);
        HdbscanResult result = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 3, Metric = metric });
        Assert.Equal(golden.Ints("canonical_labels"), result.Labels);
        HdbscanGoldens.AssertNear(golden.Doubles("canonical_probabilities"), result.Probabilities, relative: 0, absolute: 1e-6);
        HdbscanGoldens.AssertNear(golden.Doubles("canonical_outlier_scores"), result.OutlierScores, relative: 0, absolute: 1e-6);
    }

    /// <summary>hdbscan's own answer, on the rows on which it does not depend on their order.</summary>
    [Theory]
    [MemberData(nameof(CasesLikeHdbscan))]
    public void Results_equal_those_of_hdbscan_where_these_are_stable(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanResult result = HdbscanClustering.Compute(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        int[] labels = golden.Ints("labels");
        double[] probabilities = golden.Numbers("probabilities");
        double[] outlierScores = golden.Numbers("outlier_scores");
        int[] stable = golden.Ints("stable");
        Dictionary<int, int> numbers = [];
        for (int row = 0; row < labels.Length; row++)
        {
            if (stable[row] == 0)
            {
                continue;
            }

            // Clusters that differ in unstable rows differ in size, and so in number: what has to agree is who is with whom.
            Assert.Equal(
                numbers.TryGetValue(labels[row], out int number) ? number : numbers[labels[row]] = result.Labels[row], result.Labels[row]);
            Assert.Equal(labels[row] < 0, result.Labels[row] < 0);
            Assert.Equal(probabilities[row], result.Probabilities[row], 1e-6);
            Assert.Equal(outlierScores[row], result.OutlierScores[row], 1e-6);
        }

        Assert.Equal(numbers.Count, numbers.Values.Distinct().Count());
    }

    [LargeSetFact]
    public void A_large_set_agrees_with_hdbscan()
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case("mixture20k");
        HdbscanResult result = HdbscanClustering.Compute(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        Assert.InRange(AdjustedRandIndex(golden.Ints("labels"), result.Labels), 0.99, 1);
    }

    /// <summary>
    /// With clusters of two rows hdbscan's labels depend on ties throughout (257 of its 2,044 clusters have persistence 0), so only the
    /// spanning tree is held against its own.
    /// </summary>
    [LargeSetFact]
    public void The_tree_of_a_large_set_weighs_what_hdbscans_does()
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case("mixture20k_seed");
        double expected = golden.Json.GetProperty("mst_weight").GetDouble();
        Assert.Equal(
            expected, HdbscanStages.Spanning(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden)).Weights.Sum(), 1e-6 * expected);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(GoldenFile.Number)];

    private static double AdjustedRandIndex(int[] a, int[] b)
    {
        double pairs = Pairs(a.Zip(b));
        double pairsOfA = Pairs(a);
        double pairsOfB = Pairs(b);
        double byChance = pairsOfA * pairsOfB / (a.Length * (a.Length - 1.0) / 2);
        return (pairs - byChance) / (((pairsOfA + pairsOfB) / 2) - byChance);

        static double Pairs<T>(IEnumerable<T> labels) => labels.GroupBy(label => label).Sum(
            group => group.Count() * (group.Count() - 1.0) / 2);
    }
}
