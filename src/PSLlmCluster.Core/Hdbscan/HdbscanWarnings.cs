using System.Globalization;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What the user should know of a result: each warning names the parameter to change.</summary>
internal static class HdbscanWarnings
{
    /// <summary>The share of noise above which the user learns what to change.</summary>
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
            string asked = Text($"{wanted} {(wanted == 1 ? "cluster" : "clusters")}");
            string found = Text($"the nearest gives {(clusterCount == 0 ? "none" : clusterCount)}");
            warnings.Add(new EngineWarning(
                "ClusterCountNotMet", $"No flat cut gives {asked}; {found}. {ActionForCount(clusterCount < wanted, options)}"));
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
            string rows = labels.Length == 1 ? "The only row is" : Text($"{noise} of {labels.Length} rows are");
            string share = points.Weights is null ? string.Empty : Text($", {noiseWeight / points.TotalWeightOfAll:P0} by their weights");
            string action = ActionForNoise(points, clusterCount, sampleCount, options);
            warnings.Add(new EngineWarning(MuchNoiseId, $"{rows} noise{share}. {action}"));
        }

        return warnings;
    }

    /// <summary>Says that a sample count was cut.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="taken">What it was cut to.</param>
    /// <param name="points">The rows and what they count for.</param>
    public static EngineWarning SampleCountCut(int asked, int taken, HdbscanPoints points)
    {
        string byWeights = points.Weights is null ? string.Empty : "by their weights ";
        string finite = points.NotFiniteRows.Length > 0 ? " with finite numbers" : string.Empty;
        string rows = Text($"{byWeights}there are only {Math.Round(points.TotalWeight, 6)} rows{finite}");
        return new EngineWarning("MinSampleCountCut", Text($"MinSampleCount was cut from {asked} to {taken}: {rows}."));
    }

    /// <summary>Says that no choice of parameters gives a cluster.</summary>
    /// <param name="smallest">The choice that comes nearest to it.</param>
    /// <param name="points">The rows and what they count for.</param>
    public static EngineWarning NoClusters(HdbscanOptions smallest, HdbscanPoints points)
    {
        int sampleCount = smallest.UsedSampleCount(points.TotalWeight);
        string action = ActionForNoise(points, 0, sampleCount, smallest);
        return new EngineWarning("NoClusters", $"None of the choices gives a cluster. {action}");
    }

    private static string ActionForCount(bool isTooFew, HdbscanOptions options)
    {
        if (isTooFew)
        {
            return Lower(options, null) is { } lower ? $"{lower} for more." : "More rows may have more.";
        }

        string one = options.AllowSingleCluster ? string.Empty : ", or set AllowSingleCluster if all may be one";
        return Text($"Raise MinClusterSize (now {options.MinClusterSize}) for fewer{one}.");
    }

    private static string ActionForNoise(HdbscanPoints points, int clusterCount, int sampleCount, HdbscanOptions options)
    {
        if (!RowWeights.HasReached(points.TotalWeight, options.MinClusterSize))
        {
            string action = options.MinClusterSize > 2 ? "lower it, or give more rows" : "give more rows";
            return Text($"A cluster needs MinClusterSize = {options.MinClusterSize} rows: {action}.");
        }

        string? change = Change(options, sampleCount);
        string? one = clusterCount == 0 ? ChangeForOne(options) : null;
        if (one is not null && AreAtOnePlace(points))
        {
            // Smaller clusters, which a change of sizes is to find, cannot be there.
            return $"All rows are equal. {one}.";
        }

        return (change, one) switch
        {
            (not null, not null) => $"{change} to find smaller clusters, or {InSentence(one)}.",
            (not null, null) => $"{change} if fewer should be.",
            (null, not null) => $"{one}.",
            _ => "NoiseHandling Nearest puts noise into the clusters that it is nearest to.",
        };
    }

    private static bool AreAtOnePlace(HdbscanPoints points)
    {
        int point = 1;
        while (point < points.Count && points.Space.Distance(0, point) == 0)
        {
            point++;
        }

        return point >= points.Count;
    }

    /// <summary>
    /// Names what can be changed so that all rows may be one cluster; null where that is allowed, or other options forbid it.
    /// </summary>
    private static string? ChangeForOne(HdbscanOptions options)
    {
        if (options is not { CutDistance: null, ClusterSelectionPersistence: 0 })
        {
            return null;
        }

        return (options.AllowSingleCluster, options.ClusterSelectionMethod) switch
        {
            (false, ClusterSelectionMethod.Eom) => "Set AllowSingleCluster if all may be one",
            (false, _) => "Set AllowSingleCluster, with the method Eom, if all may be one",
            (true, ClusterSelectionMethod.Leaf) => "Set ClusterSelectionMethod to Eom if all may be one",
            _ => null,
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
        string[] names = [.. new[] { samples, size }.OfType<string>()];
        return names.Length == 0 ? null : $"Lower {string.Join(" or ", names)}";
    }

    private static string InSentence(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
