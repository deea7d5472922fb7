using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class RelativeValidityTests
{
    /// <summary>Gets the cases in which no row's label depends on the order of rows, and hdbscan gives a number.</summary>
    public static TheoryData<string> Cases
        => [.. ((IEnumerable<object[]>)HdbscanGoldens.CasesLikeHdbscan).Select(entry => (string)entry[0]).Where(IsStable)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_validity_is_that_of_hdbscan(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanFit fit = HdbscanClustering.Fit(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden));
        Assert.Equal(golden.Json.GetProperty("relative_validity").GetDouble(), fit.RelativeValidity!.Value, 1e-6);
    }

    [Fact]
    public void Clusters_count_by_their_share_of_all_rows()
    {
        // Within: 1 and 2; apart: 8; the last row is noise. 3/7 x (8 - 1) / 8 + 3/7 x (8 - 2) / 8.
        SpanningTree tree = SpanningTree.FromEdges([1, 1, 2, 2, 8, 20], [0, 1, 3, 4, 2, 5], [1, 2, 4, 5, 3, 6]);
        Assert.Equal(
            (3 / 7.0 * 7 / 8) + (3 / 7.0 * 6 / 8), RelativeValidity.Compute(tree, [0, 0, 0, 1, 1, 1, -1], [3, 3], 7)!.Value, 1e-12);
    }

    [Fact]
    public void A_cluster_alone_is_compared_with_its_distance_to_noise()
        => Assert.Equal(
            3 / 4.0 * (10 - 2) / 10,
            RelativeValidity.Compute(SpanningTree.FromEdges([1, 2, 5], [0, 1, 2], [1, 2, 3]), [0, 0, 0, -1], [3], 4)!.Value,
            1e-12);

    [Fact]
    public void Without_noise_or_another_cluster_the_longest_edge_stands_in()
        => Assert.Equal(
            (4 - 2) / 4.0, RelativeValidity.Compute(SpanningTree.FromEdges([1, 2], [0, 1], [1, 2]), [0, 0, 0], [3], 3)!.Value, 1e-12);

    /// <summary>Nine ninths, added one after another, are more than 1 by their last bit.</summary>
    [Fact]
    public void The_best_clustering_has_a_validity_of_1()
    {
        int[] first = [.. Enumerable.Range(0, 9).Select(pair => 2 * pair), .. Enumerable.Range(0, 8).Select(pair => (2 * pair) + 1)];
        double[] weights = [.. new double[9], .. Enumerable.Repeat(1.0, 8)];
        SpanningTree tree = SpanningTree.FromEdges(weights, first, Array.ConvertAll(first, row => row + 1));
        int[] clusters = [.. Enumerable.Range(0, 18).Select(row => row / 2)];

        Assert.Equal(1, RelativeValidity.Compute(tree, clusters, [.. Enumerable.Repeat(2.0, 9)], 18));
    }

    [Fact]
    public void Without_clusters_there_is_none()
        => Assert.Null(HdbscanClustering.Fit(TestRows.Random(4, 2, seed: 1), new HdbscanOptions()).RelativeValidity);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(double.PositiveInfinity, 1, 1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, -1)]
    public void Rows_that_are_not_connected_and_equal_rows_have_a_value(double apart, double within, double expected)
        => Assert.Equal(
            expected,
            RelativeValidity.Compute(
                SpanningTree.FromEdges([within, within, apart], [0, 2, 1], [1, 3, 2]), [0, 0, 1, 1], [2, 2], 4)!.Value);

    [Fact]
    public void Equal_rows_count_as_often_as_they_are_there()
    {
        RowMatrix rows = new([0, 0.5f, 1, 9, 9.5f, 10, 30], 7, 1);
        RowMatrix repeated = new([0, 0, 0, 0.5f, 1, 1, 9, 9.5f, 10, 10, 30], 11, 1);
        HdbscanOptions options = new() { MinClusterSize = 3, MinSampleCount = 1 };
        Assert.Equal(
            HdbscanClustering.Fit(repeated, options).RelativeValidity!.Value,
            HdbscanClustering.Fit(rows, [3, 1, 2, 1, 1, 2, 1], options).RelativeValidity!.Value,
            1e-12);
    }

    private static bool IsStable(string id)
    {
        JsonElement golden = GoldenSet.Hdbscan.Json($"cases/{id}.json");
        return golden.TryGetProperty("relative_validity", out JsonElement validity) && validity.ValueKind == JsonValueKind.Number
            && golden.GetProperty("stable_rows").GetInt32() == golden.GetProperty("n").GetInt32();
    }
}
