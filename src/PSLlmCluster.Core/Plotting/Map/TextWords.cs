using System.Globalization;
using System.Text;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// Splits a text into words: runs of letters, digits and marks, joined by an inner full stop, apostrophe or hyphen (node.js, l'eau,
/// open-source), with + and # behind letters (C++, C#). Of scripts written without spaces, a run of ideographs or of katakana is a word,
/// and hiragana, Thai, Lao, Khmer and Burmese give none.
/// </summary>
internal static class TextWords
{
    private const int LongestWord = 40;

    private enum Kind
    {
        None,
        Letter,
        Ideograph,
        Katakana,
    }

    /// <summary>Returns the words of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The words as they are written; null between two that do not stand side by side.</returns>
    public static List<string?> Of(string text)
    {
        List<string?> words = [];
        int at = 0;
        bool isApart = false;
        while (at < text.Length)
        {
            Kind kind = KindAt(text, at, out int length);
            if (kind == Kind.None)
            {
                isApart |= !char.IsWhiteSpace(text[at]);
                at += length;
                continue;
            }

            int start = at;
            at += length;
            while (at < text.Length && Continues(text, at, kind, out length))
            {
                at += length;
            }

            while (kind == Kind.Letter && at < text.Length && text[at] is '+' or '#')
            {
                at++;
            }

            if (at - start <= LongestWord && IsWord(text.AsSpan(start, at - start), kind))
            {
                if (isApart && words.Count > 0)
                {
                    words.Add(null);
                }

                words.Add(text[start..at]);
                isApart = false;
            }
            else
            {
                isApart = true;
            }
        }

        return words;
    }

    private static bool IsWord(ReadOnlySpan<char> word, Kind kind)
    {
        if (kind != Kind.Letter)
        {
            return word.Length > 1;
        }

        bool hasLetter = false;
        foreach (char letter in word)
        {
            hasLetter |= char.IsLetter(letter) || char.IsSurrogate(letter);
        }

        // One letter is a word where it is a capital: R, C.
        return hasLetter && (word.Length > 1 || char.IsUpper(word[0]));
    }

    private static bool Continues(string text, int at, Kind kind, out int length)
    {
        if (KindAt(text, at, out length) == kind)
        {
            return true;
        }

        return (kind == Kind.Letter && text[at] is '.' or '\'' or '\u2019' or '-' or '_' && at + 1 < text.Length
                && KindAt(text, at + 1, out _) == Kind.Letter)
            || (kind == Kind.Katakana && text[at] == '\u30FC');
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out length);
        int code = rune.Value;
        if (code < 0x80)
        {
            return char.IsAsciiLetterOrDigit((char)code) ? Kind.Letter : Kind.None;
        }

        if (code is (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) or 0x3005)
        {
            return Kind.Ideograph;
        }

        if (code is >= 0x30A1 and <= 0x30FA)
        {
            return Kind.Katakana;
        }

        // Hiragana; Thai, Lao; Burmese; Khmer.
        if (code is (>= 0x3040 and <= 0x30FF) or (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF))
        {
            return Kind.None;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber => Kind.Letter,
            _ => Kind.None,
        };
    }
}
