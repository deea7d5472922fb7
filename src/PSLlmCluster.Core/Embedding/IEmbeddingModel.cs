namespace PSLlmCluster.Core.Embedding;

/// <summary>A model in memory that turns texts into vectors, whichever engine runs it.</summary>
public interface IEmbeddingModel
{
    /// <summary>Gets the full path of its file.</summary>
    string Path { get; }

    /// <summary>Gets the numbers in a vector.</summary>
    int Width { get; }

    /// <summary>Gets which engine runs it, never Auto.</summary>
    EmbeddingEngine Engine { get; }

    /// <summary>Gets which engine runs it, and on what, in a few words.</summary>
    string Placement { get; }

    /// <summary>Gets how its makers want it to be used.</summary>
    ModelAdvice Advice { get; }

    /// <summary>Opens an embedder on it, which keeps the model in memory until it is disposed.</summary>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="log">Receives lines for a person who looks for a reason; called on the thread that uses the embedder.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The embedder, which the caller disposes.</returns>
    /// <exception cref="EngineException">The options do not suit the model, memory is short, or the model was released.</exception>
    ITextEmbedder Open(EmbeddingOptions options, Action<string>? log = null, CancellationToken token = default);

    /// <summary>Gives its memory back, at once or when the last embedder that uses it is disposed.</summary>
    void Release();
}
