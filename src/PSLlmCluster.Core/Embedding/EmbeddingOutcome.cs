namespace PSLlmCluster.Core.Embedding;

/// <summary>What became of one text.</summary>
/// <param name="Index">The number that the text was added with.</param>
/// <param name="Vector">Its vector, as wide as the model; null where it failed.</param>
/// <param name="TokenCount">Tokens of the text, special ones and all windows included; of a truncated text those that counted.</param>
/// <param name="WindowCount">The windows that the text takes; 1 for a text that fits, and more also where the rest was cut off.</param>
/// <param name="Failure">Why there is no vector; null where there is one.</param>
public sealed record EmbeddingOutcome(int Index, float[]? Vector, int TokenCount, int WindowCount, EngineException? Failure);
