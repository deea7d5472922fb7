namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>The texts nearest to the middle of each cluster, each text once.</summary>
internal static class CentralTexts
{
    /// <summary>Finds the texts.</summary>
    /// <param name="points">The points.</param>
    /// <param name="clusters">The clusters.</param>
    /// <param name="count">How many texts to find for each.</param>
    /// <returns>For each cluster up to so many texts, the nearest first; of texts as near the first in ordinal order.</returns>
    public static IReadOnlyList<string>[] Of(IReadOnlyList<PlotPoint> points, IReadOnlyList<MapCluster> clusters, int count)
    {
        Dictionary<int, int> places = new(clusters.Count);
        List<(double Distance, string Text)>[] nearest = new List<(double, string)>[clusters.Count];
        for (int i = 0; i < clusters.Count; i++)
        {
            places.Add(clusters[i].Number, i);
            nearest[i] = [];
        }

        for (int i = 0; i < points.Count && count > 0; i++)
        {
            PlotPoint point = points[i];
            if (point.CanBeDrawn && !string.IsNullOrWhiteSpace(point.Text) && places.TryGetValue(point.Cluster, out int place))
            {
                MapCluster cluster = clusters[place];
                Take(nearest[place], count, Math.Max(Math.Abs(point.X - cluster.X), Math.Abs(point.Y - cluster.Y)), point.Text);
            }
        }

        return [.. nearest.Select(list => (IReadOnlyList<string>)[.. list.Select(entry => entry.Text)])];
    }

    private static void Take(List<(double Distance, string Text)> nearest, int count, double distance, string text)
    {
        if (nearest.Count == count && !IsBefore((distance, text), nearest[^1]))
        {
            return;
        }

        int same = nearest.FindIndex(entry => entry.Text == text);
        if (same >= 0 && nearest[same].Distance <= distance)
        {
            return;
        }

        if (same >= 0 || nearest.Count == count)
        {
            nearest.RemoveAt(same >= 0 ? same : count - 1);
        }

        int at = nearest.FindIndex(entry => IsBefore((distance, text), entry));
        nearest.Insert(at < 0 ? nearest.Count : at, (distance, text));
    }

    private static bool IsBefore((double Distance, string Text) one, (double Distance, string Text) other)
        => one.Distance < other.Distance
            || (one.Distance == other.Distance && string.CompareOrdinal(one.Text, other.Text) < 0);
}
