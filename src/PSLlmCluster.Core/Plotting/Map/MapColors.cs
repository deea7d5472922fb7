namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// Gives each cluster a colour so that clusters that lie near each other differ; far ones may share one. Two clusters are neighbours where
/// one is among the six nearest of the other (by their middles), and while there are no more clusters than colours, all are. They are
/// coloured in smallest-last order (Matula and Beck, 1983): in any part of such a graph the nearest two are each other's neighbours, so
/// there are fewer than six edges for each cluster, some cluster has at most eleven, and twelve colours are always enough that no two
/// neighbours share one. Of the colours that differ enough from the neighbours' the one is taken that is least like those around, the
/// nearer the more; where there is none, the one that differs most from the neighbours'.
/// </summary>
internal sealed class MapColors
{
    // How many of the nearest clusters differ from each cluster.
    private const int Nearest = 6;

    // What neighbours differ by at least, where there is a colour that does.
    private const double Enough = 10;

    // The difference at which two colours are e times less alike. Larger values let neighbours differ more, and those beyond them less.
    private const double Likeness = 5;

    // In place of the number of neighbours that are left, for a cluster that has its place in the order.
    private const int Taken = -1;

    private readonly Dictionary<int, int> _places = [];
    private readonly MapColor[] _colors;

    private MapColors(IReadOnlyList<MapCluster> clusters, MapTheme theme)
    {
        Theme = theme;
        _colors = new MapColor[clusters.Count];
        for (int i = 0; i < _colors.Length; i++)
        {
            _places[clusters[i].Number] = i;
        }
    }

    /// <summary>Gets the theme, with the colours of all else.</summary>
    public MapTheme Theme { get; }

    /// <summary>Gives out the colours.</summary>
    /// <param name="clusters">The clusters, in any order; the colours depend on it only where places are equal.</param>
    /// <param name="palette">The colours to choose from.</param>
    /// <param name="theme">The theme.</param>
    /// <returns>The colours.</returns>
    public static MapColors Create(IReadOnlyList<MapCluster> clusters, MapPalette palette, MapTheme theme)
        => Create(clusters, palette, theme, new(() => Neighbors(clusters, (palette.Colors ?? theme.Colors).Count)));

    /// <summary>Gives out the colours for both themes, which have as many, so that one graph of neighbours serves them.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="palette">The colours to choose from.</param>
    /// <returns>The colours on a light ground, and those on a dark one.</returns>
    public static (MapColors Light, MapColors Dark) CreateBoth(IReadOnlyList<MapCluster> clusters, MapPalette palette)
    {
        Lazy<int[][]> neighbors = new(() => Neighbors(clusters, (palette.Colors ?? MapTheme.Light.Colors).Count));
        return (Create(clusters, palette, MapTheme.Light, neighbors), Create(clusters, palette, MapTheme.Dark, neighbors));
    }

    private static MapColors Create(
        IReadOnlyList<MapCluster> clusters, MapPalette palette, MapTheme theme, Lazy<int[][]> neighbors)
    {
        MapColors colors = new(clusters, theme);
        if (palette.IsByPlace)
        {
            colors.ColorByPlace(clusters);
            return colors;
        }

        IReadOnlyList<MapColor> choice = palette.Colors ?? theme.Colors;
        int[] places = Assign(clusters, neighbors.Value, choice);
        for (int i = 0; i < places.Length; i++)
        {
            colors._colors[i] = choice[places[i]];
        }

        return colors;
    }

    /// <summary>Returns the colour of a label's marks.</summary>
    /// <param name="cluster">The number of the cluster; below 0 is noise, and <see cref="PlotPoint.Unclustered"/> is plain.</param>
    /// <returns>The colour.</returns>
    public MapColor Of(int cluster)
        => cluster == PlotPoint.Unclustered ? Theme.Plain
            : cluster < 0 ? Theme.Noise
            : _places.TryGetValue(cluster, out int place) ? _colors[place] : Theme.Plain;

    /// <summary>Returns the colour of a cluster's name: that of its marks, darker or lighter until it can be read.</summary>
    /// <param name="cluster">The number of the cluster.</param>
    /// <returns>The colour, with a contrast to the ground of 4.5 or more.</returns>
    public MapColor OfText(int cluster)
    {
        MapColor color = Of(cluster);
        return color.Mix(Theme.Ink, 0.35).ReadableOn(Theme.Ground, MapTheme.LeastContrastOfTexts);
    }

    private static int[] Assign(IReadOnlyList<MapCluster> clusters, int[][] neighbors, IReadOnlyList<MapColor> colors)
    {
        (double[,] differences, double[,] likenesses) = Compare(colors);
        int[] given = new int[neighbors.Length];
        Array.Fill(given, -1);
        double[] around = new double[colors.Count];
        foreach (int cluster in SmallestLast(neighbors))
        {
            WeighAround(clusters, neighbors[cluster], cluster, given, around);
            (int Color, double Least, double Likeness) best = (0, -1, 0);
            for (int color = 0; color < colors.Count; color++)
            {
                double least = Enough;
                foreach (int neighbor in neighbors[cluster])
                {
                    least = given[neighbor] < 0 ? least : Math.Min(least, differences[color, given[neighbor]]);
                }

                double likeness = 0;
                for (int other = 0; other < colors.Count; other++)
                {
                    likeness += around[other] * likenesses[color, other];
                }

                if (least > best.Least || (least == best.Least && likeness < best.Likeness))
                {
                    best = (color, least, likeness);
                }
            }

            given[cluster] = best.Color;
        }

        return given;
    }

    private static (double[,] Differences, double[,] Likenesses) Compare(IReadOnlyList<MapColor> colors)
    {
        double[,] differences = new double[colors.Count, colors.Count];
        double[,] likenesses = new double[colors.Count, colors.Count];
        for (int i = 0; i < colors.Count; i++)
        {
            likenesses[i, i] = 1;
            for (int j = 0; j < i; j++)
            {
                differences[i, j] = differences[j, i] = ColorVision.WorstDifference(colors[i], colors[j]);
                likenesses[i, j] = likenesses[j, i] = Math.Exp(-differences[i, j] / Likeness);
            }
        }

        return (differences, likenesses);
    }

    // How much of each colour lies around a cluster: a cluster as far away as its neighbours counts half, one far beyond next to nothing.
    private static void WeighAround(
        IReadOnlyList<MapCluster> clusters, int[] neighbors, int cluster, int[] given, double[] around)
    {
        double reach = 0;
        foreach (int neighbor in neighbors)
        {
            reach += SquaredDistance(clusters[neighbor], clusters[cluster]) / neighbors.Length;
        }

        Array.Clear(around);
        for (int other = 0; other < given.Length; other++)
        {
            if (given[other] >= 0)
            {
                // Neither all at one place nor places whose squares overflow make a share, which is then no number.
                double share = reach / (reach + SquaredDistance(clusters[other], clusters[cluster]));
                around[given[other]] += double.IsNaN(share) ? 1 : share;
            }
        }
    }

    private static double SquaredDistance(MapCluster first, MapCluster second)
    {
        double x = first.X - second.X;
        double y = first.Y - second.Y;
        return (x * x) + (y * y);
    }

    // For each cluster its neighbours, by place.
    private static int[][] Neighbors(IReadOnlyList<MapCluster> clusters, int colors)
    {
        int n = clusters.Count;
        int count = Math.Max(Nearest, n <= colors ? n : 0);
        HashSet<int>[] neighbors = new HashSet<int>[n];
        for (int i = 0; i < n; i++)
        {
            neighbors[i] = [];
        }

        double[] distances = new double[n];
        int[] order = new int[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                distances[j] = i == j ? -1 : SquaredDistance(clusters[i], clusters[j]);
                order[j] = j;
            }

            Array.Sort(order, (a, b) => distances[a] != distances[b] ? distances[a].CompareTo(distances[b]) : a.CompareTo(b));
            for (int k = 1; k < n && k <= count; k++)
            {
                neighbors[i].Add(order[k]);
                neighbors[order[k]].Add(i);
            }
        }

        int[][] sorted = new int[n][];
        for (int i = 0; i < n; i++)
        {
            sorted[i] = [.. neighbors[i]];
            Array.Sort(sorted[i]);
        }

        return sorted;
    }

    // The cluster with the fewest neighbours that are left goes last; of equals, the one that came last.
    private static int[] SmallestLast(int[][] neighbors)
    {
        int[] order = new int[neighbors.Length];
        int[] degrees = new int[neighbors.Length];
        for (int i = 0; i < degrees.Length; i++)
        {
            degrees[i] = neighbors[i].Length;
        }

        for (int place = order.Length - 1; place >= 0; place--)
        {
            int least = -1;
            for (int i = 0; i < degrees.Length; i++)
            {
                least = degrees[i] >= 0 && (least < 0 || degrees[i] <= degrees[least]) ? i : least;
            }

            order[place] = least;
            degrees[least] = Taken;
            foreach (int neighbor in neighbors[least])
            {
                degrees[neighbor] = degrees[neighbor] < 0 ? Taken : degrees[neighbor] - 1;
            }
        }

        return order;
    }

    private void ColorByPlace(IReadOnlyList<MapCluster> clusters)
    {
        double x = clusters.Count == 0 ? 0 : clusters.Average(cluster => cluster.X);
        double y = clusters.Count == 0 ? 0 : clusters.Average(cluster => cluster.Y);
        for (int i = 0; i < _colors.Length; i++)
        {
            double hue = Math.Atan2(clusters[i].Y - y, clusters[i].X - x);
            _colors[i] = OfHue(hue).ReadableOn(Theme.Ground, MapTheme.LeastContrastOfMarks);
        }
    }

    // Oklch with lightness 0.65 and chroma 0.14, which nearly all hues of sRGB reach (Ottosson, "A perceptual color space", 2020).
    private static MapColor OfHue(double hue)
    {
        const double Lightness = 0.65;
        const double Chroma = 0.14;
        (double a, double b) = (Chroma * Math.Cos(hue), Chroma * Math.Sin(hue));
        double l = Math.Pow(Lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        double m = Math.Pow(Lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        double s = Math.Pow(Lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return MapColor.OfLinear(
            (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }
}
