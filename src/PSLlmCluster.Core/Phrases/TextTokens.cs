using System.Buffers;
using System.Text;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Splits a text into words: runs of letters, digits and marks, joined by an inner full stop, apostrophe, hyphen, underscore, ampersand or
/// at sign (node.js, l'eau, open-source, R&amp;D), with + and # behind letters (C++, C#). Of scripts written without spaces, a run of one
/// script is one token, which <see cref="RunCutter"/> may cut; hiragana is a boundary, as it mostly writes endings and particles. Tags and
/// entities of HTML, and control sequences of terminals, are no words.
/// </summary>
internal static class TextTokens
{
    /// <summary>What joins the parts of a word.</summary>
    public static readonly SearchValues<char> Joints = SearchValues.Create(".'\u2019-\u2010_&@\u00B7");

    private const int LongestWord = 40;
    private const int LongestTag = 400;
    private const int LongestEntity = 10;

    /// <summary>Finds the words of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="tokens">Receives them, in order; what it holds is cleared.</param>
    public static void Read(ReadOnlySpan<char> text, ValueList<TextToken> tokens)
    {
        tokens.Clear();
        int at = 0;
        bool isApart = false;
        while (at < text.Length)
        {
            WordKind kind = CharacterKinds.At(text, at, out int length);
            if (kind == WordKind.None)
            {
                int skipped = MarkupLength(text[at..]);
                isApart |= skipped > 0 || !IsNothing(text, at);
                at += Math.Max(length, skipped);
                continue;
            }

            // Of "らーめん" the long vowel is no word of katakana, nor are those of "すごーーい".
            if (kind == WordKind.Katakana && at > 0 && text[at - 1] is >= '\u3041' and <= '\u309F'
                && CharacterKinds.BeginsNoWord(new Rune(text[at])))
            {
                isApart = true;
                while (at < text.Length && text[at] is >= '\u30A0' and <= '\u30FF' && CharacterKinds.BeginsNoWord(new Rune(text[at])))
                {
                    at++;
                }

                continue;
            }

            int start = at;
            at = kind is WordKind.Word or WordKind.Number ? EndOfWord(text, start, ref kind) : EndOfRun(text, start, kind);
            if (at - start > LongestWord && kind is WordKind.Word or WordKind.Number)
            {
                isApart = true;
                continue;
            }

            tokens.Add(new TextToken(start, at - start, kind, isApart && tokens.Count > 0));
            isApart = false;
        }
    }

    // Blanks, and signs that show nothing.
    private static bool IsNothing(ReadOnlySpan<char> text, int at)
        => char.IsWhiteSpace(text[at])
            || (text[at] >= 0x80 && Rune.DecodeFromUtf16(text[at..], out Rune rune, out _) == OperationStatus.Done
                && CharacterKinds.IsHidden(rune));

    private static int EndOfRun(ReadOnlySpan<char> text, int start, WordKind kind)
    {
        int at = start;
        while (at < text.Length && (CharacterKinds.At(text, at, out int length) == kind || IsWithin(text, at, out length)))
        {
            at += length;
        }

        return at;
    }

    private static int EndOfWord(ReadOnlySpan<char> text, int start, ref WordKind kind)
    {
        bool hasLetter = false;
        int at = start;
        while (at < text.Length)
        {
            WordKind next = CharacterKinds.At(text, at, out int length);
            if (next is WordKind.Word or WordKind.Number)
            {
                hasLetter |= next == WordKind.Word;
                at += length;
            }
            else if (at > start && at + length < text.Length
                && (IsJoint(text[at]) || IsGershayim(text, at) || IsWithin(text, at, out length))
                && CharacterKinds.At(text, at + length, out _) is WordKind.Word or WordKind.Number && MarkupLength(text[at..]) == 0)
            {
                at += length;
            }
            else if (IsWithin(text, at, out length))
            {
                at += length;
            }
            else
            {
                break;
            }
        }

        while (hasLetter && at < text.Length && text[at] is '+' or '#')
        {
            at++;
        }

        kind = hasLetter ? WordKind.Word : WordKind.Number;
        return at;
    }

    private static bool IsJoint(char sign) => Joints.Contains(sign);

    // The sign of Hebrew abbreviations, often written as a quotation mark, stands between two letters of theirs (UAX 29, WB7b and WB7c).
    private static bool IsGershayim(ReadOnlySpan<char> text, int at)
        => text[at] is '"' or '\u05F3' or '\u05F4' && IsHebrewLetter(text[at - 1]) && IsHebrewLetter(text[at + 1]);

    private static bool IsHebrewLetter(char letter) => letter is >= '\u05D0' and <= '\u05EA';

    // Joiners within words (Persian, Indic), soft hyphens, and marks upon whatever stands before them.
    private static bool IsWithin(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        if (text[at] < 0x80)
        {
            return false;
        }

        Rune.DecodeFromUtf16(text[at..], out Rune rune, out length);
        return rune.Value is 0x200C or 0x200D or 0x00AD || CharacterKinds.IsMark(rune);
    }

    // The length of a tag, an entity or a control sequence at the beginning of what is given; 0 where there is none.
    private static int MarkupLength(ReadOnlySpan<char> text)
    {
        if (text[0] == ControlSequence.Escape)
        {
            return ControlSequence.LengthOf(text);
        }

        if (text[0] == '&')
        {
            int end = text[..Math.Min(text.Length, LongestEntity)].IndexOf(';');
            return end > 1 && (text[1] == '#' || !text[1..end].ContainsAnyExcept(_alphanumerics)) ? end + 1 : 0;
        }

        if (text[0] != '<' || text.Length < 3 || !(char.IsAsciiLetter(text[1]) || text[1] is '/' or '!'))
        {
            return 0;
        }

        int close = text[1..Math.Min(text.Length, LongestTag)].IndexOfAny('<', '>') + 1;
        return close > 0 && text[close] == '>' ? close + 1 : 0;
    }

    private static readonly SearchValues<char> _alphanumerics = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
