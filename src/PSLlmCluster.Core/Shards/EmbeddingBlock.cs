namespace PSLlmCluster.Core.Shards;

/// <summary>Some rows of a file of embeddings. A reader fills the same block again and again.</summary>
public sealed class EmbeddingBlock
{
    private long[] _keys = [];
    private int[] _tokenCounts = [];
    private string?[] _texts = [];
    private float[] _vectors = [];

    /// <summary>Gets the number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the numbers of a vector.</summary>
    public int Width { get; private set; }

    /// <summary>Gets the keys.</summary>
    public Span<long> Keys => _keys.AsSpan(0, Count);

    /// <summary>Gets the numbers of tokens; 0 where that is not known.</summary>
    public Span<int> TokenCounts => _tokenCounts.AsSpan(0, Count);

    /// <summary>Gets the texts, null where there is none.</summary>
    public Span<string?> Texts => _texts.AsSpan(0, Count);

    /// <summary>Gets the vectors, row after row.</summary>
    public Span<float> Vectors => _vectors.AsSpan(0, Count * Width);

    /// <summary>Gets the keys, for what takes no spans.</summary>
    internal Memory<long> KeyMemory => _keys.AsMemory(0, Count);

    /// <summary>Gets the numbers of tokens, for what takes no spans.</summary>
    internal Memory<int> TokenMemory => _tokenCounts.AsMemory(0, Count);

    /// <summary>Gets the texts, for what takes no spans.</summary>
    internal Memory<string?> TextMemory => _texts.AsMemory(0, Count);

    /// <summary>Gets the vectors, for what takes no spans.</summary>
    internal Memory<float> VectorMemory => _vectors.AsMemory(0, Count * Width);

    /// <summary>Returns a row's vector.</summary>
    /// <param name="row">The row's place in the block, from 0.</param>
    /// <returns>A view of it.</returns>
    public Span<float> Vector(int row) => _vectors.AsSpan(row * Width, Width);

    /// <summary>Refuses keys that are no index of a row in memory.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <exception cref="EngineException">One is none (EmbeddingFileKeyTooLarge).</exception>
    public void RequireIndices(string path)
    {
        foreach (long key in Keys)
        {
            if (key is < 0 or > int.MaxValue)
            {
                throw EmbeddingFileErrors.KeyTooLarge(path, key);
            }
        }
    }

    /// <summary>Makes room for rows, whose content is then that of the rows before.</summary>
    /// <param name="count">How many.</param>
    /// <param name="width">Numbers of a vector.</param>
    internal void Resize(int count, int width)
    {
        if (_keys.Length < count)
        {
            Array.Resize(ref _keys, count);
            Array.Resize(ref _tokenCounts, count);
            Array.Resize(ref _texts, count);
        }

        int numbers = checked(count * width);
        if (_vectors.Length < numbers)
        {
            _vectors = GC.AllocateUninitializedArray<float>(numbers);
        }

        (Count, Width) = (count, width);
    }

    /// <summary>Adds a row; there must be room for it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="text">Its text.</param>
    /// <param name="tokenCount">Its tokens.</param>
    /// <param name="vector">Its vector, as wide as the block.</param>
    internal void Add(long key, string? text, int tokenCount, ReadOnlySpan<float> vector)
    {
        int row = Count++;
        _keys[row] = key;
        _texts[row] = text;
        _tokenCounts[row] = tokenCount;
        vector.CopyTo(Vector(row));
    }

    /// <summary>Takes rows out; those behind them move up.</summary>
    /// <param name="isKept">For each row whether it stays.</param>
    internal void Keep(ReadOnlySpan<bool> isKept)
    {
        int kept = 0;
        for (int row = 0; row < Count; row++)
        {
            if (!isKept[row])
            {
                continue;
            }

            if (kept < row)
            {
                _keys[kept] = _keys[row];
                _tokenCounts[kept] = _tokenCounts[row];
                _texts[kept] = _texts[row];
                Vector(row).CopyTo(Vector(kept));
            }

            kept++;
        }

        Count = kept;
    }

    /// <summary>Takes all rows out.</summary>
    internal void Clear() => Count = 0;
}
