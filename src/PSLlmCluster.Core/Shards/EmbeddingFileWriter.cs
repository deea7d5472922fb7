using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Writes a file of embeddings, whole or not at all: what was there before stays until <see cref="Complete"/>. Rows are gathered in a
/// block; once <see cref="IsFull"/> says so, the caller lets it be written. One thread uses it at a time.
/// </summary>
public abstract class EmbeddingFileWriter : IDisposable
{
    // Long texts make a block full before its rows do. It goes by the rows alone, so that the same rows give the same blocks.
    private const int MostLetters = 1 << 23;

    private readonly EmbeddingWriteOptions _options;
    private EmbeddingOrigin? _origin;
    private bool _hasOrigin;
    private int _capacity;
    private int _letters;
    private long? _lastKey;

    /// <summary>Initializes a new instance of the <see cref="EmbeddingFileWriter"/> class.</summary>
    /// <param name="file">The file, which this disposes.</param>
    /// <param name="options">How the rows are written.</param>
    private protected EmbeddingFileWriter(OutputFile.Pending file, EmbeddingWriteOptions options)
    {
        File = file;
        _options = options;
    }

    /// <summary>Gets the number of rows that were taken.</summary>
    public long RowCount { get; private set; }

    /// <summary>Gets a value indicating whether <see cref="Flush"/> has to be called before the next row.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Gets the file.</summary>
    private protected OutputFile.Pending File { get; }

    /// <summary>Gets the numbers of a vector; 0 before the first.</summary>
    private protected int Width { get; private set; }

    /// <summary>Gets the first key.</summary>
    private protected long FirstKey { get; private set; }

    /// <summary>Gets the last key.</summary>
    private protected long LastKey => _lastKey ?? 0;

    /// <summary>Gets the rows that are not written yet.</summary>
    private protected EmbeddingBlock Block { get; } = new();

    /// <summary>Gets what all vectors depend on; null where that is not known.</summary>
    private protected OriginText? Origin { get; private set; }

    /// <summary>Gets how the numbers are stored.</summary>
    private protected VectorPrecision Precision => _options.Precision;

    /// <summary>Returns whether an origin is that of the row before; otherwise <see cref="TakeOrigin"/> has to be called.</summary>
    /// <param name="origin">The next row's origin; null where it is not known.</param>
    /// <returns>Whether it is.</returns>
    public bool KnowsOrigin(EmbeddingOrigin? origin) => _hasOrigin && ReferenceEquals(origin, _origin);

    /// <summary>
    /// Takes the origin of the rows that follow, which has to be that of those before. The model's file may be read for it.
    /// </summary>
    /// <param name="origin">The origin; null where it is not known.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">It is another one, or cannot be told.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void TakeOrigin(EmbeddingOrigin? origin, CancellationToken token)
    {
        OriginText? taken = origin is VectorOrigin known ? new OriginText(known.Model, Stored(known.KeyOf(token))) : null;
        if (_hasOrigin && CacheKey.Difference(Origin?.Key, taken?.Key) is { } difference)
        {
            throw EmbeddingFileErrors.Mismatch("The rows so far", "the next one", difference);
        }

        Origin = _hasOrigin ? Origin : taken;
        (_origin, _hasOrigin) = (origin, true);
    }

    /// <summary>Says what is wrong with a row, without taking it.</summary>
    /// <param name="text">Its text; null where it has none.</param>
    /// <param name="vector">Its vector.</param>
    /// <returns>Null where nothing is; otherwise why <see cref="Add"/> would not take it.</returns>
    public EngineException? Check(string? text, ReadOnlySpan<float> vector)
        => CheckVector(vector) ?? CheckText(_options.HasTexts ? text : null);

    /// <summary>Takes a row, unless something is wrong with it.</summary>
    /// <param name="key">Its key, above that of the row before.</param>
    /// <param name="text">Its text; null where it has none.</param>
    /// <param name="tokenCount">Its tokens; 0 where that is not known.</param>
    /// <param name="vector">Its vector.</param>
    /// <returns>Null when the row was taken; otherwise why it was not, which is returned and not thrown, as the other rows go on.</returns>
    /// <exception cref="EngineException">The key is not above that of the row before (EmbeddingFileKeyOrder).</exception>
    public EngineException? Add(long key, string? text, int tokenCount, ReadOnlySpan<float> vector)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("The rows so far have to be written first.");
        }

        if (key <= _lastKey)
        {
            throw EmbeddingFileErrors.KeyOrder($"Row {RowCount + 1}", key, _lastKey.Value);
        }

        if (Check(text, vector) is { } fault)
        {
            return fault;
        }

        text = _options.HasTexts ? text : null;

        if (RowCount == 0)
        {
            Width = vector.Length;
            FirstKey = key;
            _capacity = RowsPerBlock(Width);
            Block.Resize(_capacity, Width);
            Block.Clear();
        }

        Block.Add(key, text, tokenCount, vector);
        _lastKey = key;
        _letters += text?.Length ?? 0;
        RowCount++;
        IsFull = Block.Count == _capacity || _letters >= MostLetters;
        return null;
    }

    /// <summary>Writes the rows so far.</summary>
    /// <exception cref="EngineException">They cannot be written.</exception>
    public void Flush()
    {
        if (Block.Count > 0)
        {
            WriteBlock();
            Block.Clear();
        }

        (IsFull, _letters) = (false, 0);
    }

    /// <summary>Writes what is left, and puts the file in its place.</summary>
    /// <exception cref="EngineException">That failed; what was there before is untouched.</exception>
    public void Complete()
    {
        Flush();
        WriteEnd();
        File.Commit();
    }

    /// <inheritdoc/>
    /// <remarks>What was not completed is gone.</remarks>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the file.</summary>
    /// <param name="disposing">Whether it is called by Dispose.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            File.Dispose();
        }
    }

    /// <summary>Returns the most rows of a block.</summary>
    /// <param name="width">Numbers of a vector.</param>
    /// <returns>The rows.</returns>
    private protected virtual int RowsPerBlock(int width) => ShardFormat.RowsPerBlock(width);

    /// <summary>Returns what is wrong with a text for this format; null where nothing is.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The fault.</returns>
    private protected virtual EngineException? CheckText(string? text) => null;

    /// <summary>Writes the rows of the block, of which there is one at least.</summary>
    private protected abstract void WriteBlock();

    /// <summary>Writes what follows the last row.</summary>
    private protected abstract void WriteEnd();

    // Numbers of half precision are what they are, whether a cache rounded them or this file does.
    private CacheKey Stored(CacheKey key) => Precision == VectorPrecision.Half ? key with { Precision = VectorPrecision.Half } : key;

    private EngineException? CheckVector(ReadOnlySpan<float> vector)
    {
        if (vector.Length == 0)
        {
            return new EngineException(
                EngineErrorIds.RowEmpty, FailureKind.InvalidData, "The vector has no numbers.", "Leave such rows out.");
        }

        if (RowCount > 0 && vector.Length != Width)
        {
            return new EngineException(
                EngineErrorIds.RowLengthMismatch,
                FailureKind.InvalidData,
                $"The vector has {vector.Length} numbers, and those before it have {Width}.",
                "All vectors of a file must come from the same model.");
        }

        int wrong = RowMatrix.IndexOfNotFinite(vector);
        if (wrong >= 0)
        {
            return new EngineException(
                EngineErrorIds.RowNotFinite,
                FailureKind.InvalidData,
                $"Number {wrong + 1} of the vector is not finite, or too large for single precision.",
                "Leave such rows out, or put a number in that place.");
        }

        return Precision == VectorPrecision.Half ? CheckHalf(vector) : null;
    }

    private static EngineException? CheckHalf(ReadOnlySpan<float> vector)
    {
        // The least number that would be rounded to infinity.
        const float Beyond = 65520;
        int wrong = RowMatrix.IndexOfNotFinite(vector, float.BitDecrement(Beyond));
        return wrong >= 0 ? EmbeddingFileErrors.NotHalf(vector[wrong]) : null;
    }
}
