using System.Globalization;
using System.Text;
using PSLlmCluster.Core.Encoding.Tokenizing;

namespace PSLlmCluster.Core.Tests.Encoding.Tokenizing;

/// <summary>
/// Hugging Face's Precompiled, WhitespaceSplit, Metaspace and Unigram one after the other, with strings and dictionaries, and every
/// substring of a word looked up.
/// </summary>
internal sealed class SlowUnigram
{
    private readonly Dictionary<string, string> _map;
    private readonly Dictionary<string, int> _ids = [];
    private readonly EncoderVocabulary _vocabulary;
    private readonly double _unknownScore;
    private readonly int[] _bytes;

    /// <summary>Initializes a new instance of the <see cref="SlowUnigram"/> class.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="map">Its table of characters, read.</param>
    public SlowUnigram(EncoderVocabulary vocabulary, Dictionary<string, string> map)
    {
        _vocabulary = vocabulary;
        _map = map;
        double worst = double.PositiveInfinity;
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            if (vocabulary.Types[id] is 1 && vocabulary.Tokens[id].Length > 0)
            {
                _ids[vocabulary.Tokens[id]] = id;
                worst = Math.Min(worst, vocabulary.Scores[id]);
            }
        }

        _unknownScore = worst - 10;
        _bytes = [.. Enumerable.Range(0, 256).Select(value => Array.IndexOf(vocabulary.Tokens, $"<0x{value:X2}>"))];
    }

    public int[] Tokenize(string text)
    {
        string whole = string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
        StringBuilder normalized = new();
        TextElementEnumerator clusters = StringInfo.GetTextElementEnumerator(whole);
        while (clusters.MoveNext())
        {
            string cluster = clusters.GetTextElement();
            if (System.Text.Encoding.UTF8.GetByteCount(cluster) < 6 && Mapped(cluster) is string replacement)
            {
                normalized.Append(replacement);
                continue;
            }

            foreach (Rune rune in cluster.EnumerateRunes())
            {
                normalized.Append(Mapped(rune.ToString()) ?? rune.ToString());
            }
        }

        // A string's Split without separators takes what char.IsWhiteSpace does.
        string[] words = normalized.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        List<string> pieces = [];
        foreach (string word in words)
        {
            string marked = word[0] == '\u2581' ? word : '\u2581' + word;
            pieces.AddRange(marked.Split('\u2581').Skip(1).Select(piece => '\u2581' + piece));
        }

        return [.. pieces.SelectMany(Spell)];
    }

    private int[] Spell(string word)
    {
        double[] scores = new double[word.Length + 1];
        int[] starts = new int[word.Length + 1];
        int[] ids = new int[word.Length + 1];
        for (int end = 1; end <= word.Length; end++)
        {
            starts[end] = -1;
            if (end < word.Length && char.IsLowSurrogate(word[end]))
            {
                continue;
            }

            for (int start = 0; start < end; start++)
            {
                if (start > 0 && starts[start] < 0)
                {
                    continue;
                }

                bool isLetter = end - start == (char.IsHighSurrogate(word[start]) ? 2 : 1);
                bool isPiece = _ids.TryGetValue(word[start..end], out int id);
                if (!isPiece && !isLetter)
                {
                    continue;
                }

                double score = scores[start] + (isPiece ? _vocabulary.Scores[id] : _unknownScore);
                if (starts[end] < 0 || score > scores[end])
                {
                    starts[end] = start;
                    scores[end] = score;
                    ids[end] = isPiece ? id : _vocabulary.UnknownId;
                }
            }
        }

        List<(int Id, string Text)> path = [];
        for (int end = word.Length; end > 0; end = starts[end])
        {
            string piece = word[starts[end]..end];
            if (ids[end] == _vocabulary.UnknownId && path.Count > 0 && path[0].Id == ids[end])
            {
                path[0] = (ids[end], piece + path[0].Text);
            }
            else
            {
                path.Insert(0, (ids[end], piece));
            }
        }

        return [.. path.SelectMany(Resolve)];
    }

    private IEnumerable<int> Resolve((int Id, string Text) piece)
    {
        if (piece.Id != _vocabulary.UnknownId)
        {
            return [piece.Id];
        }

        int[] bytes = [.. System.Text.Encoding.UTF8.GetBytes(piece.Text).Select(value => _bytes[value])];
        return _ids.TryGetValue(piece.Text, out int id) ? [id] : _bytes.Contains(-1) ? [piece.Id] : bytes;
    }

    private string? Mapped(string text)
    {
        // The keys are whole characters, so the shortest that the text starts with is found character by character.
        string start = string.Empty;
        foreach (Rune rune in text.EnumerateRunes())
        {
            start += rune.ToString();
            if (_map.TryGetValue(start, out string? replacement))
            {
                return replacement;
            }
        }

        return null;
    }

    /// <summary>Reads a table of characters: its keys and their replacements.</summary>
    public static Dictionary<string, string> ReadMap(byte[] map)
    {
        Dictionary<string, string> pairs = [];
        int length = BitConverter.ToInt32(map, 0);
        uint[] units = new uint[length / 4];
        Buffer.BlockCopy(map, 4, units, 0, length);
        byte[] replacements = map[(4 + length)..];
        Walk(0, []);
        return pairs;

        void Walk(uint node, byte[] key)
        {
            uint children = node ^ Offset(units[node]);
            for (uint label = 1; label < 256; label++)
            {
                uint child = children ^ label;
                if ((units[child] & 0x800000FF) != label)
                {
                    continue;
                }

                byte[] longer = [.. key, (byte)label];
                if ((units[child] & 0x100) != 0)
                {
                    int start = (int)(units[child ^ Offset(units[child])] & 0x7FFFFFFF);
                    int end = Array.IndexOf(replacements, (byte)0, start);
                    pairs[System.Text.Encoding.UTF8.GetString(longer)] = System.Text.Encoding.UTF8.GetString(replacements[start..end]);
                }

                Walk(child, longer);
            }
        }
    }

    private static uint Offset(uint unit) => (unit >> 10) << ((unit & 0x200) != 0 ? 8 : 0);
}
