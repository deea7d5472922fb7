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

    /// <summary>Of groups of fewer texts, most new texts of another kind are near enough to one.</summary>
    private const int EnoughTexts = 100;

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

    /// <summary>Says where the texts that the groups were found of are too few to tell new ones of another kind.</summary>
    /// <param name="largestDistance">How far new ones may be; null where any may be.</param>
    /// <param name="count">How many the groups were found of.</param>
    /// <returns>The warning, or none.</returns>
    public static EngineWarning[] Warnings(double? largestDistance, int count)
    {
        if (count >= EnoughTexts)
        {
            return [];
        }

        string what = largestDistance is null
            ? "every new text is put into one of them, whatever it is about"
            : FormattableString.Invariant($"fewer than {EnoughTexts}, and most new texts of another kind are put into one of them too");
        return
        [
            new EngineWarning(
                "GroupModelSmall", FormattableString.Invariant($"The groups were found from {count} texts: {what}.")),
        ];
    }
}
