using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Refinement;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan.Refinement;

/// <summary>Clusters merged by Ward's criterion, against looking at every pair each time.</summary>
public class WardMergingTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(7, false)]
    [InlineData(12, true)]
    [InlineData(50, false)]
    public void The_two_that_cost_least_are_merged_each_time(int wanted, bool isWeighted)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            RowMatrix rows = TestRows.Random(80, 3, seed);
            int[] labels = [.. Enumerable.Range(0, 80).Select(row => row % 15 == 13 ? -1 : row % 13)];
            double[]? weights = isWeighted ? [.. Enumerable.Range(0, 80).Select(row => 1.0 + (row % 3))] : null;

            Assert.Equal(
                Plain(rows, labels, weights, wanted),
                WardMerging.Merge(rows, labels, 20, weights, wanted, CancellationToken.None));
        }
    }

    [Theory]
    [InlineData(ClusterSelectionMethod.Leaf)]
    [InlineData(ClusterSelectionMethod.Eom)]
    public void A_refined_fit_has_as_many_clusters_as_are_asked_for(ClusterSelectionMethod method)
    {
        HdbscanOptions options = new() { MinClusterSize = 5, MinSampleCount = 2, RefinementCount = 10, ClusterSelectionMethod = method };
        RowMatrix rows = TestRows.Random(400, 2, 5);
        HdbscanResult leaves = HdbscanClustering.Compute(rows, options with { ClusterSelectionMethod = ClusterSelectionMethod.Leaf });
        Assert.InRange(leaves.Persistences.Length, 8, 100);
        foreach (int wanted in new[] { 1, 2, 5, 8 })
        {
            HdbscanResult result = HdbscanClustering.Compute(rows, options with { ClusterCount = wanted });
            Assert.Equal(wanted, result.Labels.Distinct().Count());
            Assert.InRange(result.Labels.Count(label => label == 0), 400 / wanted, wanted == 1 ? 400 : 800 / wanted);
        }

        HdbscanResult most = HdbscanClustering.Compute(rows, options with { ClusterCount = 300 });
        Assert.Equal("ClusterCountNotMet", Assert.Single(most.Warnings).Id);
    }

    private static int[] Plain(RowMatrix rows, int[] labels, double[]? weights, int wanted)
    {
        int[] merged = [.. labels];
        while (merged.Where(label => label >= 0).Distinct().Count() > wanted)
        {
            int[] clusters = [.. merged.Where(label => label >= 0).Distinct().Order()];
            (double _, int keep, int give) = clusters
                .SelectMany(one => clusters.Where(other => other > one).Select(other => (Cost(one, other), one, other)))
                .Min();
            merged = Array.ConvertAll(merged, label => label == give ? keep : label);
        }

        return merged;

        double Cost(int one, int other)
        {
            (double count, double[] mean) = MeanOf(one);
            (double otherCount, double[] otherMean) = MeanOf(other);
            return count * otherCount / (count + otherCount) * mean.Zip(otherMean, (a, b) => (a - b) * (a - b)).Sum();
        }

        (double Count, double[] Mean) MeanOf(int cluster)
        {
            int[] members = [.. Enumerable.Range(0, merged.Length).Where(row => merged[row] == cluster)];
            double count = members.Sum(Weight);
            return (
                count,
                [.. Enumerable.Range(0, rows.ColumnCount).Select(column => members.Sum(row => Weight(row) * rows[row, column]) / count)]);
        }

        double Weight(int row) => weights is null ? 1 : weights[row];
    }
}
