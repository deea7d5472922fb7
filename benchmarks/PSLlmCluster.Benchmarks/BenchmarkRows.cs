using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Benchmarks;

/// <summary>Made-up rows, the same in every run.</summary>
internal static class BenchmarkRows
{
    private const int GroupCount = 20;
    private const double Bend = 4.5;
    private const double BodyNoise = 0.05;

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

    /// <summary>
    /// Returns what makes the rows of a curved body in one piece: each is a place in a cube of few dimensions, whose columns are cosines of
    /// it, and some noise.
    /// </summary>
    public static Func<int, float[]> Body(int columns, int dimensions)
    {
        CounterRandom random = new(seed: 1, RandomPurpose.RandomStart);
        double bend = Bend / Math.Sqrt(dimensions);
        double[] waves = new double[columns * (dimensions + 1)];
        for (int i = 0; i < waves.Length; i++)
        {
            uint column = (uint)(i / (dimensions + 1));
            int d = i % (dimensions + 1);
            waves[i] = d < dimensions ? bend * random.Normal(column, 1, (uint)d) : 2 * Math.PI * random.Uniform(column, 1, (uint)d);
        }

        return row =>
        {
            float[] values = new float[columns];
            for (int column = 0; column < columns; column++)
            {
                ReadOnlySpan<double> wave = waves.AsSpan(column * (dimensions + 1), dimensions + 1);
                double angle = wave[^1];
                for (int d = 0; d < dimensions; d++)
                {
                    angle += wave[d] * random.Uniform((uint)row, 2, (uint)d);
                }

                values[column] = (float)(Math.Cos(angle) + (BodyNoise * random.Normal((uint)row, 3, (uint)column)));
            }

            return values;
        };
    }

    /// <summary>Reads a size as benchmarks name it: rows x columns, or rows x columns x dimensions of a body.</summary>
    public static RowMatrix OfSize(string size)
    {
        int[] parts = Array.ConvertAll(
            size.Split('x', StringSplitOptions.TrimEntries),
            part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture));
        if (parts is [int rows, int columns, int dimensions])
        {
            Func<int, float[]> body = Body(columns, dimensions);
            float[] values = new float[rows * columns];
            Parallel.For(0, rows, row => body(row).CopyTo(values, row * columns));
            return new RowMatrix(values, rows, columns);
        }

        return Groups(parts[0], parts[1]);
    }
}
