using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Layers;

/// <summary>
/// For each cluster of the tree the values of min_cluster_size at which it is a leaf: the clusters that leaf selection takes at that size
/// (PLSCAN; Bot, McInnes, Aerts 2025, arXiv:2512.16558, with sizes as the measure, so that all is whole numbers).
/// </summary>
/// <remarks>
/// In closed form: a part of a split is a cluster up to its own size or that of the largest other part, whichever is smaller, and it is a
/// leaf above the largest size at which anything splits below it, which is the second largest part of any split there. The tree for one
/// min_cluster_size has all clusters of every larger one, so it is enough; a larger size only leaves some of them out.
/// </remarks>
/// <param name="First">For each cluster the smallest size at which it is a leaf.</param>
/// <param name="Last">For each cluster the largest such size; below the first where there is none, as for the root.</param>
internal sealed record LeafSpans(long[] First, long[] Last)
{
    /// <summary>Computes the spans of all clusters.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="minClusterSize">The size that the tree was made for: spans begin there at the earliest.</param>
    public static LeafSpans Compute(CondensedTree tree, int minClusterSize)
    {
        int count = tree.ClusterCount;
        long[] first = new long[count];
        long[] last = new long[count];
        long[] splitsBelow = new long[count];
        for (int cluster = count - 1; cluster >= 0; cluster--)
        {
            long largest = 0;
            long second = 0;
            int child = tree.FirstChild(cluster);
            int end = child + tree.ChildCount(cluster);
            for (int i = child; i < end; i++)
            {
                long size = SizeOf(tree, i);
                second = Math.Max(second, Math.Min(size, largest));
                largest = Math.Max(size, largest);
                splitsBelow[cluster] = Math.Max(splitsBelow[cluster], splitsBelow[i]);
            }

            // Of two largest parts of one size, each is the other's largest other part.
            for (int i = child; i < end; i++)
            {
                last[i] = Math.Min(SizeOf(tree, i), second);
            }

            splitsBelow[cluster] = Math.Max(splitsBelow[cluster], second);
            first[cluster] = Math.Max(splitsBelow[cluster] + 1, minClusterSize);
        }

        return new LeafSpans(first, last);
    }

    /// <summary>Returns how many sizes there are at which a cluster is a leaf.</summary>
    public long Persistence(int cluster) => Math.Max(0, Last[cluster] - First[cluster] + 1);

    /// <summary>Returns whether a cluster is a leaf at a size.</summary>
    public bool IsLeafAt(int cluster, int size) => First[cluster] <= size && size <= Last[cluster];

    private static long SizeOf(CondensedTree tree, int cluster) => RowWeights.LargestReached(tree.Size(cluster));
}
