namespace PSLlmCluster.Core.Caching;

/// <summary>An origin that can say all that a vector depends on, as the key of a cache does.</summary>
public abstract class VectorOrigin : EmbeddingOrigin
{
    /// <summary>Initializes a new instance of the <see cref="VectorOrigin"/> class.</summary>
    /// <param name="model">The model's name for people.</param>
    /// <param name="engine">What ran it.</param>
    private protected VectorOrigin(string model, EmbeddingEngine engine)
        : base(model, engine)
    {
    }

    /// <summary>Returns the key. The model's file may have to be read whole for it, the first time.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The key.</returns>
    /// <exception cref="EngineException">The model's file cannot be read, or is no longer the one that made the vectors.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal abstract CacheKey KeyOf(CancellationToken token);
}
