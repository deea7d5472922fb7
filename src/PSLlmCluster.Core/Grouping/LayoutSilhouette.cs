using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// How clearly clusters part in a layout: the simplified silhouette (Vendramin, Campello and Hruschka 2010; Hruschka et al. 2004), which is
/// the silhouette of Rousseeuw (1987) with the distance to a cluster's mean in place of the mean distance to its members.
/// </summary>
internal sealed class LayoutSilhouette
{
    private const int RowsPerCheck = 1024;
    private readonly RowMatrix _layout;
    private readonly int[] _order;

    /// <summary>Initializes a new instance of the <see cref="LayoutSilhouette"/> class.</summary>
    /// <param name="layout">The layout, in single precision, all finite.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public LayoutSilhouette(RowMatrix layout, CancellationToken token)
    {
        _layout = layout;

        // In canonical order, so that the order of input changes no bit.
        _order = CanonicalOrder.Of(layout, token);
    }

    /// <summary>Measures clusters.</summary>
    /// <param name="labels">The cluster of each row, or below 0 for none.</param>
    /// <param name="clusterCount">The number of clusters, 2 or more, none without a row.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// The mean over the rows of (b - a) / max(a, b), a being the distance to the mean of their own cluster and b that to the nearest other
    /// one: from -1 to 1, the larger the clearer.
    /// </returns>
    public double Of(int[] labels, int clusterCount, CancellationToken token)
    {
        int width = _layout.ColumnCount;
        double[] means = MeansOf(labels, clusterCount);
        double sum = 0;
        int count = 0;
        for (int place = 0; place < _order.Length; place++)
        {
            if (place % RowsPerCheck == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            int row = _order[place];
            if (labels[row] < 0)
            {
                continue;
            }

            double own = 0;
            double other = double.PositiveInfinity;
            for (int cluster = 0; cluster < clusterCount; cluster++)
            {
                double square = SquaredDistance(_layout.Row(row), means.AsSpan(cluster * width, width));
                own = cluster == labels[row] ? square : own;
                other = cluster == labels[row] ? other : Math.Min(other, square);
            }

            double larger = Math.Sqrt(Math.Max(own, other));
            sum += larger > 0 ? (Math.Sqrt(other) - Math.Sqrt(own)) / larger : 0;
            count++;
        }

        return count > 0 ? sum / count : 0;
    }

    private double[] MeansOf(int[] labels, int clusterCount)
    {
        int width = _layout.ColumnCount;
        double[] means = new double[clusterCount * width];
        int[] counts = new int[clusterCount];
        foreach (int row in _order)
        {
            int label = labels[row];
            if (label < 0)
            {
                continue;
            }

            counts[label]++;
            ReadOnlySpan<float> values = _layout.Row(row);
            for (int column = 0; column < width; column++)
            {
                means[(label * width) + column] += values[column];
            }
        }

        for (int i = 0; i < means.Length; i++)
        {
            means[i] /= counts[i / width];
        }

        return means;
    }

    private static double SquaredDistance(ReadOnlySpan<float> row, ReadOnlySpan<double> mean)
    {
        double square = 0;
        for (int column = 0; column < row.Length; column++)
        {
            double difference = row[column] - mean[column];
            square += difference * difference;
        }

        return square;
    }
}
