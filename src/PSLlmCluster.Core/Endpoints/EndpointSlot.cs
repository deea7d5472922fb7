using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>A text on its way, and its place in the order.</summary>
/// <param name="index">The number that it came with.</param>
/// <param name="text">The text as the server gets it, with prefix and prompt.</param>
internal sealed class EndpointSlot(int index, string text)
{
    private EmbeddingOutcome? _outcome;

    /// <summary>Gets the text as the server gets it.</summary>
    public string Text => text;

    /// <summary>Gets what became of it; null until that is known.</summary>
    public EmbeddingOutcome? Outcome => Volatile.Read(ref _outcome);

    /// <summary>Gives it its vector, unless something became of it before.</summary>
    /// <param name="vector">The vector; scaled in place.</param>
    /// <param name="normalize">Whether it is scaled to length 1; one of zeros stays.</param>
    public void Settle(float[] vector, bool normalize)
    {
        if (!Array.TrueForAll(vector, float.IsFinite))
        {
            Fail(new EngineException(
                EngineErrorIds.EmbeddingNotFinite,
                FailureKind.InvalidData,
                "The server gives a vector with NaN or infinity for the text.",
                "Look at the server's own log: some models overflow in half precision."));
            return;
        }

        double squares = 0;
        foreach (float number in vector)
        {
            squares += (double)number * number;
        }

        if (normalize && squares > 0)
        {
            double scale = 1 / Math.Sqrt(squares);
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] = (float)(vector[i] * scale);
            }
        }

        // A server counts the tokens of a request, and not of a text.
        Take(new EmbeddingOutcome(index, vector, 0, 1, null));
    }

    /// <summary>Gives it a failure, unless something became of it before.</summary>
    /// <param name="failure">Why it has no vector.</param>
    public void Fail(EngineException failure) => Take(new EmbeddingOutcome(index, null, 0, 1, failure));

    /// <summary>Notes that the work ended while it was on its way, unless something became of it before.</summary>
    /// <param name="end">What ended the work.</param>
    public void LeaveOut(EngineException end) => Take(new EmbeddingOutcome(index, null, 0, 1, end) { IsLeftOut = true });

    private void Take(EmbeddingOutcome outcome) => Interlocked.CompareExchange(ref _outcome, outcome, null);
}
