using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Phrases;

/// <summary>Makes short texts of one line.</summary>
internal static class ShortText
{
    private const string Ellipsis = "\u2026";

    /// <summary>
    /// Returns the beginning of a text as one line: white space of any kind is one space, and what shows nothing is left out but for
    /// joiners, which shape letters.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many UTF-16 units of it are read at most.</param>
    /// <returns>The line; empty where there is nothing to be seen.</returns>
    public static string OneLine(ReadOnlySpan<char> text, int most = int.MaxValue)
    {
        StringBuilder line = new(Math.Min(text.Length, most));
        bool isBlank = false;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty && line.Length < most)
        {
            int skipped = ControlSequence.LengthOf(rest);
            if (skipped > 0)
            {
                rest = rest[skipped..];
                continue;
            }

            // Half of a character is read as the replacement character.
            _ = Rune.DecodeFromUtf16(rest, out Rune rune, out int length);
            rest = rest[length..];
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                isBlank = line.Length > 0;
            }
            else if (rune.Value is 0x200C or 0x200D or 0xFE0F || !CharacterKinds.IsHidden(rune))
            {
                line.Append(isBlank ? " " : string.Empty).Append(rune.ToString());
                isBlank = false;
            }
        }

        return line.ToString();
    }

    /// <summary>Cuts a text between what readers take for one character, at the end of a word where one is near.</summary>
    /// <param name="text">The text, of one line.</param>
    /// <param name="most">How many characters, as readers count them, it may have with the ellipsis; at least 1.</param>
    /// <returns>The text itself where it is short enough, else its beginning and an ellipsis.</returns>
    public static string Cut(string text, int most)
    {
        int count = 0;
        int keep = 0;
        int at = 0;
        while (at < text.Length)
        {
            count++;
            if (count == most)
            {
                keep = at;
            }

            at += StringInfo.GetNextTextElementLength(text, at);
            if (count > most)
            {
                ReadOnlySpan<char> kept = text.AsSpan(0, keep);
                int space = text[keep] == ' ' ? keep : kept.LastIndexOf(' ');
                return string.Concat((space * 3 > keep * 2 ? kept[..space] : kept).TrimEnd(), Ellipsis);
            }
        }

        return text;
    }

    /// <summary>Counts what readers take for one character.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number.</returns>
    public static int LengthOf(string text) => new StringInfo(text).LengthInTextElements;
}
