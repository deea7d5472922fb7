namespace PSLlmCluster;

/// <summary>What came of putting one cache into another: what <c>Merge-EmbeddingCache</c> writes.</summary>
public sealed record EmbeddingCacheMerge
{
    /// <summary>Gets the full path of the cache that was read.</summary>
    public required string CachePath { get; init; }

    /// <summary>Gets the full path of the cache that took its vectors.</summary>
    public required string Destination { get; init; }

    /// <summary>Gets the number of vectors that were added.</summary>
    public required long AddedCount { get; init; }

    /// <summary>Gets the number of vectors whose texts the destination had already, and whose own it kept.</summary>
    public required long PresentCount { get; init; }
}
