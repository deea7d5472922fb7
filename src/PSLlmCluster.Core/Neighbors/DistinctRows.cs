using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The rows that differ, called points, each with the list of its equal rows, so that what repeats is worked on once. Both zeros are one
/// value.
/// </summary>
internal sealed class DistinctRows
{
    private readonly int[] _rows;
    private readonly int[] _starts;

    private DistinctRows(int[] rows, int[] starts)
    {
        _rows = rows;
        _starts = starts;
    }

    /// <summary>Gets the number of points.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => _rows.Length;

    /// <summary>Finds the points of some rows, in canonical order.</summary>
    public static DistinctRows Of(RowMatrix rows)
    {
        int[] order = CanonicalOrder.IsInOrder(rows) ? [.. Enumerable.Range(0, rows.RowCount)] : CanonicalOrder.Of(rows);
        int[] starts = new int[order.Length + 1];
        int points = 0;
        while (starts[points] < order.Length)
        {
            starts[points + 1] = CanonicalOrder.EndOfEqual(rows, order, starts[points]);
            points++;
        }

        return new DistinctRows(order, starts[..(points + 1)]);
    }

    /// <summary>Returns the rows that a point stands for, rising.</summary>
    public ReadOnlySpan<int> RowsOf(int point) => _rows.AsSpan(_starts[point], _starts[point + 1] - _starts[point]);

    /// <summary>Returns the smallest row that a point stands for.</summary>
    public int FirstRowOf(int point) => _rows[_starts[point]];

    /// <summary>Returns the smallest row of each point.</summary>
    public int[] FirstRows()
    {
        int[] rows = new int[Count];
        for (int point = 0; point < rows.Length; point++)
        {
            rows[point] = FirstRowOf(point);
        }

        return rows;
    }

    /// <summary>Returns the point of each row.</summary>
    public int[] PointsOfRows()
    {
        int[] points = new int[_rows.Length];
        for (int point = 0; point < Count; point++)
        {
            foreach (int row in RowsOf(point))
            {
                points[row] = point;
            }
        }

        return points;
    }

    /// <summary>Returns the points in another order.</summary>
    /// <param name="order">For each new point the old one.</param>
    public DistinctRows Permute(int[] order)
    {
        int[] rows = new int[_rows.Length];
        int[] starts = new int[order.Length + 1];
        for (int point = 0; point < order.Length; point++)
        {
            ReadOnlySpan<int> own = RowsOf(order[point]);
            own.CopyTo(rows.AsSpan(starts[point]));
            starts[point + 1] = starts[point] + own.Length;
        }

        return new DistinctRows(rows, starts);
    }
}
