namespace PSLlmCluster.Core.Generation;

/// <summary>
/// Completes prompts with a language model, always with the token that the model holds to be the most likely. One thread uses a generator
/// at a time.
/// </summary>
public interface ITextGenerator : IDisposable
{
    /// <summary>Gets the most tokens of a prompt and its completion together.</summary>
    int ContextLength { get; }

    /// <summary>Completes prompts.</summary>
    /// <param name="prompts">
    /// The part of each prompt that is its own; <see cref="GenerationOptions.System"/> and <see cref="GenerationOptions.Prefix"/> come
    /// before it. Each is used as it is: what looks like a special token in it is letters.
    /// </param>
    /// <param name="progress">
    /// Receives each outcome as soon as it is final, in the order of the prompts, on the calling thread; may be null. What was reported
    /// before a cancellation is final too.
    /// </param>
    /// <returns>An outcome for each prompt, in the order of the prompts; a prompt that fails does not hold up the others.</returns>
    /// <exception cref="EngineException">The model cannot compute at all, for want of memory or because it was released.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the generator can then only be disposed.</exception>
    IReadOnlyList<GenerationOutcome> Complete(IReadOnlyList<string> prompts, IProgress<GenerationOutcome>? progress = null);
}
