namespace PSLlmCluster.Module.Input;

/// <summary>What a row carries with it to its result.</summary>
/// <param name="Index">The record's index: an embedding's or a point's own, otherwise its position in the input.</param>
/// <param name="Text">Its text, or null.</param>
/// <param name="Source">The object that it came from.</param>
/// <param name="Vector">The row before any reduction, or null where it is not known.</param>
/// <param name="Coordinates">Its place in a layout, or null where there was no reduction.</param>
/// <param name="Engine">Which engine made the vector that is the row; null where the row is none, or that is not known.</param>
internal sealed record InputRow(
    int Index, string? Text, object? Source, ReadOnlyMemory<float>? Vector, float[]? Coordinates, EmbeddingEngine? Engine = null);
