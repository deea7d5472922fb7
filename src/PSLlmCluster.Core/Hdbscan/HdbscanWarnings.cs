using System.Globalization;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What the user should know of a result: each warning names the parameter to change.</summary>
internal static class HdbscanWarnings
{
    /// <summary>The share of noise above which the user is told what to change.</summary>
    private const double MuchNoise = 0.4;

    /// <summary>Looks at a result.</summary>
    /// <param name="labels">The label of each row.</param>
    /// <param name="points">The rows and what they count for.</param>
    /// <param name="clusterCount">The number of clusters.</param>
    /// <param name="options">What was asked for.</param>
    public static List<EngineWarning> Of(int[] labels, HdbscanPoints points, int clusterCount, HdbscanOptions options)
    {
        List<EngineWarning> warnings = [];
        int sampleCount = CoreDistances.SampleCount(options, points.TotalWeight);
        if (points.TotalWeight > 1 && options.MinSampleCount > sampleCount)
        {
            warnings.Add(SampleCountCut(options.MinSampleCount.Value, sampleCount, points));
        }

        if (options.ClusterCount is int wanted && wanted != clusterCount)
        {
            warnings.Add(new EngineWarning("ClusterCountNotMet", Text($"No flat cut gives {wanted} clusters; the nearest gives {clusterCount}. {CureForCount(clusterCount < wanted, options)}")));
        }

        int noise = 0;
        double noiseWeight = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0)
            {
                noise++;
                noiseWeight += points.WeightOf(row);
            }
        }

        if (noiseWeight > MuchNoise * points.TotalWeightOfAll)
        {
            string byWeight = points.Weights is null ? string.Empty : Text($", {noiseWeight / points.TotalWeightOfAll:P0} by their weights");
            warnings.Add(new EngineWarning("MostlyNoise", Text($"{noise} of {labels.Length} rows are noise{byWeight}. {CureForNoise(points.TotalWeight, clusterCount, sampleCount, options)}")));
        }

        return warnings;
    }

    /// <summary>Says that a sample count was cut.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="taken">What it was cut to.</param>
    /// <param name="points">The rows and what they count for.</param>
    public static EngineWarning SampleCountCut(int asked, int taken, HdbscanPoints points)
        => new("MinSampleCountCut", Text($"MinSampleCount was cut from {asked} to {taken}: {(points.Weights is null ? "there are only" : "by their weights there are only")} {Math.Round(points.TotalWeight, 6)} rows{(points.NotFiniteRows.Length > 0 ? " with finite numbers" : string.Empty)}."));

    private static string CureForCount(bool isTooFew, HdbscanOptions options)
        => isTooFew ? Lower(options, null) is { } lower ? $"{lower} for more." : "More rows may have more."
            : Text($"Raise MinClusterSize (now {options.MinClusterSize}) for fewer{(options.AllowSingleCluster ? string.Empty : ", or set AllowSingleCluster if all may be one")}.");

    private static string CureForNoise(double total, int clusterCount, int sampleCount, HdbscanOptions options)
    {
        if (!RowWeights.HasReached(total, options.MinClusterSize))
        {
            return Text($"A cluster needs MinClusterSize = {options.MinClusterSize} rows: {(options.MinClusterSize > 2 ? "lower it, or give more rows" : "give more rows")}.");
        }

        string? lower = Lower(options, sampleCount);
        bool mayAllBeOne = clusterCount == 0 && !options.AllowSingleCluster && options.ClusterSelectionMethod == ClusterSelectionMethod.Eom;
        return (lower, mayAllBeOne) switch
        {
            (not null, true) => $"{lower} to find smaller clusters, or set AllowSingleCluster if all may be one.",
            (not null, false) => $"{lower} if fewer should be.",
            (null, true) => "Set AllowSingleCluster if all may be one.",
            _ when clusterCount == 0 => "Set AllowSingleCluster, with the method Eom, if all may be one.",
            _ => "NoiseHandling Nearest puts noise into the clusters that it is nearest to.",
        };
    }

    /// <summary>Names what can be lowered, or null where all is as low as it goes.</summary>
    private static string? Lower(HdbscanOptions options, int? sampleCount)
    {
        string? samples = sampleCount > 1 ? Text($"MinSampleCount (now {sampleCount})") : null;
        string? size = options.MinClusterSize > 2 ? Text($"MinClusterSize (now {options.MinClusterSize})") : null;
        return samples is null && size is null ? null : $"Lower {string.Join(" or ", new[] { samples, size }.Where(name => name is not null))}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
