using System.Globalization;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// The clusters of a map by size, with their names. A cluster's name is the one that most of its points carry
/// (<see cref="PlotPoint.ClusterName"/>), else the words most particular to it (<see cref="ClusterWords"/>), else the text of the point
/// nearest to its middle, else its number and its size.
/// </summary>
internal static class MapClusters
{
    private const int LongestCentralText = 30;

    /// <summary>Lists the clusters of the points.</summary>
    /// <param name="points">The points; those of no cluster and those that cannot be drawn are passed over.</param>
    /// <returns>The clusters, the largest first, then by number.</returns>
    public static IReadOnlyList<MapCluster> Of(IReadOnlyList<PlotPoint> points)
    {
        Dictionary<int, List<int>> members = [];
        for (int i = 0; i < points.Count; i++)
        {
            PlotPoint point = points[i];
            if (point.Cluster >= 0 && point.CanBeDrawn)
            {
                if (!members.TryGetValue(point.Cluster, out List<int>? rows))
                {
                    members.Add(point.Cluster, rows = []);
                }

                rows.Add(i);
            }
        }

        (int Number, int[] Rows)[] clusters =
        [
            .. members.Select(cluster => (Number: cluster.Key, Rows: cluster.Value.ToArray()))
                .OrderByDescending(cluster => cluster.Rows.Length)
                .ThenBy(cluster => cluster.Number),
        ];
        string?[] given = [.. clusters.Select(cluster => GivenName(points, cluster.Rows))];
        Lazy<IReadOnlyList<string>[]> words = new(() => ClusterWords.Of(points, [.. clusters.Select(cluster => cluster.Rows)]));
        HashSet<string> taken = new(StringComparer.Ordinal);
        MapCluster[] list = new MapCluster[clusters.Length];

        // Names that were given are taken first, so that made ones make room.
        foreach (bool isGiven in new[] { true, false })
        {
            for (int i = 0; i < clusters.Length; i++)
            {
                if ((given[i] is not null) == isGiven)
                {
                    (int number, int[] rows) = clusters[i];
                    (double x, double y) = (Median(points, rows, isX: true), Median(points, rows, isX: false));
                    string name = given[i] ?? MadeName(points, rows, words.Value[i], number, (x, y), taken);
                    list[i] = new MapCluster(number, rows.Length, x, y, Unique(name, taken), isGiven);
                }
            }
        }

        return list;
    }

    private static string? GivenName(IReadOnlyList<PlotPoint> points, int[] rows)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (int row in rows)
        {
            if (points[row].ClusterName is { } name && !string.IsNullOrWhiteSpace(name))
            {
                string line = PlotText.OneLine(name).Trim();
                counts[line] = counts.GetValueOrDefault(line) + 1;
            }
        }

        return counts.Count == 0
            ? null
            : counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).First().Key;
    }

    private static string MadeName(
        IReadOnlyList<PlotPoint> points,
        int[] rows,
        IReadOnlyList<string> words,
        int number,
        (double X, double Y) middle,
        HashSet<string> taken)
    {
        // Further words tell apart two clusters whose first words are the same.
        for (int count = Math.Min(ClusterWords.Usual, words.Count); count > 0 && count <= words.Count; count++)
        {
            string name = string.Join(", ", words.Take(count));
            if (!taken.Contains(name))
            {
                return name;
            }
        }

        return words.Count > 0
            ? string.Join(", ", words.Take(ClusterWords.Usual))
            : CentralText(points, rows, middle) ?? string.Create(
                CultureInfo.InvariantCulture, $"Cluster {number}, {rows.Length} {(rows.Length == 1 ? "point" : "points")}");
    }

    private static string? CentralText(IReadOnlyList<PlotPoint> points, int[] rows, (double X, double Y) middle)
    {
        string? nearest = null;
        double least = double.PositiveInfinity;
        foreach (int row in rows)
        {
            PlotPoint point = points[row];
            double distance = Math.Max(Math.Abs(point.X - middle.X), Math.Abs(point.Y - middle.Y));
            if (distance < least && !string.IsNullOrWhiteSpace(point.Text))
            {
                (least, nearest) = (distance, point.Text);
            }
        }

        return nearest is null ? null : TextElements.Cut(PlotText.OneLine(nearest).Trim(), LongestCentralText);
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name} ({i})");
        }

        return unique;
    }

    private static double Median(IReadOnlyList<PlotPoint> points, int[] rows, bool isX)
    {
        double[] values = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = isX ? points[rows[i]].X : points[rows[i]].Y;
        }

        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] / 2) + (values[half] / 2);
    }
}
