namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Gathers rows one by one, as a pipeline brings them, into one matrix. The first row sets the length, unless it is given. The matrix is in
/// single precision as long as every number of every row is one of single precision, and in double precision from then on: so no number is
/// rounded, and vectors that language models make take no more memory than they have to.
/// </summary>
/// <param name="takesNotFinite">
/// Whether rows with numbers that are not finite, or beyond the range of single precision, are taken too; otherwise they are at fault.
/// </param>
/// <param name="wantedLength">The length that rows have to have; null for that of the first.</param>
public sealed class RowCollector(bool takesNotFinite = false, int? wantedLength = null)
{
    private const int FirstCapacity = 1024;

    /// <summary>
    /// Numbers of double precision nearer to 0 than this count as 0: so the smallest difference of two others has a reciprocal.
    /// </summary>
    internal const double SmallestNumber = 1e-290;

    private float[] _singles = [];
    private double[]? _doubles;
    private int _used;

    /// <summary>Gets the number of rows taken.</summary>
    public int RowCount { get; private set; }

    /// <summary>Gets the length of the rows, 0 before the first.</summary>
    public int ColumnCount { get; private set; }

    /// <summary>Says what is wrong with a row, without taking it.</summary>
    /// <param name="row">The numbers.</param>
    /// <returns>Null where nothing is; otherwise why <see cref="TryAdd(ReadOnlySpan{float})"/> would not take it.</returns>
    public EngineException? Check(ReadOnlySpan<float> row)
    {
        if (CheckLength(row.Length) is { } fault)
        {
            return fault;
        }

        int wrong = takesNotFinite ? -1 : RowMatrix.IndexOfNotFinite(row);
        return wrong >= 0 ? NotFinite(wrong, row[wrong]) : null;
    }

    /// <summary>Takes a row, unless something is wrong with it.</summary>
    /// <param name="row">The numbers.</param>
    /// <returns>Null when the row was taken; otherwise why it was not, which is returned and not thrown, as the other rows go on.</returns>
    public EngineException? TryAdd(ReadOnlySpan<float> row)
    {
        if (Check(row) is { } fault)
        {
            return fault;
        }

        if (_doubles is null)
        {
            row.CopyTo(Reserve(ref _singles, row.Length));
        }
        else
        {
            Span<double> target = Reserve(ref _doubles, row.Length);
            for (int i = 0; i < row.Length; i++)
            {
                target[i] = row[i];
            }
        }

        Count(row.Length);
        return null;
    }

    /// <summary>Takes a row, unless something is wrong with it.</summary>
    /// <param name="row">The numbers.</param>
    /// <returns>Null when the row was taken; otherwise why it was not, which is returned and not thrown, as the other rows go on.</returns>
    public EngineException? TryAdd(ReadOnlySpan<double> row)
    {
        if (CheckLength(row.Length) is { } fault)
        {
            return fault;
        }

        int wrong = takesNotFinite ? -1 : RowMatrix.IndexOfNotFinite(row, float.MaxValue);
        if (wrong >= 0)
        {
            return NotFinite(wrong, row[wrong]);
        }

        if (_doubles is null && IsSingle(row))
        {
            Span<float> target = Reserve(ref _singles, row.Length);
            for (int i = 0; i < row.Length; i++)
            {
                target[i] = (float)row[i];
            }
        }
        else
        {
            Widen();
            Span<double> target = Reserve(ref _doubles!, row.Length);
            for (int i = 0; i < row.Length; i++)
            {
                target[i] = Math.Abs(row[i]) < SmallestNumber ? 0 : row[i];
            }
        }

        Count(row.Length);
        return null;
    }

    /// <summary>Returns all rows taken so far.</summary>
    /// <returns>The matrix over the numbers as they were gathered, without a copy; rows taken later are not in it.</returns>
    public RowMatrix ToMatrix()
    {
        // Trimmed, so that the next row makes a larger array and leaves this one alone.
        if (_doubles is not null)
        {
            Array.Resize(ref _doubles, _used);
            return RowMatrix.OfDoubles(_doubles, RowCount, ColumnCount);
        }

        Array.Resize(ref _singles, _used);
        return new RowMatrix(_singles, RowCount, ColumnCount);
    }

    /// <summary>Returns whether every number of a row is one of single precision, NaN and infinity included.</summary>
    private static bool IsSingle(ReadOnlySpan<double> row)
    {
        foreach (double value in row)
        {
            if ((float)value != value && !double.IsNaN(value))
            {
                return false;
            }
        }

        return true;
    }

    private static EngineException NotFinite(int place, double value)
    {
        string what = double.IsNaN(value) ? "not a number (NaN)" : "infinite, or too large for single precision";
        return new EngineException(
            EngineErrorIds.RowNotFinite,
            FailureKind.InvalidData,
            $"Number {place + 1} of the row is {what}.",
            "Leave such rows out, or put a number in that place.");
    }

    private EngineException? CheckLength(int length)
    {
        if (length == 0)
        {
            return new EngineException(
                EngineErrorIds.RowEmpty, FailureKind.InvalidData, "The row has no numbers.", "Pipe in rows of at least one number.");
        }

        if (wantedLength is int wanted && length != wanted)
        {
            return new EngineException(
                EngineErrorIds.RowLengthMismatch,
                FailureKind.InvalidData,
                $"The row has {length} numbers, and those of the model have {wanted}.",
                "Give rows from the same language model, map or columns as those that the model was made of; for precomputed distances, "
                    + "those to all of its rows, in their order.");
        }

        return RowCount > 0 && length != ColumnCount
            ? new EngineException(
                EngineErrorIds.RowLengthMismatch,
                FailureKind.InvalidData,
                $"The row has {length} numbers, and the rows before it have {ColumnCount}.",
                "All rows must come from the same model or the same columns.")
            : null;
    }

    /// <summary>Changes to double precision, which changes no number that was taken.</summary>
    private void Widen()
    {
        if (_doubles is not null)
        {
            return;
        }

        _doubles = new double[_singles.Length];
        for (int i = 0; i < _used; i++)
        {
            _doubles[i] = _singles[i];
        }

        _singles = [];
    }

    private Span<T> Reserve<T>(ref T[] values, int length)
    {
        long needed = (long)_used + length;
        if (needed > Array.MaxLength)
        {
            throw new EngineException(
                EngineErrorIds.TooManyNumbers,
                FailureKind.ResourceUnavailable,
                $"{RowCount + 1} rows of {length} numbers are more than one array can hold.",
                "Pipe in fewer rows, or rows of fewer numbers.");
        }

        if (needed > values.Length)
        {
            Array.Resize(ref values, (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(FirstCapacity, 2L * values.Length))));
        }

        return values.AsSpan(_used, length);
    }

    private void Count(int length)
    {
        _used += length;
        RowCount++;
        ColumnCount = length;
    }
}
