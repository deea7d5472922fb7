namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// The sum of |x - y| divided by the sum of |x + y| (umap.distances.bray_curtis). As there, where the divisor is 0 the distance is 0, which makes opposite rows equal.
/// </summary>
internal sealed class BrayCurtisSpace(RowMatrix rows) : MetricSpace(rows, Metric.BrayCurtis)
{
    public override double DistanceFrom(MetricSpace foreign, int foreignRow, int row) => Between(foreign.Rows.Row(foreignRow), Rows.Row(row));

    public override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        ReadOnlySpan<float> from = foreign.Rows.Row(foreignRow);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Between(from, Rows.Row(start + i));
        }
    }

    private static double Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double divisor = LaneKernels.Reduce<RatioTerms.AbsoluteSum>(a, b);
        return divisor > 0 ? LaneKernels.Reduce<LaneKernels.AbsoluteDifference>(a, b) / divisor : 0;
    }
}
