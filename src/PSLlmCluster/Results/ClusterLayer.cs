namespace PSLlmCluster;

/// <summary>
/// A layer: the clusters of one resolution, as leaf selection takes them at one MinClusterSize. <c>Invoke-Hdbscan -Layer -PassTree</c>
/// writes them.
/// </summary>
/// <param name="MinClusterSize">The size of the layer: the fewest rows of a cluster.</param>
/// <param name="ClusterCount">The number of clusters.</param>
/// <param name="Persistence">The total persistence: of all clusters together, the numbers of values of MinClusterSize at which they are
/// leaves of the tree.</param>
/// <param name="Parents">For each cluster by its number, that of the next coarser layer in which it lies; -1 where it lies in none, as in
/// the coarsest layer.</param>
/// <param name="ClusterNodes">For each cluster by its number, the number it has in the condensed tree.</param>
public sealed record ClusterLayer(
    int MinClusterSize, int ClusterCount, long Persistence, IReadOnlyList<int> Parents, IReadOnlyList<int> ClusterNodes);
