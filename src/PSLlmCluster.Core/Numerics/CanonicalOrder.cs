using System.Numerics;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// The order of rows that depends on their content alone. Work is done in it, so that the order in which rows come in changes no result:
/// permuting the input permutes the output. Equal rows keep the order of input; they cannot be distinguished.
/// </summary>
public static class CanonicalOrder
{
    private const int RowsPerBlock = 1024;

    /// <summary>Returns the input rows in canonical order: column by column in rising order, ties by index.</summary>
    /// <param name="rows">The rows, all finite; minus zero counts as zero.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
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

        // The first column decides nearly always: it is sorted as whole numbers of the same order; rows that are equal there are compared
        // in full.
        ulong[] keys = rows.IsDouble ? SortByFirstDouble(rows, order) : SortByFirstSingle(rows, order);
        IComparer<int> comparer = rows.IsDouble ? new ContentComparer<double>(rows) : new ContentComparer<float>(rows);
        for (int start = 0; start < n;)
        {
            token.ThrowIfCancellationRequested();
            int end = start + 1;
            while (end < n && keys[end] == keys[start])
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
    /// <returns>A new matrix, in which minus zero has become zero.</returns>
    public static RowMatrix Apply(RowMatrix rows, ReadOnlySpan<int> order)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Apply(rows, order, default);
    }

    /// <summary>Copies rows into another order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">For each place of the copy the row that comes there.</param>
    /// <param name="work">The threads to use, and the token.</param>
    /// <returns>A new matrix, in which minus zero has become zero.</returns>
    internal static RowMatrix Apply(RowMatrix rows, ReadOnlySpan<int> order, WorkContext work)
    {
        int[] places = order.ToArray();
        return rows.IsDouble
            ? RowMatrix.OfDoubles(Copy<double>(rows, places, work), places.Length, rows.ColumnCount)
            : new RowMatrix(Copy<float>(rows, places, work), places.Length, rows.ColumnCount);
    }

    /// <summary>Copies rows of single precision to the beginning of a matrix that is used again and again.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">For each place of the copy the row that comes there.</param>
    /// <param name="room">The matrix, of as many columns and at least as many rows.</param>
    /// <returns>Its first rows, in which minus zero has become zero.</returns>
    internal static RowMatrix ApplyTo(RowMatrix rows, ReadOnlySpan<int> order, RowMatrix room)
    {
        for (int place = 0; place < order.Length; place++)
        {
            AddZero<float>(rows.Row(order[place]), room.Row(place));
        }

        return room.First(order.Length);
    }

    /// <summary>Returns the place after the last of equal rows that follow one another.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">For each place the row that stands there, equal ones together.</param>
    /// <param name="start">The place of the first.</param>
    internal static int EndOfEqual(RowMatrix rows, ReadOnlySpan<int> order, int start)
    {
        int end = start + 1;
        while (end < order.Length && AreEqual(rows, order[start], order[end]))
        {
            end++;
        }

        return end;
    }

    /// <summary>Brings rows of single precision into another order, without a copy.</summary>
    /// <param name="rows">The rows, which are not used any more.</param>
    /// <param name="order">For each place the row that comes there, each row once.</param>
    /// <param name="work">The threads to use, and the token.</param>
    /// <returns>The same matrix, in which minus zero has become zero.</returns>
    internal static RowMatrix ApplyInPlace(RowMatrix rows, int[] order, WorkContext work)
    {
        InPlaceOrder.Apply(rows.Values, rows.ColumnCount, order, work.Token);
        ParallelBlocks.For(rows.RowCount, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                AddZero<float>(rows.Row(row), rows.Row(row));
            }
        });
        return rows;
    }

    /// <summary>Returns whether two rows hold the same numbers; minus zero counts as zero.</summary>
    internal static bool AreEqual(RowMatrix rows, int first, int second)
        => rows.IsDouble
            ? rows.Row<double>(first).SequenceEqual(rows.Row<double>(second))
            : rows.Row(first).SequenceEqual(rows.Row(second));

    /// <summary>Returns whether rows are in canonical order.</summary>
    internal static bool IsInOrder(RowMatrix rows) => rows.IsDouble ? IsInOrder<double>(rows) : IsInOrder<float>(rows);

    /// <summary>Finds a row among rows in canonical order.</summary>
    /// <param name="sorted">The rows.</param>
    /// <param name="rows">Rows of as many columns and the same precision, of which one is looked for; minus zero counts as zero.</param>
    /// <param name="row">Its place there.</param>
    /// <returns>The first place of an equal row, or -1.</returns>
    internal static int Find(RowMatrix sorted, RowMatrix rows, int row)
        => sorted.IsDouble ? Find<double>(sorted, rows.Row<double>(row)) : Find<float>(sorted, rows.Row<float>(row));

    /// <summary>Brings a number to a whole one of the same order; minus zero to that of zero.</summary>
    internal static uint Sortable(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }

    /// <summary>Brings a number to a whole one of the same order; minus zero to that of zero.</summary>
    internal static ulong Sortable(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value + 0.0);
        return (bits & (1UL << 63)) != 0 ? ~bits : bits | (1UL << 63);
    }

    /// <summary>Sorts rows by their first number, with the index below it in one key.</summary>
    private static ulong[] SortByFirstSingle(RowMatrix rows, int[] order)
    {
        ulong[] keys = new ulong[order.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = ((ulong)Sortable(rows.Row(i)[0]) << 32) | (uint)i;
        }

        Array.Sort(keys);
        for (int place = 0; place < keys.Length; place++)
        {
            order[place] = (int)(uint)keys[place];
            keys[place] >>= 32;
        }

        return keys;
    }

    private static ulong[] SortByFirstDouble(RowMatrix rows, int[] order)
    {
        ulong[] keys = new ulong[order.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            order[i] = i;
            keys[i] = Sortable(rows.Row<double>(i)[0]);
        }

        Array.Sort(keys, order);
        return keys;
    }

    private static T[] Copy<T>(RowMatrix rows, int[] places, WorkContext work)
        where T : struct, IFloatingPointIeee754<T>
    {
        int width = rows.ColumnCount;
        T[] values = new T[places.Length * width];
        ParallelBlocks.For(places.Length, RowsPerBlock, work, (start, end) =>
        {
            for (int place = start; place < end; place++)
            {
                AddZero<T>(rows.Row<T>(places[place]), values.AsSpan(place * width, width));
            }
        });
        return values;
    }

    private static void AddZero<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : struct, IFloatingPointIeee754<T>
    {
        int column = 0;
        for (; column <= source.Length - Vector<T>.Count; column += Vector<T>.Count)
        {
            (new Vector<T>(source[column..]) + Vector<T>.Zero).CopyTo(target[column..]);
        }

        for (; column < source.Length; column++)
        {
            target[column] = source[column] + T.Zero;
        }
    }

    private static bool IsInOrder<T>(RowMatrix rows)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int row = 1; row < rows.RowCount; row++)
        {
            if (Compare<T>(rows.Row<T>(row - 1), rows.Row<T>(row)) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Find<T>(RowMatrix sorted, ReadOnlySpan<T> row)
        where T : struct, IFloatingPointIeee754<T>
    {
        int low = 0;
        int high = sorted.RowCount;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = Compare(sorted.Row<T>(middle), row) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < sorted.RowCount && Compare(sorted.Row<T>(low), row) == 0 ? low : -1;
    }

    private static int Compare<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int column = 0; column < a.Length; column++)
        {
            // Equal bits are passed over many at a time.
            column += SameBits(a[column..], b[column..]);
            if (column < a.Length && a[column] != b[column])
            {
                return a[column] < b[column] ? -1 : 1;
            }
        }

        return 0;
    }

    private static int SameBits<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : struct
        => typeof(T) == typeof(float)
            ? MemoryMarshal.Cast<T, int>(a).CommonPrefixLength(MemoryMarshal.Cast<T, int>(b))
            : MemoryMarshal.Cast<T, long>(a).CommonPrefixLength(MemoryMarshal.Cast<T, long>(b));

    private sealed class ContentComparer<T>(RowMatrix rows) : IComparer<int>
        where T : struct, IFloatingPointIeee754<T>
    {
        public int Compare(int left, int right)
        {
            int order = CanonicalOrder.Compare<T>(rows.Row<T>(left), rows.Row<T>(right));
            return order != 0 ? order : left.CompareTo(right);
        }
    }
}
