namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// Cluster numbers by size, the largest 0; of equal ones the cluster with the smallest row comes first. (hdbscan numbers by its tree, which
/// depends on the order of the rows.)
/// </summary>
internal static class ClusterNumbers
{
    /// <summary>Returns the clusters that have rows, in the order of their new numbers.</summary>
    /// <param name="clusters">For each point its cluster, or -1.</param>
    /// <param name="clusterCount">The number of clusters, those without rows included.</param>
    /// <param name="rowOfPoint">The row of each point, the smallest of several, or null where points are rows.</param>
    /// <param name="weights">How many rows each point counts for; null where each is one.</param>
    public static int[] BySize(ReadOnlySpan<int> clusters, int clusterCount, int[]? rowOfPoint = null, double[]? weights = null)
    {
        double[] sizes = RowWeights.OfClusters(clusters, clusterCount, weights);
        int[] smallest = new int[clusterCount];
        smallest.AsSpan().Fill(int.MaxValue);
        List<int> present = [];
        for (int point = 0; point < clusters.Length; point++)
        {
            int cluster = clusters[point];
            if (cluster < 0)
            {
                continue;
            }

            if (smallest[cluster] == int.MaxValue)
            {
                present.Add(cluster);
            }

            smallest[cluster] = Math.Min(smallest[cluster], rowOfPoint is null ? point : rowOfPoint[point]);
        }

        present.Sort((a, b) => sizes[a] != sizes[b] ? sizes[b].CompareTo(sizes[a]) : smallest[a].CompareTo(smallest[b]));
        return [.. present];
    }
}
