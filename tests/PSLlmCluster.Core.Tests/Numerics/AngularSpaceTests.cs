using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Hdbscan;

namespace PSLlmCluster.Core.Tests.Numerics;

/// <summary>Cosine and correlation of rows that are nearly parallel, where 1 less the cosine has no digits left.</summary>
public class AngularSpaceTests
{
    public static TheoryData<Metric> Metrics => [Metric.Cosine, Metric.Correlation];

    /// <summary>Directions (1, t) of small t: the distance of two is 2 sin²((atan s - atan t) / 2), and nearly (s - t)² / 2.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-7)]
    [InlineData(1e-9)]
    [InlineData(1e-12)]
    public void Small_angles_have_their_distance(double unit)
    {
        double[] values = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { 1, unit * i * (1 + (0.01 * i)) })];
        MetricSpace space = MetricSpace.Create(RowMatrix.OfDoubles(values, 20, 2), Metric.Cosine);
        for (int a = 0; a < 20; a++)
        {
            for (int b = 0; b < 20; b++)
            {
                double half = Math.Sin((Math.Atan(values[(a * 2) + 1]) - Math.Atan(values[(b * 2) + 1])) / 2);
                double error = Math.Max(2e-8, 1e-15 / unit);
                Assert.Equal(2 * half * half, space.Distance(a, b), error * 2 * half * half);
            }
        }
    }

    /// <summary>Rows (0, 1, 2, ...) with one coordinate moved by little: their correlation is known to twenty digits.</summary>
    [Theory]
    [InlineData(1e-5)]
    [InlineData(1e-7)]
    [InlineData(1e-10)]
    public void Correlations_near_1_have_their_distance(double unit)
    {
        double[] line = [.. Enumerable.Range(0, 9).Select(i => i - 4.0)];
        double[] moved = [.. line];
        moved[4] += unit;

        // Less their means, the rows are x and x + unit e, with x·e = 0, |x|² = 60 and |e|² = 8 / 9.
        double squared = unit * unit * (8.0 / 9) / 60;
        double expected = squared / (Math.Sqrt(1 + squared) * (1 + Math.Sqrt(1 + squared)));
        foreach (double offset in new[] { 0, 1e3 })
        {
            double[] values = [.. line.Concat(moved).Select(value => value + offset)];
            double found = MetricSpace.Create(RowMatrix.OfDoubles(values, 2, 9), Metric.Correlation).Distance(0, 1);
            Assert.Equal(expected, found, Math.Max(1e-6, (1e-15 * (offset + 1)) / unit) * expected);
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Distances_are_symmetric_to_the_bit_and_the_same_in_either_precision_where_the_metric_says_so(Metric metric)
    {
        foreach (int width in new[] { 3, 16, 300, 700 })
        {
            RowMatrix rows = NearlyParallel(12, width, 1e-6f);
            MetricSpace space = MetricSpace.Create(rows, metric);
            MetricSpace wide = MetricSpace.Create(rows.ToDouble(), metric);
            for (int a = 0; a < 12; a++)
            {
                Assert.Equal(0, space.Distance(a, a));
                for (int b = 0; b < a; b++)
                {
                    Assert.InRange(space.Distance(a, b), 1e-16, 1e-8);
                    Assert.Equal(space.Distance(a, b), space.Distance(b, a));
                    Assert.Equal(space.Distance(a, b), wide.Distance(a, b), (metric == Metric.Cosine ? 0 : 1e-6) * space.Distance(a, b));
                }
            }
        }
    }

    /// <summary>The two ways to a distance meet at 1e-8, an angle of 1.4e-4.</summary>
    [Fact]
    public void A_larger_angle_never_has_a_smaller_distance()
    {
        double[] values = [.. Enumerable.Range(0, 4001).SelectMany(i => new[] { Math.Cos(i * 1e-7), Math.Sin(i * 1e-7), 0 })];
        double[] distances = new double[4001];
        MetricSpace.Create(RowMatrix.OfDoubles(values, 4001, 3), Metric.Cosine).DistancesFrom(0, 0, distances);
        Assert.Equal(distances.Order(), distances);
        Assert.Equal(4001, distances.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Rows_of_one_direction_are_at_0_whatever_their_length_in_double_precision(Metric metric)
    {
        double[] direction = [.. Enumerable.Range(0, 50).Select(column => Math.Sin(column + 1))];
        double[] values = [.. Enumerable.Range(1, 20).SelectMany(row => direction.Select(value => row * 0.37 * value))];
        MetricSpace space = MetricSpace.Create(RowMatrix.OfDoubles(values, 20, 50), metric);
        Assert.All(Enumerable.Range(0, 400), pair => Assert.Equal(0, space.Distance(pair / 20, pair % 20)));
    }

    [Fact]
    public void Very_small_and_very_large_rows_have_their_angle()
    {
        double[] values = [1e-100, 0, 1e-100, 1e-100, 0, 1e69, 1e69, 1e69, 1, -1];
        MetricSpace space = MetricSpace.Create(RowMatrix.OfDoubles(values, 5, 2), Metric.Cosine);
        Assert.Equal(1 - Math.Sqrt(0.5), space.Distance(0, 1), 1e-12);
        Assert.Equal(1, space.Distance(0, 2), 1e-12);
        Assert.Equal(0, space.Distance(1, 3), 1e-12);
        Assert.Equal(1, space.Distance(3, 4), 1e-12);
    }

    /// <summary>Blocks of products rule pairs out by a bound; what they leave is what all pairs leave.</summary>
    [Theory]
    [InlineData(Metric.Cosine, 3)]
    [InlineData(Metric.Cosine, 40)]
    [InlineData(Metric.Correlation, 3)]
    [InlineData(Metric.Correlation, 40)]
    public void Merges_of_nearly_parallel_rows_are_those_of_all_pairs(Metric metric, int width)
    {
        foreach (float spread in new[] { 1e-4f, 1e-6f })
        {
            RowMatrix rows = NearlyParallel(300, width, spread);
            foreach (RowMatrix either in new[] { rows, rows.ToDouble() })
            {
                MetricSpace space = MetricSpace.Create(either, metric);
                HdbscanFit fit = HdbscanClustering.Fit(either, new HdbscanOptions { MinSampleCount = 3, Metric = metric });
                double[] expected = PlainSingleLinkage.Weights(300, 3, space.Distance);
                Assert.All(expected.Zip(fit.SingleLinkage()), pair => Assert.Equal(pair.First, pair.Second.Distance, 1e-12 * pair.First));
            }
        }
    }

    /// <summary>Rows around (1, 2, 3, ...), which is not constant.</summary>
    private static RowMatrix NearlyParallel(int n, int width, float spread)
    {
        RowMatrix rows = TestRows.Random(n, width, seed: width);
        for (int i = 0; i < rows.Values.Length; i++)
        {
            rows.Values[i] = ((i % width) + 1) * (1 + (spread * rows.Values[i]));
        }

        return rows;
    }
}
