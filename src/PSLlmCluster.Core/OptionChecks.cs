namespace PSLlmCluster.Core;

/// <summary>Checks of options that several computations have.</summary>
internal static class OptionChecks
{
    private const int MostThreads = 1024;

    /// <summary>Checks a number of threads.</summary>
    /// <param name="count">The number; null where none is asked for.</param>
    /// <exception cref="EngineException">It makes no sense.</exception>
    public static void RequireThreadCount(int? count)
    {
        if (count is < 1 or > MostThreads)
        {
            throw new EngineException(
                EngineErrorIds.ThreadCountInvalid,
                FailureKind.InvalidArgument,
                $"A thread count of {count} makes no sense.",
                $"Give a number from 1 to {MostThreads}, or leave it out.");
        }
    }

    /// <summary>Checks a context length, as far as that needs no model.</summary>
    /// <param name="length">The length in tokens; null where none is asked for.</param>
    /// <param name="least">The shortest.</param>
    /// <param name="advised">The shortest that is of any use.</param>
    /// <exception cref="EngineException">It makes no sense.</exception>
    public static void RequireContextLength(int? length, int least, int advised)
    {
        if (length < least)
        {
            throw new EngineException(
                EngineErrorIds.ContextTooShort,
                FailureKind.InvalidArgument,
                $"A context length of {length} tokens makes no sense.",
                $"Give a number of tokens from {advised} to the model's own context length, or leave it out.");
        }
    }
}
