using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

public class HdbscanClusteringTests
{
    /// <summary>All lambdas that are not capped are 0 there, by which nothing may be divided.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public void Rows_without_a_way_between_them_give_finite_numbers(bool allowSingleCluster, int equalRows)
    {
        float[] distances = new float[36];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = i / 6 / equalRows == i % 6 / equalRows ? 0 : float.PositiveInfinity;
        }

        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix(distances, 6, 6),
            new HdbscanOptions
            {
                MinClusterSize = 2,
                MinSampleCount = 1,
                Metric = Metric.Precomputed,
                AllowSingleCluster = allowSingleCluster,
            });
        Assert.Equal(
            equalRows == 2 ? [0, 0, 1, 1, 2, 2] : allowSingleCluster ? [0, 0, 0, 0, 0, 0] : [-1, -1, -1, -1, -1, -1], result.Labels);
        Assert.All(result.OutlierScores, score => Assert.Equal(0, score));
        Assert.All(result.Probabilities, probability => Assert.Equal(result.Labels[0] < 0 ? 0 : 1, probability));
        Assert.All(result.Persistences, persistence => Assert.Equal(equalRows == 2 ? 1 : 0, persistence));
        Assert.All(result.NearestStrengths, strength => Assert.Equal(result.Labels[0] < 0 ? 0 : 1, strength));
    }

    [Fact]
    public void No_rows_give_an_empty_result_without_a_warning()
    {
        HdbscanResult result = HdbscanClustering.Compute(new RowMatrix([], 0, 2), new HdbscanOptions { MinSampleCount = 3 });
        Assert.Empty(result.Labels);
        Assert.Empty(result.Probabilities);
        Assert.Empty(result.OutlierScores);
        Assert.Empty(result.Persistences);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_row_is_noise(bool allowSingleCluster)
    {
        HdbscanResult result = HdbscanClustering.Compute(
            new RowMatrix([1, 2], 1, 2),
            new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 5, AllowSingleCluster = allowSingleCluster });
        Assert.Equal([-1], result.Labels);
        Assert.Equal([0], result.Probabilities);
        Assert.Equal([0], result.OutlierScores);
        Assert.Empty(result.Persistences);
        Assert.Equal("MostlyNoise", Assert.Single(result.Warnings).Id);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_few_rows_are_noise_or_one_cluster(int n)
    {
        RowMatrix rows = TestRows.Random(n, 2, seed: 2);
        HdbscanResult noise = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 2 });
        Assert.All(noise.Labels, label => Assert.Equal(-1, label));
        HdbscanResult single = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 2, AllowSingleCluster = true });
        Assert.Contains(0, single.Labels);
        Assert.Single(single.Persistences);
        AssertSound(noise, n);
        AssertSound(single, n);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void Equal_rows_are_noise_or_one_cluster(int n)
    {
        foreach (Metric metric in TestRows.Metrics)
        {
            RowMatrix rows = new([.. Enumerable.Repeat(new float[] { 3, -1, 0.1f }, n).SelectMany(row => row)], n, 3);
            HdbscanResult noise = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 2, Metric = metric });
            Assert.All(noise.Labels, label => Assert.Equal(-1, label));
            Assert.All(noise.OutlierScores, score => Assert.Equal(0, score));
            HdbscanResult single = HdbscanClustering.Compute(
                rows, new HdbscanOptions { MinClusterSize = 2, Metric = metric, AllowSingleCluster = true });
            Assert.All(single.Labels, label => Assert.Equal(0, label));
            Assert.All(single.Probabilities, probability => Assert.Equal(1, probability));
            AssertSound(single, n);
        }
    }

    [Fact]
    public void Rows_of_zeros_and_rows_without_columns_have_a_result()
    {
        foreach (Metric metric in TestRows.Metrics)
        {
            foreach (int columns in new[] { 0, 1, 2 })
            {
                AssertSound(
                    HdbscanClustering.Compute(new RowMatrix(new float[10 * columns], 10, columns), new HdbscanOptions { Metric = metric }),
                    10);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fewer_rows_than_a_cluster_needs_are_all_noise(bool allowSingleCluster)
    {
        HdbscanResult result = HdbscanClustering.Compute(
            TestRows.Random(8, 2, seed: 1), new HdbscanOptions { MinClusterSize = 9, AllowSingleCluster = allowSingleCluster });
        Assert.All(result.Labels, label => Assert.Equal(-1, label));
        EngineWarning warning = Assert.Single(result.Warnings);
        Assert.Equal("MostlyNoise", warning.Id);
        Assert.Contains("MinClusterSize = 9", warning.Message, StringComparison.Ordinal);
        AssertSound(result, 8);
    }

    [Fact]
    public void Every_minimum_size_gives_a_sound_result()
    {
        RowMatrix rows = TestRows.Random(40, 2, seed: 13, levels: 8);
        for (int minClusterSize = 2; minClusterSize <= 41; minClusterSize++)
        {
            foreach (ClusterSelectionMethod method in Enum.GetValues<ClusterSelectionMethod>())
            {
                HdbscanResult result = HdbscanClustering.Compute(
                    rows,
                    new HdbscanOptions
                    {
                        MinClusterSize = minClusterSize,
                        ClusterSelectionMethod = method,
                        AllowSingleCluster = minClusterSize % 2 == 0,
                    });
                AssertSound(result, 40);
            }
        }
    }

    [Theory]
    [InlineData(1e-100)]
    [InlineData(1e100)]
    public void Extreme_numbers_give_finite_results(double alpha)
    {
        // The smallest and largest numbers of single precision, and pairs of equal rows.
        float[] values = [0, 1e-45f, 2e-45f, 1e-45f, 3e38f, -3e38f, 3.4e38f, 0, 1, 1, 1.0000001f, 3e38f];
        foreach (Metric metric in TestRows.Metrics)
        {
            HdbscanOptions options = new() { MinClusterSize = 2, MinSampleCount = 1, Alpha = alpha, Metric = metric };
            AssertSound(HdbscanClustering.Compute(new RowMatrix(values, 12, 1), options), 12);
            AssertSound(HdbscanClustering.Compute(new RowMatrix(values, 4, 3), options), 4);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Rows_that_are_not_finite_are_noise_and_the_others_go_on(float value)
    {
        RowMatrix rows = TestRows.Random(60, 2, seed: 21);
        RowMatrix more = new([.. rows.Values[..40], value, 1, .. rows.Values[40..], 2, value], 62, 2);
        HdbscanResult expected = HdbscanClustering.Compute(rows, new HdbscanOptions());
        HdbscanResult found = HdbscanClustering.Compute(more, new HdbscanOptions());

        Assert.Equal([20, 61], found.NotFiniteRows);
        Assert.Equal([.. expected.Labels[..20], -1, .. expected.Labels[20..], -1], found.Labels);
        Assert.Equal([.. expected.OutlierScores[..20], 1, .. expected.OutlierScores[20..], 1], found.OutlierScores);
        Assert.Equal(expected.Persistences, found.Persistences);
        Assert.Equal(-1, found.NearestClusters[20]);
        Assert.Equal([-1, -1], HdbscanClustering.Compute(new RowMatrix([value, value], 2, 1), new HdbscanOptions()).Labels);
    }

    [Fact]
    public void A_sample_count_above_the_other_rows_is_cut_with_a_warning()
    {
        RowMatrix rows = TwoGroups();
        HdbscanResult cut = HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 50 });
        EngineWarning warning = Assert.Single(cut.Warnings, warning => warning.Id == "MinSampleCountCut");
        Assert.Contains("from 50 to 11", warning.Message, StringComparison.Ordinal);
        Assert.Equal(HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 11 }).Labels, cut.Labels);
        Assert.DoesNotContain(
            HdbscanClustering.Compute(rows, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 11 }).Warnings,
            warning => warning.Id == "MinSampleCountCut");
    }

    [Fact]
    public void Two_groups_are_two_clusters_without_a_warning()
    {
        HdbscanResult result = HdbscanClustering.Compute(TwoGroups(), new HdbscanOptions());
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], result.Labels);
        Assert.Empty(result.Warnings);
        AssertSound(result, 12);
    }

    /// <summary>A part of the rows belongs to the only cluster, and its stability counts all.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(60)]
    public void The_persistence_of_a_single_cluster_is_at_most_1(int minClusterSize)
    {
        HdbscanOptions options = new() { MinClusterSize = minClusterSize, AllowSingleCluster = true };
        HdbscanFit fit = HdbscanClustering.Fit(TestRows.Random(100, 2, seed: 9), options);
        AssertSound(fit.Result, 100);
        Assert.InRange(fit.Result.Labels.Count(label => label == 0), 1, 99);
    }

    [Fact]
    public void Much_noise_comes_with_the_options_to_change()
    {
        HdbscanResult result = HdbscanClustering.Compute(TestRows.Random(300, 8, seed: 3), new HdbscanOptions { MinClusterSize = 10 });
        EngineWarning warning = Assert.Single(result.Warnings);
        Assert.Equal("MostlyNoise", warning.Id);
        Assert.Contains("MinSampleCount (now 10)", warning.Message, StringComparison.Ordinal);
        Assert.Contains("MinClusterSize (now 10)", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_lowered_is_not_named()
    {
        // Gaps that double, so that rows fall out one by one; and two pairs far from such a row.
        HdbscanOptions lowest = new() { MinClusterSize = 2, MinSampleCount = 1 };
        RowMatrix chain = new([1, 2, 4, 8, 16, 32, 64], 7, 1);
        Assert.Equal("7 of 7 rows are noise. Set AllowSingleCluster if all may be one.", Warning(chain, lowest));
        Assert.Equal(
            "7 of 7 rows are noise. Set AllowSingleCluster, with the method Eom, if all may be one.",
            Warning(chain, lowest with { ClusterSelectionMethod = ClusterSelectionMethod.Leaf }));
        HdbscanOptions leaves = lowest with { ClusterSelectionMethod = ClusterSelectionMethod.Leaf, AllowSingleCluster = true };
        Assert.Equal("7 of 7 rows are noise. Set ClusterSelectionMethod to Eom if all may be one.", Warning(chain, leaves));
        Assert.Equal(
            "5 of 9 rows are noise. NoiseHandling Nearest puts noise into the clusters that it is nearest to.",
            Warning(new RowMatrix([1, 1.1f, 3, 3.1f, 10, 20, 40, 80, 160], 9, 1), lowest));
        Assert.Equal(
            "9 of 9 rows are noise. Raise CutDistance (now 0.01) if fewer should be.",
            Warning(new RowMatrix([1, 1.1f, 3, 3.1f, 10, 20, 40, 80, 160], 9, 1), lowest with { CutDistance = 0.01 }));
        Assert.StartsWith(
            "7 of 7 rows are noise. Lower ClusterSelectionPersistence (now 100) if",
            Warning(chain, lowest with { ClusterSelectionPersistence = 100 }),
            StringComparison.Ordinal);
        Assert.Equal(
            "The only row is noise. A cluster needs MinClusterSize = 2 rows: give more rows.",
            Warning(TestRows.Random(1, 2, seed: 3), lowest));

        static string Warning(RowMatrix rows, HdbscanOptions options) => Assert.Single(
            HdbscanClustering.Compute(rows, options).Warnings).Message;
    }

    [Fact]
    public void Rows_that_are_not_finite_are_no_rows_to_a_sample_count()
    {
        RowMatrix rows = new([0, 1, 2, 3, float.NaN], 5, 1);
        EngineWarning warning = Assert.Single(
            HdbscanClustering.Compute(
                rows, new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 9, AllowSingleCluster = true }).Warnings,
            warning => warning.Id == "MinSampleCountCut");
        Assert.Equal("MinSampleCount was cut from 9 to 3: there are only 4 rows with finite numbers.", warning.Message);
    }

    [Fact]
    public void Memory_is_far_below_a_matrix_of_distances_even_where_every_row_is_a_neighbour()
    {
        RowMatrix rows = TestRows.Random(2000, 2, seed: 1);
        HdbscanOptions options = new() { MinSampleCount = 1999, ThreadCount = 1 };
        long before = GC.GetAllocatedBytesForCurrentThread();
        HdbscanClustering.Compute(rows, options);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void A_cancelled_token_ends_the_work()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => HdbscanClustering.Compute(TwoGroups(), new HdbscanOptions(), token: new CancellationToken(canceled: true)));

    [Theory]
    [InlineData("Measuring core distances")]
    [InlineData("Building the spanning tree")]
    public void A_token_cancelled_on_the_way_ends_the_work(string stage)
    {
        using CancellationTokenSource source = new();
        Reports reports = new(report =>
        {
            if (report.Stage == stage)
            {
                source.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => HdbscanClustering.Compute(
                TestRows.Random(1000, 4, seed: 1), new HdbscanOptions { ThreadCount = 2 }, reports, source.Token));
    }

    [Fact]
    public void Progress_rises_from_stage_to_stage_up_to_the_end()
    {
        List<StageProgress> seen = [];
        HdbscanClustering.Compute(TestRows.Random(200, 2, seed: 1), new HdbscanOptions { ThreadCount = 1 }, new Reports(seen.Add));
        Assert.Equal(seen.OrderBy(report => report.Fraction), seen);
        Assert.All(seen, report => Assert.InRange(report.Fraction, 0, 1));
        Assert.Equal(1, seen[^1].Fraction);
        Assert.True(seen.Select(report => report.Stage).Distinct().Count() >= 3);
    }

    /// <summary>
    /// Asserts what holds for every result: the labels are 0 .. k - 1 by size and noise, and all numbers are finite and in range.
    /// </summary>
    internal static void AssertSound(HdbscanResult result, int n)
    {
        Assert.Equal(n, result.Labels.Length);
        Assert.Equal(n, result.Probabilities.Length);
        Assert.Equal(n, result.OutlierScores.Length);
        int[] sizes = [
            .. Enumerable.Range(0, result.Persistences.Length).Select(cluster => result.Labels.Count(label => label == cluster))];
        Assert.Equal(n, sizes.Sum() + result.Labels.Count(label => label == -1));
        Assert.All(sizes, size => Assert.True(size > 0));
        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.All(result.Persistences, persistence => Assert.InRange(persistence, 0, 1));
        Assert.All(result.OutlierScores, score => Assert.InRange(score, 0, 1));
        Assert.All(result.Labels.Zip(result.Probabilities), row => Assert.InRange(row.Second, 0, row.First < 0 ? 0 : 1));
    }

    private static RowMatrix TwoGroups() => new([0, 1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105], 12, 1);

    private sealed class Reports(Action<StageProgress> report) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => report(value);
    }
}
