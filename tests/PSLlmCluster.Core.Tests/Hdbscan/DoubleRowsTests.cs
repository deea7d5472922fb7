using System.Globalization;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Rows whose differences are beyond single precision: seconds since 1970, degrees, ticks, money.</summary>
public class DoubleRowsTests
{
    private static readonly HdbscanOptions _small = new() { MinClusterSize = 4 };

    [Fact]
    public void Seconds_since_1970_have_the_clusters_of_the_seconds_since_then()
    {
        double[] seconds = [.. Enumerable.Range(0, 18).Select(i => 1795867260.0 + (40 * (i / 6)) + (i % 6))];
        HdbscanResult result = HdbscanClustering.Compute(Collected(seconds), _small);
        Assert.Equal(3, result.Labels.Distinct().Count());
        AssertSame(HdbscanClustering.Compute(Collected(Array.ConvertAll(seconds, second => second - 1795867260)), _small), result);
    }

    [Fact]
    public void Ticks_have_the_clusters_of_the_ticks_since_then()
    {
        DateTime then = new(2026, 11, 28, 0, 0, 0, DateTimeKind.Utc);
        double[] ticks = [.. Enumerable.Range(0, 20).Select(i => (double)then.AddSeconds((60 * (i / 10)) + (i % 10)).Ticks)];
        HdbscanResult result = HdbscanClustering.Compute(Collected(ticks), _small);
        Assert.Equal([.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 10)], result.Labels);
        AssertSame(HdbscanClustering.Compute(Collected(Array.ConvertAll(ticks, tick => tick - then.Ticks)), _small), result);
    }

    [Fact]
    public void Places_some_decimetres_apart_are_different()
    {
        CounterRandom random = new(3, RandomPurpose.RandomStart);
        RowCollector rows = new();
        RowCollector near = new();
        for (uint i = 0; i < 24; i++)
        {
            (double north, double east) = (1.8e-6 * random.Uniform(i, 0, 0), (6e-6 * (i / 8)) + (1.8e-6 * random.Uniform(i, 1, 0)));
            rows.TryAdd([-33.8688 + north, 151.2093 + east]);
            near.TryAdd([north, east]);
        }

        HdbscanResult result = HdbscanClustering.Compute(rows.ToMatrix(), _small);
        Assert.Equal(3, result.Labels.Where(label => label >= 0).Distinct().Count());
        Assert.Equal(HdbscanClustering.Compute(near.ToMatrix(), _small).Labels, result.Labels);
    }

    [Fact]
    public void Decimals_keep_their_cents()
    {
        decimal[] amounts = [.. Enumerable.Range(0, 12).Select(i => 98765432.10m + (0.50m * (i / 6)) + (0.01m * (i % 6)))];
        HdbscanResult result = HdbscanClustering.Compute(Collected(Array.ConvertAll(amounts, amount => (double)amount)), _small);
        Assert.Equal([.. Enumerable.Repeat(0, 6), .. Enumerable.Repeat(1, 6)], result.Labels);
    }

    [Fact]
    public void A_map_that_was_written_as_text_and_read_back_has_its_clusters()
    {
        RowMatrix layout = HdbscanGoldens.Data("titles30_2d");
        RowCollector read = new();
        for (int row = 0; row < layout.RowCount; row++)
        {
            read.TryAdd(Array.ConvertAll(layout.Row(row).ToArray(), number => double.Parse(
                number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)));
        }

        HdbscanOptions options = new() { MinClusterSize = 2, ClusterSelectionEpsilon = 0.1 };
        HdbscanResult expected = HdbscanClustering.Compute(layout, options);
        HdbscanResult found = HdbscanClustering.Compute(read.ToMatrix(), options);
        Assert.True(read.ToMatrix().IsDouble);
        Assert.Equal(expected.Labels, found.Labels);
        Assert.All(expected.Probabilities.Zip(found.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>Walks through a tree, blocks of products, and all pairs.</summary>
    [Theory]
    [InlineData(300, 1, Metric.Euclidean)]
    [InlineData(300, 2, Metric.Euclidean)]
    [InlineData(300, 3, Metric.Manhattan)]
    [InlineData(300, 3, Metric.Chebyshev)]
    [InlineData(300, 12, Metric.Euclidean)]
    [InlineData(300, 100, Metric.Euclidean)]
    [InlineData(300, 100, Metric.Manhattan)]
    [InlineData(30, 2, Metric.Euclidean)]
    public void Merges_are_those_of_a_plain_second_implementation(int n, int columns, Metric metric)
    {
        foreach ((double offset, double unit) in new[] { (1e9, 1e-3), (1.8e9, 1), (-1e15, 1), (0, 1e-60), (0, 1e-160), (1e69, 1e60) })
        {
            RowMatrix rows = TestRows.Doubles(n, columns, seed: columns, offset, unit);
            foreach (int samples in new[] { 1, 5 })
            {
                HdbscanFit fit = HdbscanClustering.Fit(rows, new HdbscanOptions { MinSampleCount = samples, Metric = metric });
                double[] expected = PlainSingleLinkage.Weights(n, samples, (a, b) => PlainSingleLinkage.Distance(rows, metric, a, b));
                double[] found = [.. fit.SingleLinkage().Select(merge => merge.Distance)];
                Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * pair.First));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SetNames))]
    public void Rows_of_single_precision_have_the_same_bytes_in_double(string name)
    {
        (_, RowMatrix rows, HdbscanOptions options) = HdbscanPinned.Sets().Single(set => set.Name == name);
        AssertSame(HdbscanClustering.Compute(rows, options), HdbscanClustering.Compute(rows.ToDouble(), options));
    }

    /// <summary>Gets the pinned sets, but for correlation, which takes means from the first number on in double precision.</summary>
    public static TheoryData<string> SetNames
        => [.. HdbscanPinned.Sets().Where(set => !set.Rows.IsDouble && set.Options.Metric != Metric.Correlation).Select(set => set.Name)];

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.BrayCurtis)]
    public void New_rows_may_be_of_the_other_precision(Metric metric)
    {
        HdbscanOptions options = new() { Metric = metric, MinSampleCount = 3 };
        RowMatrix rows = HdbscanModelRows.Fitted();
        RowMatrix fresh = HdbscanModelRows.New();
        HdbscanPrediction expected = HdbscanModel.Of(HdbscanClustering.Fit(rows, options)).Predict(fresh, withMemberships: true);
        RowMatrix wide = rows.ToDouble();
        foreach ((RowMatrix fitted, RowMatrix added) in new[] { (rows, fresh.ToDouble()), (wide, fresh), (wide, fresh.ToDouble()) })
        {
            HdbscanPrediction found = HdbscanModel.Of(HdbscanClustering.Fit(fitted, options)).Predict(added, withMemberships: true);
            AssertSame(expected.Result, found.Result);
            Assert.Equal(expected.Memberships!.Values, found.Memberships!.Values);
            Assert.Equal(expected.AreExemplars, found.AreExemplars);
        }
    }

    /// <summary>Distances that differ beyond single precision: 1 and 1 + 1e-9 apart from one another.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Given_distances_are_double_too(int samples)
    {
        RowMatrix rows = TestRows.Doubles(80, 2, seed: 11, offset: 0, unit: 1e-9);
        double[] distances = [.. Enumerable.Range(0, 6400).Select(pair => pair / 80 == pair % 80
            ? 0
            : 1 + PlainSingleLinkage.Distance(rows, Metric.Euclidean, pair / 80, pair % 80))];
        RowMatrix matrix = RowMatrix.OfDoubles(distances, 80, 80);
        HdbscanOptions options = new() { Metric = Metric.Precomputed, MinSampleCount = samples, MinClusterSize = 4 };
        HdbscanFit fit = HdbscanClustering.Fit(matrix, options);
        double[] expected = PlainSingleLinkage.Weights(80, samples, (a, b) => distances[(a * 80) + b]);

        // Weights within 1e-12 of one another merge at one.
        Assert.All(expected.Zip(fit.SingleLinkage()), pair => Assert.Equal(pair.First, pair.Second.Distance, 1e-12 * pair.First));

        // The order of rows changes nothing, nor does a fit that its own rows are put into.
        int[] order = TestRows.Shuffle(80, seed: 5);
        double[] shuffled = [.. order.SelectMany(row => order.Select(column => distances[(row * 80) + column]))];
        HdbscanResult moved = HdbscanClustering.Compute(RowMatrix.OfDoubles(shuffled, 80, 80), options);
        Assert.Equal(order.Select(row => fit.Result.Probabilities[row]), moved.Probabilities);
        Assert.Equal(fit.Result.Labels, HdbscanModel.Of(fit).Predict(matrix).Result.Labels);
    }

    [Fact]
    public void Weighted_rows_far_out_are_as_many_rows()
    {
        RowMatrix rows = TestRows.Doubles(120, 2, seed: 5);
        RowMatrix twice = CanonicalOrder.Apply(rows, [.. Enumerable.Range(0, 240).Select(row => row % 120)]);
        HdbscanResult once = HdbscanClustering.Fit(
            rows, [.. Enumerable.Repeat(2.0, 120)], new HdbscanOptions { MinClusterSize = 6, MinSampleCount = 3 }).Result;
        HdbscanResult repeated = HdbscanClustering.Compute(twice, new HdbscanOptions { MinClusterSize = 6, MinSampleCount = 3 });
        Assert.Equal(repeated.Labels[..120], once.Labels);
        Assert.Equal(repeated.Probabilities[..120], once.Probabilities);
    }

    [Fact]
    public void Numbers_beyond_all_distances_are_noise_as_infinite_ones_are()
    {
        RowMatrix rows = TestRows.Doubles(60, 2, seed: 6);
        RowMatrix more = RowMatrix.OfDoubles([.. rows.DoubleValues, 1e200, 0, double.NaN, 0], 62, 2);
        HdbscanResult result = HdbscanClustering.Compute(more, new HdbscanOptions());
        Assert.Equal([60, 61], result.NotFiniteRows);
        Assert.Equal(HdbscanClustering.Compute(rows, new HdbscanOptions()).Labels, result.Labels[..60]);
        Assert.Equal([-1, -1], result.Labels[60..]);
    }

    private static RowMatrix Collected(double[] column)
    {
        RowCollector rows = new();
        foreach (double value in column)
        {
            Assert.Null(rows.TryAdd([value, 0]));
        }

        return rows.ToMatrix();
    }

    private static void AssertSame(HdbscanResult expected, HdbscanResult found)
    {
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.Probabilities, found.Probabilities);
        Assert.Equal(expected.OutlierScores, found.OutlierScores);
        Assert.Equal(expected.Persistences, found.Persistences);
    }
}
