using System.Globalization;
using System.Text;
using System.Xml;

namespace PSLlmCluster.Core.Plotting;

/// <summary>What the texts of users are made into before they are drawn, and how wide they are likely to be.</summary>
internal static class PlotText
{
    private const double NarrowWidth = 0.6;

    /// <summary>
    /// Returns the text as a picture can show it: a line break or a tab is a space (as in plotly, a label is one line), and what neither
    /// XML nor a font knows, control characters and halves of characters, is the replacement character.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <returns>A text of one line.</returns>
    public static string OneLine(string text)
    {
        StringBuilder line = new(text.Length);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            // A half of a character is read as the replacement character.
            _ = Rune.DecodeFromUtf16(rest, out Rune rune, out int used);
            if (rest[0] == '\r' && rest.Length > 1 && rest[1] == '\n')
            {
                used = 2;
            }

            rest = rest[used..];
            if (rune.Value is '\r' or '\n' or '\t' or 0x85 or 0x2028 or 0x2029)
            {
                line.Append(' ');
            }
            else if (Rune.IsControl(rune) || (rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value)))
            {
                line.Append('\uFFFD');
            }
            else
            {
                line.Append(rune.ToString());
            }
        }

        return line.ToString();
    }

    /// <summary>Estimates the width of a text, the same on every machine, whatever fonts it has; rather more than less.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The font's size in pixels.</param>
    /// <returns>The width in pixels.</returns>
    public static double EstimateWidth(string text, double size)
    {
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += IsWide(rune.Value) ? 1 : HasNoWidth(rune) ? 0 : NarrowWidth;
        }

        return width * size;
    }

    /// <summary>Says whether a character is not drawn by itself, so that no font need have it.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>True for marks of format and variation.</returns>
    public static bool IsInvisible(Rune rune)
        => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
            || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool HasNoWidth(Rune rune)
        => IsInvisible(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    /// <summary>Says whether a character is about as wide as it is high: Unicode's East Asian Width "W" and "F", and the emoji.</summary>
    /// <param name="code">The character's number.</param>
    /// <returns>True for a wide one.</returns>
    public static bool IsWide(int code)
        => code is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (
                >= 0x1F000 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
