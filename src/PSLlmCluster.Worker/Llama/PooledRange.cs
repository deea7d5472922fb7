using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Worker.Llama;

/// <summary>The tokens of a window whose vectors become the window's, and what that counts for among the windows of its text.</summary>
/// <param name="First">The first of them, counted from the window's first token.</param>
/// <param name="Count">How many there are, 1 or more.</param>
/// <param name="Weight">What the window counts for.</param>
internal readonly record struct PooledRange(int First, int Count, int Weight)
{
    /// <summary>Returns the tokens of a window without a prompt, which counts for as many tokens as it has.</summary>
    /// <param name="pooling">Mean, Cls or Last.</param>
    /// <param name="windowCount">The window's tokens.</param>
    /// <returns>The tokens.</returns>
    public static PooledRange Of(PoolingType pooling, int windowCount) => pooling switch
    {
        PoolingType.Cls => new PooledRange(0, 1, windowCount),
        PoolingType.Last => new PooledRange(windowCount - 1, 1, windowCount),
        _ => new PooledRange(0, windowCount, windowCount),
    };

    /// <summary>
    /// Returns the tokens of a window: in a prompt the window's last token, or the text's own, of the second copy where there are two, and
    /// the window counts for the text's tokens in it.
    /// </summary>
    /// <param name="pooling">Mean, Cls or Last.</param>
    /// <param name="frame">What the window stands in.</param>
    /// <param name="windowCount">The window's tokens.</param>
    /// <param name="textCount">The text's tokens in it.</param>
    /// <returns>The tokens.</returns>
    public static PooledRange Of(PoolingType pooling, WindowFrame frame, int windowCount, int textCount)
        => !frame.IsPrompt ? Of(pooling, windowCount)
            : pooling == PoolingType.Last ? new PooledRange(windowCount - 1, 1, textCount)
            : new PooledRange(frame.TextStart(textCount), textCount, textCount);
}
