namespace PSLlmCluster.Core.Embedding;

/// <summary>Turns texts into vectors. Outcomes leave in the order of the texts. One thread uses an embedder at a time.</summary>
public interface ITextEmbedder : IDisposable
{
    /// <summary>Gets the numbers in a vector.</summary>
    int Width { get; }

    /// <summary>Gets the most tokens of a window, special ones included.</summary>
    int WindowLength { get; }

    /// <summary>Gets a value indicating whether <see cref="Add"/> returns without waiting for a computation.</summary>
    bool HasRoom { get; }

    /// <summary>Takes a text.</summary>
    /// <param name="index">A number of the caller's, which comes back with the outcome.</param>
    /// <param name="text">The text, used as it is.</param>
    /// <returns>The outcomes that became ready, in the order of the texts; usually none until enough texts are there.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IReadOnlyList<EmbeddingOutcome> Add(int index, string text);

    /// <summary>Returns what became ready meanwhile, without waiting.</summary>
    /// <returns>The outcomes, in the order of the texts.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IReadOnlyList<EmbeddingOutcome> TakeReady();

    /// <summary>Waits for the next outcomes, where no text follows for now: what is waiting for company is computed without it.</summary>
    /// <returns>The outcomes, in the order of the texts; none where none is to come.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IReadOnlyList<EmbeddingOutcome> TakeNext();

    /// <summary>Returns what the user should know since the last call.</summary>
    /// <returns>The warning; null where there is none.</returns>
    EngineWarning? TakeWarning() => null;
}

/// <summary>What every embedder can do.</summary>
public static class TextEmbedderExtensions
{
    /// <summary>Computes all that is waiting.</summary>
    /// <param name="embedder">The embedder.</param>
    /// <returns>The outcomes of all texts that were still to come, in their order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<EmbeddingOutcome> Flush(this ITextEmbedder embedder)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        List<EmbeddingOutcome> outcomes = [];
        while (embedder.TakeNext() is { Count: > 0 } next)
        {
            outcomes.AddRange(next);
        }

        return outcomes;
    }
}
