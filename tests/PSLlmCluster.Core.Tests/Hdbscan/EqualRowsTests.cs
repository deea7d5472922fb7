using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Piles of equal rows, the everyday case of alerts: each is a cluster of its own, whatever lies around it.</summary>
public class EqualRowsTests
{
    [Theory]
    [InlineData(6, 8, 384, 5)]
    [InlineData(6, 8, 2, 5)]
    [InlineData(50, 100, 3, 5)]
    [InlineData(3, 2, 5, 2)]
    public void Each_pile_is_a_cluster(int piles, int copies, int columns, int minClusterSize)
    {
        RowMatrix places = TestRows.Random(piles, columns, seed: 7);
        float[] values = new float[piles * copies * columns];
        for (int row = 0; row < piles * copies; row++)
        {
            places.Row(row % piles).CopyTo(values.AsSpan(row * columns));
        }

        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix(values, piles * copies, columns), new HdbscanOptions
            {
                MinClusterSize = minClusterSize,
                MinSampleCount = copies - 1,
            });

        Assert.Equal(Enumerable.Range(0, piles * copies).Select(row => row % piles), result.Labels);
        Assert.All(result.Probabilities, probability => Assert.Equal(1, probability));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Piles_next_to_one_another_stay_apart(int weight)
    {
        int copies = 20 / weight;
        float[] places = [0, 1, 10, 11];
        RowMatrix rows = new([.. places.SelectMany(place => Enumerable.Repeat(place, copies))], 4 * copies, 1);
        double[] weights = [.. Enumerable.Repeat((double)weight, 4 * copies)];

        HdbscanResult result = HdbscanClustering.Fit(rows, weight == 1 ? null : weights, new HdbscanOptions()).Result;

        Assert.Equal(Enumerable.Range(0, 4 * copies).Select(row => row / copies), result.Labels);
    }

    [Fact]
    public void A_row_far_from_a_pile_is_noise_in_its_only_cluster()
    {
        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix([.. new float[12], 20], 13, 1), new HdbscanOptions { AllowSingleCluster = true });

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1], result.Labels);
        Assert.Equal(0.5, result.OutlierScores[12], 1e-12);
        Assert.Equal(0, result.OutlierScores[0]);
        Assert.Equal(0, result.Probabilities[12]);
    }

    [Fact]
    public void Piles_among_noise_are_found_in_any_order()
    {
        RowMatrix noise = TestRows.Random(200, 2, seed: 3);
        float[] values = [
            .. noise.Values,
            .. Enumerable.Repeat(new float[] { 0.5f, 0.25f }, 30).SelectMany(row => row),
            .. Enumerable.Repeat(new float[] { 0.5f, 0.26f }, 20).SelectMany(row => row)];
        int[] labels = HdbscanClustering.Compute(new RowMatrix(values, 250, 2), new HdbscanOptions()).Labels;
        int[] order = [.. Enumerable.Range(0, 250).OrderBy(row => row * 97 % 250)];
        RowMatrix turned = CanonicalOrder.Apply(new RowMatrix(values, 250, 2), order);

        int[] again = HdbscanClustering.Compute(turned, new HdbscanOptions()).Labels;

        Assert.Single(labels[200..230].Distinct());
        Assert.Single(labels[230..].Distinct());
        Assert.NotEqual(labels[200], labels[230]);
        Assert.True(labels[200] >= 0 && labels[230] >= 0);
        Assert.Equal(order.Select(row => labels[row] < 0), again.Select(label => label < 0));
        Assert.Equal(order.Select(row => labels[row] == labels[200]), again.Select(label => label == again[Array.IndexOf(order, 200)]));
    }

    [Theory]
    [InlineData(Metric.Euclidean, false, ClusterSelectionMethod.Eom, "All rows are equal. Set AllowSingleCluster if all may be one.")]
    [InlineData(Metric.Cosine, false, ClusterSelectionMethod.Eom, "All rows are equal. Set AllowSingleCluster if all may be one.")]
    [InlineData(
        Metric.Euclidean, true, ClusterSelectionMethod.Leaf, "All rows are equal. Set ClusterSelectionMethod to Eom if all may be one.")]
    public void A_warning_of_equal_rows_names_what_helps(Metric metric, bool isSingle, ClusterSelectionMethod method, string expected)
    {
        HdbscanOptions options = new() { Metric = metric, AllowSingleCluster = isSingle, ClusterSelectionMethod = method };
        RowMatrix rows = new([.. Enumerable.Repeat(3f, 40)], 20, 2);

        EngineWarning warning = Assert.Single(HdbscanClustering.Compute(rows, options).Warnings);
        HdbscanFit weighted = HdbscanClustering.Fit(rows, [.. Enumerable.Repeat(2.0, 20)], options);

        Assert.EndsWith(expected, warning.Message, StringComparison.Ordinal);
        Assert.EndsWith(expected, Assert.Single(weighted.Result.Warnings).Message, StringComparison.Ordinal);
        Assert.All(
            HdbscanClustering.Compute(rows, new HdbscanOptions { AllowSingleCluster = true }).Labels, label => Assert.Equal(0, label));
    }
}
