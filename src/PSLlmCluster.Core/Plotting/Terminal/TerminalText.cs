using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>
/// The texts of users as a terminal can show them: nothing in them moves the cursor, changes a colour or turns the direction of what
/// stands beside them, and their width in columns is known.
/// </summary>
internal static class TerminalText
{
    // More marks than any script puts on one letter would run over the lines above and below.
    private const int MostMarks = 4;
    private const char LeftToRightMark = '\u200E';

    /// <summary>Returns the text as a terminal can show it.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>
    /// A text of one line: control characters, those of escape sequences among them, are the replacement character, and marks of format
    /// (directions, invisible signs, variations) are gone, but for the joiners within words.
    /// </returns>
    public static string Safe(string text)
    {
        StringBuilder safe = new(text.Length);
        bool isInWord = false;
        int marks = 0;
        foreach (Rune rune in PlotText.OneLine(text).EnumerateRunes())
        {
            bool isMark = IsMark(rune);
            marks = isMark ? marks + 1 : 0;
            bool isLeftOut = isMark
                ? marks > MostMarks || PlotText.IsInvisible(rune)
                : IsJoiner(rune) ? !isInWord : PlotText.IsInvisible(rune) || IsSkinTone(rune);
            if (!isLeftOut)
            {
                safe.Append(rune.ToString());
            }

            isInWord = isMark ? isInWord : Rune.IsLetter(rune);
        }

        return safe.ToString().Trim();
    }

    /// <summary>Counts the columns of a safe text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The columns: a wide character (CJK, emoji) takes two, a combining mark none.</returns>
    public static int Columns(ReadOnlySpan<char> text)
    {
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns += HasNoWidth(rune) ? 0 : WideCharacters.Contains(rune.Value) ? 2 : 1;
        }

        return columns;
    }

    /// <summary>Cuts a safe text between what readers take for one character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">How many columns it may take with the ellipsis, at least 0.</param>
    /// <param name="ellipsis">What stands for what is cut off.</param>
    /// <returns>The text itself where it is short enough.</returns>
    public static string Cut(string text, int columns, string ellipsis)
    {
        if (Columns(text) <= columns)
        {
            return text;
        }

        if (columns < ellipsis.Length)
        {
            return string.Empty;
        }

        int used = 0;
        int keep = 0;
        while (keep < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text, keep);
            used += Columns(text.AsSpan(keep, length));
            if (used > columns - ellipsis.Length)
            {
                break;
            }

            keep += length;
        }

        return string.Concat(text.AsSpan(0, keep).TrimEnd(), ellipsis);
    }

    /// <summary>Returns a safe text that others may follow on the line: where it runs from right to left, it ends in a mark of direction,
    /// so that a terminal which knows directions does not take what follows for a part of it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, as wide as before.</returns>
    public static string Closed(string text) => TextDirection.HasRightToLeft(text) ? text + LeftToRightMark : text;

    private static bool IsMark(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool HasNoWidth(Rune rune) => IsMark(rune) || PlotText.IsInvisible(rune) || IsHangulTail(rune.Value);

    // The zero-width joiners, which Persian and the scripts of India need within words.
    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    private static bool IsSkinTone(Rune rune) => rune.Value is >= 0x1F3FB and <= 0x1F3FF;

    // The vowels and final consonants that a syllable of Hangul is put together from.
    private static bool IsHangulTail(int code) => code is (>= 0x1160 and <= 0x11FF) or (>= 0xD7B0 and <= 0xD7FF);
}
