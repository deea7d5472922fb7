using System.Text;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Cuts runs of scripts without spaces into words, by nothing but the texts at hand: of all ways to cut a run the one whose words begin and
/// end where the branching entropy jumps most (Magistry and Sagot, "Unsupervized Word Segmentation", ACL 2012: the sum of the rises at both
/// ends, each against the mean of its length, times the length). A compound that always occurs whole stays whole.
/// </summary>
internal sealed class RunCutter
{
    private const int LongestWord = 8;
    private const int MostUnits = 200_000;

    // A loan word in katakana is one word, unless it is very long.
    private const int WholeKatakana = 8;
    private readonly Dictionary<string, int> _units = new(StringComparer.Ordinal);
    private readonly BranchingEntropy _after;
    private readonly BranchingEntropy _before;
    private readonly Dictionary<string, int[]> _cuts = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="RunCutter"/> class.</summary>
    /// <param name="runs">The distinct runs, with the number of times that each occurs.</param>
    public RunCutter(IReadOnlyDictionary<string, int> runs)
    {
        // Of very many an even share is read, chosen by content, so that no order of the texts changes it.
        long units = runs.Sum(run => (long)run.Key.Length);
        ulong share = (ulong)(1 + (units / MostUnits));
        List<int[]> read = [];
        List<int> counts = [];
        foreach ((string run, int count) in runs)
        {
            if (Hash(run) % share == 0)
            {
                read.Add(UnitsOf(run, out _, isNew: true));
                counts.Add(count);
            }
        }

        _after = new BranchingEntropy(read, counts, LongestWord);
        _before = new BranchingEntropy([.. read.Select(run => run.Reverse().ToArray())], counts, LongestWord);
    }

    /// <summary>Says whether runs of a kind may hold several words.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="length">The run's length, in UTF-16 units.</param>
    /// <returns>Whether they may.</returns>
    public static bool MayCut(WordKind kind, int length)
        => kind == WordKind.Spaceless || (kind is WordKind.Ideographs or WordKind.Hangul && length > 2)
            || (kind == WordKind.Katakana && length > WholeKatakana);

    /// <summary>Cuts a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">What it is.</param>
    /// <returns>The lengths of its words, in UTF-16 units.</returns>
    public int[] Cut(string run, WordKind kind)
    {
        if (!_cuts.TryGetValue(run, out int[]? lengths))
        {
            _cuts.Add(run, lengths = Best(run, kind == WordKind.Spaceless ? 2 : 1));
        }

        return lengths;
    }

    private int[] Best(string run, int shortest)
    {
        int[] units = UnitsOf(run, out int[] starts, isNew: false);
        int count = units.Length;
        double[] best = new double[count + 1];
        int[] from = new int[count + 1];
        double[,] left = new double[count + 1, LongestWord + 1];
        Array.Fill(best, double.NegativeInfinity, 1, count);
        for (int end = 1; end <= count; end++)
        {
            int node = 0;
            for (int length = 1; length <= LongestWord && length <= end; length++)
            {
                node = _before.Next(node, units[end - length]);
                left[end, length] = _before.Jump(node, length);
            }
        }

        for (int start = 0; start < count; start++)
        {
            int node = 0;
            for (int length = 1; length <= LongestWord && start + length <= count; length++)
            {
                node = _after.Next(node, units[start + length - 1]);
                double score = best[start] + (length * (left[start + length, length] + _after.Jump(node, length)));
                bool isWord = length >= shortest || length == count;
                if (isWord && score > best[start + length])
                {
                    (best[start + length], from[start + length]) = (score, start);
                }
            }
        }

        List<int> lengths = [];
        for (int end = count; end > 0; end = from[end])
        {
            lengths.Add(starts[end] - starts[from[end]]);
        }

        lengths.Reverse();
        return [.. lengths];
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
                bool joins = at > start && (CharacterKinds.IsMark(rune) || CharacterKinds.IsHidden(rune) || FollowsVowel(rune.Value));
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
