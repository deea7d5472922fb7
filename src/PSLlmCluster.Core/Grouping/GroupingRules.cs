using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// The settings that suit a number of texts. They grow with its square root, as the sizes of groups do in practice, up to bounds from which
/// on they gain nothing; docs/decisions/0016-groups-of-texts.md has what was tried and measured.
/// </summary>
internal static class GroupingRules
{
    /// <summary>The fewest texts that are a group, whatever is asked for.</summary>
    public const int SmallestGroup = 2;

    /// <summary>Neighbours of each text, by the root of the number of different texts: enough to see topics, not only twins.</summary>
    private const double NeighborFactor = 2;
    private const int FewestNeighbors = 4;
    private const int MostNeighbors = 75;

    /// <summary>Texts to a dimension of the layout that groups are found in, as long as there are few.</summary>
    private const int TextsPerComponent = 5;
    private const int FewestComponents = 2;
    private const int MostComponents = 10;

    /// <summary>Other texts within a text's core distance, by the root of the number of texts.</summary>
    private const double SampleFactor = 0.25;
    private const int MostSamples = 15;
    private const int LargestSmallestGroup = 5;

    /// <summary>The fewest texts of a group at the resolution Auto, by the root of the number of texts.</summary>
    private const double SizeFactor = 0.7;

    /// <summary>From so many texts on, two that are alike are no topic yet.</summary>
    private const int FewForTwins = 9;

    /// <summary>Passes in which texts move to the nearest mean; most rows stay after five.</summary>
    private const int RefinementCount = 10;

    /// <summary>Returns how the vectors are laid out to find groups in.</summary>
    /// <param name="distinctCount">The number of texts that differ.</param>
    /// <param name="options">What was asked for.</param>
    public static UmapOptions Layout(int distinctCount, TextGroupingOptions options) => new()
    {
        NeighborCount = Clamp(NeighborFactor * Math.Sqrt(distinctCount), FewestNeighbors, MostNeighbors),
        ComponentCount = Clamp(distinctCount / TextsPerComponent, FewestComponents, MostComponents),
        MinDistance = 0,
        Metric = Metric.Cosine,
        Center = true,
        UniqueRows = true,
        Seed = options.Seed,
        ThreadCount = options.Embedding.ThreadCount ?? 0,
    };

    /// <summary>Returns how groups are found in the layout, before a resolution is taken.</summary>
    /// <param name="count">The number of texts.</param>
    /// <param name="options">What was asked for.</param>
    public static HdbscanOptions Clusters(int count, TextGroupingOptions options)
    {
        double samples = SampleFactor * Math.Sqrt(count);
        return new HdbscanOptions
        {
            MinClusterSize = options.MinGroupSize ?? Clamp(samples, SmallestGroup, LargestSmallestGroup),
            MinSampleCount = Clamp(samples, 1, Math.Min(MostSamples, Math.Max(1, count - 1))),
            ClusterSelectionMethod = ClusterSelectionMethod.Leaf,
            ClusterCount = options.GroupCount,
            RefinementCount = RefinementCount,
            ThreadCount = options.Embedding.ThreadCount ?? 0,
        };
    }

    /// <summary>Returns the options by which all texts are one group, where they do not part into several.</summary>
    /// <param name="clusters">The options that found none.</param>
    public static HdbscanOptions OneGroup(HdbscanOptions clusters)
        => clusters with { ClusterSelectionMethod = ClusterSelectionMethod.Eom, AllowSingleCluster = true, ClusterCount = null };

    /// <summary>Returns the fewest texts of a group at the resolution Auto.</summary>
    /// <param name="count">The number of texts.</param>
    public static int Size(int count)
        => Clamp(SizeFactor * Math.Sqrt(count), count < FewForTwins ? SmallestGroup : SmallestGroup + 1, int.MaxValue);

    private static int Clamp(double value, int smallest, int largest)
        => (int)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), smallest, largest);
}
