using System.Globalization;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>What the points of a map are, counted.</summary>
/// <param name="Drawn">Those that can be drawn.</param>
/// <param name="Noise">Those of no cluster.</param>
/// <param name="Unclustered">Those that were never clustered.</param>
/// <param name="WithText">Those that have a text.</param>
/// <param name="FirstBad">The index of the first that cannot be drawn, or -1.</param>
internal readonly record struct PointCounts(int Drawn, int Noise, int Unclustered, int WithText, int FirstBad)
{
    /// <summary>Counts the points.</summary>
    /// <param name="points">The points.</param>
    /// <returns>The counts.</returns>
    public static PointCounts Of(IReadOnlyList<PlotPoint> points)
    {
        (int drawn, int noise, int unclustered, int withText, int firstBad) = (0, 0, 0, 0, -1);
        for (int i = 0; i < points.Count; i++)
        {
            PlotPoint point = points[i];
            if (!point.CanBeDrawn)
            {
                firstBad = firstBad < 0 ? i : firstBad;
                continue;
            }

            drawn++;
            noise += point.Cluster is < 0 and not PlotPoint.Unclustered ? 1 : 0;
            unclustered += point.Cluster == PlotPoint.Unclustered ? 1 : 0;
            withText += string.IsNullOrWhiteSpace(point.Text) ? 0 : 1;
        }

        return new PointCounts(drawn, noise, unclustered, withText, firstBad);
    }

    /// <summary>Writes a number of things.</summary>
    /// <param name="count">The number.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called.</param>
    /// <returns>The number, with separators of thousands, and its noun.</returns>
    public static string Number(int count, string one, string many)
        => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>Says how many points there are, in how many clusters, and how many in none.</summary>
    /// <param name="clusters">How many clusters there are.</param>
    /// <returns>The parts of the sentence.</returns>
    public List<string> Describe(int clusters)
    {
        List<string> parts = [Number(Drawn, "point", "points")];
        if (Unclustered < Drawn)
        {
            parts.Add(Number(clusters, "cluster", "clusters"));
        }

        if (Noise > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Noise:N0} ({100.0 * Noise / Drawn:0} %) in none"));
        }

        return parts;
    }

    /// <summary>Warns of points that cannot be drawn, and of a map that has no cluster.</summary>
    /// <param name="all">How many points came in.</param>
    /// <param name="clusters">How many clusters there are.</param>
    /// <param name="warnings">Takes the warnings.</param>
    public void Warn(int all, int clusters, ICollection<EngineWarning> warnings)
    {
        if (FirstBad >= 0)
        {
            warnings.Add(ClusterPlotScene.NotFinite(all - Drawn, all, FirstBad));
        }

        if (clusters == 0 && Noise > 1)
        {
            warnings.Add(
                new EngineWarning(
                    "NoClusters",
                    "All points of the map are noise, so it shows no cluster. A smaller -MinClusterSize of Invoke-Hdbscan finds smaller "
                        + "clusters."));
        }
    }
}
