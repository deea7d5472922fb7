using PSLlmCluster.Core.Numerics.Metrics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Rows made ready for one metric. All distances are taken in double precision from the rows' single precision, with the same bits on
/// every machine, and are symmetric to the bit.
/// </summary>
public abstract class MetricSpace
{
    private protected MetricSpace(RowMatrix rows, Metric metric)
    {
        Rows = rows;
        Metric = metric;
    }

    /// <summary>Gets the rows.</summary>
    public RowMatrix Rows { get; }

    /// <summary>Gets the metric.</summary>
    public Metric Metric { get; }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => Rows.RowCount;

    /// <summary>Makes rows ready for a metric.</summary>
    /// <param name="rows">The rows, all finite.</param>
    /// <param name="metric">The metric.</param>
    /// <returns>The space.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="metric"/> is not a value of the enumeration.</exception>
    public static MetricSpace Create(RowMatrix rows, Metric metric)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return metric switch
        {
            Metric.Euclidean => new EuclideanSpace(rows),
            Metric.Manhattan => new ManhattanSpace(rows),
            Metric.Chebyshev => new ChebyshevSpace(rows),
            Metric.Cosine => new AngularSpace(rows, metric),
            Metric.Correlation => new AngularSpace(rows, metric),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
        };
    }

    /// <summary>Returns the distance between two rows.</summary>
    /// <param name="first">One row's index.</param>
    /// <param name="second">The other row's index.</param>
    /// <returns>The distance, 0 or more; 0 for equal rows.</returns>
    public abstract double Distance(int first, int second);

    /// <summary>Measures from one row to consecutive others.</summary>
    /// <param name="row">The row's index.</param>
    /// <param name="start">The first of the others.</param>
    /// <param name="target">Receives the distances to the rows <paramref name="start"/>, <paramref name="start"/> + 1, ...; its length says how many.</param>
    public abstract void DistancesFrom(int row, int start, Span<double> target);
}
