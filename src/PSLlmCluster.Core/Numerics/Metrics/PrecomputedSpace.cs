namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// Distances that were measured elsewhere: row i of the matrix holds those from i to all rows. It is made symmetric by
/// <see cref="PrecomputedDistances.Apply"/>. Rows of another space hold their distances to the rows of this one.
/// </summary>
internal sealed class PrecomputedSpace<T> : MetricSpace
    where T : struct
{
    public PrecomputedSpace(RowMatrix distances)
        : this(distances, PrecomputedDistances.RequireSquare(distances))
    {
    }

    private PrecomputedSpace(RowMatrix distances, int width)
        : base(distances, Metric.Precomputed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(distances.ColumnCount, width);
    }

    /// <summary>Makes a space of rows that are measured against those of another.</summary>
    public static PrecomputedSpace<T> Foreign(RowMatrix distances) => new(distances, distances.ColumnCount);

    public override double DistanceFrom(MetricSpace foreign, int foreignRow, int row)
        => LaneKernels.Widen(foreign.Rows.Row<T>(foreignRow)[row]);

    public override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        ReadOnlySpan<T> from = foreign.Rows.Row<T>(foreignRow).Slice(start, target.Length);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = LaneKernels.Widen(from[i]);
        }
    }
}
