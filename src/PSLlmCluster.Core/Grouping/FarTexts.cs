using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Tells new texts that are about something else from those of the groups: by the distance to the third nearest text that was grouped,
/// against the same distance of those texts themselves, each without itself. The third, as a single text or a pair may be a stray. A text
/// that was grouped is never far. docs/decisions/0016-groups-of-texts.md has what was measured.
/// </summary>
internal static class FarTexts
{
    private const int Rank = 3;

    /// <summary>The share of the grouped texts that are as far as a new one may be, or nearer.</summary>
    private const double Share = 0.98;

    /// <summary>Fewer texts do not show how far texts of their kind lie from one another.</summary>
    private const int FewestTexts = 20;

    /// <summary>Gets what a fit is asked for, so that a limit can be taken from it.</summary>
    public static UmapFitData FitData { get; } = new() { DistanceRank = Rank };

    /// <summary>Returns how far a new text may be.</summary>
    /// <param name="fit">The fit of the texts' layout, asked with <see cref="FitData"/>.</param>
    /// <returns>The largest distance to the third nearest text; null where there are too few to say.</returns>
    public static double? LargestDistance(UmapFit fit)
    {
        if (fit.RankDistances is not { Length: >= FewestTexts } distances)
        {
            return null;
        }

        double[] rising = [.. distances.Order()];
        return rising[(int)Math.Ceiling(Share * rising.Length) - 1];
    }

    /// <summary>Returns what receives the distances of new texts.</summary>
    /// <param name="count">The number of texts.</param>
    public static FittedDistances Distances(int count) => new(count, Rank);

    /// <summary>Takes texts that are too far out of their groups.</summary>
    /// <param name="clusters">The groups of the texts, which are changed.</param>
    /// <param name="distances">The distances of the texts; null where nothing is to be taken out.</param>
    /// <param name="largestDistance">How far they may be.</param>
    public static void LeaveOut(HdbscanResult clusters, FittedDistances? distances, double? largestDistance)
    {
        for (int row = 0; row < distances?.Values.Count; row++)
        {
            if (distances.Values[row] > largestDistance)
            {
                clusters.Labels[row] = -1;
                clusters.Probabilities[row] = 0;
            }
        }
    }
}
