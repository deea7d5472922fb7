using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Phrases;

/// <summary>Says of each character what kind of word it is a part of.</summary>
internal static class CharacterKinds
{
    /// <summary>Returns the kind of the character at a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="length">Receives the length of the character, in UTF-16 units.</param>
    /// <returns>The kind; <see cref="WordKind.Word"/> for letters and marks of scripts with spaces.</returns>
    public static WordKind At(ReadOnlySpan<char> text, int at, out int length)
    {
        char first = text[at];
        length = 1;
        if (first < 0x80)
        {
            return char.IsAsciiLetter(first) ? WordKind.Word : char.IsAsciiDigit(first) ? WordKind.Number : WordKind.None;
        }

        Rune.DecodeFromUtf16(text[at..], out Rune rune, out length);
        return Of(rune);
    }

    /// <summary>Says whether a character is a mark on the one before it, so that nothing may be cut between the two.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Says whether a character shows nothing by itself, as those that set the direction or join letters.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>Whether it is a format character or a variation selector.</returns>
    public static bool IsHidden(Rune rune)
        => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
            || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>
    /// Says whether no word begins with a character, so that nothing may be cut before it: marks; the classes CJ and NS of Unicode's line
    /// breaking (UAX 14), which are the sign of a long vowel, small kana, and signs of repetition and voicing; and besides these ん and ン,
    /// which begin no word of Japanese.
    /// </summary>
    /// <param name="rune">The character.</param>
    /// <returns>Whether none does.</returns>
    public static bool BeginsNoWord(Rune rune)
        => IsMark(rune) || IsHidden(rune) || rune.Value switch
        {
            0x3005 or 0x303B or (>= 0x3099 and <= 0x309E) or 0x30A0 or (>= 0x30FB and <= 0x30FE) => true,
            0x3041 or 0x3043 or 0x3045 or 0x3047 or 0x3049 or 0x3063 or 0x3083 or 0x3085 or 0x3087 or 0x308E or 0x3095 or 0x3096 => true,
            0x30A1 or 0x30A3 or 0x30A5 or 0x30A7 or 0x30A9 or 0x30C3 or 0x30E3 or 0x30E5 or 0x30E7 or 0x30EE or 0x30F5 or 0x30F6 => true,
            (>= 0x31F0 and <= 0x31FF) or (>= 0xFF65 and <= 0xFF70) or 0xFF9E or 0xFF9F => rune.Value != 0xFF66,
            0x3093 or 0x30F3 or 0xFF9D => true,
            _ => false,
        };

    /// <summary>Says whether a character doubles the consonant of the next one, so that nothing may be cut between the two.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>Whether it is a small tsu.</returns>
    public static bool DoublesNext(Rune rune) => rune.Value is 0x3063 or 0x30C3 or 0xFF6F;

    private static WordKind Of(Rune rune)
    {
        int code = rune.Value;
        switch (code)
        {
            case (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) or 0x3005 or 0x3007:
                return WordKind.Ideographs;
            case (>= 0x30A1 and <= 0x30FA) or (>= 0x30FC and <= 0x30FE) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF66 and <= 0xFF9F):
                return WordKind.Katakana;
            case (>= 0x0E01 and <= 0x0E4E) or (>= 0x0E81 and <= 0x0ECE) or (>= 0x0EDC and <= 0x0EDF) or (>= 0x1000 and <= 0x103F)
                or (>= 0x1050 and <= 0x108F) or (>= 0x1780 and <= 0x17D3):
                return code is 0x0E2F or 0x0E3F or 0x0E46 or 0x0EAF or 0x0EC6 ? WordKind.None : WordKind.Spaceless;
            case (>= 0xAC00 and <= 0xD7A3) or (>= 0x1100 and <= 0x11FF) or (>= 0x3131 and <= 0x318E):
                return WordKind.Hangul;
            case >= 0x3040 and <= 0x30FF:
                return WordKind.None;
            default:
                break;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark => IsHidden(rune) ? WordKind.None : WordKind.Word,
            UnicodeCategory.DecimalDigitNumber => WordKind.Number,
            _ => WordKind.None,
        };
    }
}
