namespace PSLlmCluster.Core.Phrases;

/// <summary>A word of a text, or a run of a script without spaces.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is, in UTF-16 units.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsApart">Whether something stands between it and the one before, so that no phrase holds both.</param>
internal readonly record struct TextToken(int Start, int Length, WordKind Kind, bool IsApart);
