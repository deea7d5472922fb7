using PSLlmCluster.Core.Hdbscan.Layers;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>
/// One of several resolutions of a fit: the clusters that leaf selection takes at one min_cluster_size, at which they persist longest over
/// sizes (PLSCAN; Bot, McInnes, Aerts 2025, arXiv:2512.16558). A cluster of a finer layer lies in one cluster of a coarser one, or in none.
/// </summary>
public sealed class HdbscanLayer
{
    /// <summary>How many layers are taken where no number is given: the first six of the order.</summary>
    public const int UsualCount = 6;

    private readonly FitStages _stages;

    private HdbscanLayer(FitStages stages, LayerClusters clusters, PersistenceStep step, int rank, int[] parents)
    {
        _stages = stages;
        Clusters = clusters;
        Persistence = step.Total;
        Rank = rank;
        Parents = parents;
        Labels = clusters.InOrderOfInput(stages.Tree, stages.Points, clusters.Labels);
    }

    /// <summary>Gets the min_cluster_size of the layer, by which it is known.</summary>
    public int MinClusterSize => Clusters.MinClusterSize;

    /// <summary>Gets the number of clusters, 2 or more.</summary>
    public int ClusterCount => Clusters.ClusterOfNumber.Length;

    /// <summary>
    /// Gets the total persistence: of all clusters together, the numbers of values of min_cluster_size at which they are leaves of the
    /// tree.
    /// </summary>
    public long Persistence { get; }

    /// <summary>Gets the layer's place in the order of layers, by total persistence; that of the highest is 0.</summary>
    public int Rank { get; }

    /// <summary>
    /// Gets for each row its cluster, the largest 0 (of equal ones the one with the smallest row); -1 where it lies in none.
    /// </summary>
    public int[] Labels { get; }

    /// <summary>
    /// Gets for each cluster that of the next coarser one of the layers which it was found with, in which it lies; -1 where it lies in
    /// none.
    /// </summary>
    public IReadOnlyList<int> Parents { get; }

    /// <summary>Gets for each cluster its node in the condensed tree of the fit.</summary>
    public IReadOnlyList<int> ClusterNodes
        => Array.ConvertAll(Clusters.ClusterOfNumber, cluster => _stages.Points.PointOfRow.Length + cluster);

    /// <summary>Gets the clusters as the tree has them.</summary>
    internal LayerClusters Clusters { get; }

    /// <summary>Finds for each row that lies in no cluster of the layer the one that it would join first.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each row that cluster, or its own; -1 for rows that are not finite.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public int[] NearestClusters(CancellationToken token = default)
        => Clusters.InOrderOfInput(_stages.Tree, _stages.Points, NearestOfPoints(token));

    /// <summary>Finds layers.</summary>
    /// <param name="stages">What the stages of a fit have found.</param>
    /// <param name="most">The most layers, 1 or more; those of the highest total persistence are taken.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layers, the finest first.</returns>
    internal static HdbscanLayer[] Find(FitStages stages, int most, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        LeafSpans spans = LeafSpans.Compute(stages.Tree, stages.Options.MinClusterSize);
        List<PersistenceStep> order = LayerPeaks.Order(stages.Tree, spans, stages.Options.MinClusterSize, token);
        int[] ranks = [.. Enumerable.Range(0, Math.Min(most, order.Count))];
        Array.Sort(ranks, (a, b) => order[a].First.CompareTo(order[b].First));
        HdbscanLayer[] layers = new HdbscanLayer[ranks.Length];
        for (int i = layers.Length - 1; i >= 0; i--)
        {
            token.ThrowIfCancellationRequested();
            PersistenceStep step = order[ranks[i]];
            LayerClusters clusters = LayerClusters.At(stages.Tree, spans, step.First, stages.Points);
            int[] parents = i + 1 < layers.Length
                ? clusters.ParentsIn(stages.Tree, layers[i + 1].Clusters)
                : Array.ConvertAll(clusters.ClusterOfNumber, _ => -1);
            layers[i] = new HdbscanLayer(stages, clusters, step, ranks[i], parents);
        }

        return layers;
    }

    /// <summary>Returns for each point its cluster of the tree, that which it would join first where it lies in none.</summary>
    internal int[] NearestOfPoints(CancellationToken token)
        => Clusters.Nearest(_stages.Tree, _stages.Stability, _stages.SpanningTree, token);
}
