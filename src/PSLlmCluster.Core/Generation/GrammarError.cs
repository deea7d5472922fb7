namespace PSLlmCluster.Core.Generation;

/// <summary>The error of a grammar that cannot be used.</summary>
internal static class GrammarError
{
    /// <summary>Makes the error.</summary>
    /// <param name="reason">What is wrong.</param>
    /// <returns>The error.</returns>
    public static EngineException Because(string reason) => new(
        EngineErrorIds.GrammarInvalid,
        FailureKind.InvalidArgument,
        $"The grammar cannot be used: {reason}.",
        "Correct it; llama.cpp describes the notation in grammars/README.md.");
}
