using System.Text;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Cuts long runs of katakana into loan words. Kanji, hiragana and spaces around them part most loan words already, so what stands as a run
/// of its own somewhere is a word, and a long run is cut only into such words: パズルボードゲーム where パズル, ボード and ゲーム are known. One
/// part at an end may be unknown where the word beside it makes compounds with two known ones on that side. Any other run is one word:
/// ドキュメンテーション, whatever begins like a part of it.
/// </summary>
internal sealed class KatakanaCutter
{
    /// <summary>Up to so many UTF-16 units a run is one word.</summary>
    public const int Whole = 8;

    // キー and バス are words too, but are found in too many others.
    private const int ShortestPart = 3;

    // What is longer is no word, and is not looked up, so that a page without a space takes no time.
    private const int LongestPart = 40;
    private const int LeastPartners = 2;
    private readonly HashSet<string> _words;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    // How many known words stand behind and before each word in runs of two words.
    private readonly Dictionary<string, int> _behind = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _before = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="KatakanaCutter"/> class.</summary>
    /// <param name="runs">All runs of katakana, short ones too.</param>
    public KatakanaCutter(IEnumerable<string> runs)
    {
        _words = runs.Where(run => run.Length is >= ShortestPart and <= LongestPart).ToHashSet(StringComparer.Ordinal);
        _bySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string word in _words)
        {
            for (int at = ShortestPart; at + ShortestPart <= word.Length; at++)
            {
                if (_bySpan.TryGetValue(word.AsSpan(0, at), out string? first) && _bySpan.TryGetValue(word.AsSpan(at), out string? last))
                {
                    _behind[first] = _behind.GetValueOrDefault(first) + 1;
                    _before[last] = _before.GetValueOrDefault(last) + 1;
                }
            }
        }
    }

    /// <summary>Cuts a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The lengths of its words, in UTF-16 units.</returns>
    public int[] Cut(string run)
    {
        List<int> lengths = [];
        Cut(run, lengths);
        return [.. lengths];
    }

    private void Cut(string run, List<int> lengths)
    {
        List<string> parts = run.Length > Whole ? PartsOf(run) : [run];
        if (parts.Count == 1)
        {
            lengths.Add(run.Length);
            return;
        }

        // A known word may be long enough to be cut in its turn; what is unknown is one word.
        foreach (string part in parts)
        {
            if (_words.Contains(part))
            {
                Cut(part, lengths);
            }
            else
            {
                lengths.Add(part.Length);
            }
        }
    }

    // The fewest known words, with the least of the run unknown; of equals those that are longer at the front.
    private List<string> PartsOf(string run)
    {
        int count = run.Length;
        (int Unknown, int Parts, int End)[] best = new (int, int, int)[count + 1];
        for (int start = count - 1; start >= 0; start--)
        {
            best[start] = (int.MaxValue, int.MaxValue, count);
            for (int end = count; end >= start + ShortestPart; end = Math.Min(end - 1, start > 0 ? start + LongestPart : count))
            {
                bool isKnown = end - start < count && end - start <= LongestPart && _bySpan.Contains(run.AsSpan(start, end - start));
                bool mayEnd = end == count || (best[end].Parts < int.MaxValue && !Binds(run, end));
                if (!mayEnd || (!isKnown && start > 0 && end < count))
                {
                    continue;
                }

                int unknown = best[end].Unknown + (isKnown ? 0 : end - start);
                int parts = best[end].Parts + 1;
                if (unknown < best[start].Unknown || (unknown == best[start].Unknown && parts < best[start].Parts))
                {
                    best[start] = (unknown, parts, end);
                }
            }
        }

        List<string> found = [];
        for (int at = 0; at < count; at = best[at].End)
        {
            found.Add(run[at..best[at].End]);
        }

        return Holds(found) ? found : [run];
    }

    // One part at most is no known word, and the one beside it is known to stand there.
    private bool Holds(List<string> parts)
    {
        bool isFirstKnown = _words.Contains(parts[0]);
        bool isLastKnown = _words.Contains(parts[^1]);
        return parts.Count == 1
            || ((isFirstKnown || isLastKnown)
                && (isFirstKnown || _before.GetValueOrDefault(parts[1]) >= LeastPartners)
                && (isLastKnown || _behind.GetValueOrDefault(parts[^2]) >= LeastPartners));
    }

    // Small kana and the like stand with what is before them, and a doubled consonant (ッ) with what is behind.
    private static bool Binds(string run, int at)
        => CharacterKinds.BeginsNoWord(new Rune(run[at])) || CharacterKinds.DoublesNext(new Rune(run[at - 1]));
}
