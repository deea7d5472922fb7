using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Refinement;

/// <summary>
/// Merges clusters until there are as many as are wanted, each time the two that lengthen the distances to the means least (Ward 1963,
/// Journal of the American Statistical Association 58): n1 n2 / (n1 + n2) times the square of the distance between their means.
/// </summary>
internal static class WardMerging
{
    /// <summary>Merges clusters.</summary>
    /// <param name="rows">The points, of a Euclidean space.</param>
    /// <param name="labels">For each point its cluster, or -1 for none.</param>
    /// <param name="clusterCount">The number of clusters, those without points included.</param>
    /// <param name="weights">How many rows each point counts for; null where each is one.</param>
    /// <param name="wanted">How many clusters there are to be, 1 or more.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each point its cluster, by the lowest of the numbers that were merged; as it was where there are no more.</returns>
    public static int[] Merge(RowMatrix rows, int[] labels, int clusterCount, double[]? weights, int wanted, CancellationToken token)
    {
        ClusterMeans start = ClusterMeans.Of(rows, labels, clusterCount, weights);
        double[] sizes = RowWeights.OfClusters(labels, clusterCount, weights);
        int[] clusters = [.. Enumerable.Range(0, clusterCount).Where(cluster => start.IsPresent[cluster])];
        double[][] means = Array.ConvertAll(clusters, cluster => start.Mean(cluster).ToArray());
        double[] counts = Array.ConvertAll(clusters, cluster => sizes[cluster]);
        int[] into = [.. Enumerable.Range(0, clusters.Length)];
        int[] nearest = new int[clusters.Length];
        double[] costs = new double[clusters.Length];
        for (int i = 0; i < clusters.Length; i++)
        {
            FindNearest(i);
        }

        for (int left = clusters.Length; left > wanted; left--)
        {
            token.ThrowIfCancellationRequested();
            int first = -1;
            for (int i = 0; i < clusters.Length; i++)
            {
                if (into[i] == i && nearest[i] >= 0 && (first < 0 || costs[i] < costs[first]))
                {
                    first = i;
                }
            }

            int second = nearest[first];
            double sum = counts[first] + counts[second];
            for (int column = 0; column < rows.ColumnCount; column++)
            {
                means[first][column] = ((counts[first] * means[first][column]) + (counts[second] * means[second][column])) / sum;
            }

            counts[first] = sum;
            into[second] = first;
            for (int i = 0; i < clusters.Length; i++)
            {
                if (into[i] == i && (i <= first || nearest[i] == second))
                {
                    FindNearest(i);
                }
            }
        }

        int[] merged = new int[clusterCount];
        for (int i = 0; i < clusters.Length; i++)
        {
            // What was merged stands behind what it was merged into.
            into[i] = into[i] == i ? i : into[into[i]];
            merged[clusters[i]] = clusters[into[i]];
        }

        return Array.ConvertAll(labels, label => label < 0 ? -1 : merged[label]);

        void FindNearest(int cluster)
        {
            (nearest[cluster], costs[cluster]) = (-1, double.PositiveInfinity);
            for (int other = cluster + 1; other < clusters.Length; other++)
            {
                if (into[other] == other && Cost(cluster, other) is double cost && cost < costs[cluster])
                {
                    (nearest[cluster], costs[cluster]) = (other, cost);
                }
            }
        }

        double Cost(int one, int other)
        {
            double square = 0;
            for (int column = 0; column < rows.ColumnCount; column++)
            {
                double difference = means[one][column] - means[other][column];
                square += difference * difference;
            }

            return counts[one] * counts[other] / (counts[one] + counts[other]) * square;
        }
    }
}
