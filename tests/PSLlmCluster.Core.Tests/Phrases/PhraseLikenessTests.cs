using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Tests.Phrases;

/// <summary>Checks what vectors say of phrases: no word names a cluster whose texts are less alike than the cluster's.</summary>
public sealed class PhraseLikenessTests
{
    private const int Columns = 8;

    [Fact]
    public void A_word_of_texts_that_have_no_topic_in_common_names_no_cluster()
    {
        (string[] texts, float[][] vectors, int[][] clusters) = Questions();
        IReadOnlyList<KeyPhrase>[] plain = Find(texts, null, clusters, null);
        IReadOnlyList<KeyPhrase>[] weighed = Find(texts, null, clusters, Centers(vectors, null, clusters));
        Assert.Contains(plain[0], phrase => phrase.Text == "why");
        Assert.DoesNotContain(weighed[0], phrase => phrase.Text.Contains("why", StringComparison.Ordinal));
        Assert.Equal("refund", weighed[0][0].Text);
        Assert.Equal(plain[0][0], weighed[0][0]);
    }

    [Fact]
    public void Likeness_is_the_mean_product_of_two_rows_with_the_mean_of_all_taken_off()
    {
        Random random = new(7);
        for (int round = 0; round < 50; round++)
        {
            int count = random.Next(2, 30);
            float[][] vectors = [.. Enumerable.Range(0, count).Select(_ => Vector(random, random.Next(3), 1))];
            double[] weights = [.. vectors.Select(_ => round % 2 == 0 ? 1.0 : random.Next(1, 4))];
            int[][] clusters = [[.. Enumerable.Range(0, count).Where(row => row % 3 != 1)]];
            ClusterCenters centers = Centers(vectors, weights, clusters);
            double? expected = Pairwise(vectors, weights, clusters[0]);
            double? found = centers.Likeness(0);
            Assert.Equal(expected is null, found is null);
            if (expected is not null)
            {
                Assert.Equal(expected.Value, found!.Value, 9);
            }
        }
    }

    [Fact]
    public void Scores_are_those_of_a_plain_count_over_pairs()
    {
        (string[] texts, float[][] vectors, int[][] clusters) = Questions();
        PhraseCorpus corpus = PhraseCorpus.Read(texts, null, CancellationToken.None);
        List<ScoredPhrase>[] scored = PhraseScores.Of(corpus, clusters, [[], [], [], []], CancellationToken.None);
        List<ScoredPhrase>[] weighed = PhraseLikeness.Weigh(
            corpus, scored, Centers(vectors, null, clusters), CancellationToken.None);
        int lowered = 0;
        for (int c = 0; c < clusters.Length; c++)
        {
            double own = Pairwise(vectors, null, clusters[c])!.Value;
            Dictionary<int, double> scores = weighed[c].ToDictionary(phrase => phrase.Phrase, phrase => phrase.Score);
            foreach (ScoredPhrase phrase in scored[c])
            {
                string key = corpus.Phrases.Key(phrase.Phrase);
                int[] rows =
                [
                    .. Enumerable.Range(0, texts.Length).Where(i => $" {texts[i]} ".Contains($" {key} ", StringComparison.Ordinal)),
                ];
                double share = (Math.Max(0, Pairwise(vectors, null, rows)!.Value) + 0.03) / (Math.Max(0, own) + 0.03);
                Assert.Equal(share >= 0.6, scores.ContainsKey(phrase.Phrase));
                if (share >= 0.6)
                {
                    Assert.Equal(phrase.Score * Math.Min(1, Math.Pow(share / 0.95, 2)), scores[phrase.Phrase], 5);
                    lowered += share < 0.95 ? 1 : 0;
                }
            }
        }

        Assert.True(lowered > 0);
    }

    [Fact]
    public void Equal_texts_and_one_that_counts_for_them_and_any_order_make_the_same_phrases()
    {
        (string[] texts, float[][] vectors, int[][] clusters) = Questions();
        double[] weights = [.. texts.Select((_, i) => 1.0 + (i % 3))];
        string[] once = Flat(Find(texts, weights, clusters, Centers(vectors, weights, clusters)));

        int[] copies = [.. Enumerable.Range(0, texts.Length).SelectMany(i => Enumerable.Repeat(i, (int)weights[i]))];
        new Random(3).Shuffle(copies);
        string[] repeated = [.. copies.Select(i => texts[i])];
        float[][] places = [.. copies.Select(i => vectors[i])];
        int[][] members =
        [
            .. clusters.Select(rows => Enumerable.Range(0, copies.Length).Where(i => rows.Contains(copies[i])).ToArray()),
        ];
        Assert.Equal(once, Flat(Find(repeated, null, members, Centers(places, null, members))));
    }

    [Fact]
    public void Texts_without_vectors_and_places_in_a_layout_change_nothing()
    {
        (string[] texts, float[][] vectors, int[][] clusters) = Questions();
        string[] plain = Flat(Find(texts, null, clusters, null));
        Assert.Equal(plain, Flat(Find(texts, null, clusters, Centers(vectors, null, clusters, isDirection: false))));
        float[]?[] none = new float[]?[texts.Length];
        Assert.Equal(plain, Flat(Find(texts, null, clusters, Centers(none, null, clusters))));
    }

    [Fact]
    public void Many_clusters_are_weighed_in_several_goes_as_in_one()
    {
        // So many phrases of 6,000 numbers do not go in one.
        const int Clusters = 200;
        const int Wide = 6_000;
        Random random = new(11);
        string[] texts =
        [
            .. Enumerable.Range(0, Clusters * 5).Select(
                i => string.Join(
                    ' ', Enumerable.Range(0, 8).Select(place => Word((1_000 * place) + (i / 5))).Append(Word(9_000 + (i % 7))))),
        ];
        float[][] vectors = [.. texts.Select((_, i) => Wider(i / 5))];
        int[][] clusters = [.. Enumerable.Range(0, Clusters).Select(c => Enumerable.Range(c * 5, 5).ToArray())];
        PhraseCorpus corpus = PhraseCorpus.Read(texts, null, CancellationToken.None);
        int[][] nearest = [.. clusters.Select(_ => Array.Empty<int>())];
        List<ScoredPhrase>[] scored = PhraseScores.Of(corpus, clusters, nearest, CancellationToken.None);
        Assert.True(scored.SelectMany(list => list).Select(phrase => phrase.Phrase).Distinct().Count() * Wide > 1 << 23);
        ClusterCenters centers = Centers(vectors, null, clusters);
        List<ScoredPhrase>[] all = PhraseLikeness.Weigh(corpus, scored, centers, CancellationToken.None);
        for (int c = 0; c < Clusters; c += 40)
        {
            List<ScoredPhrase>[] one = [.. scored.Select((list, i) => i == c ? list : [])];
            Assert.Equal(all[c], PhraseLikeness.Weigh(corpus, one, centers, CancellationToken.None)[c]);
        }

        static string Word(int i) => $"w{(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i / 676))}";

        float[] Wider(int topic)
        {
            float[] vector = new float[Wide];
            vector[topic] = 1;
            vector[Clusters + random.Next(Wide - Clusters)] = 0.5f;
            return vector;
        }
    }

    // Four topics of 20 texts. Of the first 12 ask why, and one text of five elsewhere; of the second 14 say please, and one of ten.
    private static (string[] Texts, float[][] Vectors, int[][] Clusters) Questions()
    {
        Random random = new(5);
        string[] topics = ["refund", "password", "delivery", "battery"];
        string[] others = ["late", "again", "still", "today", "broken", "wrong", "gone", "open", "slow", "new", "old"];
        List<string> texts = [];
        List<float[]> vectors = [];
        for (int topic = 0; topic < topics.Length; topic++)
        {
            for (int i = 0; i < 20; i++)
            {
                bool asksWhy = topic == 0 ? i < 12 : i % 5 == 0;
                string other = others[(i + (3 * topic)) % others.Length];
                bool isPolite = topic == 1 ? i < 14 : i % 10 == 3;
                texts.Add($"{(asksWhy ? "why " : string.Empty)}{topics[topic]} {other}{(isPolite ? " please" : string.Empty)}");
                vectors.Add(Vector(random, topic, 0.3));
            }
        }

        return ([.. texts], [.. vectors], [.. topics.Select((_, topic) => Enumerable.Range(topic * 20, 20).ToArray())]);
    }

    private static float[] Vector(Random random, int topic, double noise)
        => [.. Enumerable.Range(0, Columns).Select(i => (float)((i == topic ? 1 : 0) + (noise * (random.NextDouble() - 0.5))))];

    private static ClusterCenters Centers(
        float[]?[] vectors, double[]? weights, int[][] clusters, bool isDirection = true)
    {
        int columns = Array.Find(vectors, vector => vector is not null)?.Length ?? Columns;
        return new ClusterCenters(vectors.Length, columns, Read, isDirection, weights, clusters, CancellationToken.None);

        bool Read(int row, Span<double> values)
        {
            for (int i = 0; i < values.Length && vectors[row] is not null; i++)
            {
                values[i] = vectors[row]![i];
            }

            return vectors[row] is not null;
        }
    }

    private static double? Pairwise(float[][] vectors, double[]? weights, int[] rows)
    {
        double[][] units = [.. vectors.Select(Unit)];
        double[] mean = new double[units[0].Length];
        double all = weights?.Sum() ?? units.Length;
        for (int row = 0; row < units.Length; row++)
        {
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += units[row][i] * (weights?[row] ?? 1) / all;
            }
        }

        int[] copies = [.. rows.SelectMany(row => Enumerable.Repeat(row, (int)(weights?[row] ?? 1)))];
        double sum = 0;
        for (int first = 0; first < copies.Length; first++)
        {
            for (int second = 0; second < copies.Length; second++)
            {
                for (int i = 0; i < mean.Length && first != second; i++)
                {
                    sum += (units[copies[first]][i] - mean[i]) * (units[copies[second]][i] - mean[i]);
                }
            }
        }

        return copies.Length < 2 ? null : sum / ((double)copies.Length * (copies.Length - 1));
    }

    private static double[] Unit(float[] vector)
    {
        double length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static IReadOnlyList<KeyPhrase>[] Find(string[] texts, double[]? weights, int[][] clusters, ClusterCenters? centers)
        => ClusterPhrases.Of(
            PhraseCorpus.Read(texts, weights, CancellationToken.None),
            clusters,
            [.. clusters.Select(_ => Array.Empty<int>())],
            centers,
            CancellationToken.None);

    private static string[] Flat(IReadOnlyList<KeyPhrase>[] phrases)
        => [.. phrases.Select(list => string.Join("; ", list.Select(phrase => $"{phrase.Text} {phrase.Count} {phrase.Score:R}")))];
}
