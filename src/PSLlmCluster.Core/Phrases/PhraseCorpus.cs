using System.Runtime.InteropServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Texts as the phrases of one to four words that they hold, read once for any number of labellings. A phrase that one text alone has is
/// not kept, as it says nothing of a group, but it is counted in the total, of which each phrase's share is its prior.
/// </summary>
internal sealed class PhraseCorpus
{
    /// <summary>The most words of a phrase.</summary>
    public const int LongestPhrase = 4;

    /// <summary>What a text of weight 1 counts for: sums are of whole numbers, so that no order changes them.</summary>
    public const long Unit = 1 << 12;

    private const int LongestText = 2_000;
    private const int ShortestLimit = 200;
    private const int MostCharacters = 32_000_000;
    private const int Break = -1;
    private const int MostLettersOfShort = 5;
    private readonly IReadOnlyList<string?> _texts;
    private readonly int[] _begins;
    private readonly List<int> _starts = [];
    private readonly List<int> _ends = [];
    private ValueList<WordCase> _cases = new();
    private readonly int[][] _grams = new int[LongestPhrase][];

    private PhraseCorpus(IReadOnlyList<string?> texts, long[] weights)
    {
        _texts = texts;
        _begins = new int[texts.Count + 1];
        Weights = weights;
        Sizes = new int[texts.Count];
        Words = new WordTable();
        Phrases = new PhraseTable(Words);
    }

    /// <summary>Gets the number of texts.</summary>
    public int Count => _texts.Count;

    /// <summary>Gets what each text counts for, in <see cref="Unit"/>.</summary>
    public long[] Weights { get; }

    /// <summary>Gets for each text how many phrases it holds, those that it alone has included.</summary>
    public int[] Sizes { get; }

    /// <summary>Gets how many phrases all texts hold, each counted as often as its text.</summary>
    public long Total { get; private set; }

    /// <summary>Gets the phrases that more than one text has.</summary>
    public PhraseTable Phrases { get; }

    private WordTable Words { get; }

    /// <summary>Reads texts.</summary>
    /// <param name="texts">The texts; null and blank ones hold no phrase.</param>
    /// <param name="weights">How many texts each counts for, 0 or more; null for 1 each.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The corpus.</returns>
    public static PhraseCorpus Read(IReadOnlyList<string?> texts, IReadOnlyList<double>? weights, CancellationToken token)
    {
        long[] units = new long[texts.Count];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = weights is null ? Unit : (long)Math.Round(Math.Min(weights[i], 1e9) * Unit);
        }

        PhraseCorpus corpus = new(texts, units);
        List<int> words = corpus.ReadWords(token);
        corpus.FindConnectingWords(words);
        corpus.FindPhrases(words, token);
        return corpus;
    }

    /// <summary>Returns what of a text is read.</summary>
    /// <param name="text">The number of the text.</param>
    /// <returns>Its beginning.</returns>
    public ReadOnlySpan<char> Text(int text)
    {
        int limit = Math.Clamp(MostCharacters / Math.Max(1, _texts.Count), ShortestLimit, LongestText);
        ReadOnlySpan<char> all = _texts[text];
        return all.Length <= limit ? all : all[..(char.IsHighSurrogate(all[limit - 1]) ? limit - 1 : limit)];
    }

    /// <summary>Returns the phrases of a size that begin at each word of a text.</summary>
    /// <param name="text">The number of the text.</param>
    /// <param name="size">How many words they have, from 1.</param>
    /// <returns>Their numbers; -1 where none begins, or none that another text has.</returns>
    public ReadOnlySpan<int> PhrasesOf(int text, int size)
        => _grams[size - 1].AsSpan(_begins[text], _begins[text + 1] - _begins[text]);

    /// <summary>Returns a phrase as a text writes it.</summary>
    /// <param name="text">The number of the text.</param>
    /// <param name="place">The place of its first word among the text's words.</param>
    /// <param name="size">How many words it has.</param>
    /// <returns>What is written there.</returns>
    public ReadOnlySpan<char> Written(int text, int place, int size)
    {
        int first = _begins[text] + place;
        return Text(text)[_starts[first].._ends[first + size - 1]];
    }

    private void FindConnectingWords(List<int> words)
    {
        Words.Connecting = ConnectingEvidence.Of(words, _cases, Words);
        ConnectingWords places = new(words, Words.Count);
        foreach (int word in places.Find(ShortWords(words)))
        {
            Words.Connecting[word] = Connection.Certain;
        }

        Words.WithoutEnds.UnionWith(places.FindWithoutEnds());
        _cases = new();
    }

    // Of letters, and not written in capitals as an abbreviation is.
    private bool[] ShortWords(List<int> words)
    {
        bool[] isShort = new bool[Words.Count];
        int[] capitals = new int[Words.Count];
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] >= 0 && _cases[i] != WordCase.Other)
            {
                isShort[words[i]] = Words[words[i]].Length <= MostLettersOfShort;
                capitals[words[i]] += _cases[i] == WordCase.Capitals ? 1 : 0;
            }
        }

        for (int word = 0; word < isShort.Length; word++)
        {
            isShort[word] &= capitals[word] == 0;
        }

        return isShort;
    }

    private List<int> ReadWords(CancellationToken token)
    {
        CorpusTokens tokens = CorpusTokens.Read(Text, Count, token);
        RunCutter? cutter = tokens.Cutter;
        List<int> words = new(tokens.Count + Count);
        for (int i = 0; i < Count; i++)
        {
            _begins[i] = words.Count;
            ReadOnlySpan<char> text = Text(i);
            foreach (TextToken one in tokens.Of(i))
            {
                if (one.IsApart)
                {
                    AddWord(words, Break, one.Start, 0, WordCase.Other);
                }

                ReadOnlySpan<char> written = text.Slice(one.Start, one.Length);
                if (cutter is null || !RunCutter.MayCut(one.Kind, one.Length))
                {
                    // An elision is no word, but is written where a phrase goes across it: "traitement d'images".
                    int elided = one.Kind == WordKind.Word ? tokens.Elisions.LengthIn(written) : 0;
                    ReadOnlySpan<char> word = written[elided..];
                    WordKind kind = elided > 0 && !word.ContainsAnyExceptInRange('0', '9') ? WordKind.Number : one.Kind;
                    int number = NumberOf(word, kind, cutter);
                    if (elided > 0)
                    {
                        CollectionsMarshal.GetValueRefOrAddDefault(Words.BehindElisions, number, out _)++;
                    }

                    AddWord(words, number, one.Start + elided, word.Length, WordTable.CaseOf(word, kind));
                    continue;
                }

                int at = one.Start;
                foreach (int length in cutter.Cut(written.ToString(), one.Kind))
                {
                    AddWord(words, NumberOf(text.Slice(at, length), one.Kind, cutter), at, length, WordCase.Other);
                    at += length;
                }
            }

            // Phrases end with their text.
            AddWord(words, Break, text.Length, 0, WordCase.Other);
            Sizes[i] = CountPhrases(words, _begins[i]);
            Total += Sizes[i] * Weights[i];
        }

        _begins[^1] = words.Count;
        return words;
    }

    private int NumberOf(ReadOnlySpan<char> word, WordKind kind, RunCutter? cutter)
    {
        int number = Words.NumberOf(word, kind);
        if (cutter?.IsAffix(word, kind) == true)
        {
            Words.Affixes.Add(number);
        }

        return number;
    }

    private void AddWord(List<int> words, int word, int start, int length, WordCase wordCase)
    {
        words.Add(word);
        _cases.Add(wordCase);
        _starts.Add(start);
        _ends.Add(start + length);
    }

    private static int CountPhrases(List<int> words, int begin)
    {
        int count = 0;
        int run = 0;
        for (int i = begin; i < words.Count; i++)
        {
            run = words[i] == Break ? 0 : run + 1;
            count += Math.Min(run, LongestPhrase);
        }

        return count;
    }

    private void FindPhrases(List<int> words, CancellationToken token)
    {
        int[] before = [.. words];
        for (int size = 1; size <= LongestPhrase; size++)
        {
            token.ThrowIfCancellationRequested();
            int[] grams = _grams[size - 1] = new int[before.Length];
            Array.Fill(grams, -1);
            List<Candidate> candidates = size == 1 ? Candidates(before, grams) : Candidates(before, _grams[0], size, grams);
            int[] numbers = new int[candidates.Count];
            for (int i = 0; i < numbers.Length; i++)
            {
                Candidate one = candidates[i];
                numbers[i] = one.IsShared ? Phrases.Add(new Phrase(size, one.Shorter, one.Last, one.Rest, one.Word, one.Total)) : -1;
            }

            for (int i = 0; i < grams.Length; i++)
            {
                grams[i] = grams[i] < 0 ? -1 : numbers[grams[i]];
            }

            before = grams;
        }
    }

    private List<Candidate> Candidates(int[] words, int[] grams)
    {
        List<Candidate> candidates = new(Words.Count);
        for (int word = 0; word < Words.Count; word++)
        {
            candidates.Add(new Candidate { Shorter = -1, Last = -1, Rest = -1, Word = word });
        }

        for (int text = 0; text < Count; text++)
        {
            for (int i = _begins[text]; i < _begins[text + 1]; i++)
            {
                if ((grams[i] = words[i]) >= 0)
                {
                    candidates[words[i]].Saw(text, Weights[text]);
                }
            }
        }

        return candidates;
    }

    // A phrase can be shared by texts only where what it is without its first or its last word is.
    private List<Candidate> Candidates(int[] before, int[] single, int size, int[] grams)
    {
        List<Candidate> candidates = [];
        Dictionary<ulong, int> known = [];
        for (int text = 0; text < Count; text++)
        {
            for (int i = _begins[text]; i + size <= _begins[text + 1]; i++)
            {
                if (before[i] < 0 || before[i + 1] < 0)
                {
                    continue;
                }

                ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    known, PairKey.Of(before[i], before[i + 1]), out bool isKnown);
                if (!isKnown)
                {
                    number = candidates.Count;
                    candidates.Add(new Candidate { Shorter = before[i], Rest = before[i + 1], Last = single[i + size - 1], Word = -1 });
                }

                grams[i] = number;
                candidates[number].Saw(text, Weights[text]);
            }
        }

        return candidates;
    }

    private sealed class Candidate
    {
        private int _lastText = -1;

        public int Shorter { get; init; }

        public int Last { get; init; }

        public int Rest { get; init; }

        public int Word { get; init; }

        public long Total { get; private set; }

        public int Texts { get; private set; }

        public bool IsShared => Texts > 1 || Total >= 2 * Unit;

        public void Saw(int text, long weight)
        {
            if (_lastText != text)
            {
                _lastText = text;
                Texts++;
                Total += weight;
            }
        }
    }
}
