namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Ideographs that are written behind a word of another script, and belong to it: 語 of ドイツ語, 版 of CLI版. A run of ideographs that
/// begins with one is cut behind it, and no phrase begins with it: of ドイツ語辞書 辞書 is a word, and 語辞書 is none. They are known by where
/// they stand: hardly ever at the beginning of a run by themselves, and now and then as a whole run.
/// </summary>
internal sealed class Affixes
{
    private const double LeastShare = 0.75;
    private const int LeastAlone = 2;
    private readonly HashSet<char> _affixes = [];

    /// <summary>Initializes a new instance of the <see cref="Affixes"/> class.</summary>
    /// <param name="runs">The runs of ideographs.</param>
    /// <param name="counts">How often each run occurs.</param>
    /// <param name="joined">How often each stands directly behind another word.</param>
    public Affixes(IEnumerable<string> runs, IReadOnlyDictionary<string, int> counts, IReadOnlyDictionary<string, int> joined)
    {
        Dictionary<char, (int All, int Joined, int Alone)> firsts = [];
        foreach (string run in runs)
        {
            (int all, int behind, int alone) = firsts.GetValueOrDefault(run[0]);
            int own = joined.GetValueOrDefault(run);
            firsts[run[0]] = (all + counts[run], behind + own, alone + (run.Length == 1 ? own : 0));
        }

        foreach ((char first, (int all, int behind, int alone)) in firsts)
        {
            if (alone >= LeastAlone && behind >= LeastShare * all)
            {
                _affixes.Add(first);
            }
        }
    }

    /// <summary>Says whether a run begins with an affix.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Whether it does.</returns>
    public bool Begin(ReadOnlySpan<char> run) => _affixes.Contains(run[0]);
}
