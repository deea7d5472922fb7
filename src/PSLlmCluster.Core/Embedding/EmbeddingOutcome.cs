namespace PSLlmCluster.Core.Embedding;

/// <summary>What became of one text.</summary>
/// <param name="Index">The number that the text was added with.</param>
/// <param name="Vector">Its vector, as wide as the model; null where it failed.</param>
/// <param name="TokenCount">Tokens of the text, special ones and all windows included; of a truncated text those that counted.</param>
/// <param name="WindowCount">The windows that the text takes; 1 for a text that fits, and more also where the rest was cut off.</param>
/// <param name="Failure">Why there is no vector; null where there is one.</param>
public sealed record EmbeddingOutcome(int Index, float[]? Vector, int TokenCount, int WindowCount, EngineException? Failure)
{
    /// <summary>
    /// Gets a value indicating whether the work ended while the text was on its way. <see cref="Failure"/> is then what ended it: it is to
    /// be said once, by <see cref="EndOf"/>, and not for each text.
    /// </summary>
    public bool IsLeftOut { get; init; }

    /// <summary>Returns what ended the work, with the number of the texts that were left out.</summary>
    /// <param name="failure">The failure of one of them.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>The same failure, whose message counts them.</returns>
    public static EngineException EndOf(EngineException failure, int count)
    {
        ArgumentNullException.ThrowIfNull(failure);
        string texts = count == 1
            ? "1 text that was on its way has"
            : FormattableString.Invariant($"{count} texts that were on their way have");
        return new EngineException(
            failure.ErrorId, failure.Kind, $"{failure.Message} {texts} no vector.", failure.RecommendedAction, failure);
    }
}
