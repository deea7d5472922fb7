namespace PSLlmCluster;

/// <summary>What one choice of parameters makes of the rows: what <c>Measure-Clustering</c> writes.</summary>
public record ClusteringMeasurement
{
    /// <summary>Gets the fewest rows that make a cluster.</summary>
    public required int MinClusterSize { get; init; }

    /// <summary>Gets the number of other rows that a core distance reaches.</summary>
    public required int MinSampleCount { get; init; }

    /// <summary>Gets the distance below which clusters are not split.</summary>
    public required double ClusterSelectionEpsilon { get; init; }

    /// <summary>Gets which nodes of the tree are taken.</summary>
    public required ClusterSelectionMethod ClusterSelectionMethod { get; init; }

    /// <summary>Gets the number of clusters.</summary>
    public required int ClusterCount { get; init; }

    /// <summary>Gets the share of rows that are noise, from 0 to 1.</summary>
    public required double NoiseShare { get; init; }

    /// <summary>Gets the share of rows in the largest cluster, from 0 to 1.</summary>
    public required double LargestShare { get; init; }

    /// <summary>
    /// Gets the relative validity (DBCV along the spanning tree), from -1 to 1, or null where there is no cluster. It compares clusterings
    /// of the same rows by the same MinSampleCount.
    /// </summary>
    public required double? RelativeValidity { get; init; }

    /// <summary>Gets the mean persistence of the clusters, or null where there is none.</summary>
    public required double? Persistence { get; init; }
}
