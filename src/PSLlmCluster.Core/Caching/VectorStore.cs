using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Caching;

/// <summary>The vectors of one key in a cache. One thread uses it at a time.</summary>
internal sealed class VectorStore : IDisposable
{
    private readonly CacheFile _file;
    private readonly CacheKey _key;
    private readonly string _keyText;
    private readonly uint _seed;
    private readonly CacheStatement _find;
    private readonly CacheStatement _insert;
    private long _settings;

    /// <summary>Initializes a new instance of the <see cref="VectorStore"/> class.</summary>
    /// <param name="file">The cache; this disposes it.</param>
    /// <param name="key">What the vectors depend on beside their texts.</param>
    /// <exception cref="EngineException">The cache cannot be read.</exception>
    public VectorStore(CacheFile file, CacheKey key)
    {
        _file = file;
        _key = key;
        _keyText = key.ToText();
        _seed = VectorRow.SeedOf(_keyText);
        _find = new CacheStatement(file, "SELECT text, tokens, windows, vector, checksum FROM vector WHERE settings = ?1 AND hash = ?2");
        _insert = new CacheStatement(file, CacheSettings.InsertVector);
        using CacheStatement settings = new(file, "SELECT id, width, window FROM settings WHERE key = ?1");
        settings.Bind(1, _keyText);
        if (settings.Step())
        {
            _settings = settings.Integer(0);
            Width = (int)settings.Integer(1);
            WindowLength = (int)settings.Integer(2);
        }
    }

    /// <summary>Gets the cache's file.</summary>
    public string Path => _file.Path;

    /// <summary>Gets why no vector is kept from the start; null where they are.</summary>
    public EngineException? Stopped => _file.Stopped;

    /// <summary>Gets how the vectors are stored.</summary>
    public VectorPrecision Precision => _key.Precision;

    /// <summary>Gets a value indicating whether the cache has had vectors of this key before, so that their width is known.</summary>
    public bool IsKnown => _settings != 0;

    /// <summary>Gets the numbers in a vector; 0 where that is not known yet.</summary>
    public int Width { get; private set; }

    /// <summary>Gets the most tokens of a window; 0 where that is not known yet.</summary>
    public int WindowLength { get; private set; }

    /// <summary>Notes what the model is like, unless that is known.</summary>
    /// <param name="model">A name for people.</param>
    /// <param name="width">The numbers in a vector.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <exception cref="EngineException">The cache cannot be written, or knows another width.</exception>
    public void Describe(string model, int width, int windowLength)
    {
        if (IsKnown)
        {
            RequireWidth(width);
            return;
        }

        (Width, WindowLength) = (width, windowLength);
        _settings = CacheSettings.IdOf(_file, _keyText, model, width, windowLength);
    }

    /// <summary>Looks a text up.</summary>
    /// <param name="index">The number that the outcome gets.</param>
    /// <param name="text">The text's bytes.</param>
    /// <param name="hash">Their hash.</param>
    /// <returns>Its vector and counts; null where the cache has none.</returns>
    /// <exception cref="EngineException">The cache is damaged, or cannot be read.</exception>
    public EmbeddingOutcome? Find(int index, ReadOnlySpan<byte> text, long hash)
    {
        if (!IsKnown)
        {
            return null;
        }

        using Lock.Scope reading = _file.BeginRead();
        try
        {
            _find.Bind(1, _settings);
            _find.Bind(2, hash);
            while (_find.Step())
            {
                if (_find.Blob(0).SequenceEqual(text))
                {
                    return Read(index, text);
                }
            }

            return null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Looks up the vector of the text that tells models apart.</summary>
    /// <returns>The vector; null where the cache has none.</returns>
    /// <exception cref="EngineException">The cache is damaged, or cannot be read.</exception>
    public float[]? FindProbe()
    {
        byte[] text = VectorRow.BytesOf(VectorDifference.ProbeText);
        return Find(0, text, VectorRow.HashOf(text))?.Vector;
    }

    /// <summary>Adds vectors, all of them or none. Those of texts that another process added meanwhile are left out.</summary>
    /// <param name="rows">The texts and what became of them.</param>
    /// <exception cref="EngineException">The cache cannot be written.</exception>
    public void Add(IReadOnlyList<ComputedRow> rows) => _file.InTransaction(() =>
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (ComputedRow row in rows)
        {
            byte[] vector = VectorRow.Encode(row.Vector, Precision);
            _insert.Bind(1, _settings);
            _insert.Bind(2, row.Hash);
            _insert.Bind(3, row.TokenCount);
            _insert.Bind(4, row.WindowCount);
            _insert.Bind(5, now);
            _insert.Bind(6, VectorRow.ChecksumOf(_seed, row.Text, row.TokenCount, row.WindowCount, vector));
            _insert.Bind(7, row.Text);
            _insert.Bind(8, vector);
            _insert.Run();
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _file.Dispose();
    }

    private EmbeddingOutcome Read(int index, ReadOnlySpan<byte> text)
    {
        (long tokens, long windows) = (_find.Integer(1), _find.Integer(2));
        ReadOnlySpan<byte> vector = _find.Blob(3);
        bool isWhole = vector.Length == (long)Width * VectorRow.BytesPerNumber(Precision)
            && VectorRow.ChecksumOf(_seed, text, (int)tokens, (int)windows, vector) == _find.Integer(4);
        return isWhole
            ? new EmbeddingOutcome(index, VectorRow.Decode(vector, Precision), (int)tokens, (int)windows, null)
            : throw CacheErrors.Damaged(Path, "a vector does not fit its checksum");
    }

    private void RequireWidth(int width)
    {
        if (width != Width)
        {
            throw CacheErrors.Damaged(Path, $"it has vectors of {Width} numbers for a model that gives {width}");
        }
    }
}

/// <summary>A vector that was computed and is to be kept.</summary>
/// <param name="Text">The text's bytes.</param>
/// <param name="Hash">Their hash.</param>
/// <param name="Vector">The vector.</param>
/// <param name="TokenCount">The text's tokens.</param>
/// <param name="WindowCount">Its windows.</param>
internal sealed record ComputedRow(byte[] Text, long Hash, float[] Vector, int TokenCount, int WindowCount);
