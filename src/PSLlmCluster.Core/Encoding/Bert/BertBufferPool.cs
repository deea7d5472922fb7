namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>
/// Keeps the workers' buffers of a model for its next call, as many as there are processors: touching fresh memory takes longer than
/// computing one short text.
/// </summary>
/// <param name="weights">The model's weights.</param>
internal sealed class BertBufferPool(BertWeights weights)
{
    private readonly Lock _lock = new();
    private readonly List<BertBuffers> _kept = [];

    /// <summary>Returns buffers of a size, which the caller brings back.</summary>
    /// <param name="capacity">The most tokens of a block.</param>
    /// <param name="windowLength">The most tokens of a window.</param>
    /// <returns>The buffers, with any content.</returns>
    public BertBuffers Take(int capacity, int windowLength)
    {
        lock (_lock)
        {
            int found = _kept.FindIndex(buffers => buffers.Capacity == capacity && buffers.WindowLength == windowLength);
            if (found >= 0)
            {
                BertBuffers buffers = _kept[found];
                _kept.RemoveAt(found);
                return buffers;
            }
        }

        return new BertBuffers(weights.Shape, capacity, windowLength, weights.ScratchLength);
    }

    /// <summary>Takes buffers back; those of longest ago go where there are too many.</summary>
    /// <param name="buffers">The buffers.</param>
    public void Return(BertBuffers buffers)
    {
        lock (_lock)
        {
            _kept.Add(buffers);
            if (_kept.Count > Environment.ProcessorCount)
            {
                _kept.RemoveAt(0);
            }
        }
    }
}
