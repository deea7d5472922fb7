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

    /// <summary>Moves points until none moves any more.</summary>
    /// <param name="points">The points, of a Euclidean space.</param>
    /// <param name="labels">For each point its cluster, or -1 for none; there is one cluster at least.</param>
    /// <param name="clusterCount">The number of clusters, those without points included.</param>
    /// <param name="most">The most passes, 1 or more.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static RefinedClusters Compute(HdbscanPoints points, int[] labels, int clusterCount, int most, WorkContext work)
    {
        RowMatrix rows = points.Space.Rows;
        double[] clearness = new double[labels.Length];
        for (int pass = 1; ; pass++)
        {
            ClusterMeans means = ClusterMeans.Of(rows, labels, clusterCount, points.Weights);
            int[] next = new int[labels.Length];
            ParallelBlocks.For(next.Length, RowsPerBlock, work, (start, end) =>
            {
                for (int point = start; point < end; point++)
                {
                    (next[point], clearness[point]) = means.Nearest(rows, point);
                }
            });
            if (pass == most || next.AsSpan().SequenceEqual(labels))
            {
                return new RefinedClusters(next, clearness, means);
            }

            labels = next;
        }
    }
}
