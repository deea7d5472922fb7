using System.Text;

namespace RandomModel;

/// <summary>
/// A vocabulary that any text can be cut with and that nobody owns: single characters, pairs of letters, and as many unused tokens as the
/// size asks for. Texts have about one token for two letters, more than with a real vocabulary.
/// </summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Types">Their types, as llama.cpp numbers them.</param>
/// <param name="Merges">For byte pairs what is merged, in order; empty for WordPiece.</param>
internal sealed record SyntheticVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<int> Types, IReadOnlyList<string> Merges)
{
    /// <summary>The fewest tokens: all bytes, or all printable characters of ASCII at the start and inside of a word, and the special
    /// ones.</summary>
    public const int Least = 300;

    private const int Normal = 1;
    private const int Control = 3;
    private const int Unused = 5;
    private const char WordStart = '\u2581';
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    private static IEnumerable<string> Pairs => Letters.SelectMany(first => Letters.Select(second => $"{first}{second}"));

    /// <summary>Makes one of WordPiece, as bert has it; lower case.</summary>
    /// <param name="size">The tokens.</param>
    /// <returns>The vocabulary.</returns>
    public static SyntheticVocabulary WordPiece(int size)
    {
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        IEnumerable<string> pieces = Enumerable.Range('!', '~' - '!' + 1).Select(code => ((char)code).ToString()).Concat(Pairs);
        return Fill(size, special, [.. pieces.SelectMany(piece => (string[])[WordStart + piece, piece])], "[unused{0}]", []);
    }

    /// <summary>Makes one of byte pairs, as GPT-2's, qwen2's and SmolLM2's are.</summary>
    /// <param name="size">The tokens.</param>
    /// <returns>The vocabulary.</returns>
    public static SyntheticVocabulary BytePairs(int size)
    {
        string[] special = ["<|begin|>", "<|end|>"];
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => CharacterOf(value).ToString())];
        char blank = CharacterOf(' ');
        (string Left, string Right)[] merges =
            [.. Letters.Select(letter => ($"{blank}", $"{letter}")), .. Pairs.Select(pair => ($"{pair[0]}", $"{pair[1]}"))];
        int room = Math.Min(merges.Length, size - special.Length - bytes.Length);
        return Fill(
            size,
            special,
            [.. bytes, .. merges.Take(room).Select(merge => merge.Left + merge.Right)],
            "<|unused{0}|>",
            [.. merges.Take(room).Select(merge => $"{merge.Left} {merge.Right}")]);
    }

    private static SyntheticVocabulary Fill(
        int size, string[] special, string[] known, string unused, string[] merges)
    {
        string[] tokens = [.. special.Concat(known).Take(size)];
        int others = size - tokens.Length;
        CompositeFormat format = CompositeFormat.Parse(unused);
        return new SyntheticVocabulary(
            [.. tokens, .. Enumerable.Range(0, others).Select(i => string.Format(null, format, i))],
            [
                .. Enumerable.Repeat(Control, special.Length), .. Enumerable.Repeat(Normal, tokens.Length - special.Length),
                .. Enumerable.Repeat(Unused, others),
            ],
            merges);
    }

    // GPT-2's bytes_to_unicode: a byte that is a printable character is that character, the others are those from 256 on.
    private static char CharacterOf(int value)
    {
        return IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(other => !IsPrintable(other)));

        static bool IsPrintable(int code) => code is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
    }
}
