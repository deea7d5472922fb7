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
    /// <summary>So many have room for their whole names, as lists write them; of more the map writes the beginnings.</summary>
    private const int FewClusters = 20;

    /// <summary>Lists the clusters of the points.</summary>
    /// <param name="points">The points; those of no cluster and those that cannot be drawn are passed over.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clusters, the largest first, then by number.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IReadOnlyList<MapCluster> Of(IReadOnlyList<PlotPoint> points, CancellationToken token = default)
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

        int[] numbers = [.. members.Keys];
        Array.Sort(numbers, (first, second) => members[first].Count != members[second].Count
            ? members[second].Count.CompareTo(members[first].Count)
            : first.CompareTo(second));
        int[][] rowsOf = Array.ConvertAll(numbers, number => members[number].ToArray());
        string?[] given = Array.ConvertAll(rowsOf, rows => GivenName(points, rows));
        (double X, double Y, double Z)[] places = new (double X, double Y, double Z)[numbers.Length];
        (double X, double Y)[] middles = new (double X, double Y)[numbers.Length];
        for (int c = 0; c < places.Length; c++)
        {
            places[c] = ClusterMiddle.Of(points, rowsOf[c]);
            middles[c] = (places[c].X, places[c].Y);
        }

        IReadOnlyList<KeyPhrase>[]? phrases
            = Array.Exists(given, name => name is null) ? MapPhrases.Of(points, rowsOf, middles, token) : null;
        NameParts[] parts = new NameParts[numbers.Length];
        for (int c = 0; c < parts.Length; c++)
        {
            parts[c] = given[c] is null
                ? new NameParts(
                    phrases![c], null, CentralText(points, rowsOf[c], middles[c]), IsOneText(points, rowsOf[c]), rowsOf[c].Length)
                : new NameParts([], given[c]);
        }

        string[] names = PhraseNames.Of(
            parts,
            numbers.Length <= FewClusters ? PhraseNames.Whole : PhraseNames.OnCrowdedMap,
            c => string.Create(
                CultureInfo.InvariantCulture,
                $"Cluster {numbers[c]}, {rowsOf[c].Length} {(rowsOf[c].Length == 1 ? "point" : "points")}"));
        MapCluster[] clusters = new MapCluster[numbers.Length];
        for (int c = 0; c < clusters.Length; c++)
        {
            clusters[c] = new MapCluster(numbers[c], rowsOf[c].Length, middles[c].X, middles[c].Y, names[c], given[c] is not null)
            {
                Z = places[c].Z,
            };
        }

        return clusters;
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
