using System.Globalization;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What the user should know of a result: each warning names the parameter to change.</summary>
internal static class HdbscanWarnings
{
    /// <summary>The share of noise above which the user is told what to change.</summary>
    private const double MuchNoise = 0.4;

    /// <summary>Looks at a result.</summary>
    /// <param name="clusters">The label of each row.</param>
    /// <param name="total">How many rows all together count for.</param>
    /// <param name="clusterCount">The number of clusters.</param>
    /// <param name="options">What was asked for.</param>
    public static List<EngineWarning> Of(int[] clusters, double total, int clusterCount, HdbscanOptions options)
    {
        List<EngineWarning> warnings = [];
        int n = clusters.Length;
        int sampleCount = CoreDistances.SampleCount(options, total);
        if (n > 1 && options.MinSampleCount > sampleCount)
        {
            warnings.Add(SampleCountCut(options.MinSampleCount.Value, sampleCount, total, n));
        }

        if (options.ClusterCount is int wanted && wanted != clusterCount)
        {
            warnings.Add(new EngineWarning("ClusterCountNotMet", string.Create(CultureInfo.InvariantCulture, $"No flat cut gives {wanted} clusters; the nearest gives {clusterCount}. {CureForCount(clusterCount < wanted, options)}")));
        }

        int noise = clusters.Count(cluster => cluster < 0);
        if (noise > MuchNoise * n)
        {
            warnings.Add(new EngineWarning("MostlyNoise", string.Create(CultureInfo.InvariantCulture, $"{noise} of {n} rows are noise. {CureForNoise(total, clusterCount, sampleCount, options)}")));
        }

        return warnings;
    }

    /// <summary>Says that a sample count was cut.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="taken">What it was cut to.</param>
    /// <param name="total">How many rows all together count for.</param>
    /// <param name="rowCount">How many rows there are.</param>
    public static EngineWarning SampleCountCut(int asked, int taken, double total, int rowCount)
        => new("MinSampleCountCut", string.Create(CultureInfo.InvariantCulture, $"MinSampleCount was cut from {asked} to {taken}: {(total == rowCount ? "there are only" : "by their weights there are only")} {total} rows."));

    private static string CureForCount(bool isTooFew, HdbscanOptions options)
        => isTooFew ? string.Create(CultureInfo.InvariantCulture, $"Lower MinClusterSize (now {options.MinClusterSize}) for more.")
            : options.AllowSingleCluster ? string.Create(CultureInfo.InvariantCulture, $"Raise MinClusterSize (now {options.MinClusterSize}) for fewer.")
            : string.Create(CultureInfo.InvariantCulture, $"Raise MinClusterSize (now {options.MinClusterSize}) for fewer, or set AllowSingleCluster if all may be one.");

    private static string CureForNoise(double total, int clusterCount, int sampleCount, HdbscanOptions options)
    {
        if (total < options.MinClusterSize)
        {
            return string.Create(CultureInfo.InvariantCulture, $"A cluster needs MinClusterSize = {options.MinClusterSize} rows: lower it, or give more rows.");
        }

        string lower = string.Create(CultureInfo.InvariantCulture, $"Lower MinSampleCount (now {sampleCount}) or MinClusterSize (now {options.MinClusterSize})");
        return clusterCount == 0 && !options.AllowSingleCluster && options.ClusterSelectionMethod == ClusterSelectionMethod.Eom
            ? $"{lower} to find smaller clusters, or set AllowSingleCluster if all may be one."
            : $"{lower} if fewer should be.";
    }
}
