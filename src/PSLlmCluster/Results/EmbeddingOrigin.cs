namespace PSLlmCluster;

/// <summary>
/// Where a vector comes from: the model that made it, and all else that it depends on, which Export-TextEmbedding writes beside it.
/// </summary>
public abstract class EmbeddingOrigin
{
    /// <summary>Initializes a new instance of the <see cref="EmbeddingOrigin"/> class.</summary>
    /// <param name="model">The model's name for people.</param>
    /// <param name="engine">What ran it, never Auto.</param>
    protected EmbeddingOrigin(string model, EmbeddingEngine engine)
    {
        Model = model;
        Engine = engine;
    }

    /// <summary>Gets the model's name for people: that of its file.</summary>
    public string Model { get; }

    /// <summary>Gets what ran the model.</summary>
    public EmbeddingEngine Engine { get; }

    /// <summary>Returns the model and the engine.</summary>
    /// <returns>The model and the engine.</returns>
    public override string ToString() => $"{Model} ({Engine})";
}
