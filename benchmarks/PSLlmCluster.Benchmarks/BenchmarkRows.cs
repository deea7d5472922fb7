using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Benchmarks;

/// <summary>Made-up rows, the same in every run.</summary>
internal static class BenchmarkRows
{
    private const int GroupCount = 20;

    /// <summary>Normal rows around twenty centres, which are themselves normal, four times as wide.</summary>
    public static RowMatrix Groups(int rows, int columns)
    {
        CounterRandom random = new(seed: 1, RandomPurpose.RandomStart);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            uint group = (uint)(i / columns % GroupCount);
            uint column = (uint)(i % columns);
            values[i] = (float)((4 * random.Normal(group, column, 1)) + random.Normal((uint)i, 0, 0));
        }

        return new RowMatrix(values, rows, columns);
    }

    /// <summary>Reads a size as benchmarks name it: rows x columns.</summary>
    public static RowMatrix Groups(string size)
    {
        string[] parts = size.Split('x', StringSplitOptions.TrimEntries);
        return Groups(
            int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
