namespace PSLlmCluster;

/// <summary>What a file of embeddings says of a row beside its vector: the Source of what is made of the row.</summary>
public sealed class EmbeddingRecord
{
    /// <summary>Initializes a new instance of the <see cref="EmbeddingRecord"/> class.</summary>
    /// <param name="index">The row's key.</param>
    /// <param name="text">Its text, where the file has it.</param>
    public EmbeddingRecord(int index, string? text)
    {
        Index = index;
        Text = text;
    }

    /// <summary>Gets the row's key: the position of its text in the whole job, from 0.</summary>
    public int Index { get; }

    /// <summary>Gets the row's text, or null where the file has none.</summary>
    public string? Text { get; }

    /// <summary>Returns the text, or the key where there is none.</summary>
    /// <returns>The text or the key.</returns>
    public override string ToString() => Text ?? $"row {Index}";
}
