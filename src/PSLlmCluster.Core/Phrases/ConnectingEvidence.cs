using System.Globalization;
using System.Runtime.InteropServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// What speaks for a word to connect others where texts are too few for <see cref="ConnectingWords"/>: it is short, is written in small
/// letters, hardly ever ends a clause, is frequent, and stands between different words. The sum of the logarithms of what each makes more
/// likely (naive Bayes), above 0 for more likely than not. No language is known to it. Clauses that are equal count once.
/// </summary>
internal sealed class ConnectingEvidence
{
    /// <summary>From here on a word is sure enough to connect others, where it stands in <see cref="LeastCountOfSure"/> clauses.</summary>
    private const double Sure = 2;
    private const int LeastCountOfSure = 3;

    /// <summary>From here on it may.</summary>
    private const double Likely = 0.5;
    private const int LeastCount = 2;
    private const int Edge = -1;

    // In larger sets so rare a word is none; in sets larger than these, those that are not so rare are known by where they stand.
    private const double LeastShare = 0.0015;
    private const int MostWords = 10_000;

    // From here on more of the same says nothing new.
    private const int MostEvidence = 8;

    // By its letters. Where a script has no capitals, its short words are not so often written small for a reason: they count one more.
    private static readonly double[] _ofLetters = [3, 3, 3, 1, 0, -1, -2.5];

    // Connecting words end one clause in a hundred, others 1.3 times as many as words do on average.
    private const double EndsOfConnecting = 0.01;
    private const double EndsOfOthers = 1.3;
    private const double MostEndsOfOthers = 0.6;
    private const double MostOfEnds = 3;

    // Words that connect are about this share of all, each.
    private const double UsualShare = 0.004;
    private const double OfShare = 0.7;
    private const double LeastOfShare = -1;
    private const double MostOfShare = 0.5;

    // Different neighbours on the poorer side, as a share of how often it stands there.
    private const double UsualVariety = 0.5;
    private const double LeastVariety = 0.1;
    private const double OfVariety = 0.7;

    // "print queue", "act of": where one word nearly always stands beside it, it is a part of a phrase. Of two letters ("à la") it is not,
    // nor of three where neither stands without the other, and both always between other words ("does not").
    private const double MostOfOneNeighbor = 0.75;
    private const int LeastLettersOfPart = 3;
    private const int LeastLettersOfPair = 4;
    private const double PartOfPhrase = -4;

    // Behind elided articles and prepositions stand what these are for (d'accès, l'imprimante), and besides that short words (d'un, qu'il).
    private const double LeastBehindElisions = 0.25;
    private const int LeastLettersBehindElision = 4;
    private const int LettersOfParticle = 2;

    // Names and nouns have capitals within a clause. Where nearly all words have, as in headlines, that says nothing.
    private const double MostCapitals = 0.25;
    private const double OnlyCapitals = 0.9;
    private const int LeastWithCapitals = 10;
    private const double NeverSmall = -1;
    private const double AlwaysFirst = -1;

    private readonly List<int> _words;
    private readonly ValueList<WordCase> _cases;
    private readonly Dictionary<int, Places> _places = [];
    private long _count;
    private long _ends;
    private bool _hasCapitals;
    private bool _areAllCapitals;

    private ConnectingEvidence(List<int> words, ValueList<WordCase> cases)
    {
        _words = words;
        _cases = cases;
    }

    /// <summary>Finds words that probably connect others.</summary>
    /// <param name="words">The texts' words, one text after the other; below 0 is an edge.</param>
    /// <param name="cases">How each of them is written; anything at an edge.</param>
    /// <param name="table">What the numbers of words stand for.</param>
    /// <returns>For each word of the table whether it does, as far as the texts show.</returns>
    public static Connection[] Of(List<int> words, ValueList<WordCase> cases, WordTable table)
    {
        Connection[] found = new Connection[table.Count];
        if (words.Count > MostWords)
        {
            return found;
        }

        ConnectingEvidence evidence = new(words, cases);
        evidence.Count();
        foreach ((int word, Places places) in evidence._places)
        {
            bool mayConnect = places.Count >= LeastCount && places.Count >= LeastShare * evidence._count;
            bool isNoun = table.BehindElisions.GetValueOrDefault(word) >= LeastBehindElisions * places.Count
                && table[word].Length >= LeastLettersBehindElision;
            double score = mayConnect && !isNoun ? evidence.Score(table[word], places) : double.NegativeInfinity;
            if (score >= Likely || (mayConnect && evidence.IsParticle(table[word], places)))
            {
                found[word] = score >= Sure && places.Count >= LeastCountOfSure ? Connection.Probable : Connection.Possible;
            }
        }

        return found;
    }

    private void Count()
    {
        ReadOnlySpan<int> all = CollectionsMarshal.AsSpan(_words);
        HashSet<string> known = new(StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> clauses = known.GetAlternateLookup<ReadOnlySpan<char>>();
        int begin = 0;
        for (int end = 0; end <= all.Length; end++)
        {
            if (end < all.Length && all[end] >= 0)
            {
                continue;
            }

            if (end > begin && clauses.Add(MemoryMarshal.Cast<int, char>(all[begin..end])))
            {
                for (int i = begin; i < end; i++)
                {
                    Saw(i, i == begin, i + 1 == end);
                }
            }

            begin = end + 1;
        }

        long inner = 0;
        long capitals = 0;
        int words = 0;
        foreach (Places places in _places.Values)
        {
            inner += places.Inner;
            capitals += places.InnerCapitals;
            words += places.InnerCapitals > 0 ? 1 : 0;
        }

        _hasCapitals = words >= LeastWithCapitals;
        _areAllCapitals = words >= LeastWithCapitals && capitals > OnlyCapitals * inner;
    }

    private void Saw(int place, bool isFirst, bool isLast)
    {
        if (_cases[place] == WordCase.Other)
        {
            return;
        }

        ref Places? places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, _words[place], out _);
        places ??= new Places();
        places.Count++;
        places.Ends += isLast ? 1 : 0;
        CollectionsMarshal.GetValueRefOrAddDefault(places.Before, isFirst ? Edge : _words[place - 1], out _)++;
        CollectionsMarshal.GetValueRefOrAddDefault(places.After, isLast ? Edge : _words[place + 1], out _)++;
        _count++;
        _ends += isLast ? 1 : 0;
        bool isSmall = _cases[place] is WordCase.Small or WordCase.None;
        places.HasCase |= _cases[place] != WordCase.None;
        places.Small += isSmall ? 1 : 0;
        places.Capitals += (!isFirst && !isSmall) || _cases[place] == WordCase.Capitals ? 1 : 0;
        places.Inner += isFirst || _cases[place] == WordCase.None ? 0 : 1;
        places.InnerCapitals += isFirst || isSmall ? 0 : 1;
    }

    // "ab", "up": two letters that can be spoken, and never with a capital where other words have some; "tv" cannot.
    private bool IsParticle(string word, Places places)
        => word.Length == LettersOfParticle && _hasCapitals && places.HasCase && places.Small == places.Count
            && (Elisions.IsVowel(word[0]) || Elisions.IsVowel(word[1]));

    private double Score(string word, Places places)
    {
        if (!_areAllCapitals && places.Capitals > MostCapitals * places.Count)
        {
            return double.NegativeInfinity;
        }

        int letters = new StringInfo(word).LengthInTextElements + (places.HasCase ? 0 : 1);
        double score = _ofLetters[Math.Min(letters, _ofLetters.Length - 1)];
        score += places.Small == 0 && !_areAllCapitals ? NeverSmall : 0;
        score += places.IsAlwaysFirst ? AlwaysFirst : 0;
        double scale = Math.Min(1, (double)MostEvidence / places.Count);
        double ends = (double)Math.Max(1, _ends) / _count;
        double ofEnds = places.Ends * DeterministicMath.Log(EndsOfConnecting / ends);
        ofEnds -= (places.Count - places.Ends) * DeterministicMath.Log(1 - Math.Min(MostEndsOfOthers, EndsOfOthers * ends));
        score += Math.Min(MostOfEnds, scale * ofEnds);
        double share = (double)places.Count / _count;
        score += Math.Clamp(OfShare * DeterministicMath.Log(share / UsualShare), LeastOfShare, MostOfShare);
        double variety = Math.Max(LeastVariety, (double)Math.Min(places.Before.Count, places.After.Count) / places.Count);
        double weight = OfVariety * Math.Sqrt(Math.Min(MostEvidence, places.Count));
        score += IsPartOfPhrase(letters, places) ? PartOfPhrase : 0;
        return score + (weight * DeterministicMath.Log(variety / UsualVariety));
    }

    private bool IsPartOfPhrase(int letters, Places places)
    {
        (int neighbor, int count) = places.Closest();
        if (letters < LeastLettersOfPart || count < MostOfOneNeighbor * places.Count)
        {
            return false;
        }

        // Numbers have no places of their own.
        bool isPair = _places.TryGetValue(neighbor, out Places? others) && count >= MostOfOneNeighbor * others.Count;
        return letters >= LeastLettersOfPair || !isPair || !places.IsInside || !others!.IsInside;
    }

    /// <summary>Where a word stands, in how many clauses.</summary>
    private sealed class Places
    {
        public int Count { get; set; }

        public int Ends { get; set; }

        public int Small { get; set; }

        public int Capitals { get; set; }

        public bool HasCase { get; set; }

        public int Inner { get; set; }

        public int InnerCapitals { get; set; }

        public Dictionary<int, int> Before { get; } = [];

        public Dictionary<int, int> After { get; } = [];

        public bool IsInside => !Before.ContainsKey(Edge) && !After.ContainsKey(Edge);

        public bool IsAlwaysFirst => Before.Count == 1 && Before.ContainsKey(Edge);

        /// <summary>Returns the word that stands beside it most often, on one side, and how often; the count is 0 where none is.</summary>
        public (int Word, int Count) Closest()
        {
            (int Word, int Count) closest = (Edge, 0);
            foreach ((int word, int count) in Before.Concat(After))
            {
                closest = word == Edge || count <= closest.Count ? closest : (word, count);
            }

            return closest;
        }
    }
}
