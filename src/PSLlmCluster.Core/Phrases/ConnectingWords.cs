namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Words that connect others, known without a list in any language: they are frequent, hardly ever stand at the edge of a text or a clause,
/// and stand between many different words. Templates have words that are never at an edge too, but few different ones beside them. Words
/// that begin clauses now and then ("or", "for") connect too where they next to never end one and stand between very many different words.
/// </summary>
internal sealed class ConnectingWords
{
    private const int LeastCount = 25;

    /// <summary>How seldom it stands at an edge, as a share of how often words do on average.</summary>
    private const double MostAtEdges = 0.15;

    /// <summary>The same for words that may begin clauses, as "or" and "for" do, but next to never end one.</summary>
    private const double MostAtEdgesOfOpening = 0.3;
    private const double MostAtEndsOfOpening = 0.05;

    /// <summary>How many different words stand on each side of such a word, in roots of its count.</summary>
    private const double LeastNeighborsOfOpening = 5;

    /// <summary>
    /// From so many on, and from such a share of all on, a short word connects that stands at an edge less often than one word of two
    /// hundred would by chance that stands where words do on average, and between nearly as many different words as it has places.
    /// </summary>
    private const int LeastCountOfShort = 8;
    private const double LeastShareOfShort = 0.0003;
    private const double MostChance = 0.005;
    private const double LeastVarietyOfShort = 0.6;

    private readonly List<int> _words;
    private readonly int[] _counts;
    private readonly int[] _edges;
    private readonly int[] _ends;
    private readonly long _all;
    private readonly long _allAtEdges;
    private readonly long _allEnds;

    /// <summary>Initializes a new instance of the <see cref="ConnectingWords"/> class: counts where each word stands.</summary>
    /// <param name="words">The texts' words, one text after the other; below 0 is an edge.</param>
    /// <param name="count">How many different words there are.</param>
    public ConnectingWords(List<int> words, int count)
    {
        _words = words;
        _counts = new int[count];
        _edges = new int[count];
        _ends = new int[count];
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] >= 0)
            {
                bool isLast = i + 1 == words.Count || words[i + 1] < 0;
                bool isAtEdge = isLast || i == 0 || words[i - 1] < 0;
                _counts[words[i]]++;
                _edges[words[i]] += isAtEdge ? 1 : 0;
                _ends[words[i]] += isLast ? 1 : 0;
                _all++;
                _allAtEdges += isAtEdge ? 1 : 0;
                _allEnds += isLast ? 1 : 0;
            }
        }
    }

    /// <summary>Finds the words that connect others.</summary>
    /// <param name="isShort">Says for each word whether it is so short that few places are enough to know it; null where none is.</param>
    /// <returns>The words.</returns>
    public HashSet<int> Find(bool[]? isShort = null)
    {
        // How many different neighbours a word needs on each side, in roots of its count; 0 where it connects nothing.
        double[] leastNeighbors = new double[_counts.Length];
        for (int word = 0; word < leastNeighbors.Length; word++)
        {
            leastNeighbors[word] = _counts[word] < LeastCount
                ? (isShort?[word] == true && IsSeldomForChance(word) ? LeastVarietyOfShort * Math.Sqrt(_counts[word]) : 0)
                : IsSeldom(word, _edges, _allAtEdges, MostAtEdges) ? 1
                : IsSeldom(word, _edges, _allAtEdges, MostAtEdgesOfOpening) && IsSeldom(word, _ends, _allEnds, MostAtEndsOfOpening)
                    ? LeastNeighborsOfOpening
                : 0;
        }

        return WithNeighbors(leastNeighbors);
    }

    /// <summary>
    /// Finds words that hardly ever end a text or a clause: besides those that connect others these are articles and the like, which begin
    /// many texts ("the", "a"), and adjectives. What ends with one is broken off ("city in", "month of the").
    /// </summary>
    /// <returns>The words that hardly ever end one.</returns>
    public HashSet<int> FindWithoutEnds()
        =>
        [
            .. Enumerable.Range(0, _counts.Length).Where(
                word => _counts[word] >= LeastCount && IsSeldom(word, _ends, _allEnds, MostAtEdges)),
        ];

    // Whether a word stands at places less often than a share of how often words do on average.
    private bool IsSeldom(int word, int[] places, long allPlaces, double share)
        => places[word] * (double)_all < share * allPlaces * _counts[word];

    // The lower tail of the binomial distribution.
    private bool IsSeldomForChance(int word)
    {
        int count = _counts[word];
        if (count < LeastCountOfShort || count < LeastShareOfShort * _all)
        {
            return false;
        }

        double share = (double)_allAtEdges / _all;
        double term = 1;
        for (int i = 0; i < count; i++)
        {
            term *= 1 - share;
        }

        double chance = 0;
        for (int edges = 0; edges <= _edges[word] && share < 1; edges++)
        {
            chance += term;
            term *= share / (1 - share) * (count - edges) / (edges + 1);
        }

        return chance < MostChance && share < 1;
    }

    private HashSet<int> WithNeighbors(double[] least)
    {
        Dictionary<int, (HashSet<int> Before, HashSet<int> After)> neighbors = [];
        for (int i = 0; i < _words.Count; i++)
        {
            int word = _words[i];
            if (word < 0 || least[word] == 0)
            {
                continue;
            }

            if (!neighbors.TryGetValue(word, out (HashSet<int> Before, HashSet<int> After) sides))
            {
                neighbors.Add(word, sides = ([], []));
            }

            if (i > 0)
            {
                sides.Before.Add(_words[i - 1]);
            }

            if (i + 1 < _words.Count)
            {
                sides.After.Add(_words[i + 1]);
            }
        }

        HashSet<int> connecting = [];
        foreach ((int word, (HashSet<int> before, HashSet<int> after)) in neighbors)
        {
            if (Math.Min(before.Count, after.Count) >= least[word] * Math.Sqrt(_counts[word]))
            {
                connecting.Add(word);
            }
        }

        return connecting;
    }
}
