using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Worker.Llama;

/// <summary>A window of a text, on its way through a context. What is set is set under the lock of the team that computes it.</summary>
/// <param name="text">The text.</param>
/// <param name="tokens">The window's tokens, special ones included.</param>
/// <param name="pooled">Those whose vectors become the window's.</param>
internal sealed class PendingWindow(PooledText text, int[] tokens, PooledRange pooled)
{
    /// <summary>Gets the text.</summary>
    public PooledText Text => text;

    /// <summary>Gets the tokens.</summary>
    public int[] Tokens => tokens;

    /// <summary>Gets the tokens whose vectors become the window's.</summary>
    public PooledRange Pooled => pooled;

    /// <summary>Gets a value indicating whether it is computed, or given up.</summary>
    public bool IsDone => Sum is not null || Complaint is not null;

    /// <summary>
    /// Gets or sets the window's vector times its weight, which with mean pooling is the sum of the tokens' vectors; null until it is
    /// computed.
    /// </summary>
    public double[]? Sum { get; set; }

    /// <summary>Gets or sets what llama.cpp said where it could not compute it; null otherwise.</summary>
    public string? Complaint { get; set; }
}
