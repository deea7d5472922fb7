namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// Words that connect others, known without a list in any language: they are frequent, hardly ever stand at the edge of a text or a clause,
/// and stand between many different words. Templates have words that are never at an edge too, but few different ones beside them. Words
/// that begin clauses now and then ("or", "for") connect too where they next to never end one and stand between very many different words.
/// </summary>
internal static class ConnectingWords
{
    private const int LeastCount = 25;

    /// <summary>How seldom it stands at an edge, as a share of how often words do on average.</summary>
    private const double MostAtEdges = 0.15;

    /// <summary>The same for words that may begin clauses, as "or" and "for" do, but next to never end one.</summary>
    private const double MostAtEdgesOfOpening = 0.3;
    private const double MostAtEndsOfOpening = 0.05;

    /// <summary>How many different words stand on each side of such a word, in roots of its count.</summary>
    private const double LeastNeighborsOfOpening = 5;

    /// <summary>Finds them.</summary>
    /// <param name="words">The texts' words, one text after the other; below 0 is an edge.</param>
    /// <param name="count">How many different words there are.</param>
    /// <returns>The words that connect others.</returns>
    public static HashSet<int> Of(List<int> words, int count)
    {
        int[] counts = new int[count];
        int[] edges = new int[count];
        int[] ends = new int[count];
        long all = 0;
        long allAtEdges = 0;
        long allEnds = 0;
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] >= 0)
            {
                bool isLast = IsLast(words, i);
                bool isAtEdge = isLast || i == 0 || words[i - 1] < 0;
                counts[words[i]]++;
                edges[words[i]] += isAtEdge ? 1 : 0;
                ends[words[i]] += isLast ? 1 : 0;
                all++;
                allAtEdges += isAtEdge ? 1 : 0;
                allEnds += isLast ? 1 : 0;
            }
        }

        // How many different neighbours a word needs on each side, in roots of its count; 0 where it connects nothing.
        double[] leastNeighbors = new double[count];
        for (int word = 0; word < count; word++)
        {
            double atEdges = edges[word] * (double)all;
            double atEnds = ends[word] * (double)all;
            leastNeighbors[word] = counts[word] < LeastCount ? 0
                : atEdges < MostAtEdges * allAtEdges * counts[word] ? 1
                : atEdges < MostAtEdgesOfOpening * allAtEdges * counts[word] && atEnds < MostAtEndsOfOpening * allEnds * counts[word]
                    ? LeastNeighborsOfOpening
                : 0;
        }

        return WithNeighbors(words, counts, leastNeighbors);
    }

    /// <summary>
    /// Finds words that hardly ever end a text or a clause: besides those that connect others these are articles and the like, which begin
    /// many texts ("the", "a"), and adjectives. What ends with one is broken off ("city in", "month of the").
    /// </summary>
    /// <param name="words">The texts' words, one text after the other; below 0 is an edge.</param>
    /// <param name="count">How many different words there are.</param>
    /// <returns>The words that hardly ever end one.</returns>
    public static HashSet<int> WithoutEnds(List<int> words, int count)
    {
        int[] counts = new int[count];
        int[] ends = new int[count];
        long all = 0;
        long allEnds = 0;
        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] >= 0)
            {
                bool isLast = IsLast(words, i);
                counts[words[i]]++;
                ends[words[i]] += isLast ? 1 : 0;
                all++;
                allEnds += isLast ? 1 : 0;
            }
        }

        return
        [
            .. Enumerable.Range(0, count).Where(
                word => counts[word] >= LeastCount && ends[word] * (double)all < MostAtEdges * allEnds * counts[word]),
        ];
    }

    private static bool IsLast(List<int> words, int place) => place + 1 == words.Count || words[place + 1] < 0;

    private static HashSet<int> WithNeighbors(List<int> words, int[] counts, double[] least)
    {
        Dictionary<int, (HashSet<int> Before, HashSet<int> After)> neighbors = [];
        for (int i = 0; i < words.Count; i++)
        {
            int word = words[i];
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
                sides.Before.Add(words[i - 1]);
            }

            if (i + 1 < words.Count)
            {
                sides.After.Add(words[i + 1]);
            }
        }

        HashSet<int> connecting = [];
        foreach ((int word, (HashSet<int> before, HashSet<int> after)) in neighbors)
        {
            if (Math.Min(before.Count, after.Count) >= least[word] * Math.Sqrt(counts[word]))
            {
                connecting.Add(word);
            }
        }

        return connecting;
    }
}
