namespace PSLlmCluster.Core.Numerics;

/// <summary>Why a row could not be taken.</summary>
/// <param name="ErrorId">A stable name in PascalCase.</param>
/// <param name="Message">What is wrong with the row.</param>
/// <param name="RecommendedAction">What the reader can do about it.</param>
public sealed record RowFault(string ErrorId, string Message, string RecommendedAction);

/// <summary>Gathers rows one by one, as a pipeline brings them, into one matrix. The first row sets the length, unless it is given.</summary>
/// <param name="takesNotFinite">Whether rows with numbers that are not finite are taken too; otherwise they are at fault.</param>
/// <param name="wantedLength">The length that rows have to have; null for that of the first.</param>
public sealed class RowCollector(bool takesNotFinite = false, int? wantedLength = null)
{
    private const int FirstCapacity = 1024;
    private float[] _values = [];
    private int _used;

    /// <summary>Gets the number of rows taken.</summary>
    public int RowCount { get; private set; }

    /// <summary>Gets the length of the rows, 0 before the first.</summary>
    public int ColumnCount { get; private set; }

    /// <summary>Takes a row, unless something is wrong with it.</summary>
    /// <param name="row">The numbers.</param>
    /// <returns>Null when the row was taken; otherwise why it was not.</returns>
    public RowFault? TryAdd(ReadOnlySpan<float> row)
    {
        if (CheckLength(row.Length) is { } fault)
        {
            return fault;
        }

        Span<float> target = Reserve(row.Length);
        row.CopyTo(target);
        return Take(target);
    }

    /// <summary>Takes a row, rounded to single precision, unless something is wrong with it.</summary>
    /// <param name="row">The numbers; one beyond the range of single precision counts as infinite.</param>
    /// <returns>Null when the row was taken; otherwise why it was not.</returns>
    public RowFault? TryAdd(ReadOnlySpan<double> row)
    {
        if (CheckLength(row.Length) is { } fault)
        {
            return fault;
        }

        Span<float> target = Reserve(row.Length);
        for (int i = 0; i < row.Length; i++)
        {
            target[i] = (float)row[i];
        }

        return Take(target);
    }

    /// <summary>Returns all rows taken so far.</summary>
    /// <returns>The matrix; it owns its numbers.</returns>
    public RowMatrix ToMatrix() => new(_values.AsSpan(0, _used).ToArray(), RowCount, ColumnCount);

    private RowFault? CheckLength(int length)
    {
        if (length == 0)
        {
            return new RowFault("RowEmpty", "The row has no numbers.", "Pipe in rows of at least one number.");
        }

        if (wantedLength is int wanted && length != wanted)
        {
            return new RowFault("RowLengthMismatch", $"The row has {length} numbers, and those of the model have {wanted}.", "Give rows from the same language model, map or columns as those that the model was made of; for precomputed distances, those to all of its rows, in their order.");
        }

        return RowCount > 0 && length != ColumnCount
            ? new RowFault("RowLengthMismatch", $"The row has {length} numbers, and the rows before it have {ColumnCount}.", "All rows must come from the same model or the same columns.")
            : null;
    }

    private Span<float> Reserve(int length)
    {
        long needed = (long)_used + length;
        if (needed > Array.MaxLength)
        {
            throw new EngineException("TooManyNumbers", FailureKind.ResourceUnavailable, $"{RowCount + 1} rows of {length} numbers are more than one array can hold.", "Pipe in fewer rows, or rows of fewer numbers.");
        }

        if (needed > _values.Length)
        {
            Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(FirstCapacity, 2L * _values.Length))));
        }

        return _values.AsSpan(_used, length);
    }

    private RowFault? Take(ReadOnlySpan<float> row)
    {
        int wrong = takesNotFinite ? -1 : RowMatrix.IndexOfNotFinite(row);
        if (wrong >= 0)
        {
            return new RowFault("RowNotFinite", $"Number {wrong + 1} of the row is {(float.IsNaN(row[wrong]) ? "not a number (NaN)" : "infinite, or too large for single precision")}.", "Leave such rows out, or put a number in that place.");
        }

        _used += row.Length;
        RowCount++;
        ColumnCount = row.Length;
        return null;
    }
}
