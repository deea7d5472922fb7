using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Tests.Caching;

/// <summary>Gives each text a vector that says its length and its first character, some texts at a time; "!" fails.</summary>
internal sealed class CountingEmbedder(int waitsFor = 1, float scale = 1) : ITextEmbedder
{
    private readonly List<EmbeddingOutcome> _waiting = [];

    public List<string> Texts { get; } = [];

    public int Width => 3;

    public int WindowLength => 8;

    public bool HasRoom => true;

    public static float[] VectorOf(string text, float scale = 1) => [text.Length * scale, text[0] / 3f * scale, -0.1f];

    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        Texts.Add(text);
        _waiting.Add(text == "!"
            ? new EmbeddingOutcome(
                index, null, 0, 1, new EngineException(EngineErrorIds.TextHasNoTokens, FailureKind.InvalidData, "none", "Give one."))
            : new EmbeddingOutcome(index, VectorOf(text, scale), text.Length + 2, 1 + (text.Length / 8), null));
        return _waiting.Count == waitsFor ? TakeNext() : [];
    }

    public IReadOnlyList<EmbeddingOutcome> TakeReady() => [];

    public IReadOnlyList<EmbeddingOutcome> TakeNext()
    {
        EmbeddingOutcome[] ready = [.. _waiting];
        _waiting.Clear();
        return ready;
    }

    public void Dispose() => _waiting.Clear();
}
