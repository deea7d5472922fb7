using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Encoding;

/// <summary>A window of a text, on its way through the network.</summary>
/// <param name="text">The text.</param>
/// <param name="tokens">The window's tokens, special ones included.</param>
internal sealed class TokenWindow(PooledText text, int[] tokens)
{
    /// <summary>Gets the text.</summary>
    public PooledText Text => text;

    /// <summary>Gets the tokens.</summary>
    public int[] Tokens => tokens;

    /// <summary>
    /// Gets or sets the sum of the tokens' vectors, or what stands for it with other pooling; null until it is computed. It is set under
    /// the lock of the team that computes it.
    /// </summary>
    public double[]? Sum { get; set; }
}
