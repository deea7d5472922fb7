using System.Text;
using PSLlmCluster.Core.Encoding.Tokenizing;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>
/// BertTokenizerFast step by step over whole texts, as normalizers/bert.rs, pre_tokenizers/bert.rs and models/wordpiece/mod.rs of Hugging
/// Face's tokenizers have it, with a dictionary for each of the tables.
/// </summary>
internal sealed class SlowWordPiece
{
    private static readonly HashSet<int> _removed = Ranges(BertCharacterData.Removed);
    private static readonly HashSet<int> _spaces = Ranges(BertCharacterData.Spaces);
    private static readonly HashSet<int> _punctuation = Ranges(BertCharacterData.Punctuation);
    private static readonly Dictionary<int, int[]> _decompositions = Runs(BertCharacterData.Decompositions);
    private static readonly Dictionary<int, int[]> _lowerCase = Runs(BertCharacterData.LowerCase);

    private readonly Dictionary<string, int> _ids = [];
    private readonly EncoderVocabulary _vocabulary;

    public SlowWordPiece(EncoderVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            string token = vocabulary.Tokens[id];
            if (vocabulary.Types.Length == 0 || vocabulary.Types[id] != 3)
            {
                _ids[token.Length > 1 && token[0] == '\u2581' ? token[1..] : "##" + token] = id;
            }
        }
    }

    public static HashSet<int> Punctuation => _punctuation;

    public static HashSet<int> Removed => _removed;

    public static Dictionary<int, int[]> Decompositions => _decompositions;

    public static Dictionary<int, int[]> LowerCase => _lowerCase;

    public int[] Tokenize(string text)
    {
        List<int> letters = [.. text.EnumerateRunes().Select(rune => rune.Value)];
        letters = [.. letters.Where(letter => !_removed.Contains(letter)).Select(letter => _spaces.Contains(letter) ? ' ' : letter)];
        letters = [.. letters.SelectMany<int, int>(letter => IsChinese(letter) ? [' ', letter, ' '] : [letter])];
        if (_vocabulary.StripsAccents)
        {
            letters = [.. letters.SelectMany(Decompose)];
        }

        if (_vocabulary.LowerCase)
        {
            letters = [.. letters.SelectMany<int, int>(letter => _lowerCase.TryGetValue(letter, out int[]? lower) ? lower : [letter])];
        }

        letters = [.. letters.SelectMany<int, int>(letter => _punctuation.Contains(letter) ? [' ', letter, ' '] : [letter])];
        string words = string.Concat(letters.Select(char.ConvertFromUtf32));
        return [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Spell)];
    }

    private static bool IsChinese(int letter) => letter
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private static int[] Decompose(int letter)
    {
        if (letter is >= 0xAC00 and <= 0xD7A3)
        {
            int syllable = letter - 0xAC00;
            int[] parts = [0x1100 + (syllable / 588), 0x1161 + (syllable % 588 / 28), 0x11A7 + (syllable % 28)];
            return syllable % 28 == 0 ? parts[..2] : parts;
        }

        return _decompositions.TryGetValue(letter, out int[]? target) ? target : [letter];
    }

    private int[] Spell(string word)
    {
        List<int> tokens = [];
        string rest = word;
        string prefix = string.Empty;
        while (rest.Length > 0)
        {
            int length = rest.Length;
            while (length > 0 && !_ids.ContainsKey(prefix + rest[..length]))
            {
                length--;
            }

            if (length == 0 || word.EnumerateRunes().Count() > 100)
            {
                return [_vocabulary.UnknownId];
            }

            tokens.Add(_ids[prefix + rest[..length]]);
            rest = rest[length..];
            prefix = "##";
        }

        return [.. tokens];
    }

    private static List<int> Numbers(ReadOnlySpan<byte> data)
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";
        List<int> numbers = [];
        int number = 0;
        int weight = 1;
        foreach (byte letter in data)
        {
            int digit = Digits.IndexOf((char)letter, StringComparison.Ordinal);
            number += digit % 32 * weight;
            weight *= 32;
            if (digit < 32)
            {
                numbers.Add(number);
                number = 0;
                weight = 1;
            }
        }

        return numbers;
    }

    private static HashSet<int> Ranges(ReadOnlySpan<byte> data)
    {
        HashSet<int> members = [];
        int at = 0;
        foreach (int[] range in Numbers(data).Chunk(2))
        {
            at += range[0];
            members.UnionWith(Enumerable.Range(at, range[1] + 1));
            at += range[1];
        }

        return members;
    }

    private static Dictionary<int, int[]> Runs(ReadOnlySpan<byte> data)
    {
        Dictionary<int, int[]> targets = [];
        Queue<int> numbers = new(Numbers(data));
        int start = 0;
        while (numbers.Count > 0)
        {
            start += numbers.Dequeue();
            int form = numbers.Dequeue();
            int count = numbers.Dequeue() + 1;
            List<int> first = [];
            for (int i = 0; i < form / 4; i++)
            {
                int distance = numbers.Dequeue();
                first.Add((i == 0 ? start : first[^1]) + (distance % 2 == 0 ? distance / 2 : -(distance + 1) / 2));
            }

            int step = form % 2 == 0 ? 1 : 2;
            for (int i = 0; i < count; i++)
            {
                int shift = form / 2 % 2 == 0 ? 0 : i * step;
                targets.Add(start + (i * step), [.. first.Select(target => target + shift)]);
            }
        }

        return targets;
    }
}
