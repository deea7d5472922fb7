using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Picture;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting.Picture;

/// <summary>Maps to draw in tests: clusters of normal spread over the plane, two fifths of the points in none, texts of words.</summary>
internal static class MapFigure
{
    private static readonly string[] _words =
    [
        "library", "documentation", "parser", "for", "the", "network", "daemon", "image", "viewer", "fonts", "of", "Rust", "module",
        "tools",
        "to", "read", "and", "write", "astronomical", "data", "機械学習の入門", "كتاب الطبخ", "ספר הבישול", "cafe\u0301", "🚀",
    ];

    /// <summary>The four sizes that the limits are about; 300 points of two clusters have the second far off.</summary>
    public static TheoryData<int, int> Sizes => new() { { 30, 3 }, { 300, 12 }, { 300, 2 }, { 3_000, 54 }, { 20_000, 122 } };

    /// <summary>Returns the points of one of the sizes.</summary>
    public static PlotPoint[] Of(int count, int clusters) => clusters == 2 ? WithStray(count) : Points(count, clusters);

    public static PlotPoint[] Points(int count, int clusters, int seed = 1)
    {
        Random random = new(seed);
        (double X, double Y, double Spread)[] middles =
        [
            .. Enumerable.Range(0, clusters).Select(_ => (Normal(random) * 10, Normal(random) * 7, 0.15 + (random.NextDouble() * 0.5))),
        ];
        PlotPoint[] points = new PlotPoint[count];
        for (int i = 0; i < count; i++)
        {
            // Small clusters have the larger numbers.
            int cluster = i % 5 < 2 ? -1 : i % 5 == 2 ? i / 5 % clusters : (int)(clusters * random.NextDouble() * random.NextDouble());
            (double x, double y, double spread) = cluster < 0 ? (0, 0, 9) : middles[cluster];
            string text = string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => _words[random.Next(_words.Length)]));
            points[i] = new PlotPoint(
                x + (Normal(random) * spread),
                y + (Normal(random) * spread * 0.7),
                cluster,
                cluster < 0 ? text : $"{text} topic{(char)('a' + (cluster % 26))}{cluster / 26}");
        }

        return points;
    }

    /// <summary>
    /// What UMAP often makes of some hundred texts: one cluster all over an ellipse, and a twentieth of the points so far off that the
    /// ellipse has half of the picture.
    /// </summary>
    public static PlotPoint[] WithStray(int count)
    {
        Random random = new(3);
        PlotPoint[] points = new PlotPoint[count];
        for (int i = 0; i < count; i++)
        {
            bool isStray = i % 20 == 7;
            double angle = random.NextDouble() * 2 * Math.PI;
            double away = Math.Sqrt(random.NextDouble());
            points[i] = new PlotPoint(
                isStray ? 9 + (Normal(random) * 0.25) : 5 * away * Math.Cos(angle),
                isStray ? -7 + (Normal(random) * 0.1) : 3 * away * Math.Sin(angle),
                isStray ? 1 : 0,
                string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => _words[random.Next(_words.Length)])) + $" {i}");
        }

        return points;
    }

    public static MapPicture Lay(
        IReadOnlyList<PlotPoint> points, ClusterPlotOptions? options = null, List<EngineWarning>? warnings = null)
    {
        using MapTexts texts = new(PlotFonts.Installed);
        return MapPicture.Create(points, options ?? new ClusterPlotOptions(), texts, warnings ?? [], CancellationToken.None);
    }

    public static byte[] Save(IReadOnlyList<PlotPoint> points, string name, ClusterPlotOptions options)
    {
        using TemporaryFolder folder = new();
        ClusterPlot.Save(points, PlotFile.At(folder.File(name)), options);
        return File.ReadAllBytes(folder.File(name));
    }

    /// <summary>Counts the pixels of a colour, exactly.</summary>
    public static int Count(SKBitmap pixels, Func<SKColor, bool> isIt) => pixels.Pixels.Count(isIt);

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
