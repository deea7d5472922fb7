namespace PSLlmCluster.Core.Hdbscan;

/// <summary>Cluster numbers by size, the largest 0; of equal ones the cluster with the smallest row comes first. (hdbscan numbers by its tree, which hangs on the order of the rows.)</summary>
internal static class ClusterNumbers
{
    /// <summary>Returns the clusters that have rows, in the order of their new numbers.</summary>
    /// <param name="clusters">For each row its cluster, or -1.</param>
    /// <param name="clusterCount">The number of clusters, those without rows included.</param>
    public static int[] BySize(ReadOnlySpan<int> clusters, int clusterCount)
    {
        int[] sizes = new int[clusterCount];
        int[] firstRows = new int[clusterCount];
        List<int> present = [];
        for (int row = 0; row < clusters.Length; row++)
        {
            int cluster = clusters[row];
            if (cluster >= 0 && sizes[cluster]++ == 0)
            {
                firstRows[cluster] = row;
                present.Add(cluster);
            }
        }

        present.Sort((a, b) => sizes[a] != sizes[b] ? sizes[b].CompareTo(sizes[a]) : firstRows[a].CompareTo(firstRows[b]));
        return [.. present];
    }
}
