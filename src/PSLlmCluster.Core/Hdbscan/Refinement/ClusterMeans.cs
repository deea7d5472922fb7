using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Refinement;

/// <summary>
/// The means of clusters, and the one that a row lies nearest to: one step of Lloyd's algorithm for k-means (Lloyd 1982, IEEE Transactions
/// on Information Theory 28). Sums go through the points in their order, which is the canonical one, so the order of input, threads and
/// machine change nothing.
/// </summary>
/// <param name="Values">The means, in double precision, one after another: a row-major matrix of clusters by columns.</param>
/// <param name="ColumnCount">The number of columns, 1 or more.</param>
/// <param name="IsPresent">For each cluster whether it has a mean: one without points has none.</param>
internal sealed record ClusterMeans(double[] Values, int ColumnCount, bool[] IsPresent)
{
    /// <summary>Returns the means of clusters.</summary>
    /// <param name="rows">The points.</param>
    /// <param name="labels">For each point its cluster, or -1 for none.</param>
    /// <param name="clusterCount">The number of clusters, those without points included.</param>
    /// <param name="weights">How many rows each point counts for; null where each is one.</param>
    public static ClusterMeans Of(RowMatrix rows, ReadOnlySpan<int> labels, int clusterCount, double[]? weights)
    {
        int width = rows.ColumnCount;
        double[] sums = new double[clusterCount * width];
        double[] sizes = new double[clusterCount];
        for (int point = 0; point < labels.Length; point++)
        {
            if (labels[point] < 0)
            {
                continue;
            }

            double weight = weights is null ? 1 : weights[point];
            Span<double> sum = sums.AsSpan(labels[point] * width, width);
            sizes[labels[point]] += weight;
            for (int column = 0; column < width; column++)
            {
                sum[column] += weight * rows[point, column];
            }
        }

        for (int cluster = 0; cluster < clusterCount; cluster++)
        {
            for (int i = cluster * width; i < (cluster + 1) * width && sizes[cluster] > 0; i++)
            {
                sums[i] /= sizes[cluster];
            }
        }

        return new ClusterMeans(sums, width, Array.ConvertAll(sizes, size => size > 0));
    }

    /// <summary>Returns the cluster whose mean is nearest to a row (of several the first), and how clearly.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="row">The row.</param>
    /// <returns>
    /// The cluster, or -1 where there is none, and d2 / (d1 + d2) for the distances to the nearest mean and the next: 1 at the mean, 0.5
    /// halfway between two; 1 where there is one cluster.
    /// </returns>
    public (int Cluster, double Clearness) Nearest(RowMatrix rows, int row)
    {
        int nearest = -1;
        double first = double.PositiveInfinity;
        double second = double.PositiveInfinity;
        for (int cluster = 0; cluster < IsPresent.Length; cluster++)
        {
            if (!IsPresent[cluster])
            {
                continue;
            }

            ReadOnlySpan<double> mean = Mean(cluster);
            double square = 0;
            for (int column = 0; column < mean.Length; column++)
            {
                double difference = rows[row, column] - mean[column];
                square += difference * difference;
            }

            if (square < first || nearest < 0)
            {
                (nearest, second, first) = (cluster, nearest < 0 ? second : first, square);
            }
            else if (square < second)
            {
                second = square;
            }
        }

        double own = Math.Sqrt(first);
        double next = Math.Sqrt(second);
        return (nearest, !double.IsFinite(next) ? 1 : next > 0 ? next / (own + next) : 0.5);
    }

    /// <summary>Returns the mean of a cluster.</summary>
    /// <param name="cluster">The cluster, one that has a mean.</param>
    public ReadOnlySpan<double> Mean(int cluster) => Values.AsSpan(cluster * ColumnCount, ColumnCount);

    /// <summary>Returns the means without that of one cluster, whose number stays.</summary>
    /// <param name="cluster">The cluster.</param>
    public ClusterMeans Without(int cluster)
    {
        bool[] isPresent = [.. IsPresent];
        isPresent[cluster] = false;
        return this with { IsPresent = isPresent };
    }

    /// <summary>Returns the means of some of the clusters.</summary>
    /// <param name="clusters">The clusters, each of which has a mean.</param>
    public ClusterMeans Take(ReadOnlySpan<int> clusters)
    {
        double[] values = new double[clusters.Length * ColumnCount];
        bool[] isPresent = new bool[clusters.Length];
        for (int i = 0; i < clusters.Length; i++)
        {
            Values.AsSpan(clusters[i] * ColumnCount, ColumnCount).CopyTo(values.AsSpan(i * ColumnCount));
            isPresent[i] = IsPresent[clusters[i]];
        }

        return new ClusterMeans(values, ColumnCount, isPresent);
    }
}
