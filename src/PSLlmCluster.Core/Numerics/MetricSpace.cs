using PSLlmCluster.Core.Numerics.Metrics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Rows made ready for one metric. All distances are taken in double precision, whichever precision the rows have, with the same bits on
/// every machine, and are symmetric to the bit.
/// </summary>
internal abstract class MetricSpace
{
    private protected MetricSpace(RowMatrix rows, Metric metric, double power = 2)
    {
        Rows = rows;
        Metric = metric;
        MinkowskiPower = power;
    }

    /// <summary>Gets the rows.</summary>
    public RowMatrix Rows { get; }

    /// <summary>
    /// Gets the metric. Minkowski's with a power of 1, 2 or infinity is Manhattan, Euclidean or Chebyshev, and is given by that name.
    /// </summary>
    public Metric Metric { get; }

    /// <summary>Gets the power of the Minkowski metric; it means nothing for the others.</summary>
    public double MinkowskiPower { get; }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => Rows.RowCount;

    /// <summary>Makes rows ready for a metric.</summary>
    /// <param name="rows">
    /// The rows, all finite; for <see cref="Metric.Precomputed"/> a square matrix that <see cref="PrecomputedDistances"/> has checked.
    /// </param>
    /// <param name="metric">The metric.</param>
    /// <param name="minkowskiPower">The power of the Minkowski metric, 1 or more.</param>
    /// <returns>The space.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="metric"/> is not a value of the enumeration, or the power is below 1.
    /// </exception>
    /// <exception cref="EngineException">
    /// Precomputed distances are not as many in each row as there are rows (PrecomputedNotSquare).
    /// </exception>
    public static MetricSpace Create(RowMatrix rows, Metric metric, double minkowskiPower = 2)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.IsDouble ? Create<double>(rows, metric, minkowskiPower) : Create<float>(rows, metric, minkowskiPower);
    }

    /// <summary>Returns the space with its rows in double precision, which changes no distance of rows that it has.</summary>
    internal MetricSpace ToDouble() => Rows.IsDouble ? this : Create(Rows.ToDouble(), Metric, MinkowskiPower);

    /// <summary>Makes other rows ready to be measured against the rows of this space.</summary>
    /// <param name="rows">
    /// The rows, as wide as these and of the same precision; for <see cref="Metric.Precomputed"/> their distances to the rows of this
    /// space, row after row.
    /// </param>
    /// <returns>A space of the same metric.</returns>
    /// <exception cref="ArgumentException">The rows are not as wide as these, or of another precision.</exception>
    public MetricSpace CreateForeign(RowMatrix rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.ColumnCount != Rows.ColumnCount)
        {
            throw new ArgumentException(
                $"Rows of {rows.ColumnCount} numbers cannot be measured against rows of {Rows.ColumnCount}.", nameof(rows));
        }

        if (rows.IsDouble != Rows.IsDouble)
        {
            throw new ArgumentException("Rows of single and double precision cannot be measured against one another.", nameof(rows));
        }

        return Metric != Metric.Precomputed ? Create(rows, Metric, MinkowskiPower)
            : rows.IsDouble ? PrecomputedSpace<double>.Foreign(rows)
            : PrecomputedSpace<float>.Foreign(rows);
    }

    /// <summary>Returns the distance between two rows.</summary>
    /// <param name="first">One row's index.</param>
    /// <param name="second">The other row's index.</param>
    /// <returns>The distance, 0 or more; 0 for equal rows.</returns>
    public double Distance(int first, int second) => DistanceFrom(this, first, second);

    /// <summary>Measures from one row to consecutive others.</summary>
    /// <param name="row">The row's index.</param>
    /// <param name="start">The first of the others.</param>
    /// <param name="target">
    /// Receives the distances to the rows <paramref name="start"/>, <paramref name="start"/> + 1, ...; its length says how many.
    /// </param>
    public void DistancesFrom(int row, int start, Span<double> target) => DistancesFrom(this, row, start, target);

    /// <summary>
    /// Returns the distance from a row of another space to a row of this one, to the bit what it would be if both were in one space.
    /// </summary>
    /// <param name="foreign">The other space, from <see cref="CreateForeign"/>, or this one.</param>
    /// <param name="foreignRow">The index of a row there.</param>
    /// <param name="row">The index of a row here.</param>
    /// <returns>The distance.</returns>
    public abstract double DistanceFrom(MetricSpace foreign, int foreignRow, int row);

    /// <summary>Measures from a row of another space to consecutive rows of this one.</summary>
    /// <param name="foreign">The other space, from <see cref="CreateForeign"/>, or this one.</param>
    /// <param name="foreignRow">The index of a row there.</param>
    /// <param name="start">The first of the rows here.</param>
    /// <param name="target">Receives the distances; its length says how many.</param>
    public abstract void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target);

    /// <summary>
    /// Gets a value indicating whether distances are squared Euclidean distances of vectors in disguise, so that products of rows tell
    /// which are near.
    /// </summary>
    internal virtual bool HasVectors => false;

    /// <summary>Writes a row's vector, if <see cref="HasVectors"/>.</summary>
    /// <param name="row">The row's index.</param>
    /// <param name="target">Receives as many numbers as there are columns.</param>
    internal virtual void WriteVector(int row, Span<double> target) => throw new NotSupportedException();

    /// <summary>
    /// Returns what the squared distance of two rows' vectors cannot exceed if their computed distance does not exceed a bound, rounding
    /// included.
    /// </summary>
    /// <param name="distance">The bound.</param>
    internal virtual double LargestSquare(double distance) => throw new NotSupportedException();

    private static MetricSpace Create<T>(RowMatrix rows, Metric metric, double minkowskiPower)
        where T : struct
        => metric switch
        {
            Metric.Euclidean => new EuclideanSpace<T>(rows),
            Metric.Manhattan => new ManhattanSpace<T>(rows),
            Metric.Chebyshev => new ChebyshevSpace<T>(rows),
            Metric.Cosine => new AngularSpace<T>(rows, metric),
            Metric.Correlation => new AngularSpace<T>(rows, metric),
            Metric.Minkowski => minkowskiPower switch
            {
                1 => new ManhattanSpace<T>(rows),
                2 => new EuclideanSpace<T>(rows),
                double.PositiveInfinity => new ChebyshevSpace<T>(rows),
                > 1 => new MinkowskiSpace<T>(rows, minkowskiPower),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(minkowskiPower), minkowskiPower, "The power of the Minkowski metric is 1 or more."),
            },
            Metric.Hamming => new HammingSpace<T>(rows),
            Metric.Jaccard => new SetSpace(rows, metric),
            Metric.Dice => new SetSpace(rows, metric),
            Metric.Canberra => new CanberraSpace<T>(rows),
            Metric.BrayCurtis => new BrayCurtisSpace<T>(rows),
            Metric.Precomputed => new PrecomputedSpace<T>(rows),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
        };
}
