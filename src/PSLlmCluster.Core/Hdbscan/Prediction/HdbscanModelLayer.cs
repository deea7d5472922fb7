using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>A layer of a model: its clusters in the tree, into which new rows can be put.</summary>
public sealed class HdbscanModelLayer
{
    /// <summary>Initializes a new instance of the <see cref="HdbscanModelLayer"/> class.</summary>
    /// <param name="minClusterSize">The layer's size.</param>
    /// <param name="clusterOfNumber">The cluster of the tree that each number stands for; none lies below another.</param>
    /// <param name="nearest">For each point the number of the cluster that it would join first, or its own.</param>
    /// <param name="parents">The parent of each cluster of the tree.</param>
    internal HdbscanModelLayer(int minClusterSize, int[] clusterOfNumber, int[] nearest, int[] parents)
    {
        MinClusterSize = minClusterSize;
        ClusterOfNumber = clusterOfNumber;
        Nearest = nearest;
        Owners = new int[parents.Length];
        Owners.AsSpan().Fill(ClusterOwners.None);
        for (int number = 0; number < clusterOfNumber.Length; number++)
        {
            Owners[clusterOfNumber[number]] = number;
        }

        ClusterOwners.Fill(parents, Owners);
    }

    /// <summary>Gets the min_cluster_size of the layer.</summary>
    public int MinClusterSize { get; }

    /// <summary>Gets the number of clusters.</summary>
    public int ClusterCount => ClusterOfNumber.Length;

    /// <summary>Gets the cluster of the tree that each number stands for.</summary>
    internal int[] ClusterOfNumber { get; }

    /// <summary>Gets for each point the number of the cluster that it would join first, or its own.</summary>
    internal int[] Nearest { get; }

    /// <summary>Gets for each cluster of the tree the number of the layer's cluster that it is or lies below, or -1.</summary>
    internal int[] Owners { get; }

    /// <summary>Takes what a model needs from a layer of a fit.</summary>
    internal static HdbscanModelLayer Of(HdbscanFit fit, HdbscanLayer layer, CancellationToken token)
    {
        int[] ofRows = layer.NearestClusters(token);
        return new HdbscanModelLayer(
            layer.MinClusterSize,
            layer.Clusters.ClusterOfNumber,
            Array.ConvertAll(fit.Stages.Points.RowOfPoint, row => ofRows[row]),
            fit.Stages.Prediction.Parents);
    }
}
