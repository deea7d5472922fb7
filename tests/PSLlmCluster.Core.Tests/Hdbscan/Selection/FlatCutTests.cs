using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class FlatCutTests
{
    public static TheoryData<string> Cases => [.. GoldenSet.Hdbscan.CaseIds().Where(id => HdbscanGoldens.IsOurs(id, "dbscan_labels"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cuts_give_the_reference_s_labels(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        int[] labels = golden.Ints("dbscan_labels");
        double[] cuts = [
            .. golden.Json.GetProperty("dbscan_cuts").EnumerateArray().Select(
                cut => cut.ValueKind == JsonValueKind.Object ? cut.GetProperty("cut").GetDouble() : cut.GetDouble())];
        RowMatrix rows = HdbscanGoldens.Rows(golden);
        HdbscanOptions options = HdbscanGoldens.Options(golden);
        for (int i = 0; i < cuts.Length; i++)
        {
            int[] expected = labels[(i * rows.RowCount)..((i + 1) * rows.RowCount)];
            if (cuts[i] == 0)
            {
                // Nothing is connected by less than nothing, which is no cut of ours.
                Assert.All(expected, label => Assert.Equal(-1, label));
                continue;
            }

            HdbscanOptions cut = new()
            {
                MinClusterSize = options.MinClusterSize,
                MinSampleCount = options.MinSampleCount,
                Metric = options.Metric,
                MinkowskiPower = options.MinkowskiPower,
                Alpha = options.Alpha,
                CutDistance = cuts[i],
            };
            Assert.Equal(expected, HdbscanClustering.Compute(rows, cut).Labels);
        }
    }

    [Fact]
    public void Members_belong_wholly_and_noise_not_at_all()
    {
        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix([0, 1, 2, 10, 11, 12, 13, 40], 8, 1),
            new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, CutDistance = 1.5 });

        Assert.Equal([1, 1, 1, 0, 0, 0, 0, -1], result.Labels);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 0], result.Probabilities);
        Assert.Equal([0, 0], result.Persistences);
        Assert.Equal(0, result.NearestClusters[7]);
        Assert.Equal(1 / 27.0, result.NearestStrengths[7], 1e-12);
    }

    [Fact]
    public void A_cut_goes_with_no_other_selection()
        => Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(() => new HdbscanOptions { CutDistance = 1, ClusterSelectionEpsilon = 1 }.Validate()).ErrorId);
}
