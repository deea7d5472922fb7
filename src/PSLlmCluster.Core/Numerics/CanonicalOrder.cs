using System.Numerics;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// The order of rows that depends on their content alone. Work is done in it, so that the order in which rows come in changes no result:
/// permuting the input permutes the output. Equal rows keep the order of input; they cannot be told apart.
/// </summary>
public static class CanonicalOrder
{
    private const int RowsPerBlock = 1024;

    /// <summary>Returns the input rows in canonical order: column by column in rising order, ties by index.</summary>
    /// <param name="rows">The rows, all finite; minus zero counts as zero.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each canonical place the index of the input row that stands there.</returns>
    public static int[] Of(RowMatrix rows, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int n = rows.RowCount;
        int[] order = new int[n];
        if (rows.ColumnCount == 0)
        {
            for (int i = 0; i < n; i++)
            {
                order[i] = i;
            }

            return order;
        }

        // The first column decides nearly always: it is sorted as whole numbers of the same order, with the index below it; rows that are equal there are compared in full.
        ulong[] keys = new ulong[n];
        for (int i = 0; i < n; i++)
        {
            keys[i] = ((ulong)Sortable(rows.Row(i)[0]) << 32) | (uint)i;
        }

        Array.Sort(keys);
        for (int place = 0; place < n; place++)
        {
            order[place] = (int)(uint)keys[place];
        }

        ContentComparer comparer = new(rows);
        for (int start = 0; start < n;)
        {
            token.ThrowIfCancellationRequested();
            int end = start + 1;
            while (end < n && keys[end] >> 32 == keys[start] >> 32)
            {
                end++;
            }

            if (end - start > 1)
            {
                order.AsSpan(start, end - start).Sort(comparer);
            }

            start = end;
        }

        return order;
    }

    /// <summary>Copies rows into another order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">For each place of the copy the row that comes there.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>A new matrix, in which minus zero has become zero.</returns>
    public static RowMatrix Apply(RowMatrix rows, ReadOnlySpan<int> order, int threadCount = 0, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int width = rows.ColumnCount;
        float[] values = new float[order.Length * width];
        int[] places = order.ToArray();
        ParallelBlocks.For(places.Length, RowsPerBlock, threadCount, token, (start, end) =>
        {
            for (int place = start; place < end; place++)
            {
                AddZero(rows.Row(places[place]), values.AsSpan(place * width, width));
            }
        });

        return new RowMatrix(values, order.Length, width);
    }

    private static void AddZero(ReadOnlySpan<float> source, Span<float> target)
    {
        int column = 0;
        for (; column <= source.Length - Vector<float>.Count; column += Vector<float>.Count)
        {
            (new Vector<float>(source[column..]) + Vector<float>.Zero).CopyTo(target[column..]);
        }

        for (; column < source.Length; column++)
        {
            target[column] = source[column] + 0f;
        }
    }

    /// <summary>Returns the place after the last of equal rows that follow one another.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">For each place the row that stands there, equal ones together.</param>
    /// <param name="start">The place of the first.</param>
    internal static int EndOfEqual(RowMatrix rows, ReadOnlySpan<int> order, int start)
    {
        int end = start + 1;
        while (end < order.Length && rows.Row(order[start]).SequenceEqual(rows.Row(order[end])))
        {
            end++;
        }

        return end;
    }

    /// <summary>Returns whether rows are in canonical order.</summary>
    internal static bool IsInOrder(RowMatrix rows)
    {
        for (int row = 1; row < rows.RowCount; row++)
        {
            if (Compare(rows.Row(row - 1), rows.Row(row)) > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds a row among rows in canonical order.</summary>
    /// <param name="sorted">The rows.</param>
    /// <param name="row">The numbers that are looked for, as many as there are columns; minus zero counts as zero.</param>
    /// <returns>The first place of an equal row, or -1.</returns>
    internal static int Find(RowMatrix sorted, ReadOnlySpan<float> row)
    {
        int low = 0;
        int high = sorted.RowCount;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = Compare(sorted.Row(middle), row) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < sorted.RowCount && Compare(sorted.Row(low), row) == 0 ? low : -1;
    }

    /// <summary>Brings a number to a whole one of the same order; minus zero to that of zero.</summary>
    internal static uint Sortable(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }

    private static int Compare(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (int column = 0; column < a.Length; column++)
        {
            // Equal bits are passed over many at a time.
            column += MemoryMarshal.Cast<float, int>(a[column..]).CommonPrefixLength(MemoryMarshal.Cast<float, int>(b[column..]));
            if (column < a.Length && a[column] != b[column])
            {
                return a[column] < b[column] ? -1 : 1;
            }
        }

        return 0;
    }

    private readonly struct ContentComparer(RowMatrix rows) : IComparer<int>
    {
        public int Compare(int left, int right)
        {
            int order = CanonicalOrder.Compare(rows.Row(left), rows.Row(right));
            return order != 0 ? order : left.CompareTo(right);
        }
    }
}
