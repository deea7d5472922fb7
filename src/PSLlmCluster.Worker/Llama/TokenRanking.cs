namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// The tokens of a vocabulary from the most to the least likely, equal ones by their numbers, sorted only as far as somebody asks: nearly
/// always the first is taken.
/// </summary>
/// <param name="vocabulary">Says which tokens are never written.</param>
internal sealed class TokenRanking(GenerationVocabulary vocabulary)
{
    private const int FewTokens = 64;

    private readonly int[] _tokens = new int[vocabulary.TokenCount];
    private readonly float[] _keys = new float[vocabulary.TokenCount];

    /// <summary>Returns the token with the largest logit.</summary>
    /// <param name="logits">The logits of all tokens.</param>
    /// <returns>The token; -1 where no logit is a finite number.</returns>
    public int Best(ReadOnlySpan<float> logits)
    {
        int best = -1;
        float most = float.NegativeInfinity;
        for (int token = 0; token < logits.Length; token++)
        {
            if (logits[token] > most && !vocabulary.IsHidden(token))
            {
                (most, best) = (logits[token], token);
            }
        }

        return best;
    }

    /// <summary>Returns some tokens with the largest logits, the largest first; good until the next call.</summary>
    /// <param name="logits">The logits of all tokens.</param>
    /// <param name="all">Whether all tokens are wanted; otherwise a few.</param>
    /// <returns>The tokens.</returns>
    public ReadOnlySpan<int> Sorted(ReadOnlySpan<float> logits, bool all)
    {
        int most = all ? logits.Length : Math.Min(FewTokens, logits.Length);
        int count = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            float key = -logits[token];
            if (vocabulary.IsHidden(token) || float.IsNaN(key))
            {
                continue;
            }

            if (all)
            {
                (_keys[count], _tokens[count++]) = (key, token);
            }
            else if (count < most || key < _keys[count - 1])
            {
                count = Insert(token, key, count, most);
            }
        }

        if (all)
        {
            SortWithTies(count);
        }

        return _tokens.AsSpan(0, count);
    }

    private int Insert(int token, float key, int count, int most)
    {
        int at = count < most ? count++ : count - 1;
        for (; at > 0 && _keys[at - 1] > key; at--)
        {
            (_keys[at], _tokens[at]) = (_keys[at - 1], _tokens[at - 1]);
        }

        (_keys[at], _tokens[at]) = (key, token);
        return count;
    }

    private void SortWithTies(int count)
    {
        Span<int> tokens = _tokens.AsSpan(0, count);
        _keys.AsSpan(0, count).Sort(tokens);
        for (int start = 0, end; start < count; start = end)
        {
            for (end = start + 1; end < count && _keys[end] == _keys[start]; end++)
            {
            }

            tokens[start..end].Sort();
        }
    }
}
