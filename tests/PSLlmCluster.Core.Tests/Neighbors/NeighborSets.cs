using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Neighbors;

/// <summary>Rows on which a search for neighbours could go wrong, and the search that cannot.</summary>
internal static class NeighborSets
{
    /// <summary>Returns rows by name; each makes another part of the filter useless or dangerous.</summary>
    public static RowMatrix Nasty(string name) => name switch
    {
        "normal" => TestRows.Random(700, 30, seed: 1),
        "one column" => TestRows.Random(600, 1, seed: 2),
        "many columns" => TestRows.Random(200, 3000, seed: 3),
        "duplicates" => TestRows.Random(600, 3, seed: 4, levels: 4),
        "near duplicates" => Map(600, 40, (row, column, x) => Base(row % 20, column) * (1 + (1e-7f * x))),
        "far from the origin" => Map(600, 20, (_, _, x) => 1e6f + x),
        "columns of other scales" => Map(600, 12, (_, column, x) => x * MathF.Pow(10, (3 * column) - 18)),
        "tight groups far apart" => Map(600, 10, (row, column, x) => (1e4f * Base(row % 6, column)) + (1e-3f * x)),
        "tiny" => Map(600, 9, (_, _, x) => x * 1e-19f),
        "denormal" => Map(600, 9, (_, _, x) => x * 1e-42f),
        "huge" => Map(600, 9, (_, _, x) => x * 5e37f),
        "tiny beside huge" => Map(600, 9, (row, _, x) => x * (row % 3 == 0 ? 1e19f : 1e-19f)),
        "zero rows" => Map(600, 9, (row, _, x) => row % 4 == 0 ? 0 : x),
        "all equal" => Map(600, 5, (_, _, _) => 3.7f),
        "directions of other lengths" => Map(600, 8, (row, column, x) => Base(row % 30, column) * (1 + (row / 30))),
        "no columns" => new RowMatrix([], 100, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Gets the names that <see cref="Nasty"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "normal", "one column", "many columns", "duplicates", "near duplicates", "far from the origin", "columns of other scales",
        "tight groups far apart", "tiny", "denormal", "huge",
        "tiny beside huge", "zero rows", "all equal", "directions of other lengths", "no columns",
    ];

    /// <summary>Normal groups of unequal size and width, so that some rows have their neighbours in few cells and some in many.</summary>
    public static RowMatrix Mixture(int n, int columns, int groups, int seed)
    {
        RowMatrix centres = TestRows.Random(groups, columns, seed + 1);
        RowMatrix rows = TestRows.Random(n, columns, seed);
        CounterRandom random = new(seed, RandomPurpose.StartNoise);
        for (int row = 0; row < n; row++)
        {
            int group = Math.Min(random.Below(groups, (uint)row, 0, 0), random.Below(groups, (uint)row, 0, 1));
            float width = 0.2f + (0.4f * group / groups);
            Span<float> values = rows.Row(row);
            for (int column = 0; column < columns; column++)
            {
                values[column] = (values[column] * width) + centres.Row(group)[column];
            }
        }

        return rows;
    }

    /// <summary>Measures all pairs in double precision and sorts.</summary>
    public static NeighborLists BruteForce(MetricSpace space, int k)
    {
        int n = space.RowCount;
        int[] indices = new int[n * k];
        double[] distances = new double[n * k];
        Parallel.For(0, n, row =>
        {
            double[] measured = new double[n];
            int[] order = [.. Enumerable.Range(0, n)];
            space.DistancesFrom(row, 0, measured);
            Array.Sort(order, (a, b) => measured[a] != measured[b] ? measured[a].CompareTo(measured[b]) : a.CompareTo(b));
            for (int i = 0; i < k; i++)
            {
                indices[(row * k) + i] = order[i];
                distances[(row * k) + i] = measured[order[i]];
            }
        });
        return new NeighborLists(n, k, indices, distances);
    }

    /// <summary>Returns the share of the true neighbours, or of others as near, that lists hold, for every so many rows.</summary>
    public static double Recall(MetricSpace space, NeighborLists lists, int step)
    {
        int n = space.RowCount;
        int k = lists.NeighborCount;
        long held = 0;
        long all = 0;
        double[] measured = new double[n];
        for (int row = 0; row < n; row += step)
        {
            space.DistancesFrom(row, 0, measured);
            Array.Sort(measured);
            foreach (double distance in lists.DistancesOf(row))
            {
                held += distance <= measured[k - 1] ? 1 : 0;
            }

            all += k;
        }

        return (double)held / all;
    }

    private static float Base(int row, int column)
        => (float)new CounterRandom(77, RandomPurpose.StartNoise).Normal((uint)row, (uint)column, 0);

    private static RowMatrix Map(int n, int columns, Func<int, int, float, float> map)
    {
        RowMatrix rows = TestRows.Random(n, columns, seed: 5);
        for (int i = 0; i < rows.Values.Length; i++)
        {
            rows.Values[i] = map(i / columns, i % columns, rows.Values[i]);
        }

        return rows;
    }
}
