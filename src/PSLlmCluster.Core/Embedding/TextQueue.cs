namespace PSLlmCluster.Core.Embedding;

/// <summary>The texts of an embedder that have not left, in the order in which they came and are to leave.</summary>
/// <param name="width">Numbers in a vector.</param>
/// <param name="normalize">Whether each vector is scaled to length 1.</param>
internal sealed class TextQueue(int width, bool normalize)
{
    private readonly Queue<PooledText> _texts = [];

    /// <summary>Adds a text whose windows are computed.</summary>
    /// <param name="text">The text.</param>
    public void Add(PooledText text) => _texts.Enqueue(text);

    /// <summary>Adds a text of which nothing is computed.</summary>
    /// <param name="index">The number that it came with.</param>
    /// <param name="failure">Why.</param>
    public void AddFailed(int index, EngineException failure)
    {
        PooledText text = new(index, width, windowCount: 0, windowCountOfText: 0);
        text.Fail(failure);
        _texts.Enqueue(text);
    }

    /// <summary>Takes the texts that are done, up to the first that is not.</summary>
    /// <returns>Their outcomes.</returns>
    public IReadOnlyList<EmbeddingOutcome> TakeReady()
    {
        if (_texts.Count == 0 || !_texts.Peek().IsDone)
        {
            return [];
        }

        List<EmbeddingOutcome> ready = [];
        while (_texts.Count > 0 && _texts.Peek().IsDone)
        {
            ready.Add(_texts.Dequeue().Outcome(normalize));
        }

        return ready;
    }
}
