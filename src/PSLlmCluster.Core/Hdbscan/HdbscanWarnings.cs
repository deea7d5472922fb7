using System.Globalization;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What the user should know of a result: each warning names the parameter to change.</summary>
internal static class HdbscanWarnings
{
    /// <summary>The share of noise above which the user is told what to change.</summary>
    private const double MuchNoise = 0.4;

    /// <summary>Looks at a result.</summary>
    /// <param name="clusters">The label of each row.</param>
    /// <param name="clusterCount">The number of clusters.</param>
    /// <param name="options">What was asked for.</param>
    public static List<EngineWarning> Of(int[] clusters, int clusterCount, HdbscanOptions options)
    {
        List<EngineWarning> warnings = [];
        int n = clusters.Length;
        int sampleCount = CoreDistances.SampleCount(options, n);
        if (n > 1 && options.MinSampleCount > sampleCount)
        {
            warnings.Add(new EngineWarning("MinSampleCountCut", string.Create(CultureInfo.InvariantCulture, $"MinSampleCount was cut from {options.MinSampleCount} to {sampleCount}: there are only {n} rows.")));
        }

        int noise = clusters.Count(cluster => cluster < 0);
        if (noise > MuchNoise * n)
        {
            warnings.Add(new EngineWarning("MostlyNoise", string.Create(CultureInfo.InvariantCulture, $"{noise} of {n} rows are noise. {CureForNoise(n, clusterCount, sampleCount, options)}")));
        }

        return warnings;
    }

    private static string CureForNoise(int n, int clusterCount, int sampleCount, HdbscanOptions options)
    {
        if (n < options.MinClusterSize)
        {
            return string.Create(CultureInfo.InvariantCulture, $"A cluster needs MinClusterSize = {options.MinClusterSize} rows: lower it, or give more rows.");
        }

        string lower = string.Create(CultureInfo.InvariantCulture, $"Lower MinSampleCount (now {sampleCount}) or MinClusterSize (now {options.MinClusterSize})");
        return clusterCount == 0 && !options.AllowSingleCluster && options.ClusterSelectionMethod == ClusterSelectionMethod.Eom
            ? $"{lower} to find smaller clusters, or set AllowSingleCluster if all may be one."
            : $"{lower} if fewer should be.";
    }
}
