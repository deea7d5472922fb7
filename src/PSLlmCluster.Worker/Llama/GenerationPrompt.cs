using System.Runtime.InteropServices;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Worker.Llama;

/// <summary>A prompt as tokens.</summary>
/// <param name="Index">Its place in the list.</param>
/// <param name="Tokens">Its tokens, those of the shared beginning included.</param>
/// <param name="SharedLength">How many of them are the shared beginning's, at most all but one.</param>
internal sealed record GenerationPrompt(int Index, int[] Tokens, int SharedLength)
{
    // How often a completion may turn back; where all texts near the likely ones are taken, it would turn back without end.
    private const int MostDeadEnds = 64;

    /// <summary>Gets the beginnings, as tokens, after which nothing that may be written is left.</summary>
    public IReadOnlyList<int[]> DeadEnds { get; private init; } = [];

    /// <summary>Returns the prompt with one more beginning that leads nowhere.</summary>
    /// <param name="deadEnd">The beginning.</param>
    /// <returns>The prompt; null where there are too many of them.</returns>
    public GenerationPrompt? WithDeadEnd(int[] deadEnd)
        => deadEnd.Length > 0 && DeadEnds.Count < MostDeadEnds ? this with { DeadEnds = [.. DeadEnds, deadEnd] } : null;

    /// <summary>Says whether a beginning leads nowhere.</summary>
    /// <param name="before">Its tokens but the last.</param>
    /// <param name="token">Its last token.</param>
    /// <returns>True where it is known to.</returns>
    public bool IsDeadEnd(List<int> before, int token)
    {
        ReadOnlySpan<int> tokens = CollectionsMarshal.AsSpan(before);
        foreach (int[] deadEnd in DeadEnds)
        {
            if (deadEnd[^1] == token && deadEnd.AsSpan(..^1).SequenceEqual(tokens))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the outcome of a prompt without a completion.</summary>
    /// <param name="errorId">The failure's id.</param>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="reason">What is wrong.</param>
    /// <returns>The outcome.</returns>
    public GenerationOutcome Failed(string errorId, FailureKind kind, string reason)
        => Failed(new EngineException(
            errorId,
            kind,
            $"Prompt {Index} could not be completed: {reason}.",
            "Change the prompt or the options, or take another model."));

    /// <summary>Returns the outcome of a prompt without a completion.</summary>
    /// <param name="failure">What is wrong.</param>
    /// <returns>The outcome.</returns>
    public GenerationOutcome Failed(EngineException failure) => new(Index, null, 0, Tokens.Length, GenerationEnding.Failed, failure);
}
