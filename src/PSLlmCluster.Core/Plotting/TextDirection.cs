using System.Text;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Puts the pieces of a text in the order in which they stand from left to right: what the Unicode bidirectional algorithm (UAX 9) gives
/// for a paragraph of letters, digits and signs without explicit marks, whose direction is that of its first letter (rules P2 and P3). In
/// one from left to right, a stretch from the first to the last letter of right-to-left scripts, digits and signs between them included,
/// runs from right to left; in one from right to left everything does. Numbers in it do not, nor do words of other scripts.
/// </summary>
internal static class TextDirection
{
    /// <summary>Splits a text into pieces of one direction, from left to right.</summary>
    /// <param name="text">The text, of one line.</param>
    /// <returns>The pieces; a text of one direction is one piece.</returns>
    public static IReadOnlyList<string> InDrawingOrder(string text)
    {
        List<string> pieces = [];
        if (IsFromRight(text))
        {
            AddStretch(pieces, text, 0, 0, text.Length);
            return pieces;
        }

        int done = 0;
        int first = -1;
        int last = -1;
        int index = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int next = index + rune.Utf16SequenceLength;
            if (IsRightToLeft(rune.Value))
            {
                first = first < 0 ? index : first;
                last = next;
            }
            else if (first >= 0 && Rune.IsLetter(rune))
            {
                AddStretch(pieces, text, done, first, last);
                done = last;
                first = -1;
            }

            index = next;
        }

        if (first >= 0)
        {
            AddStretch(pieces, text, done, first, last);
            done = last;
        }

        AddPiece(pieces, text, done, text.Length);
        return pieces;
    }

    /// <summary>Says whether a text runs from right to left as a whole, by its first letter.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True where it does.</returns>
    public static bool IsFromRight(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsRightToLeft(rune.Value) || Rune.IsLetter(rune))
            {
                return IsRightToLeft(rune.Value);
            }
        }

        return false;
    }

    /// <summary>Says whether a text has letters of right-to-left scripts.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True where it has any.</returns>
    public static bool HasRightToLeft(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsRightToLeft(rune.Value))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddStretch(List<string> pieces, string text, int before, int first, int last)
    {
        AddPiece(pieces, text, before, first);
        int place = pieces.Count;
        int start = first;
        for (int at = first; at < last;)
        {
            int end = EndOfLeftToRight(text, at, last);
            if (end > at)
            {
                if (at > start)
                {
                    pieces.Insert(place, text[start..at]);
                }

                pieces.Insert(place, text[at..end]);
                start = end;
            }

            at = Math.Max(at + 1, end);
        }

        if (last > start)
        {
            pieces.Insert(place, text[start..last]);
        }
    }

    // The end of the number and the words of other scripts that begin at a place; that place itself where none does. A sign between two
    // digits belongs to their number (rule W4), and a number behind a word to the word (W7).
    private static int EndOfLeftToRight(string text, int begin, int last)
    {
        int end = begin;
        while (end < last && (char.IsDigit(text[end]) || (end > begin && IsJoint(text, end, last))))
        {
            end++;
        }

        bool isWord = false;
        for (int at = end; at < last && Rune.TryGetRuneAt(text, at, out Rune rune) && !IsRightToLeft(rune.Value);)
        {
            isWord |= Rune.IsLetter(rune);
            if (!isWord)
            {
                break;
            }

            at += rune.Utf16SequenceLength;
            end = Rune.IsLetterOrDigit(rune) ? at : end;
        }

        return end;
    }

    private static bool IsJoint(string text, int at, int last)
        => text[at] is '.' or ',' or ':' or '/' or '+' or '-' && at + 1 < last && char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1]);

    private static void AddPiece(List<string> pieces, string text, int start, int end)
    {
        if (end > start)
        {
            pieces.Add(text[start..end]);
        }
    }

    // Hebrew, Arabic, Syriac, Thaana, N'Ko, their presentation forms and the old scripts; not their digits.
    private static bool IsRightToLeft(int code)
        => code is (>= 0x0590 and <= 0x08FF and not (>= 0x0660 and <= 0x0669) and not (>= 0x06F0 and <= 0x06F9))
            or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
