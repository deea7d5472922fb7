using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Cuts runs of one script into words, by nothing but the texts at hand. Katakana and Hangul have ways of their own
/// (<see cref="KatakanaCutter"/>, <see cref="ParticleCutter"/>). Of ideographs and scripts without spaces, of all ways to cut a run the one
/// is taken whose words begin and end where the branching entropy jumps most (Magistry and Sagot, "Unsupervized Word Segmentation",
/// ACL 2012: the sum of the rises at both ends, each against the mean of its length, times the length). A compound that always occurs whole
/// stays whole.
/// </summary>
internal sealed class RunCutter
{
    private const int LongestOfIdeographs = 8;

    // Words of Thai and the like have more units, since each is less than a syllable.
    private const int LongestSpaceless = 16;
    private const int MostUnits = 200_000;

    // Where what stands before a cut goes on with the same unit so often, and what is behind comes from the same one, nothing ends there.
    private const double Bound = 0.9;
    private readonly Dictionary<string, int> _units = new(StringComparer.Ordinal);
    private readonly BranchingEntropy _after;
    private readonly BranchingEntropy _before;
    private readonly int _longest;
    private readonly KatakanaCutter _katakana;
    private readonly ParticleCutter _hangul;
    private readonly Affixes _affixes;
    private readonly Dictionary<string, int[]> _cuts = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="RunCutter"/> class.</summary>
    /// <param name="runs">The distinct runs, with the number of times that each occurs.</param>
    /// <param name="joined">How often each stands directly behind another word; runs that never do may be left out; null for none.</param>
    public RunCutter(IReadOnlyDictionary<string, int> runs, IReadOnlyDictionary<string, int>? joined = null)
    {
        joined ??= ReadOnlyDictionary<string, int>.Empty;
        ILookup<WordKind, string> byKind = runs.Keys.ToLookup(run => CharacterKinds.At(run, 0, out _));
        _katakana = new KatakanaCutter(byKind[WordKind.Katakana]);
        _hangul = new ParticleCutter(byKind[WordKind.Hangul], joined);
        _affixes = new Affixes(byKind[WordKind.Ideographs], runs, joined);

        // Of very many an even share is read, chosen by content, so that no order of the texts changes it.
        string[] others = [.. byKind[WordKind.Ideographs], .. byKind[WordKind.Spaceless]];
        long units = others.Sum(run => (long)run.Length);
        ulong share = (ulong)(1 + (units / MostUnits));
        List<int[]> read = [];
        List<int> counts = [];
        foreach (string run in others)
        {
            if (Hash(run) % share == 0)
            {
                read.Add(UnitsOf(run, out _, isNew: true));
                counts.Add(runs[run]);
            }
        }

        _longest = byKind[WordKind.Spaceless].Any() ? LongestSpaceless : LongestOfIdeographs;
        _after = new BranchingEntropy(read, counts, _longest);
        _before = new BranchingEntropy([.. read.Select(run => run.Reverse().ToArray())], counts, _longest);
    }

    /// <summary>Says whether runs of a kind are read, to learn where others are cut.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Whether they are.</returns>
    public static bool IsRead(WordKind kind)
        => kind is WordKind.Ideographs or WordKind.Spaceless or WordKind.Hangul or WordKind.Katakana;

    /// <summary>Says whether runs of a kind may hold several words.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="length">The run's length, in UTF-16 units.</param>
    /// <returns>Whether they may.</returns>
    public static bool MayCut(WordKind kind, int length)
        => kind == WordKind.Spaceless || (kind is WordKind.Ideographs or WordKind.Hangul && length > 2)
            || (kind == WordKind.Katakana && length > KatakanaCutter.Whole);

    /// <summary>Cuts a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>The lengths of its words, in UTF-16 units.</returns>
    public int[] Cut(string run, WordKind kind)
    {
        if (!_cuts.TryGetValue(run, out int[]? lengths))
        {
            lengths = kind switch
            {
                WordKind.Katakana => _katakana.Cut(run),
                WordKind.Hangul => _hangul.Cut(run),
                WordKind.Ideographs when run.Length > 1 && _affixes.Begin(run) && !BeginsNoWord(run, 1) => [1, .. Best(run[1..], 1)],
                _ => Best(run, kind == WordKind.Spaceless ? 2 : 1),
            };
            _cuts.Add(run, lengths);
        }

        return lengths;
    }

    /// <summary>Says whether a word is a part of the one before it in whatever script, as 語 of ドイツ語 is.</summary>
    /// <param name="word">The word.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>Whether it is.</returns>
    public bool IsAffix(ReadOnlySpan<char> word, WordKind kind) => kind == WordKind.Ideographs && word.Length == 1 && _affixes.Begin(word);

    private static bool BeginsNoWord(string run, int at)
        => Rune.DecodeFromUtf16(run.AsSpan(at), out Rune rune, out _) == OperationStatus.Done && CharacterKinds.BeginsNoWord(rune);

    private int[] Best(string run, int shortest)
    {
        int[] units = UnitsOf(run, out int[] starts, isNew: false);
        double[,] scores = Scores(units);
        bool[] isBound = new bool[units.Length];
        int[] ends = Best(scores, units.Length, shortest, isBound);

        // Cut again without the cuts that part what belongs together.
        while (Bind(units, ends, isBound))
        {
            ends = Best(scores, units.Length, shortest, isBound);
        }

        int[] lengths = new int[ends.Length];
        for (int i = 0; i < ends.Length; i++)
        {
            lengths[i] = starts[ends[i]] - starts[i == 0 ? 0 : ends[i - 1]];
        }

        return lengths;
    }

    // The score of each string of units as a word, by where it ends and how long it is.
    private double[,] Scores(int[] units)
    {
        int count = units.Length;
        double[,] scores = new double[count + 1, _longest + 1];
        for (int end = 1; end <= count; end++)
        {
            int node = 0;
            for (int length = 1; length <= _longest && length <= end; length++)
            {
                node = _before.Next(node, units[end - length]);
                scores[end, length] = _before.Jump(node, length);
            }
        }

        for (int start = 0; start < count; start++)
        {
            int node = 0;
            for (int length = 1; length <= _longest && start + length <= count; length++)
            {
                node = _after.Next(node, units[start + length - 1]);
                double left = scores[start + length, length];
                scores[start + length, length] = length * (left + _after.Jump(node, length));
            }
        }

        return scores;
    }

    // Where the words of the best way to cut end. Where nothing may be cut for longer than a word is, it is one word all the same.
    private int[] Best(double[,] scores, int count, int shortest, bool[] isBound)
    {
        double[] best = new double[count + 1];
        int[] from = new int[count + 1];
        Array.Fill(best, double.NegativeInfinity, 1, count);
        for (int start = 0; start < count; start++)
        {
            if (isBound[start])
            {
                continue;
            }

            bool isFirst = true;
            for (int end = start + 1; end <= count && (isFirst || end - start <= _longest); end++)
            {
                int length = end - start;
                if ((length < shortest && length < count) || (end < count && isBound[end]))
                {
                    continue;
                }

                double score = best[start] + (length <= _longest ? scores[end, length] : 0);
                isFirst = false;
                if (score > best[end])
                {
                    (best[end], from[end]) = (score, start);
                }
            }
        }

        Stack<int> ends = new();
        for (int end = count; end > 0; end = from[end])
        {
            ends.Push(end);
        }

        return [.. ends];
    }

    private bool Bind(int[] units, int[] ends, bool[] isBound)
    {
        bool isNew = false;
        for (int i = 0; i + 1 < ends.Length; i++)
        {
            if (IsBound(units, i == 0 ? 0 : ends[i - 1], ends[i], ends[i + 1]))
            {
                isNew = isBound[ends[i]] = true;
            }
        }

        return isNew;
    }

    // Whether two words that were cut belong together: neither occurs without the other's end that touches it.
    private bool IsBound(int[] units, int begin, int cut, int end)
    {
        double goesOn = 0;
        for (int start = Math.Max(begin, cut - _longest); start < cut && goesOn == 0; start++)
        {
            goesOn = _after.ShareOf(units.AsSpan(start..cut), units[cut]);
        }

        double comesFrom = 0;
        Span<int> back = stackalloc int[LongestSpaceless];
        for (int stop = Math.Min(end, cut + _longest); stop > cut && comesFrom == 0; stop--)
        {
            for (int i = 0; i < stop - cut; i++)
            {
                back[i] = units[stop - 1 - i];
            }

            comesFrom = _before.ShareOf(back[..(stop - cut)], units[cut - 1]);
        }

        return goesOn >= Bound && comesFrom >= Bound;
    }

    // What readers cannot take apart: a character with its marks, with a vowel that is written before it, and with one behind it.
    private int[] UnitsOf(string run, out int[] starts, bool isNew)
    {
        List<int> units = [];
        List<int> begins = [];
        int at = 0;
        while (at < run.Length)
        {
            int start = at;
            bool isOpen = true;
            while (at < run.Length)
            {
                Rune.DecodeFromUtf16(run.AsSpan(at), out Rune rune, out int length);
                bool joins = at > start && (CharacterKinds.BeginsNoWord(rune) || FollowsVowel(rune.Value));
                if (!isOpen && !joins)
                {
                    break;
                }

                isOpen = Opens(rune.Value);
                at += length;
            }

            begins.Add(start);
            units.Add(NumberOf(run.AsSpan(start, at - start), isNew));
        }

        begins.Add(run.Length);
        starts = [.. begins];
        return [.. units];
    }

    private int NumberOf(ReadOnlySpan<char> unit, bool isNew)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> units = _units.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!units.TryGetValue(unit, out int number))
        {
            number = isNew ? _units.Count : -1;
            if (isNew)
            {
                units[unit] = number;
            }
        }

        return number;
    }

    // Vowels of Thai and Lao that are written before their consonant, and the sign of Khmer that puts the next one below.
    private static bool Opens(int code) => code is (>= 0x0E40 and <= 0x0E44) or (>= 0x0EC0 and <= 0x0EC4) or 0x17D2 or 0x1039;

    // Vowels of Thai and Lao that are letters, but begin no syllable.
    private static bool FollowsVowel(int code)
        => code is 0x0E30 or 0x0E32 or 0x0E33 or 0x0E45 or 0x0EB0 or 0x0EB2 or 0x0EB3 or 0x0EBD;

    private static ulong Hash(string run)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in run)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        return hash;
    }
}
