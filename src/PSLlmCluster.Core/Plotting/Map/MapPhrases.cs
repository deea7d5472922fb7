using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// The phrases most particular to each cluster of a map, against all other texts and against the three clusters that lie nearest: by the
/// vectors of the points where they have any, else on the map. Of very many points an even sample is read, of each cluster at least some.
/// </summary>
internal static class MapPhrases
{
    private const int NearestCount = 3;
    private const int SmallestSample = 40;
    private const int SampleOfAll = 20_000;

    /// <summary>Finds the phrases.</summary>
    /// <param name="points">All points.</param>
    /// <param name="clusters">For each cluster the places of its points.</param>
    /// <param name="middles">Where each cluster's middle is.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each cluster up to ten phrases, the most particular first; none where its texts share none.</returns>
    public static IReadOnlyList<KeyPhrase>[] Of(
        IReadOnlyList<PlotPoint> points, int[][] clusters, (double X, double Y)[] middles, CancellationToken token)
    {
        List<string?> texts = [];
        List<double> weights = [];
        List<ReadOnlyMemory<float>> vectors = [];
        int[][] members = new int[clusters.Length][];
        bool isWhole = points.Count <= PlotPoint.MostWithVectors;
        int limit = isWhole ? int.MaxValue : Math.Max(SmallestSample, SampleOfAll / (clusters.Length + 1));
        for (int c = 0; c < clusters.Length; c++)
        {
            members[c] = Take(clusters[c]);
        }

        Take(OutsideOf(points));
        ClusterCenters? centers = isWhole ? Centers(vectors, members, token) : null;
        int[][] nearest = new int[clusters.Length][];
        for (int c = 0; c < nearest.Length; c++)
        {
            nearest[c] = centers?.Nearest(c, NearestCount) ?? Nearest(middles, c);
        }

        PhraseCorpus corpus = PhraseCorpus.Read(texts, weights, token);
        return ClusterPhrases.Of(corpus, members, nearest, centers, token);

        int[] Take(int[] rows)
        {
            int step = rows.Length <= limit ? 1 : ((rows.Length - 1) / limit) + 1;
            int first = texts.Count;
            for (int i = 0; i < rows.Length; i += step)
            {
                texts.Add(points[rows[i]].Text);
                vectors.Add(points[rows[i]].Vector);

                // A point stands for those that are passed over behind it.
                weights.Add(Math.Min(step, rows.Length - i));
            }

            return Numbers(first, texts.Count);
        }
    }

    private static ClusterCenters? Centers(List<ReadOnlyMemory<float>> vectors, int[][] members, CancellationToken token)
    {
        int columns = vectors.Find(vector => !vector.IsEmpty).Length;
        return columns == 0
            ? null
            : new ClusterCenters(
                vectors.Count,
                columns,
                (row, values) => ClusterCenters.TryCopy(vectors[row].Span, values),
                isDirection: true,
                null,
                members,
                token);
    }

    // The points of no cluster.
    private static int[] OutsideOf(IReadOnlyList<PlotPoint> points)
    {
        List<int> rows = [];
        for (int row = 0; row < points.Count; row++)
        {
            if (points[row].Cluster < 0)
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }

    private static int[] Numbers(int begin, int end)
    {
        int[] numbers = new int[end - begin];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = begin + i;
        }

        return numbers;
    }

    private static int[] Nearest((double X, double Y)[] middles, int cluster)
    {
        (double x, double y) = middles[cluster];
        List<int> nearest = [];
        for (int other = 0; other < middles.Length; other++)
        {
            if (other == cluster)
            {
                continue;
            }

            // Behind those that are as near.
            int place = nearest.Count;
            while (place > 0 && Distance(nearest[place - 1]) > Distance(other))
            {
                place--;
            }

            if (place < NearestCount)
            {
                nearest.Insert(place, other);
                nearest.RemoveRange(Math.Min(nearest.Count, NearestCount), Math.Max(0, nearest.Count - NearestCount));
            }
        }

        return [.. nearest];

        double Distance(int other) => Math.Max(Math.Abs(middles[other].X - x), Math.Abs(middles[other].Y - y));
    }
}
