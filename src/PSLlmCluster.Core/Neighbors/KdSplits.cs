using System.Numerics;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The order of points in a k-d tree: each node's points are parted at a whole number of leaves near the median of the side on which they
/// spread most, level after level.
/// </summary>
/// <remarks>
/// A point's key is its value on that side, as a number without sign that sorts alike, with its number below it: so one comparison of whole
/// numbers goes by (value, number), and no two keys are equal. In double precision, which is too wide for that, the rank of the value in
/// its column takes its place. Selection is Hoare's, with the median of three; where pivots are bad too often, the range is sorted instead,
/// so no input takes the square of its size.
/// </remarks>
internal static class KdSplits
{
    /// <summary>A range this small is sorted by insertion.</summary>
    private const int SmallRange = 12;

    /// <summary>Returns where a node's leaves are parted.</summary>
    public static int Middle(int firstLeaf, int endLeaf) => firstLeaf + ((endLeaf - firstLeaf + 1) / 2);

    /// <summary>Orders points.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="rowOfPoint">For each point its row.</param>
    /// <param name="threadCount">The most threads to use.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each place in the tree the point that stands there.</returns>
    public static int[] Order(RowMatrix rows, int[] rowOfPoint, int threadCount, CancellationToken token)
    {
        int points = rowOfPoint.Length;
        ulong[] keys = new ulong[points];
        for (int point = 0; point < points; point++)
        {
            keys[point] = (uint)point;
        }

        uint[]? ranks = rows.IsDouble ? Ranks(rows, rowOfPoint, threadCount, token) : null;
        int leaves = (points + KdTree.LeafSize - 1) / KdTree.LeafSize;
        List<(int First, int End)> level = [(0, leaves)];
        while (level.Count > 0)
        {
            List<(int First, int End)> current = level;
            ParallelBlocks.For(current.Count, 1 + (current.Count / 64), threadCount, token, (start, end) =>
            {
                for (int node = start; node < end; node++)
                {
                    Split(rows, rowOfPoint, ranks, keys, current[node].First, current[node].End, token);
                }
            });
            level = [];
            foreach ((int first, int end) in current)
            {
                int middle = Middle(first, end);
                AddIfParted(level, first, middle);
                AddIfParted(level, middle, end);
            }
        }

        return Array.ConvertAll(keys, key => (int)(uint)key);
    }

    private static void AddIfParted(List<(int First, int End)> level, int first, int end)
    {
        if (end - first > 1)
        {
            level.Add((first, end));
        }
    }

    /// <summary>Returns the rank of each point's value among all of its column, column after column; equal values have one rank.</summary>
    private static uint[] Ranks(RowMatrix rows, int[] rowOfPoint, int threadCount, CancellationToken token)
    {
        int points = rowOfPoint.Length;
        int width = rows.ColumnCount;
        double[] values = rows.DoubleValues;
        uint[] ranks = new uint[points * width];
        ParallelBlocks.For(width, 1, threadCount, token, (start, end) =>
        {
            double[] sorted = new double[points];
            int[] order = new int[points];
            for (int column = start; column < end; column++)
            {
                token.ThrowIfCancellationRequested();
                for (int point = 0; point < points; point++)
                {
                    sorted[point] = values[(rowOfPoint[point] * width) + column];
                    order[point] = point;
                }

                Array.Sort(sorted, order);
                Span<uint> own = ranks.AsSpan(column * points, points);
                uint rank = 0;
                for (int place = 0; place < points; place++)
                {
                    rank += place > 0 && sorted[place] != sorted[place - 1] ? 1u : 0;
                    own[order[place]] = rank;
                }
            }
        });
        return ranks;
    }

    private static void Split(
        RowMatrix rows, int[] rowOfPoint, uint[]? ranks, ulong[] keys, int firstLeaf, int endLeaf, CancellationToken token)
    {
        int start = firstLeaf * KdTree.LeafSize;
        int end = Math.Min(keys.Length, endLeaf * KdTree.LeafSize);
        int middle = Middle(firstLeaf, endLeaf) * KdTree.LeafSize;
        if (middle >= end)
        {
            return;
        }

        Span<ulong> range = keys.AsSpan(start, end - start);
        int column = ranks is null ? WidestColumn<float>(rows, rowOfPoint, range) : WidestColumn<double>(rows, rowOfPoint, range);
        if (ranks is null)
        {
            float[] values = rows.Values;
            int width = rows.ColumnCount;
            foreach (ref ulong key in range)
            {
                uint point = (uint)key;
                key = ((ulong)CanonicalOrder.Sortable(values[(rowOfPoint[point] * width) + column]) << 32) | point;
            }
        }
        else
        {
            ReadOnlySpan<uint> own = ranks.AsSpan(column * rowOfPoint.Length, rowOfPoint.Length);
            foreach (ref ulong key in range)
            {
                uint point = (uint)key;
                key = ((ulong)own[(int)point] << 32) | point;
            }
        }

        token.ThrowIfCancellationRequested();
        Select(range, middle - start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WidestColumn<T>(RowMatrix rows, int[] rowOfPoint, ReadOnlySpan<ulong> range)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = rows.ColumnCount;
        if (width == 1)
        {
            return 0;
        }

        Span<T> low = width <= 64 ? stackalloc T[width] : new T[width];
        Span<T> high = width <= 64 ? stackalloc T[width] : new T[width];
        low.Fill(T.PositiveInfinity);
        high.Fill(T.NegativeInfinity);
        foreach (ulong key in range)
        {
            ReadOnlySpan<T> row = rows.Row<T>(rowOfPoint[(uint)key]);
            for (int column = 0; column < row.Length; column++)
            {
                T value = row[column];
                low[column] = value < low[column] ? value : low[column];
                high[column] = value > high[column] ? value : high[column];
            }
        }

        int widest = 0;
        for (int column = 1; column < width; column++)
        {
            if (Spread(low[column], high[column]) > Spread(low[widest], high[widest]))
            {
                widest = column;
            }
        }

        return widest;
    }

    private static double Spread<T>(T low, T high)
        where T : struct
        => LaneKernels.Widen(high) - LaneKernels.Widen(low);

    /// <summary>Brings the smallest keys before a place, the others from it on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Select(Span<ulong> keys, int place)
    {
        int start = 0;
        int end = keys.Length;
        int triesLeft = 2 * (32 - BitOperations.LeadingZeroCount((uint)keys.Length));
        while (end - start > SmallRange)
        {
            if (triesLeft-- == 0)
            {
                keys[start..end].Sort();
                return;
            }

            ulong pivot = MedianOfThree(keys[start], keys[start + ((end - start) / 2)], keys[end - 1]);
            int left = start;
            int right = end - 1;
            while (left <= right)
            {
                while (keys[left] < pivot)
                {
                    left++;
                }

                while (keys[right] > pivot)
                {
                    right--;
                }

                if (left <= right)
                {
                    (keys[left], keys[right]) = (keys[right], keys[left]);
                    left++;
                    right--;
                }
            }

            if (place <= right)
            {
                end = right + 1;
            }
            else if (place >= left)
            {
                start = left;
            }
            else
            {
                return;
            }
        }

        for (int i = start + 1; i < end; i++)
        {
            ulong key = keys[i];
            int at = i;
            for (; at > start && keys[at - 1] > key; at--)
            {
                keys[at] = keys[at - 1];
            }

            keys[at] = key;
        }
    }

    private static ulong MedianOfThree(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
