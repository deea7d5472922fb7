using System.Globalization;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What the user should know of a result: each warning names the parameter to change.</summary>
internal static class HdbscanWarnings
{
    /// <summary>The share of noise above which the user is told what to change.</summary>
    private const double MuchNoise = 0.4;

    /// <summary>The id of the warning of much noise.</summary>
    public const string MuchNoiseId = "MostlyNoise";

    /// <summary>Looks at a result.</summary>
    /// <param name="labels">The label of each row.</param>
    /// <param name="points">The rows and what they count for.</param>
    /// <param name="clusterCount">The number of clusters.</param>
    /// <param name="options">What was asked for.</param>
    public static List<EngineWarning> Create(int[] labels, HdbscanPoints points, int clusterCount, HdbscanOptions options)
    {
        List<EngineWarning> warnings = [];
        int sampleCount = options.UsedSampleCount(points.TotalWeight);
        if (points.TotalWeight > 1 && options.MinSampleCount > sampleCount)
        {
            warnings.Add(SampleCountCut(options.MinSampleCount.Value, sampleCount, points));
        }

        if (options.ClusterCount is int wanted && wanted != clusterCount)
        {
            warnings.Add(new EngineWarning("ClusterCountNotMet", Text($"No flat cut gives {wanted} {(wanted == 1 ? "cluster" : "clusters")}; the nearest gives {(clusterCount == 0 ? "none" : clusterCount)}. {CureForCount(clusterCount < wanted, options)}")));
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
            warnings.Add(new EngineWarning(MuchNoiseId, Text($"{(labels.Length == 1 ? "The only row is" : Text($"{noise} of {labels.Length} rows are"))} noise{byWeight}. {CureForNoise(points.TotalWeight, clusterCount, sampleCount, options)}")));
        }

        return warnings;
    }

    /// <summary>Says that a sample count was cut.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="taken">What it was cut to.</param>
    /// <param name="points">The rows and what they count for.</param>
    public static EngineWarning SampleCountCut(int asked, int taken, HdbscanPoints points)
        => new("MinSampleCountCut", Text($"MinSampleCount was cut from {asked} to {taken}: {(points.Weights is null ? "there are only" : "by their weights there are only")} {Math.Round(points.TotalWeight, 6)} rows{(points.NotFiniteRows.Length > 0 ? " with finite numbers" : string.Empty)}."));

    /// <summary>Says that no choice of parameters gives a cluster.</summary>
    /// <param name="smallest">The choice that comes nearest to it.</param>
    /// <param name="points">The rows and what they count for.</param>
    public static EngineWarning NoClusters(HdbscanOptions smallest, HdbscanPoints points)
        => new("NoClusters", $"None of the choices gives a cluster. {CureForNoise(points.TotalWeight, 0, smallest.UsedSampleCount(points.TotalWeight), smallest)}");

    private static string CureForCount(bool isTooFew, HdbscanOptions options)
        => isTooFew ? Lower(options, null) is { } lower ? $"{lower} for more." : "More rows may have more."
            : Text($"Raise MinClusterSize (now {options.MinClusterSize}) for fewer{(options.AllowSingleCluster ? string.Empty : ", or set AllowSingleCluster if all may be one")}.");

    private static string CureForNoise(double total, int clusterCount, int sampleCount, HdbscanOptions options)
    {
        if (!RowWeights.HasReached(total, options.MinClusterSize))
        {
            return Text($"A cluster needs MinClusterSize = {options.MinClusterSize} rows: {(options.MinClusterSize > 2 ? "lower it, or give more rows" : "give more rows")}.");
        }

        string? change = Change(options, sampleCount);
        bool mayAllBeOne = clusterCount == 0 && options is { AllowSingleCluster: false, CutDistance: null, ClusterSelectionPersistence: 0 };
        string one = options.ClusterSelectionMethod == ClusterSelectionMethod.Eom ? "Set AllowSingleCluster if all may be one" : "Set AllowSingleCluster, with the method Eom, if all may be one";
        return (change, mayAllBeOne) switch
        {
            (not null, true) => $"{change} to find smaller clusters, or {InSentence(one)}.",
            (not null, false) => $"{change} if fewer should be.",
            (null, true) => $"{one}.",
            _ => "NoiseHandling Nearest puts noise into the clusters that it is nearest to.",
        };
    }

    /// <summary>Names what can be changed so that there is less noise, what forbids clusters first; null where there is nothing.</summary>
    private static string? Change(HdbscanOptions options, int sampleCount)
    {
        List<string> changes = [];
        if (options.CutDistance is double cut)
        {
            changes.Add(Text($"Raise CutDistance (now {cut:G6})"));
        }

        if (options.ClusterSelectionPersistence > 0)
        {
            changes.Add(Text($"Lower ClusterSelectionPersistence (now {options.ClusterSelectionPersistence:G6})"));
        }

        if (options.ClusterSelectionEpsilonMax > 0 && double.IsFinite(options.ClusterSelectionEpsilonMax))
        {
            changes.Add(Text($"Raise ClusterSelectionEpsilonMax (now {options.ClusterSelectionEpsilonMax:G6})"));
        }

        if (options.MaxClusterSize > 0)
        {
            changes.Add(Text($"Raise MaxClusterSize (now {options.MaxClusterSize})"));
        }

        if (Lower(options, sampleCount) is { } lower)
        {
            changes.Add(lower);
        }

        return changes.Count == 0 ? null : string.Join(", or ", changes.Select((change, i) => i == 0 ? change : InSentence(change)));
    }

    /// <summary>Names what can be lowered, or null where all is as low as it goes.</summary>
    private static string? Lower(HdbscanOptions options, int? sampleCount)
    {
        string? samples = sampleCount > 1 ? Text($"MinSampleCount (now {sampleCount})") : null;
        string? size = options.MinClusterSize > 2 ? Text($"MinClusterSize (now {options.MinClusterSize})") : null;
        return samples is null && size is null ? null : $"Lower {string.Join(" or ", new[] { samples, size }.Where(name => name is not null))}";
    }

    private static string InSentence(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
