namespace PSLlmCluster.Core.Phrases;

/// <summary>The phrases that are particular to each cluster of a labelling.</summary>
internal static class ClusterPhrases
{
    /// <summary>Finds the phrases.</summary>
    /// <param name="corpus">All texts, those of no cluster included.</param>
    /// <param name="clusters">The members of each cluster, as numbers of texts.</param>
    /// <param name="nearest">For each cluster those that it is told from besides all others; none where that is not known.</param>
    /// <param name="centers">The middles of the clusters, and the vectors of the texts; null where there are none.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each cluster up to ten phrases, the most particular first; none where its members share none.</returns>
    public static IReadOnlyList<KeyPhrase>[] Of(
        PhraseCorpus corpus, int[][] clusters, int[][] nearest, ClusterCenters? centers, CancellationToken token)
    {
        List<ScoredPhrase>[] scored = PhraseScores.Of(corpus, clusters, nearest, token);
        if (centers is not null)
        {
            scored = PhraseLikeness.Weigh(corpus, Array.ConvertAll(scored, all => PhraseChoice.Best(corpus.Phrases, all)), centers, token);
        }

        IReadOnlyList<KeyPhrase>[] phrases = new IReadOnlyList<KeyPhrase>[clusters.Length];
        for (int c = 0; c < clusters.Length; c++)
        {
            token.ThrowIfCancellationRequested();
            phrases[c] = Spell(corpus, clusters[c], PhraseChoice.Of(corpus.Phrases, scored[c]));
        }

        return phrases;
    }

    private static KeyPhrase[] Spell(PhraseCorpus corpus, int[] members, List<ScoredPhrase> chosen)
    {
        Dictionary<int, Dictionary<string, long>> spellings = chosen.ToDictionary(
            phrase => phrase.Phrase, _ => new Dictionary<string, long>(StringComparer.Ordinal));
        int[] sizes = [.. chosen.Select(phrase => corpus.Phrases[phrase.Phrase].Size).Distinct()];
        foreach (int text in members)
        {
            foreach (int size in sizes)
            {
                ReadOnlySpan<int> found = corpus.PhrasesOf(text, size);
                for (int i = 0; i < found.Length; i++)
                {
                    if (found[i] >= 0 && spellings.TryGetValue(found[i], out Dictionary<string, long>? counts))
                    {
                        string written = ShortText.OneLine(corpus.Written(text, i, size));
                        counts[written] = counts.GetValueOrDefault(written) + corpus.Weights[text];
                    }
                }
            }
        }

        return
        [
            .. chosen.Select(phrase => new KeyPhrase(
                Usual(spellings[phrase.Phrase]), (int)Math.Round((double)phrase.Count / PhraseCorpus.Unit), phrase.Score)),
        ];
    }

    // As most members write it; of equals the one in small letters, which sorts last.
    private static string Usual(Dictionary<string, long> spellings)
    {
        string usual = string.Empty;
        long most = -1;
        foreach ((string spelling, long count) in spellings)
        {
            if (count > most || (count == most && string.CompareOrdinal(spelling, usual) > 0))
            {
                (usual, most) = (spelling, count);
            }
        }

        return usual;
    }
}
