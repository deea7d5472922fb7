namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// The sum of |x - y| divided by the sum of |x + y| (umap.distances.bray_curtis). As there, where the divisor is 0 the distance is 0,
/// which makes opposite rows equal.
/// </summary>
internal sealed class BrayCurtisSpace<T>(RowMatrix rows) : MetricSpace(rows, Metric.BrayCurtis)
    where T : struct
{
    public override double DistanceFrom(MetricSpace foreign, int foreignRow, int row)
        => Between(foreign.Rows.Row<T>(foreignRow), Rows.Row<T>(row));

    public override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        ReadOnlySpan<T> from = foreign.Rows.Row<T>(foreignRow);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Between(from, Rows.Row<T>(start + i));
        }
    }

    private static double Between(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        double divisor = LaneKernels.Reduce<RatioTerms.AbsoluteSum, T>(a, b);
        return divisor > 0 ? LaneKernels.Reduce<LaneKernels.AbsoluteDifference, T>(a, b) / divisor : 0;
    }
}
