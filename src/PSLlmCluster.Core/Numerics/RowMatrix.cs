namespace PSLlmCluster.Core.Numerics;

/// <summary>Rows of equal length in one flat array, row after row.</summary>
public sealed class RowMatrix
{
    /// <summary>Initializes a new instance of the <see cref="RowMatrix"/> class.</summary>
    /// <param name="values">The numbers, row after row; the array is used as it is, not copied.</param>
    /// <param name="rowCount">Number of rows, 0 or more.</param>
    /// <param name="columnCount">Number of columns, 0 or more.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> is not of that size.</exception>
    public RowMatrix(float[] values, int rowCount, int columnCount)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(columnCount);
        if (values.LongLength != (long)rowCount * columnCount)
        {
            throw new ArgumentException($"{values.LongLength} numbers are not {rowCount} rows of {columnCount}.", nameof(values));
        }

        Values = values;
        RowCount = rowCount;
        ColumnCount = columnCount;
    }

    /// <summary>Gets the numbers, row after row.</summary>
    public float[] Values { get; }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount { get; }

    /// <summary>Returns one row.</summary>
    /// <param name="index">The row's position, from 0.</param>
    /// <returns>A view of the row.</returns>
    public Span<float> Row(int index) => Values.AsSpan(index * ColumnCount, ColumnCount);

    /// <summary>Checks that every number is finite, which every algorithm here takes for granted.</summary>
    /// <exception cref="EngineException">One is not (RowNotFinite); the message names the first such row, counted from 1.</exception>
    public void RequireFinite()
    {
        for (int row = 0; row < RowCount; row++)
        {
            int column = IndexOfNotFinite(Row(row));
            if (column >= 0)
            {
                throw new EngineException(
                    "RowNotFinite",
                    FailureKind.InvalidData,
                    $"Row {row + 1} of {RowCount} holds a number that is {(float.IsNaN(Row(row)[column]) ? "not a number (NaN)" : "infinite")}.",
                    "Leave such rows out, or put a number in that place.");
            }
        }
    }

    /// <summary>Returns the place of the first number that is not finite, or -1.</summary>
    /// <param name="values">The numbers.</param>
    internal static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
