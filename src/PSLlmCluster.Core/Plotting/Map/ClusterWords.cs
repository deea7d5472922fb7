namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// The words and pairs of words most particular to each cluster: class-based TF-IDF, where a cluster is one document (Grootendorst,
/// "BERTopic", 2022, section 3.3), counted in texts rather than in occurrences, so that one long text does not name a cluster. A term's
/// weight is p log(p / q): p is the share of the cluster's texts that have it, q the share of all texts, those of no cluster left out. It
/// departs from the paper's log(1 + A / f) because this one is 0 for a term that is as common elsewhere, so that few stop words are
/// needed in any language. Of large clusters an even sample is read.
/// </summary>
internal static class ClusterWords
{
    /// <summary>How many terms a name usually has.</summary>
    public const int Usual = 3;

    private const int Most = 6;
    private const int SmallestSample = 40;
    private const int SampleOfAll = 20_000;
    private const int LongestText = 2_000;

    // A pair of words says more than its words: it is taken where nearly as many texts have it.
    private const double PairBonus = 1.25;
    private const double LeastShareOfBest = 0.3;

    private static readonly HashSet<string> _common = new(
        ("a an and are as at be but by for from has have in into is it its not of on or that the their this to was were which will with "
            + "you your can more other such than using used use via "
            + "der die das den dem des ein eine einer und oder ist mit von zu zum zur im auf f\u00FCr nicht als auch sich bei aus nach "
            + "le la les un une des du de et ou est dans pour par sur avec au aux en ce qui que "
            + "el los las una y o es con por para del se al lo su "
            + "il lo gli uno di da che non per nel della dei e i "
            + "os um uma do dos na no em com "
            + "het een van voor met op te zijn dat niet "
            + "och att det som en f\u00F6r p\u00E5 av til og "
            + "\u0438 \u0432 \u043D\u0430 \u0441 \u043D\u0435 \u043F\u043E \u0438\u0437 \u0434\u043B\u044F")
            .Split(' '),
        StringComparer.Ordinal);

    /// <summary>Finds the terms.</summary>
    /// <param name="points">All points.</param>
    /// <param name="clusters">For each cluster the places of its points.</param>
    /// <returns>For each cluster up to six terms, the most particular first; none where it has no words.</returns>
    public static IReadOnlyList<string>[] Of(IReadOnlyList<PlotPoint> points, int[][] clusters)
    {
        int limit = Math.Max(SmallestSample, SampleOfAll / Math.Max(1, clusters.Length));
        Dictionary<string, Term>[] terms = new Dictionary<string, Term>[clusters.Length];
        Dictionary<string, double> everywhere = new(StringComparer.Ordinal);
        double texts = 0;
        for (int c = 0; c < clusters.Length; c++)
        {
            int[] rows = clusters[c];
            int step = ((rows.Length - 1) / limit) + 1;
            int sampled = ((rows.Length - 1) / step) + 1;
            Dictionary<string, Term> counts = terms[c] = new(StringComparer.Ordinal);
            for (int i = 0; i < rows.Length; i += step)
            {
                Count(counts, points[rows[i]].Text, i);
            }

            foreach ((string key, Term term) in counts)
            {
                term.Share = (double)term.Texts / sampled;
                everywhere[key] = everywhere.GetValueOrDefault(key) + (term.Share * rows.Length);
            }

            texts += rows.Length;
        }

        IReadOnlyList<string>[] chosen = new IReadOnlyList<string>[clusters.Length];
        for (int c = 0; c < clusters.Length; c++)
        {
            chosen[c] = Choose(terms[c], everywhere, texts, clusters[c].Length, clusters.Length);
        }

        return chosen;
    }

    private static void Count(Dictionary<string, Term> counts, string? text, int row)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        string? before = null;
        string? writtenBefore = null;
        foreach (string? written in TextWords.Of(text.Length > LongestText ? text[..LongestText] : text))
        {
            string? word = written?.ToLowerInvariant();
            if (word is null || _common.Contains(word))
            {
                before = null;
                continue;
            }

            Add(counts, word, written!, row, isPair: false);
            if (before is not null && before != word)
            {
                Add(counts, before + " " + word, writtenBefore + " " + written, row, isPair: true);
            }

            (before, writtenBefore) = (word, written);
        }
    }

    private static void Add(Dictionary<string, Term> counts, string key, string written, int row, bool isPair)
    {
        if (!counts.TryGetValue(key, out Term? term))
        {
            counts.Add(key, term = new Term(isPair));
        }

        if (term.LastRow != row)
        {
            term.LastRow = row;
            term.Texts++;
            term.Saw(written);
        }
    }

    private static List<string> Choose(
        Dictionary<string, Term> terms, Dictionary<string, double> everywhere, double texts, int size, int clusters)
    {
        // In one cluster alone nothing is particular: then the words of most texts stand for it.
        (string Key, Term Term, double Weight)[] ranked =
        [
            .. terms.Where(pair => pair.Value.Texts > 1 || (size < 4 && !pair.Value.IsPair))
                .Select(pair => (
                    pair.Key,
                    pair.Value,
                    Weight: pair.Value.Share * (pair.Value.IsPair ? PairBonus : 1)
                        * (clusters == 1 ? 1 : Math.Log(pair.Value.Share * texts / everywhere[pair.Key]))))
                .Where(entry => entry.Weight > 1e-9)
                .OrderByDescending(entry => entry.Weight)
                .ThenBy(entry => entry.Key, StringComparer.Ordinal),
        ];
        List<string> chosen = [];
        List<string> used = [];
        foreach ((string key, Term term, double weight) in ranked)
        {
            string[] words = key.Split(' ');
            if (chosen.Count < Most && (chosen.Count == 0 || weight >= LeastShareOfBest * ranked[0].Weight)
                && !Array.Exists(words, word => used.Exists(other => AreForms(word, other))))
            {
                chosen.Add(term.Usual());
                used.AddRange(words);
            }
        }

        return chosen;
    }

    // "font" and "fonts", "dictionary" and "dictionaries" say the same.
    private static bool AreForms(string first, string second)
    {
        int shared = 0;
        while (shared < first.Length && shared < second.Length && first[shared] == second[shared])
        {
            shared++;
        }

        return first == second || (shared >= 3 && Math.Max(first.Length, second.Length) - shared <= 3);
    }

    private sealed class Term(bool isPair)
    {
        private readonly Dictionary<string, int> _written = new(1, StringComparer.Ordinal);

        public bool IsPair { get; } = isPair;

        public int Texts { get; set; }

        public int LastRow { get; set; } = -1;

        public double Share { get; set; }

        public void Saw(string written) => _written[written] = _written.GetValueOrDefault(written) + 1;

        // As most texts write it; of equals the one in small letters, which sorts last.
        public string Usual() => _written.OrderByDescending(pair => pair.Value).ThenByDescending(pair => pair.Key, StringComparer.Ordinal)
            .First().Key;
    }
}
