using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// Where a line without spaces may end, as in Japanese or Chinese: nearly anywhere. Unicode's line breaking (UAX 14, strict, as JIS X 4051
/// has it) forbids a line to begin with a small kana, a prolonged sound mark, an iteration mark or a closing mark (CJ, NS, CL, EX), and to
/// end with an opening one (OP). Beyond that a word in katakana or in Latin letters stays whole where half of the line is left by that.
/// </summary>
internal static class LineBreaks
{
    // The classes CJ and NS that are letters; what is punctuation is known by its category.
    private const string NoBeginning =
        "\u3005\u303B\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308E\u3095\u3096\u309B\u309C\u309D\u309E\u30A1\u30A3\u30A5"
        + "\u30A7\u30A9\u30C3\u30E3\u30E5\u30E7\u30EE\u30F5\u30F6\u30FC\u30FD\u30FE\uFF67\uFF68\uFF69\uFF6A\uFF6B\uFF6C\uFF6D\uFF6E\uFF6F"
        + "\uFF70\uFF9E\uFF9F";

    /// <summary>Finds the last place where a line may end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="end">How much of it fits, between two characters as readers count them; at least 1 and less than its length.</param>
    /// <returns>The place, at most <paramref name="end"/>; that itself where none in the second half of what fits will do.</returns>
    public static int LastBefore(ReadOnlySpan<char> text, int end)
    {
        int strict = 0;
        int half = (TextElements.Columns(text[..end]) + 1) / 2;
        int[] starts = StringInfo.ParseCombiningCharacters(text[..end].ToString());
        for (int i = starts.Length; i > 0; i--)
        {
            int at = i == starts.Length ? end : starts[i];
            if (TextElements.Columns(text[..at]) < half)
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

        return strict == 0 ? end : strict;
    }

    private static bool MayEnd(ReadOnlySpan<char> text, int last, int at)
    {
        Rune before = RuneAt(text, last);
        Rune after = RuneAt(text, at);
        return Rune.GetUnicodeCategory(before) is not (UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation)
            && Rune.GetUnicodeCategory(after) is not (UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation
                or UnicodeCategory.OtherPunctuation)
            && !(after.IsBmp && NoBeginning.Contains((char)after.Value, StringComparison.Ordinal));
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
