using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Refinement;

/// <summary>
/// Clusters of which each point lies nearest to the mean of its own. The tree says how many clusters there are and where; rows between them
/// then go where most of what they hold in common is (Lloyd's algorithm, begun at the clusters of the tree in place of random rows).
/// </summary>
/// <param name="Labels">For each point its cluster, by the numbers that the clusters had.</param>
/// <param name="Clearness">For each point how clearly it lies with its cluster, from 0.5 to 1.</param>
/// <param name="Means">The means that the points were last put to.</param>
internal sealed record RefinedClusters(int[] Labels, double[] Clearness, ClusterMeans Means)
{
    private const int RowsPerBlock = 4096;

    /// <summary>
    /// Moves points until none moves any more. A cluster that is left with fewer rows than one needs is then dissolved, the smallest first
    /// (of equals the first), and its points go where they lie nearest among the others; the last cluster stays.
    /// </summary>
    /// <param name="points">The points, of a Euclidean space.</param>
    /// <param name="labels">For each point its cluster, or -1 for none; there is one cluster at least.</param>
    /// <param name="clusterCount">The number of clusters, those without points included.</param>
    /// <param name="most">The most passes, 1 or more.</param>
    /// <param name="minClusterSize">The fewest rows of a cluster.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static RefinedClusters Compute(
        HdbscanPoints points, int[] labels, int clusterCount, int most, int minClusterSize, WorkContext work)
    {
        ClusterMeans means = ClusterMeans.Of(points.Space.Rows, labels, clusterCount, points.Weights);
        RefinedClusters clusters = Assign(points, means, work);
        for (int pass = 1; pass < most && !clusters.Labels.AsSpan().SequenceEqual(labels); pass++)
        {
            labels = clusters.Labels;
            clusters = Assign(points, ClusterMeans.Of(points.Space.Rows, labels, clusterCount, points.Weights), work);
        }

        while (TooSmall(points, clusters, minClusterSize) is >= 0 and int small)
        {
            clusters = Assign(points, clusters.Means.Without(small), work);
        }

        return clusters;
    }

    private static RefinedClusters Assign(HdbscanPoints points, ClusterMeans means, WorkContext work)
    {
        int[] labels = new int[points.Count];
        double[] clearness = new double[points.Count];
        ParallelBlocks.For(labels.Length, RowsPerBlock, work, (start, end) =>
        {
            for (int point = start; point < end; point++)
            {
                (labels[point], clearness[point]) = means.Nearest(points.Space.Rows, point);
            }
        });
        return new RefinedClusters(labels, clearness, means);
    }

    /// <summary>Returns the smallest cluster where it has too few rows and is not the only one, or -1.</summary>
    private static int TooSmall(HdbscanPoints points, RefinedClusters clusters, int minClusterSize)
    {
        bool[] isPresent = clusters.Means.IsPresent;
        double[] sizes = RowWeights.OfClusters(clusters.Labels, isPresent.Length, points.Weights);
        int smallest = -1;
        int count = 0;
        for (int cluster = 0; cluster < sizes.Length; cluster++)
        {
            if (isPresent[cluster])
            {
                count++;
                smallest = smallest < 0 || sizes[cluster] < sizes[smallest] ? cluster : smallest;
            }
        }

        return count > 1 && !RowWeights.HasReached(sizes[smallest], minClusterSize) ? smallest : -1;
    }
}
