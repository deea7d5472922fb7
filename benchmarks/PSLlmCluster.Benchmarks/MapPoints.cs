using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Benchmarks;

/// <summary>Made-up points, the same in every run: clusters of unlike sizes, 15 % noise, and texts of some 60 characters.</summary>
internal static class MapPoints
{
    private const double NoiseShare = 0.15;
    private const double TextLength = 60;
    private const int CommonWords = 400;
    private const int OwnWords = 12;
    private static readonly string[] _starts =
    [
        "b", "br", "c", "d", "f", "gl", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "v",
    ];

    private static readonly string[] _ends = ["a", "an", "el", "en", "er", "i", "in", "o", "on", "or", "u", "ul"];

    /// <summary>Makes points.</summary>
    /// <param name="count">How many.</param>
    /// <param name="clusters">How many clusters; the first is the largest.</param>
    /// <param name="hasLayers">Whether each point has four layers: halves of the clusters, the clusters, and groups of 4 and of 16.</param>
    public static PlotPoint[] Make(int count, int clusters, bool hasLayers)
    {
        CounterRandom random = new(seed: 7, RandomPurpose.RandomStart);
        double[] shares = new double[clusters];
        double sum = 0;
        for (int i = 0; i < clusters; i++)
        {
            shares[i] = sum += 1 / Math.Sqrt(i + 1);
        }

        PlotPoint[] points = new PlotPoint[count];
        for (int i = 0; i < count; i++)
        {
            double at = Share(random, i, 0) * sum;
            int cluster = Array.FindIndex(shares, share => at < share);
            bool isNoise = Share(random, i, 1) < NoiseShare;
            (double x, double y) = Middle(cluster, clusters);
            double side = random.Normal((uint)i, 2, 0);
            double width = 0.9 * Math.Pow(cluster + 1, -0.25);
            points[i] = new PlotPoint(
                isNoise ? (Share(random, i, 3) - 0.5) * 24 : x + (width * side),
                isNoise ? (Share(random, i, 4) - 0.5) * 24 : y + (width * random.Normal((uint)i, 5, 0)),
                isNoise ? -1 : cluster,
                Text(random, i, cluster))
            {
                LayerClusters = !hasLayers ? null
                    : isNoise ? [-1, -1, -1, -1]
                    : [(2 * cluster) + (side < 0 ? 0 : 1), cluster, cluster / 4, cluster / 16],
            };
        }

        return points;
    }

    // The clusters lie on a spiral whose turns are as far apart as its steps; neighbours have neighbouring numbers.
    private static (double X, double Y) Middle(int cluster, int clusters)
    {
        double reach = 10 * Math.Sqrt((cluster + 0.5) / clusters);
        double angle = 2 * Math.Sqrt(Math.PI * cluster);
        return (reach * Math.Cos(angle), reach * Math.Sin(angle));
    }

    private static string Text(CounterRandom random, int row, int cluster)
    {
        System.Text.StringBuilder text = new();
        for (uint word = 0; text.Length < TextLength - 3; word++)
        {
            double which = Share(random, row, 100 + word);
            int number = word % 3 == 0 ? CommonWords + (cluster * OwnWords) + (int)(which * OwnWords) : (int)(which * which * CommonWords);
            text.Append(text.Length == 0 ? string.Empty : " ").Append(Word(number));
        }

        return text.ToString();
    }

    // Each number is one word: its digits are syllables.
    private static string Word(int number)
    {
        System.Text.StringBuilder word = new();
        int rest = number + 1;
        do
        {
            word.Append(_starts[rest % _starts.Length]);
            rest /= _starts.Length;
            word.Append(_ends[rest % _ends.Length]);
            rest /= _ends.Length;
        }
        while (rest > 0);
        return word.Append(number % 2 == 0 ? "ta" : "s").ToString();
    }

    private static double Share(CounterRandom random, int row, uint what) => random.Uniform((uint)row, what, 0);
}
