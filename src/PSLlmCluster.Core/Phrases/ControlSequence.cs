namespace PSLlmCluster.Core.Phrases;

/// <summary>Control sequences of terminals in texts, as in logs with colours ("ESC [ 31 m"): ECMA-48, 5.4.</summary>
internal static class ControlSequence
{
    /// <summary>What such a sequence begins with.</summary>
    public const char Escape = '\u001B';

    /// <summary>Returns how long the sequence is that a text begins with.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its length in UTF-16 units; 0 where the text begins with none, or with one that does not end.</returns>
    public static int LengthOf(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("\u001B[", StringComparison.Ordinal))
        {
            return 0;
        }

        // Parameters and intermediate signs, then one that ends it.
        int at = text[2..].IndexOfAnyExceptInRange('\x20', '\x3F') + 2;
        return at >= 2 && text[at] is >= '\x40' and <= '\x7E' ? at + 1 : 0;
    }
}
