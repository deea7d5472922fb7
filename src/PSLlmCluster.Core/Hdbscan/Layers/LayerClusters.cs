using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan.Layers;

/// <summary>The clusters of one layer: the leaves at its size, each a cluster of the tree for the smallest size.</summary>
/// <param name="MinClusterSize">The layer's size.</param>
/// <param name="ClusterOfNumber">For each number, by which users know a cluster of the layer, the cluster of the tree.</param>
/// <param name="Labels">For each point the cluster of the tree, or -1 where it lies in none.</param>
internal sealed record LayerClusters(int MinClusterSize, int[] ClusterOfNumber, int[] Labels)
{
    /// <summary>Takes the leaves at a size out of the tree.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="spans">The sizes at which each of its clusters is a leaf.</param>
    /// <param name="size">The size.</param>
    /// <param name="points">The points, by whose rows the clusters are numbered.</param>
    public static LayerClusters At(CondensedTree tree, LeafSpans spans, int size, HdbscanPoints points)
    {
        int[] owners = new int[tree.ClusterCount];
        for (int cluster = 0; cluster < owners.Length; cluster++)
        {
            owners[cluster] = spans.IsLeafAt(cluster, size) ? cluster : ClusterOwners.None;
        }

        ClusterOwners.Fill(tree.Parents, owners);
        int[] labels = new int[points.Count];
        for (int point = 0; point < labels.Length; point++)
        {
            labels[point] = owners[tree.RowClusters[point]];
        }

        return new LayerClusters(size, ClusterNumbers.BySize(labels, owners.Length, points.RowOfPoint, points.Weights), labels);
    }

    /// <summary>Returns for each number of this layer the number of the coarser one's cluster that it lies in, or -1.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="coarser">The coarser layer.</param>
    public int[] ParentsIn(CondensedTree tree, LayerClusters coarser)
    {
        int[] names = coarser.NumbersOf(tree.ClusterCount);
        ClusterOwners.Fill(tree.Parents, names);
        return Array.ConvertAll(ClusterOfNumber, cluster => names[cluster]);
    }

    /// <summary>Gives each row of the input the number that its point has.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="points">The points.</param>
    /// <param name="clusters">For each point its cluster of the tree, or -1.</param>
    /// <returns>For each row its number, or -1; -1 for rows that are not finite.</returns>
    public int[] InOrderOfInput(CondensedTree tree, HdbscanPoints points, int[] clusters)
    {
        int[] numbers = NumbersOf(tree.ClusterCount);
        return Array.ConvertAll(points.PointOfRow, point => point < 0 || clusters[point] < 0 ? -1 : numbers[clusters[point]]);
    }

    /// <summary>Returns for each point its cluster of the tree, that which it would join first where it lies in none.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="stability">The stability of its clusters.</param>
    /// <param name="spanningTree">The spanning tree.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public int[] Nearest(CondensedTree tree, ClusterStability stability, SpanningTree spanningTree, CancellationToken token)
    {
        bool[] selected = new bool[tree.ClusterCount];
        foreach (int cluster in ClusterOfNumber)
        {
            selected[cluster] = true;
        }

        return NearestClusters.Compute(spanningTree, FlatClusters.Of(tree, stability, selected, epsilon: 0), token).Clusters;
    }

    private int[] NumbersOf(int clusterCount)
    {
        int[] numbers = new int[clusterCount];
        numbers.AsSpan().Fill(ClusterOwners.None);
        for (int number = 0; number < ClusterOfNumber.Length; number++)
        {
            numbers[ClusterOfNumber[number]] = number;
        }

        return numbers;
    }
}
