namespace PSLlmCluster;

/// <summary>A text and the vector that a language model gives it: what <c>Get-TextEmbedding</c> writes.</summary>
public sealed class TextEmbedding
{
    /// <summary>Initializes a new instance of the <see cref="TextEmbedding"/> class.</summary>
    /// <param name="index">Position of the text among all that came in, from 0; skipped texts count.</param>
    /// <param name="text">The text as it came in.</param>
    /// <param name="source">The object that was piped in.</param>
    /// <param name="vector">The pooled vector, as wide as the model.</param>
    /// <param name="tokenCount">Tokens of the text, special ones and all windows included.</param>
    public TextEmbedding(int index, string text, object? source, float[] vector, int tokenCount)
        : this(index, text, source, vector, tokenCount, (EmbeddingEngine?)null)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="TextEmbedding"/> class whose engine is known.</summary>
    /// <param name="index">Position of the text among all that came in, from 0; skipped texts count.</param>
    /// <param name="text">The text as it came in.</param>
    /// <param name="source">The object that was piped in.</param>
    /// <param name="vector">The pooled vector, as wide as the model.</param>
    /// <param name="tokenCount">Tokens of the text, special ones and all windows included.</param>
    /// <param name="engine">What ran the model: Managed, Llama or Endpoint, or null where that is not known.</param>
    public TextEmbedding(int index, string text, object? source, float[] vector, int tokenCount, EmbeddingEngine? engine)
        : this(index, text, source, vector, tokenCount, engine, null)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="TextEmbedding"/> class whose origin is known.</summary>
    /// <param name="index">Position of the text among all that came in, from 0; skipped texts count.</param>
    /// <param name="text">The text as it came in; null where a file of embeddings was written without texts.</param>
    /// <param name="source">The object that was piped in.</param>
    /// <param name="vector">The pooled vector, as wide as the model.</param>
    /// <param name="tokenCount">Tokens of the text, special ones and all windows included.</param>
    /// <param name="origin">What the vector depends on, or null where that is not known.</param>
    public TextEmbedding(int index, string? text, object? source, float[] vector, int tokenCount, EmbeddingOrigin? origin)
        : this(index, text, source, vector, tokenCount, origin?.Engine, origin)
    {
    }

    private TextEmbedding(
        int index, string? text, object? source, float[] vector, int tokenCount, EmbeddingEngine? engine, EmbeddingOrigin? origin)
    {
        if (engine == EmbeddingEngine.Auto)
        {
            throw new ArgumentOutOfRangeException(nameof(engine), engine, "A vector comes from one engine: Managed, Llama or Endpoint.");
        }

        Origin = origin;
        Index = index;
        Text = text;
        Source = source;
        Vector = vector;
        TokenCount = tokenCount;
        Engine = engine;
    }

    /// <summary>Gets the position of the text among all that came in, from 0.</summary>
    public int Index { get; }

    /// <summary>Gets the text as it came in; null where a file of embeddings was written without texts.</summary>
    public string? Text { get; }

    /// <summary>Gets the very object that was piped in.</summary>
    public object? Source { get; }

    /// <summary>Gets the vector, as wide as the model.</summary>
    public float[] Vector { get; }

    /// <summary>
    /// Gets the number of tokens, special ones and all windows included; 0 for a vector of a server, which counts those of a whole request.
    /// </summary>
    public int TokenCount { get; }

    /// <summary>
    /// Gets what ran the model, Managed, Llama or Endpoint, whose vectors of one model differ slightly; null where it is not known.
    /// </summary>
    public EmbeddingEngine? Engine { get; }

    /// <summary>Gets the model and all else that the vector depends on; null where that is not known.</summary>
    public EmbeddingOrigin? Origin { get; }

    /// <summary>Returns the text, or the position where there is none.</summary>
    /// <returns>The text or the position.</returns>
    public override string ToString() => Text ?? $"row {Index}";
}
