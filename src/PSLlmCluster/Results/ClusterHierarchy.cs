namespace PSLlmCluster;

/// <summary>Clusters, and the trees that they come from: what <c>Invoke-Hdbscan -PassTree</c> writes.</summary>
/// <param name="Assignments">The rows with their clusters, as without -PassTree.</param>
/// <param name="SingleLinkage">The merges by rising distance, one less than there are rows.</param>
/// <param name="CondensedTree">What leaves each cluster of the tree; rows that are not finite are not in it.</param>
/// <param name="ClusterNodes">For each cluster by its number, the number it has in the condensed tree; none for the clusters of a flat
/// cut.</param>
/// <param name="Persistences">The persistence of each cluster, by its number; 0 for those of a flat cut.</param>
/// <param name="RelativeValidity">The relative validity (DBCV along the spanning tree) from -1 to 1, or null where there is no
/// cluster.</param>
public sealed record ClusterHierarchy(
    IReadOnlyList<ClusterAssignment> Assignments,
    IReadOnlyList<SingleLinkageMerge> SingleLinkage,
    IReadOnlyList<CondensedTreeEdge> CondensedTree,
    IReadOnlyList<int> ClusterNodes,
    IReadOnlyList<double> Persistences,
    double? RelativeValidity)
{
    /// <summary>Gets the layers, the finest first; null unless they were asked for.</summary>
    public IReadOnlyList<ClusterLayer>? Layers { get; init; }
}
