namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Estimates the tokens of a text whose tokenizer is not known: a quarter of a token for each character, as in English, and one for each of
/// the scripts that have no spaces or large characters, from U+2E80 on. It decides how many texts go into a request, and no vector.
/// </summary>
internal static class TokenEstimate
{
    private const int Quarters = 4;
    private const char FirstLarge = '\u2E80';

    /// <summary>Estimates.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens, 1 or more.</returns>
    public static int Of(ReadOnlySpan<char> text)
    {
        long quarters = 0;
        foreach (char character in text)
        {
            quarters += character >= FirstLarge ? Quarters : 1;
        }

        return (int)Math.Clamp((quarters + Quarters - 1) / Quarters, 1, int.MaxValue);
    }
}
