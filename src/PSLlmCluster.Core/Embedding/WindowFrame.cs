namespace PSLlmCluster.Core.Embedding;

/// <summary>What every window of a text stands in: the model's special tokens (BOS; [CLS] and [SEP]), and a prompt's.</summary>
/// <param name="Before">The tokens before the text.</param>
/// <param name="Between">The tokens between its two copies; null where it comes once.</param>
/// <param name="After">The tokens after it.</param>
/// <param name="IsPrompt">Whether they are a prompt's too; a text without tokens then has nothing to say.</param>
internal sealed record WindowFrame(int[] Before, int[]? Between, int[] After, bool IsPrompt)
{
    /// <summary>Gets how often a window has its part of the text.</summary>
    public int CopyCount => Between is null ? 1 : 2;

    /// <summary>Gets its tokens.</summary>
    public int Length => Before.Length + (Between?.Length ?? 0) + After.Length;

    /// <summary>Returns where the last copy of the text starts in a window.</summary>
    /// <param name="textCount">The text's tokens in the window.</param>
    /// <returns>The place of its first token.</returns>
    public int TextStart(int textCount) => Before.Length + (Between is null ? 0 : textCount + Between.Length);
}
