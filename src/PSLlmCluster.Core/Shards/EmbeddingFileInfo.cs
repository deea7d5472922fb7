using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Core.Shards;

/// <summary>What is known of a file of embeddings before its rows are read.</summary>
public sealed record EmbeddingFileInfo
{
    /// <summary>Gets the file.</summary>
    public required string Path { get; init; }

    /// <summary>Gets its format.</summary>
    public required EmbeddingFileFormat Format { get; init; }

    /// <summary>Gets the number of rows; null where only reading them tells.</summary>
    public required long? RowCount { get; init; }

    /// <summary>Gets the numbers of a vector; 0 where there are no rows.</summary>
    public required int Width { get; init; }

    /// <summary>Gets how the numbers were stored.</summary>
    public required VectorPrecision Precision { get; init; }

    /// <summary>Gets the first key; null where there are no rows.</summary>
    public required long? FirstKey { get; init; }

    /// <summary>Gets the last key; null where there are no rows, or only reading them tells.</summary>
    public long? LastKey { get; init; }

    /// <summary>
    /// Gets a value indicating whether the file says the keys of its rows; otherwise they are the rows' positions, from 0.
    /// </summary>
    public bool HasKeys { get; init; } = true;

    /// <summary>Gets what the vectors depend on; null where that is not known.</summary>
    public EmbeddingOrigin? Origin => Key is null ? null : new KnownOrigin(Model ?? string.Empty, Key);

    /// <summary>Gets the model's name for people; null where it is not known.</summary>
    internal string? Model { get; init; }

    /// <summary>Gets what the vectors depend on, as a key; null where that is not known.</summary>
    internal CacheKey? Key { get; init; }
}
