using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Phrases;

/// <summary>
/// How particular each phrase is to a cluster: the log-odds of holding it here against elsewhere, with the corpus as informative Dirichlet
/// prior, over its standard deviation (Monroe, Colaresi and Quinn, "Fightin' Words", 2008, equations 16, 22 and 23). Members that hold
/// a phrase are counted, not occurrences, so that one long text does not name a cluster. The score is the smaller of the one against all
/// other texts and the one against the nearest clusters, so that a name tells a cluster from those beside it; where no phrase does, it is
/// the one against all others. Words that are everywhere ("the", "of") have none, whatever the language.
/// </summary>
internal static class PhraseScores
{
    // Two members of a small cluster that alone have a phrase give it about this much. In a cluster that is most of the corpus no phrase
    // can have as much, and what it must have falls with what it can.
    private const double LeastScore = 0.8;
    private const double LeastInCommon = 2;

    // Words that are everywhere stand a little more often in some clusters, and in many texts "a little" is sure. What is particular to
    // a cluster is at least twice as frequent in it as elsewhere, and the words at the edges of a phrase nearly so.
    private const double LeastLift = 2;
    private const double LeastEdgeLift = 1.5;

    // In "act of" and "the act" a word that is everywhere stands at the edge; in "proof of concept" it does not.
    private const double LeastEdgeShare = 0.5;

    // A last word that hardly ever ends a clause breaks a phrase off ("city in"), unless it is the topic: "connection" in a template.
    private const double LeastLiftOfEnd = 5;

    /// <summary>Scores the phrases of each cluster.</summary>
    /// <param name="corpus">The texts.</param>
    /// <param name="clusters">The members of each cluster.</param>
    /// <param name="nearest">For each cluster those that it is told from besides all others; none where that is not known.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each cluster the phrases that are particular to it, in no order.</returns>
    public static List<ScoredPhrase>[] Of(PhraseCorpus corpus, int[][] clusters, int[][] nearest, CancellationToken token)
    {
        PhraseScratch scratch = new(corpus.Phrases.Count);
        PhraseCounts[] counts = new PhraseCounts[clusters.Length];
        for (int c = 0; c < clusters.Length; c++)
        {
            token.ThrowIfCancellationRequested();
            counts[c] = PhraseCounts.Of(corpus, clusters[c], scratch);
        }

        List<ScoredPhrase>[] scored = new List<ScoredPhrase>[clusters.Length];
        for (int c = 0; c < clusters.Length; c++)
        {
            token.ThrowIfCancellationRequested();
            scored[c] = counts[c].Total == corpus.Total
                ? Alone(corpus, counts[c], clusters[c].Length)
                : Against(corpus, counts[c], [.. nearest[c].Select(other => counts[other])], scratch);
        }

        return scored;
    }

    private static List<ScoredPhrase> Against(PhraseCorpus corpus, PhraseCounts own, PhraseCounts[] near, PhraseScratch scratch)
    {
        long nearTotal = 0;
        foreach (PhraseCounts other in near)
        {
            nearTotal += other.Total;
            for (int i = 0; i < other.Phrases.Length; i++)
            {
                scratch.Counts[other.Phrases[i]] += other.Counts[i];
            }
        }

        EdgeWords edges = new(corpus, own);
        double[] rest = new double[own.Phrases.Length];
        double[] least = new double[own.Phrases.Length];
        double[] lifts = new double[own.Phrases.Length];
        Dictionary<int, double> ofWords = [];
        HashSet<int> brokenOff = [];
        for (int i = 0; i < rest.Length; i++)
        {
            int phrase = own.Phrases[i];
            long total = corpus.Phrases[phrase].Total;
            rest[i] = Score(own.Counts[i], own.Total, total - own.Counts[i], corpus.Total - own.Total, total, corpus.Total);
            least[i] = nearTotal == 0
                ? rest[i]
                : Math.Min(rest[i], Score(own.Counts[i], own.Total, scratch.Counts[phrase], nearTotal, total, corpus.Total));
            lifts[i] = (double)own.Counts[i] * (corpus.Total - own.Total) / ((double)Math.Max(1, total - own.Counts[i]) * own.Total);
            if (corpus.Phrases[phrase].Size == 1)
            {
                ofWords.Add(phrase, lifts[i] < LeastEdgeLift ? 0 : rest[i]);
                if (lifts[i] < LeastLiftOfEnd && corpus.Phrases.HardlyEnds(phrase))
                {
                    brokenOff.Add(phrase);
                }
            }
        }

        HashSet<int> pieces = SentencePieces.Of(corpus.Phrases, own, brokenOff);
        for (int i = 0; i < rest.Length; i++)
        {
            // Without a score it is not kept.
            if (pieces.Contains(own.Phrases[i]))
            {
                rest[i] = least[i] = double.NegativeInfinity;
            }
        }

        foreach (PhraseCounts other in near)
        {
            scratch.Clear(other.Phrases);
        }

        double reach = Reach(own.Total, corpus.Total - own.Total, corpus.Total, 4);
        double reachNear = nearTotal == 0 ? 1 : Reach(own.Total, nearTotal, corpus.Total, 2);
        List<ScoredPhrase> kept = Keep(
            corpus, own, edges, least, lifts, ofWords, LeastScore * Math.Min(reach, reachNear), LeastScore * reach, scratch);

        // Where nothing tells it from its neighbours, what it and they clearly have in common says more than a single text.
        return kept.Count > 0
            ? kept
            : Keep(corpus, own, edges, rest, lifts, ofWords, LeastInCommon * reach, LeastScore * reach, scratch);
    }

    private static List<ScoredPhrase> Keep(
        PhraseCorpus corpus,
        PhraseCounts own,
        EdgeWords edges,
        double[] scores,
        double[] lifts,
        Dictionary<int, double> ofWords,
        double least,
        double leastEdge,
        PhraseScratch scratch)
    {
        List<ScoredPhrase> kept = [];
        for (int i = 0; i < scores.Length; i++)
        {
            scratch.Texts[own.Phrases[i]] = own.Texts[i];
        }

        for (int i = 0; i < scores.Length; i++)
        {
            int phrase = own.Phrases[i];
            bool isShared = own.Texts[i] > 1 || own.Counts[i] >= 2 * PhraseCorpus.Unit;
            double edge = Math.Max(leastEdge, LeastEdgeShare * scores[i]);
            bool isParticular = scores[i] >= least && lifts[i] >= LeastLift
                && (HasEdges(corpus.Phrases, phrase, ofWords, edge) || AlwaysGoesOn(corpus.Phrases, phrase, scratch.Texts, ofWords, edge));
            if (isParticular && isShared && corpus.Phrases.CanStand(phrase))
            {
                kept.Add(new ScoredPhrase(phrase, own.Counts[i], own.Texts[i], own.Places[i], scores[i]));
            }
        }

        scratch.Clear(own.Phrases);
        return edges.Without(kept);
    }

    private static bool HasEdges(PhraseTable phrases, int phrase, Dictionary<int, double> ofWords, double least)
    {
        return ofWords[phrases.FirstOf(phrase)] >= least && ofWords[phrases.LastOf(phrase)] >= least;
    }

    // A word that others have as well belongs to a phrase that it follows or precedes in all members that have it: "cannot change" of a
    // cluster beside one about passwords is "cannot change password".
    private static bool AlwaysGoesOn(PhraseTable phrases, int number, int[] texts, Dictionary<int, double> ofWords, double least)
    {
        Phrase phrase = phrases[number];
        return phrase.Size > 2 && (IsPart(phrase.Shorter) || IsPart(phrase.Rest));

        bool IsPart(int part) => texts[part] == texts[number] && HasEdges(phrases, part, ofWords, least);
    }

    // Where there is nothing to compare with, phrases of many members and many letters stand for the cluster.
    private static List<ScoredPhrase> Alone(PhraseCorpus corpus, PhraseCounts own, int members)
    {
        HashSet<int> brokenOff = [.. own.Phrases.Where(phrase => corpus.Phrases[phrase].Size == 1 && corpus.Phrases.HardlyEnds(phrase))];
        HashSet<int> pieces = SentencePieces.Of(corpus.Phrases, own, brokenOff);
        List<ScoredPhrase> kept = [];
        for (int i = 0; i < own.Phrases.Length; i++)
        {
            int phrase = own.Phrases[i];
            if (pieces.Contains(phrase))
            {
                continue;
            }

            bool isShared = own.Texts[i] > 1 || own.Counts[i] >= 2 * PhraseCorpus.Unit;
            if (isShared && corpus.Phrases.IsSolid(corpus.Phrases.FirstOf(phrase))
                && corpus.Phrases.IsSolid(corpus.Phrases.LastOf(phrase)))
            {
                int[] words = corpus.Phrases.WordsOf(phrase);
                double share = (double)own.Texts[i] / members;
                double letters = words.Max(word => Math.Max(0, corpus.Phrases.Word(word).Length - 1));
                kept.Add(new ScoredPhrase(phrase, own.Counts[i], own.Texts[i], own.Places[i], share * letters));
            }
        }

        return new EdgeWords(corpus, own).Without(kept);
    }

    // The log-odds of a phrase that a cluster alone has, as a share of what they are where the cluster is small.
    private static double Reach(long total, long otherTotal, long corpusTotal, double odds)
    {
        double reach = DeterministicMath.Log(2.0 * (otherTotal + corpusTotal) / (total + corpusTotal)) / DeterministicMath.Log(odds);
        return Math.Clamp(reach, 0.02, 1);
    }

    // The prior counts as much as the corpus: what a phrase and all phrases count for in it. A smaller one lets words that are everywhere
    // win, as they have the smallest deviation.
    private static double Score(long count, long total, long otherCount, long otherTotal, long prior, long priorTotal)
    {
        double here = (double)(count + prior) / PhraseCorpus.Unit;
        double there = (double)(otherCount + prior) / PhraseCorpus.Unit;
        double restHere = ((double)(total + priorTotal) / PhraseCorpus.Unit) - here;
        double restThere = ((double)(otherTotal + priorTotal) / PhraseCorpus.Unit) - there;
        return restHere > 0 && restThere > 0
            ? DeterministicMath.Log(here / restHere * (restThere / there)) / Math.Sqrt((1 / here) + (1 / there))
            : 0;
    }
}

/// <summary>A phrase with its score.</summary>
/// <param name="Phrase">The number of the phrase.</param>
/// <param name="Count">What the members that have it count for.</param>
/// <param name="Texts">How many members have it.</param>
/// <param name="Places">The sum over those members of the place where it stands.</param>
/// <param name="Score">The score.</param>
internal sealed record ScoredPhrase(int Phrase, long Count, int Texts, long Places, double Score);
