using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// Where a line without spaces may end, as in Japanese or Chinese: nearly anywhere. Unicode's line breaking (UAX 14, strict, as JIS X 4051
/// has it) forbids a line to begin with a small kana, a prolonged sound mark, an iteration mark or a closing mark (CJ, NS, CL, EX), and to
/// end with an opening one (OP); what begins no word (<see cref="CharacterKinds.BeginsNoWord"/>) begins no line. Beyond that a word in
/// katakana or in Latin letters stays whole where enough of the line is left by that; after a hyphen it may be parted.
/// </summary>
internal static class LineBreaks
{
    /// <summary>Finds the last place where a line may end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="least">How much of it a line has at least.</param>
    /// <param name="end">How much of it fits, between two characters as readers count them; at least 1 and less than its length.</param>
    /// <param name="isBetweenWords">Receives whether no word is parted there but after a hyphen.</param>
    /// <returns>The place, from <paramref name="least"/> to <paramref name="end"/>; the latter where no place will do.</returns>
    public static int LastBefore(ReadOnlySpan<char> text, int least, int end, out bool isBetweenWords)
    {
        int strict = 0;
        isBetweenWords = true;
        int[] starts = StringInfo.ParseCombiningCharacters(text[..end].ToString());
        for (int i = starts.Length; i > 0; i--)
        {
            int at = i == starts.Length ? end : starts[i];
            if (at < least)
            {
                break;
            }

            if (MayEnd(text, starts[i - 1], at))
            {
                strict = strict == 0 ? at : strict;
                if (!IsWithinWord(text, starts[i - 1], at))
                {
                    return at;
                }
            }
        }

        isBetweenWords = false;
        return strict == 0 ? end : strict;
    }

    private static bool MayEnd(ReadOnlySpan<char> text, int last, int at)
    {
        Rune before = RuneAt(text, last);
        Rune after = RuneAt(text, at);
        return Rune.GetUnicodeCategory(before) is not (UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation)
            && Rune.GetUnicodeCategory(after) is not (UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation
                or UnicodeCategory.OtherPunctuation)
            && Rune.GetUnicodeCategory(after) != UnicodeCategory.DashPunctuation
            && !CharacterKinds.DoublesNext(before)
            && !CharacterKinds.BeginsNoWord(after);
    }

    private static bool IsWithinWord(ReadOnlySpan<char> text, int last, int at)
    {
        Rune before = RuneAt(text, last);
        Rune after = RuneAt(text, at);
        return (IsKatakana(before) && IsKatakana(after)) || (IsNarrowWord(before) && IsNarrowWord(after));
    }

    private static bool IsKatakana(Rune rune) => rune.Value is (>= 0x30A1 and <= 0x30FE) or (>= 0xFF66 and <= 0xFF9F);

    private static bool IsNarrowWord(Rune rune) => Rune.IsLetterOrDigit(rune) && !PlotText.IsWide(rune.Value);

    private static Rune RuneAt(ReadOnlySpan<char> text, int at)
    {
        Rune.DecodeFromUtf16(text[at..], out Rune rune, out _);
        return rune;
    }
}
