namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// The order of rows that depends on their content alone. Work is done in it, so that the order in which rows come in changes no result:
/// permuting the input permutes the output. Equal rows keep the order of input; they cannot be told apart.
/// </summary>
public static class CanonicalOrder
{
    /// <summary>Returns the input rows in canonical order: column by column in rising order, ties by index.</summary>
    /// <param name="rows">The rows, all finite; minus zero counts as zero.</param>
    /// <returns>For each canonical place the index of the input row that stands there.</returns>
    public static int[] Of(RowMatrix rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int[] order = new int[rows.RowCount];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        if (rows.ColumnCount > 0)
        {
            // Most rows already differ in the first column; the comparer is asked for the rest.
            order.AsSpan().Sort(new ContentComparer(rows));
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
        float[] values = new float[order.Length * rows.ColumnCount];
        for (int place = 0; place < order.Length; place++)
        {
            ReadOnlySpan<float> source = rows.Row(order[place]);
            Span<float> target = values.AsSpan(place * rows.ColumnCount, rows.ColumnCount);
            for (int column = 0; column < source.Length; column++)
            {
                target[column] = source[column] + 0f;
            }
        }

        return new RowMatrix(values, order.Length, rows.ColumnCount);
    }

    private readonly struct ContentComparer(RowMatrix rows) : IComparer<int>
    {
        public int Compare(int left, int right)
        {
            ReadOnlySpan<float> a = rows.Row(left);
            ReadOnlySpan<float> b = rows.Row(right);
            for (int column = 0; column < a.Length; column++)
            {
                if (a[column] != b[column])
                {
                    return a[column] < b[column] ? -1 : 1;
                }
            }

            return left.CompareTo(right);
        }
    }
}
