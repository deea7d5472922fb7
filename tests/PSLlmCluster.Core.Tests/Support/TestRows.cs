using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests;

/// <summary>Made-up rows and orders, the same in every run.</summary>
internal static class TestRows
{
    /// <summary>Gets the metrics that measure rows: all but the one whose rows are distances.</summary>
    public static IEnumerable<Metric> Metrics => Enum.GetValues<Metric>().Where(metric => metric != Metric.Precomputed);

    /// <summary>Normal rows; with levels, whole numbers from 0 below it, so that many are equal.</summary>
    public static RowMatrix Random(int rows, int columns, int seed, int levels = 0)
    {
        CounterRandom random = new(seed, RandomPurpose.RandomStart);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = levels > 0 ? random.Below(levels, (uint)i, 0, 0) : (float)random.Normal((uint)i, 0, 0);
        }

        return new RowMatrix(values, rows, columns);
    }

    /// <summary>Rows in double precision, normal around a number far out: what is beyond single precision tells them apart.</summary>
    public static RowMatrix Doubles(int rows, int columns, int seed, double offset = 1e9, double unit = 1e-3)
    {
        CounterRandom random = new(seed, RandomPurpose.RandomStart);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = offset + (unit * random.Normal((uint)i, 0, 0));
        }

        return RowMatrix.OfDoubles(values, rows, columns);
    }

    /// <summary>A permutation of 0 .. count - 1.</summary>
    public static int[] Shuffle(int count, int seed)
    {
        CounterRandom random = new(seed, RandomPurpose.NegativeSample);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.Below(i + 1, (uint)i, 0, 0);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
