using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan.Selection;

public class ClusterCountSearchTests
{
    [Theory]
    [InlineData(ClusterSelectionMethod.Eom, false)]
    [InlineData(ClusterSelectionMethod.Eom, true)]
    [InlineData(ClusterSelectionMethod.Leaf, false)]
    public void No_other_epsilon_comes_nearer_to_the_cluster_count(ClusterSelectionMethod method, bool allowSingleCluster)
    {
        RowMatrix rows = TestRows.Random(300, 2, seed: 71);
        HdbscanOptions options
            = new() { MinClusterSize = 4, MinSampleCount = 2, ClusterSelectionMethod = method, AllowSingleCluster = allowSingleCluster };
        HdbscanFit fit = HdbscanClustering.Fit(rows, options);
        double[] distances = [
            0,
            .. Enumerable.Range(1, fit.Stages.Tree.ClusterCount - 1).Select(cluster => 1 / fit.Stages.Tree.Birth(cluster)).SelectMany(
                distance => new[] { distance * 0.999, distance * 1.001 })];
        ClusterSelectionMethod[] methods = method == ClusterSelectionMethod.Eom
            ? [ClusterSelectionMethod.Eom, ClusterSelectionMethod.Leaf]
            : [method];
        int[] counts = [
            .. methods.SelectMany(
                each => distances.Select(
                    distance => HdbscanClustering.Compute(
                        rows,
                        options with
                        {
                            ClusterSelectionMethod = each,
                            ClusterSelectionEpsilon = distance,
                        }).Persistences.Length)).Distinct()];
        Assert.True(counts.Length > 5);
        for (int wanted = 1; wanted <= counts.Max() + 2; wanted++)
        {
            HdbscanFit found = HdbscanClustering.Fit(rows, options with { ClusterCount = wanted });
            int nearest = counts.MinBy(count => (Math.Abs(count - wanted), count));
            Assert.Equal(nearest, found.Result.Persistences.Length);
            Assert.Equal(nearest != wanted, found.Result.Warnings.Any(warning => warning.Id == "ClusterCountNotMet"));

            // What was found says how to get the same without looking for it.
            Assert.Null(found.ResolvedOptions.ClusterCount);
            Assert.Equal(found.Result.Labels, HdbscanClustering.Compute(rows, found.ResolvedOptions).Labels);
        }
    }

    [Fact]
    public void Asking_for_the_number_of_clusters_found_by_default_changes_nothing()
    {
        RowMatrix rows = HdbscanModelRows.Fitted();
        HdbscanResult expected = HdbscanClustering.Compute(rows, new HdbscanOptions());
        HdbscanResult found = HdbscanClustering.Compute(rows, new HdbscanOptions { ClusterCount = expected.Persistences.Length });
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.Probabilities, found.Probabilities);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Few_rows_have_no_clusters_to_choose_from(int n)
    {
        HdbscanResult result = HdbscanClustering.Compute(TestRows.Random(n, 2, seed: 3), new HdbscanOptions { ClusterCount = 2 });
        Assert.All(result.Labels, label => Assert.Equal(-1, label));
    }

    [Fact]
    public void A_number_goes_with_no_distance_that_says_it_too()
    {
        Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(() => new HdbscanOptions { ClusterCount = 3, ClusterSelectionEpsilon = 1 }.Validate()).ErrorId);
        Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(() => new HdbscanOptions { ClusterCount = 3, CutDistance = 1 }.Validate()).ErrorId);
        Assert.Equal(
            "HdbscanOptionInvalid", Assert.Throws<EngineException>(() => new HdbscanOptions { ClusterCount = 0 }.Validate()).ErrorId);
        Assert.Equal(
            "HdbscanOptionInvalid",
            Assert.Throws<EngineException>(() => new HdbscanOptions { ClusterCount = 3, MaxClusterSize = 50 }.Validate()).ErrorId);
    }

    [Fact]
    public void A_saved_model_puts_rows_into_the_clusters_that_were_found()
    {
        RowMatrix rows = HdbscanModelRows.Fitted();
        HdbscanFit fit = HdbscanClustering.Fit(rows, new HdbscanOptions { ClusterCount = 2, AllowSingleCluster = true });
        Assert.Equal(fit.Result.Labels, HdbscanModel.Of(fit).Predict(rows).Result.Labels);
    }
}
