using System.Globalization;
using PSLlmCluster.Core.Phrases;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// The clusters of a map by size, with their names. A cluster's name is the one that most of its points carry
/// (<see cref="PlotPoint.ClusterName"/>), else the phrases most particular to it (<see cref="MapPhrases"/>), else the text of the point
/// nearest to its middle, else its number and its size.
/// </summary>
internal static class MapClusters
{
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
        (double X, double Y, double Z)[] places = [.. clusters.Select(cluster => ClusterMiddle.Of(points, cluster.Rows))];
        (double X, double Y)[] middles = [.. places.Select(place => (place.X, place.Y))];
        IReadOnlyList<KeyPhrase>[]? phrases = Array.Exists(given, name => name is null)
            ? MapPhrases.Of(points, [.. clusters.Select(cluster => cluster.Rows)], middles)
            : null;
        string[] names = PhraseNames.Of(
            [
                .. clusters.Select((cluster, c) => given[c] is null
                    ? new NameParts(phrases![c], null, CentralText(points, cluster.Rows, middles[c]), IsOneText(points, cluster.Rows))
                    : new NameParts([], given[c])),
            ],
            PhraseNames.OnMap,
            c => string.Create(
                CultureInfo.InvariantCulture,
                $"Cluster {clusters[c].Number}, {clusters[c].Rows.Length} {(clusters[c].Rows.Length == 1 ? "point" : "points")}"));
        return
        [
            .. clusters.Select((cluster, c) => new MapCluster(
                cluster.Number, cluster.Rows.Length, middles[c].X, middles[c].Y, names[c], given[c] is not null)
            {
                Z = places[c].Z,
            }),
        ];
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

    private static bool IsOneText(IReadOnlyList<PlotPoint> points, int[] rows)
        => Array.TrueForAll(rows, row => string.Equals(points[row].Text, points[rows[0]].Text, StringComparison.Ordinal));

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

        return nearest;
    }
}
