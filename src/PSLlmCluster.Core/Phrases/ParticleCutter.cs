using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Takes particles and endings off words of Hangul, which are written with spaces: 프린터를 is 프린터 and 를. What stands behind many words
/// that occur by themselves too is an ending, and what is before it is a word if it occurs by itself or with another ending as well.
/// Nothing else is cut, so that no piece from the middle of a word becomes a name. What stands directly behind a word of another script
/// (VPN을) is an ending more likely.
/// </summary>
internal sealed class ParticleCutter
{
    private const int ShortestStem = 2;
    private const int LongestEnding = 4;
    private const int LeastStems = 2;
    private const int LeastEndings = 2;

    // An ending stands behind more words where there are more: a share of all different ones.
    private const double LeastShare = 0.005;
    private readonly HashSet<string> _words;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly HashSet<string> _endings = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _endingsBySpan;
    private readonly Dictionary<string, int> _endingsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _endingsOfSpan;

    /// <summary>Initializes a new instance of the <see cref="ParticleCutter"/> class.</summary>
    /// <param name="runs">All runs of Hangul.</param>
    /// <param name="joined">How often each stands directly behind another word; runs that never do may be left out.</param>
    public ParticleCutter(IEnumerable<string> runs, IReadOnlyDictionary<string, int> joined)
    {
        _words = runs.ToHashSet(StringComparer.Ordinal);
        _bySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        _endingsBySpan = _endings.GetAlternateLookup<ReadOnlySpan<char>>();
        _endingsOfSpan = _endingsOf.GetAlternateLookup<ReadOnlySpan<char>>();
        Dictionary<string, int> stems = new(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> stemsBySpan = stems.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string word in _words)
        {
            for (int at = FirstCut(word); at < word.Length; at++)
            {
                if (_bySpan.Contains(word.AsSpan(0, at)))
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(stemsBySpan, word.AsSpan(at), out _)++;
                }
            }
        }

        foreach (string word in _words)
        {
            if (word.Length <= LongestEnding && joined.ContainsKey(word) && stems.TryGetValue(word, out int count))
            {
                stems[word] = count + 1;
            }
        }

        double least = Math.Max(LeastStems, LeastShare * _words.Count);
        foreach ((string ending, int count) in stems)
        {
            if (count >= least)
            {
                _endings.Add(ending);
            }
        }

        foreach (string word in _words)
        {
            for (int at = FirstCut(word); at < word.Length; at++)
            {
                if (_endingsBySpan.Contains(word.AsSpan(at)))
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_endingsOfSpan, word.AsSpan(0, at), out _)++;
                }
            }
        }
    }

    /// <summary>Cuts a word.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The lengths of the word without its endings and of each of them, in UTF-16 units.</returns>
    public int[] Cut(string word)
    {
        Stack<int> lengths = new();
        int end = word.Length;
        while (true)
        {
            // The shortest ending first: 를 of 편집기를, whose rest may end with another one.
            int at = end - 1;
            while (at >= FirstCut(word.AsSpan(0, end)) && !MayCut(word.AsSpan(0, end), at))
            {
                at--;
            }

            if (at < FirstCut(word.AsSpan(0, end)))
            {
                lengths.Push(end);
                return [.. lengths];
            }

            lengths.Push(end - at);
            end = at;
        }
    }

    private static int FirstCut(ReadOnlySpan<char> word) => Math.Max(ShortestStem, word.Length - LongestEnding);

    private bool MayCut(ReadOnlySpan<char> word, int at)
        => _endingsBySpan.Contains(word[at..])
            && (_bySpan.Contains(word[..at]) || (_endingsOfSpan.TryGetValue(word[..at], out int count) && count >= LeastEndings));
}
