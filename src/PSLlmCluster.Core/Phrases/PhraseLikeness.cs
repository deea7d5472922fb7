namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// What the vectors say of phrases, in any language: texts that hold a good name of a cluster, wherever they are, are at least as alike as
/// the cluster's own, since they have its topic in common. Texts that share a word such as "why" or "used" are not, however often it
/// stands in this cluster. How alike texts are is the mean product of two of their vectors, the mean of all texts taken off.
/// </summary>
internal static class PhraseLikeness
{
    // How alike texts with a phrase are, as a share of how alike the cluster's are: below the first the phrase says less, and below the
    // second nothing.
    private const double Usual = 0.95;
    private const double Least = 0.6;

    // Two texts that nothing connects are alike by chance, and so little that a share of it means nothing.
    private const double ByChance = 0.03;

    // Scores are multiplied by whole multiples of this, so that rounding in sums of equal texts and of one that counts for them is lost.
    private const double Step = 1.0 / (1 << 20);

    // So many numbers at most are summed up in one go over the texts.
    private const int MostNumbers = 1 << 23;

    /// <summary>Lowers the scores of phrases whose texts are less alike than those of the cluster, or leaves the phrases out.</summary>
    /// <param name="corpus">The texts.</param>
    /// <param name="scored">The phrases of each cluster.</param>
    /// <param name="centers">The middles of the clusters, and the vectors of the texts.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The phrases that are left, with what their scores are then.</returns>
    public static List<ScoredPhrase>[] Weigh(
        PhraseCorpus corpus, List<ScoredPhrase>[] scored, ClusterCenters centers, CancellationToken token)
    {
        // Where a cluster's own texts are hardly alike, as those of all of them together, any phrase's are as much.
        double[] own = [.. Enumerable.Range(0, scored.Length).Select(c => Math.Max(0, centers.Likeness(c) ?? 0) + ByChance)];
        int[] asked =
        [
            .. scored.SelectMany((phrases, c) => own[c] * Usual > ByChance ? phrases : []).Select(phrase => phrase.Phrase).Distinct(),
        ];
        Dictionary<int, double?> likeness = new(asked.Length);
        int most = Math.Max(1, MostNumbers / centers.Columns);
        for (int begin = 0; begin < asked.Length; begin += most)
        {
            SumUp(corpus, asked.AsSpan(begin, Math.Min(most, asked.Length - begin)), centers, likeness, token);
        }

        return
        [
            .. scored.Select((phrases, c) => own[c] * Usual > ByChance ? Weigh(phrases, likeness, own[c]) : phrases),
        ];
    }

    private static List<ScoredPhrase> Weigh(List<ScoredPhrase> scored, Dictionary<int, double?> likeness, double own)
    {
        List<ScoredPhrase> weighed = new(scored.Count);
        foreach (ScoredPhrase phrase in scored)
        {
            double share = likeness[phrase.Phrase] is double ofTexts ? (Math.Max(0, ofTexts) + ByChance) / own : Usual;
            if (share >= Least)
            {
                double weight = Math.Min(1, share * share / (Usual * Usual));
                weighed.Add(phrase with { Score = phrase.Score * Math.Round(weight / Step) * Step });
            }
        }

        return weighed;
    }

    private static void SumUp(
        PhraseCorpus corpus, ReadOnlySpan<int> phrases, ClusterCenters centers, Dictionary<int, double?> likeness, CancellationToken token)
    {
        Dictionary<int, VectorSum> sums = new(phrases.Length);
        foreach (int phrase in phrases)
        {
            sums.Add(phrase, new VectorSum(centers.Columns));
        }

        HashSet<int> found = [];
        double[] vector = new double[centers.Columns];
        for (int text = 0; text < corpus.Count; text++)
        {
            token.ThrowIfCancellationRequested();
            found.Clear();
            for (int size = 1; size <= PhraseCorpus.LongestPhrase; size++)
            {
                foreach (int phrase in corpus.PhrasesOf(text, size))
                {
                    if (phrase >= 0 && sums.ContainsKey(phrase))
                    {
                        found.Add(phrase);
                    }
                }
            }

            if (found.Count > 0 && centers.TryRead(text, vector))
            {
                foreach (int phrase in found)
                {
                    centers.AddTo(sums[phrase], text, vector);
                }
            }
        }

        foreach ((int phrase, VectorSum sum) in sums)
        {
            likeness.Add(phrase, centers.Likeness(sum));
        }
    }
}
