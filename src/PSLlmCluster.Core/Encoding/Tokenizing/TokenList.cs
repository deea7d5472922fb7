namespace PSLlmCluster.Core.Encoding.Tokenizing;

/// <summary>A list of tokens that keeps its memory, so that one list serves text after text. Not thread-safe.</summary>
internal sealed class TokenList
{
    private int[] _tokens = new int[512];

    /// <summary>Gets the number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the tokens, good until the list is changed.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Appends a token.</summary>
    /// <param name="token">The token's id.</param>
    public void Add(int token)
    {
        if (Count == _tokens.Length)
        {
            Array.Resize(ref _tokens, (int)Math.Min(Array.MaxLength, 2L * Count));
        }

        _tokens[Count++] = token;
    }

    /// <summary>Takes all tokens out.</summary>
    public void Clear() => Count = 0;

    /// <summary>Takes the last tokens out.</summary>
    /// <param name="count">How many stay, at most <see cref="Count"/>.</param>
    public void Truncate(int count) => Count = Math.Min(count, Count);

    /// <summary>Turns the order of the last tokens around.</summary>
    /// <param name="start">The first of them.</param>
    public void ReverseFrom(int start) => _tokens.AsSpan(start, Count - start).Reverse();
}
