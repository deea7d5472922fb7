namespace PSLlmCluster;

/// <summary>The vectors of one model and one set of options in a cache: what <c>Get-EmbeddingCache</c> writes.</summary>
public sealed record EmbeddingCacheContent
{
    /// <summary>Gets the full path of the cache.</summary>
    public required string CachePath { get; init; }

    /// <summary>Gets the name of the model's file when its vectors were first kept, or the name that a server knows it by.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Gets the SHA-256 of the model's file in hexadecimal; of one in several parts, of their hashes; of a server's model its name.
    /// </summary>
    public required string ModelHash { get; init; }

    /// <summary>Gets which engine computed the vectors.</summary>
    public required EmbeddingEngine Engine { get; init; }

    /// <summary>Gets how the vectors of a text's tokens became one; Model where a server decided it.</summary>
    public required PoolingType Pooling { get; init; }

    /// <summary>Gets the most tokens of a window; 0 where a server decided it.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Gets what was put before each text; empty for nothing.</summary>
    public required string Prefix { get; init; }

    /// <summary>Gets what each text was put into, with {0} for it; null for nothing.</summary>
    public string? Prompt { get; init; }

    /// <summary>Gets how texts longer than a window were handled.</summary>
    public required LongTextHandling LongText { get; init; }

    /// <summary>Gets a value indicating whether the vectors were scaled to length 1.</summary>
    public required bool Normalize { get; init; }

    /// <summary>Gets how the vectors are stored.</summary>
    public required VectorPrecision Precision { get; init; }

    /// <summary>Gets the numbers in a vector.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the number of vectors, 1 or more.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the bytes of the vectors alone; the file also holds their texts and an index.</summary>
    public required long Length { get; init; }

    /// <summary>Gets when the first of the vectors was kept.</summary>
    public required DateTime Oldest { get; init; }

    /// <summary>Gets when the last of the vectors was kept.</summary>
    public required DateTime Newest { get; init; }
}
