using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;

namespace PSLlmCluster.Core.Tests.Engines;

/// <summary>Equal texts once, over an embedder whose vectors say what it was asked.</summary>
public sealed class DistinctTextEmbedderTests
{
    [Fact]
    public void Equal_texts_are_computed_once_and_leave_in_their_places()
    {
        using Recorder recorder = new(waitsFor: 2);
        using DistinctTextEmbedder embedder = new(recorder);
        string[] texts = ["a", "b", "a", "a", "c", "b", "d", "a"];
        List<EmbeddingOutcome> outcomes = [];
        for (int i = 0; i < texts.Length; i++)
        {
            outcomes.AddRange(embedder.Add(i * 3, texts[i]));
        }

        outcomes.AddRange(embedder.Flush());
        Assert.Equal(["a", "b", "c", "d"], recorder.Texts);
        Assert.Equal(4, embedder.RepeatCount);
        Assert.Equal(Enumerable.Range(0, texts.Length).Select(i => i * 3), outcomes.Select(outcome => outcome.Index));
        Assert.Equal(texts.Select(text => (float)text[0]), outcomes.Select(outcome => outcome.Vector![0]));
        Assert.Equal(texts.Length, outcomes.Select(outcome => outcome.Vector).Distinct().Count());
    }

    [Fact]
    public void Outcomes_do_not_wait_for_the_end()
    {
        using Recorder recorder = new(waitsFor: 1);
        using DistinctTextEmbedder embedder = new(recorder);
        Assert.Equal(0, Assert.Single(embedder.Add(0, "a")).Index);
        Assert.Equal(1, Assert.Single(embedder.Add(1, "a")).Index);
        Assert.Empty(embedder.Flush());
    }

    [Fact]
    public void One_text_that_comes_for_ever_leaves_for_ever()
    {
        using Recorder recorder = new(waitsFor: 2);
        using DistinctTextEmbedder embedder = new(recorder);
        int left = 0;
        for (int i = 0; i < 5000; i++)
        {
            left += embedder.Add(i, "a").Count;
        }

        Assert.InRange(left, 4900, 5000);
        Assert.Equal(["a"], recorder.Texts);
    }

    [Fact]
    public void A_text_that_fails_fails_each_time()
    {
        using Recorder recorder = new(waitsFor: 1);
        using DistinctTextEmbedder embedder = new(recorder);
        EmbeddingOutcome[] outcomes = [.. embedder.Add(0, "!"), .. embedder.Add(1, "!"), .. embedder.Add(2, "a")];
        Assert.Equal(["TextHasNoTokens", "TextHasNoTokens", null], outcomes.Select(outcome => outcome.Failure?.ErrorId));
        Assert.Equal(["!", "a"], recorder.Texts);
    }

    /// <summary>Gives each text its first character as its vector, some texts at a time.</summary>
    private sealed class Recorder(int waitsFor) : ITextEmbedder
    {
        private readonly List<EmbeddingOutcome> _waiting = [];

        public List<string> Texts { get; } = [];

        public int Width => 1;

        public int WindowLength => 8;

        public bool HasRoom => true;

        public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
        {
            Texts.Add(text);
            _waiting.Add(text == "!"
                ? new EmbeddingOutcome(
                    index, null, 0, 1, new EngineException(EngineErrorIds.TextHasNoTokens, FailureKind.InvalidData, "none", "Give one."))
                : new EmbeddingOutcome(index, [text[0]], 3, 1, null));
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
}
