namespace PSLlmCluster.Core.Shards;

/// <summary>How rows are written to a file of embeddings.</summary>
/// <param name="Precision">How the numbers are stored.</param>
/// <param name="HasTexts">Whether the texts are written too.</param>
public sealed record EmbeddingWriteOptions(VectorPrecision Precision = VectorPrecision.Single, bool HasTexts = true);
