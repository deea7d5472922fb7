namespace PSLlmCluster.Core.Caching;

/// <summary>An origin whose key is known, as one that was read from a file.</summary>
internal sealed class KnownOrigin : VectorOrigin
{
    private readonly CacheKey _key;

    /// <summary>Initializes a new instance of the <see cref="KnownOrigin"/> class.</summary>
    /// <param name="model">The model's name for people.</param>
    /// <param name="key">What the vectors depend on.</param>
    public KnownOrigin(string model, CacheKey key)
        : base(model, key.Engine) => _key = key;

    /// <inheritdoc/>
    internal override CacheKey KeyOf(CancellationToken token) => _key;
}
