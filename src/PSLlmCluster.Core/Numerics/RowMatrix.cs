using System.Numerics;
using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Rows of equal length in one flat array, row after row: in single precision where every number is one of single precision, and otherwise
/// in double precision. A matrix is one or the other throughout.
/// </summary>
public sealed class RowMatrix
{
    /// <summary>
    /// The largest number of double precision that distances are taken of: its square, the sum of such squares over all columns, and the
    /// product of two such sums are finite.
    /// </summary>
    internal const double LargestNumber = 1e70;

    private readonly float[]? _singles;
    private readonly double[]? _doubles;

    /// <summary>Initializes a new instance of the <see cref="RowMatrix"/> class, in single precision.</summary>
    /// <param name="values">The numbers, row after row; the array is used as it is, not copied.</param>
    /// <param name="rowCount">Number of rows, 0 or more.</param>
    /// <param name="columnCount">Number of columns, 0 or more.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> is not of that size.</exception>
    public RowMatrix(float[] values, int rowCount, int columnCount)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireSize(values, rowCount, columnCount);
        _singles = values;
        RowCount = rowCount;
        ColumnCount = columnCount;
    }

    private RowMatrix(RowMatrix whole, int rowCount)
        => (_singles, RowCount, ColumnCount) = (whole.Values, rowCount, whole.ColumnCount);

    private RowMatrix(double[] values, int rowCount, int columnCount)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireSize(values, rowCount, columnCount);
        _doubles = values;
        RowCount = rowCount;
        ColumnCount = columnCount;
    }

    /// <summary>Gets a value indicating whether the numbers are in double precision.</summary>
    public bool IsDouble => _doubles is not null;

    /// <summary>Gets the numbers, row after row; behind them may be those of other rows (<see cref="First"/>).</summary>
    /// <exception cref="InvalidOperationException">The matrix is in double precision.</exception>
    public float[] Values => _singles ?? throw new InvalidOperationException("The matrix is in double precision.");

    /// <summary>Gets the numbers, row after row.</summary>
    /// <exception cref="InvalidOperationException">The matrix is in single precision.</exception>
    public double[] DoubleValues => _doubles ?? throw new InvalidOperationException("The matrix is in single precision.");

    /// <summary>Gets the numbers of these rows alone, row after row.</summary>
    /// <exception cref="InvalidOperationException">The matrix is in double precision.</exception>
    internal Memory<float> AllRows => Values.AsMemory(0, RowCount * ColumnCount);

    /// <summary>Gets the bytes of these rows.</summary>
    public long ByteCount => (IsDouble ? sizeof(double) : sizeof(float)) * (long)RowCount * ColumnCount;

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount { get; }

    /// <summary>Gets one number, of either precision.</summary>
    /// <param name="row">The row's position, from 0.</param>
    /// <param name="column">The column's position, from 0.</param>
    public double this[int row, int column]
        => _doubles is null ? Values[(row * ColumnCount) + column] : _doubles[(row * ColumnCount) + column];

    /// <summary>Makes a matrix in double precision.</summary>
    /// <param name="values">The numbers, row after row; the array is used as it is, not copied.</param>
    /// <param name="rowCount">Number of rows, 0 or more.</param>
    /// <param name="columnCount">Number of columns, 0 or more.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> is not of that size.</exception>
    public static RowMatrix OfDoubles(double[] values, int rowCount, int columnCount) => new(values, rowCount, columnCount);

    /// <summary>Returns one row of a matrix in single precision.</summary>
    /// <param name="index">The row's position, from 0.</param>
    /// <returns>A view of the row.</returns>
    public Span<float> Row(int index) => Values.AsSpan(index * ColumnCount, ColumnCount);

    /// <summary>Returns the first rows of a matrix in single precision as a matrix of their own, without a copy.</summary>
    /// <param name="rowCount">How many.</param>
    internal RowMatrix First(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, RowCount);
        return new RowMatrix(this, rowCount);
    }

    /// <summary>Returns the matrix in double precision, which changes no number.</summary>
    /// <returns>A copy, or this matrix where it is in double precision already.</returns>
    public RowMatrix ToDouble()
    {
        if (IsDouble)
        {
            return this;
        }

        ReadOnlySpan<float> singles = AllRows.Span;
        double[] values = new double[singles.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = singles[i];
        }

        return new RowMatrix(values, RowCount, ColumnCount);
    }

    /// <summary>Returns the matrix rounded to single precision.</summary>
    /// <returns>A copy, or this matrix where it is in single precision already.</returns>
    public RowMatrix ToSingle() => IsDouble ? new(Array.ConvertAll(DoubleValues, value => (float)value), RowCount, ColumnCount) : this;

    /// <summary>Checks that every number is finite, which every algorithm here takes for granted.</summary>
    /// <exception cref="EngineException">One is not (RowNotFinite); the message names the first such row, counted from 1.</exception>
    public void RequireFinite()
    {
        for (int row = 0; row < RowCount; row++)
        {
            int column = IndexOfNotFinite(row);
            if (column >= 0)
            {
                double number = this[row, column];
                string what = double.IsNaN(number) ? "not a number (NaN)"
                    : double.IsInfinity(number) ? "infinite"
                    : "too large to measure with";
                throw new EngineException(
                    EngineErrorIds.RowNotFinite,
                    FailureKind.InvalidData,
                    $"Row {row + 1} of {RowCount} holds a number that is {what}.",
                    "Leave such rows out, or put a number in that place.");
            }
        }
    }

    /// <summary>Returns the place of the first number of a row that no distance can be taken of, or -1.</summary>
    /// <param name="row">The row's position, from 0.</param>
    internal int IndexOfNotFinite(int row)
        => IsDouble ? IndexOfNotFinite<double>(Row<double>(row), LargestNumber) : IndexOfNotFinite<float>(Row(row), float.MaxValue);

    /// <summary>Returns the place of the first number that is not finite, or -1.</summary>
    /// <param name="values">The numbers.</param>
    internal static int IndexOfNotFinite(ReadOnlySpan<float> values) => IndexOfNotFinite(values, float.MaxValue);

    /// <summary>Returns the place of the first number that is NaN, or farther from 0 than a bound, or -1.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="largest">The bound.</param>
    internal static int IndexOfNotFinite<T>(ReadOnlySpan<T> values, T largest)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!(T.Abs(values[i]) <= largest))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Returns all numbers, of the precision that the matrix has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T[] ValuesOf<T>()
        where T : struct
        => typeof(T) == typeof(float) ? (T[])(object)Values : (T[])(object)DoubleValues;

    /// <summary>Returns one row, of the precision that the matrix has.</summary>
    /// <param name="index">The row's position, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Row<T>(int index)
        where T : struct
        => ValuesOf<T>().AsSpan(index * ColumnCount, ColumnCount);

    private static void RequireSize(Array values, int rowCount, int columnCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(columnCount);
        if (values.LongLength != (long)rowCount * columnCount)
        {
            throw new ArgumentException($"{values.LongLength} numbers are not {rowCount} rows of {columnCount}.", nameof(values));
        }
    }
}
