using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Engines;

/// <summary>
/// Counts texts that are mostly of letters other than Latin ones, and says where they are most of the texts while the model's vocabulary
/// has hardly a word of such letters, as that of an English encoder: it spells them letter by letter, and its vectors say little of what
/// they mean. Only WordPiece is looked at, whose vocabulary has whole words; other models of today know many scripts by bytes or pieces.
/// </summary>
internal sealed class ScriptTally
{
    private const int LongestRead = 2_000;

    // One foreign text says nothing of the others that may come.
    private const int Fewest = 2;

    // English BERT has 244 ideographs that count as words, 1 in 125 tokens, and no word of two other letters; Chinese BERT 1 in 3.
    private const int TokensToAWord = 50;
    private const string WordPiece = "bert";
    private const char WordStart = '\u2581';
    private int _texts;
    private int _foreign;

    /// <summary>Counts a text.</summary>
    /// <param name="text">The text.</param>
    public void Add(string text)
    {
        if (text != VectorDifference.ProbeText)
        {
            _texts++;
            _foreign += IsForeign(text) ? 1 : 0;
        }
    }

    /// <summary>Says what is to be known of all texts.</summary>
    /// <param name="path">The file of the model; null for one that has none here.</param>
    /// <returns>The warning; null where there is none.</returns>
    public EngineWarning? Warning(string? path)
    {
        if (path is null || _foreign < Fewest || _foreign * 2L <= _texts || !HasLatinWordsOnly(path))
        {
            return null;
        }

        string texts = _foreign == _texts
            ? string.Create(CultureInfo.InvariantCulture, $"All {_texts} texts are")
            : string.Create(CultureInfo.InvariantCulture, $"{_foreign} of {_texts} texts are");
        return new EngineWarning(
            "ModelScriptUnknown",
            $"{texts} in another script than the Latin one. The model {Path.GetFileName(path)} was made for English and has hardly a word "
                + "of it: its vectors say little of what these texts mean, and groups by them are poor. Take a multilingual model with "
                + "-Model, such as a GGUF file of multilingual-e5 or bge-m3.");
    }

    /// <summary>Says whether most letters of a text are of other scripts than the Latin one.</summary>
    /// <param name="text">The text, of which the first 2,000 characters are read.</param>
    internal static bool IsForeign(string text)
    {
        int letters = 0;
        int foreign = 0;
        foreach (Rune rune in text.AsSpan(0, Math.Min(text.Length, LongestRead)).EnumerateRunes())
        {
            if (rune.IsAscii ? char.IsAsciiLetter((char)rune.Value) : Rune.IsLetter(rune) && !IsSymbol(rune.Value))
            {
                letters++;
                foreign += IsLatin(rune.Value) ? 0 : 1;
            }
        }

        return foreign * 2 > letters;
    }

    private static bool HasLatinWordsOnly(string path)
    {
        try
        {
            using GgufModel file = GgufModel.Open(path);
            if (file.Text("tokenizer.ggml.model") != WordPiece || file.Texts("tokenizer.ggml.tokens") is not { Length: > 0 } tokens)
            {
                return false;
            }

            int words = tokens.Count(IsForeignWord);
            return (long)words * TokensToAWord < tokens.Length;
        }
        catch (EngineException)
        {
            // The vectors are there, and this is only a hint: a file that has changed since is said by who uses it next.
            return false;
        }
    }

    private static bool IsForeignWord(string token)
    {
        if (token.Length < 2 || token[0] != WordStart)
        {
            return false;
        }

        string word = token[1..];
        bool isIdeograph = word[0] is (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3');
        return (isIdeograph || word.Length > 1) && IsForeign(word);
    }

    // Letters of formulas, and letter-like signs, are of no script.
    private static bool IsSymbol(int code) => code is (>= 0x2100 and <= 0x214F) or (>= 0x1D400 and <= 0x1D7FF);

    private static bool IsLatin(int code)
        => code is < 0x0300 or (>= 0x1D00 and <= 0x1DBF) or (>= 0x1E00 and <= 0x1EFF) or (>= 0x2C60 and <= 0x2C7F)
            or (>= 0xA720 and <= 0xA7FF) or (>= 0xAB30 and <= 0xAB6F) or (>= 0xFB00 and <= 0xFB06) or (>= 0xFF21 and <= 0xFF5A);
}
