using System.Text.Json;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Numerics;

public class MetricSpaceTests
{
    public static TheoryData<Metric, double> Metrics
    {
        get
        {
            TheoryData<Metric, double> metrics = [];
            foreach (Metric metric in TestRows.Metrics)
            {
                metrics.Add(metric, 3);
            }

            metrics.Add(Metric.Minkowski, 1.5);
            return metrics;
        }
    }

    /// <summary>Every pair of metrics.json, whose vectors have 1 to some hundred coordinates, zeros and constants among them.</summary>
    [Theory]
    [MemberData(nameof(Metrics))]
    public void Distances_equal_those_of_umap_learn_in_double(Metric metric, double power)
    {
        JsonElement golden = GoldenSet.Umap.Json("metrics.json");
        Dictionary<int, JsonElement> pairs = golden.GetProperty("pairs")
            .EnumerateArray()
            .ToDictionary(pair => pair.GetProperty("pair").GetInt32());
        JsonElement values = golden.GetProperty("metrics").EnumerateArray()
            .Single(entry => string.Equals(entry.GetProperty("metric").GetString(), metric.ToString(), StringComparison.OrdinalIgnoreCase)
                && (metric != Metric.Minkowski || entry.GetProperty("args").GetProperty("p").GetDouble() == power)).GetProperty("values");
        int compared = 0;
        foreach (JsonElement value in values.EnumerateArray())
        {
            double expected = GoldenFile.Number(value.GetProperty("umap"));
            JsonElement pair = pairs[value.GetProperty("pair").GetInt32()];
            float[] x = Floats(pair.GetProperty("x"));
            MetricSpace space = MetricSpace.Create(new RowMatrix([.. x, .. Floats(pair.GetProperty("y"))], 2, x.Length), metric, power);
            Assert.True(
                Math.Abs(space.Distance(0, 1) - expected) <= 1e-6 * Math.Max(Math.Abs(expected), 1e-6),
                $"pair {pair.GetProperty("what")}: {space.Distance(0, 1):R} is not {expected:R}");
            compared++;
        }

        Assert.True(compared > 20);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Distances_are_symmetric_to_the_bit_and_equal_rows_are_at_0(Metric metric, double power)
    {
        foreach (int width in new[] { 1, 2, 3, 15, 16, 17, 40, 384 })
        {
            RowMatrix rows = TestRows.Random(30, width, seed: width);
            rows.Row(3).CopyTo(rows.Row(20));
            MetricSpace space = MetricSpace.Create(rows, metric, power);
            Assert.Equal(0, space.Distance(3, 20));
            for (int i = 0; i < 30; i++)
            {
                double[] from = new double[30];
                space.DistancesFrom(i, 0, from);
                Assert.All(Enumerable.Range(0, 30), j => Assert.Equal(space.Distance(j, i), from[j]));
                Assert.True(from.All(distance => distance >= 0));
            }
        }
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Correlation)]
    public void Rows_without_length_are_at_1_from_others_and_at_0_from_each_other(Metric metric)
    {
        // A constant row has no length once its mean is taken off; a row of zeros has none in either case.
        MetricSpace space = MetricSpace.Create(new RowMatrix([0, 0, 0, 0, 1, 3], 3, 2), metric);
        Assert.Equal(0, space.Distance(0, 1));
        Assert.Equal(1, space.Distance(0, 2));
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Correlation)]
    public void Rows_of_one_direction_are_at_0_whatever_their_length(Metric metric)
    {
        float[] values = new float[20 * 3];
        for (int row = 0; row < 20; row++)
        {
            (values[row * 3], values[(row * 3) + 1], values[(row * 3) + 2]) = ((row + 1) * 3, (row + 1) * 7, row + 1);
        }

        MetricSpace space = MetricSpace.Create(new RowMatrix(values, 20, 3), metric);
        Assert.All(Enumerable.Range(0, 400), pair => Assert.Equal(0, space.Distance(pair / 20, pair % 20)));
    }

    [Theory]
    [InlineData(33)]
    [InlineData(384)]
    public void Sums_are_those_of_plain_arithmetic(int width)
    {
        RowMatrix rows = TestRows.Random(2, width, seed: 9);
        double squares = 0, absolute = 0, largest = 0;
        for (int i = 0; i < width; i++)
        {
            double difference = (double)rows.Row(0)[i] - rows.Row(1)[i];
            squares += difference * difference;
            absolute += Math.Abs(difference);
            largest = Math.Max(largest, Math.Abs(difference));
        }

        Assert.Equal(Math.Sqrt(squares), MetricSpace.Create(rows, Metric.Euclidean).Distance(0, 1), 1e-12);
        Assert.Equal(absolute, MetricSpace.Create(rows, Metric.Manhattan).Distance(0, 1), 1e-11);
        Assert.Equal(largest, MetricSpace.Create(rows, Metric.Chebyshev).Distance(0, 1));
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => (float)GoldenFile.Number(value))];
}
