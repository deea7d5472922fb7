namespace PSLlmCluster.Core.Generation;

/// <summary>Why a completion ended.</summary>
public enum GenerationEnding
{
    /// <summary>It did not begin: the outcome says why.</summary>
    Failed,

    /// <summary>The model ended its text.</summary>
    EndOfText,

    /// <summary>A stop string came; the text ends before it.</summary>
    StopString,

    /// <summary>It has as many tokens as it may have.</summary>
    MostTokens,

    /// <summary>The grammar allowed nothing that the model held to be more likely than an end.</summary>
    GrammarDone,
}

/// <summary>What became of one prompt.</summary>
/// <param name="Index">The prompt's place in the list, from 0.</param>
/// <param name="Text">
/// The completion without thinking, stop string and special tokens, and never with half a character at its end; empty where the model had
/// nothing to say; null where it failed. White space at its ends is kept.
/// </param>
/// <param name="TokenCount">The tokens of the completion, thinking included and the end not.</param>
/// <param name="PromptTokenCount">The tokens of the whole prompt, those of the shared beginning included; 0 where it has none.</param>
/// <param name="Ending">Why the completion ended.</param>
/// <param name="Failure">Why there is no text; null where there is one.</param>
public sealed record GenerationOutcome(
    int Index, string? Text, int TokenCount, int PromptTokenCount, GenerationEnding Ending, EngineException? Failure);
