namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Turns a text into tokens that are letters alone, whatever it holds. llama.cpp finds some special tokens (those that the user defined,
/// such as &lt;think&gt;) even where it is told not to look for them. Behind its first letter such a one is cut in two, which byte-pair
/// encodings bear; with others a fragment would begin with a space that the text does not have.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="vocabulary">Its vocabulary.</param>
internal sealed class LetterTokenizer(TextTokenizer tokenizer, GenerationVocabulary vocabulary)
{
    /// <summary>Returns the tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The tokens, good until the next call.</returns>
    /// <exception cref="EngineException">The text cannot be tokenised.</exception>
    public ReadOnlySpan<int> Tokens(string text, CancellationToken token)
    {
        int cut = NextCut(text, 0);
        if (cut < 0)
        {
            return tokenizer.Content(text, token);
        }

        List<int> tokens = [];
        int start = 0;
        for (; cut >= 0; cut = NextCut(text, cut))
        {
            tokens.AddRange(tokenizer.Content(text[start..cut], token));
            start = cut;
        }

        tokens.AddRange(tokenizer.Content(text[start..], token));
        return tokens.ToArray();
    }

    // Behind the first letter of the next such token.
    private int NextCut(string text, int from)
    {
        for (int at = from; vocabulary.JoinsFragments && (at = text.IndexOf('<', at)) >= 0; at++)
        {
            if (vocabulary.Marks.Any(mark => text.AsSpan(at).StartsWith(mark)))
            {
                return at + 1;
            }
        }

        return -1;
    }
}
