using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Says which texts did not fit into a model's window.</summary>
internal static class LongTextWarning
{
    /// <summary>Returns the warning.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="windowLength">The most tokens of a text that the model sees at once.</param>
    /// <param name="handling">What became of them.</param>
    public static string Of(IndexTally texts, int windowLength, LongTextHandling handling)
        => $"{texts.Describe("text", "texts")} longer than the model's window of {windowLength} tokens, and "
            + (handling == LongTextHandling.Truncate ? "cut off at its end." : "split into windows whose vectors were averaged.");
}
