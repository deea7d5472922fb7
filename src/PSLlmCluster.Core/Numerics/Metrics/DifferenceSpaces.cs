namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>The root of the sum of squared differences (umap.distances.euclidean).</summary>
internal sealed class EuclideanSpace(RowMatrix rows) : MetricSpace(rows, Metric.Euclidean)
{
    public override double Distance(int first, int second) => Math.Sqrt(LaneKernels.Reduce<LaneKernels.SquaredDifference>(Rows.Row(first), Rows.Row(second)));

    public override void DistancesFrom(int row, int start, Span<double> target)
    {
        ReadOnlySpan<float> from = Rows.Row(row);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Math.Sqrt(LaneKernels.Reduce<LaneKernels.SquaredDifference>(from, Rows.Row(start + i)));
        }
    }
}

/// <summary>The sum of absolute differences (umap.distances.manhattan).</summary>
internal sealed class ManhattanSpace(RowMatrix rows) : MetricSpace(rows, Metric.Manhattan)
{
    public override double Distance(int first, int second) => LaneKernels.Reduce<LaneKernels.AbsoluteDifference>(Rows.Row(first), Rows.Row(second));

    public override void DistancesFrom(int row, int start, Span<double> target)
    {
        ReadOnlySpan<float> from = Rows.Row(row);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = LaneKernels.Reduce<LaneKernels.AbsoluteDifference>(from, Rows.Row(start + i));
        }
    }
}

/// <summary>The largest absolute difference (umap.distances.chebyshev).</summary>
internal sealed class ChebyshevSpace(RowMatrix rows) : MetricSpace(rows, Metric.Chebyshev)
{
    public override double Distance(int first, int second) => LaneKernels.Reduce<LaneKernels.LargestDifference>(Rows.Row(first), Rows.Row(second));

    public override void DistancesFrom(int row, int start, Span<double> target)
    {
        ReadOnlySpan<float> from = Rows.Row(row);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = LaneKernels.Reduce<LaneKernels.LargestDifference>(from, Rows.Row(start + i));
        }
    }
}
