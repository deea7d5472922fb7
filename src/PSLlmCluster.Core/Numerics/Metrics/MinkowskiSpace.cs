namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// (sum of |x - y|^p)^(1/p) (umap.distances.minkowski). Departure: where the powers overflow or vanish in double precision, differences
/// are measured by the largest, so that the distance is finite and above 0 (theirs becomes infinite, or 0).
/// </summary>
/// <remarks>
/// Coordinates are added one after the other, in double precision. Whole powers up to 16 are products, others
/// <see cref="DeterministicMath.Pow(double, double)"/>.
/// </remarks>
internal sealed class MinkowskiSpace<T>(RowMatrix rows, double power) : MetricSpace(rows, Metric.Minkowski, power)
    where T : struct
{
    private const int LargestProduct = 16;

    // Between these no single power has lost bits to underflow that matter, nor has the sum overflowed.
    private const double SmallestSum = 1e-280;
    private const double LargestSum = 1e300;

    private readonly int _whole = power <= LargestProduct && power == Math.Floor(power) ? (int)power : 0;

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

    private double Between(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        double sum = Sum(a, b, 1);
        if (sum is > SmallestSum and < LargestSum)
        {
            return Root(sum);
        }

        double largest = LaneKernels.Reduce<LaneKernels.LargestDifference, T>(a, b);
        return largest == 0 ? 0 : largest * Root(Sum(a, b, largest));
    }

    private double Sum(ReadOnlySpan<T> a, ReadOnlySpan<T> b, double scale)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = Math.Abs(LaneKernels.Widen(a[i]) - LaneKernels.Widen(b[i])) / scale;
            sum += _whole > 0 ? Product(difference, _whole) : DeterministicMath.Pow(difference, MinkowskiPower);
        }

        return sum;
    }

    private double Root(double sum) => DeterministicMath.Pow(sum, 1 / MinkowskiPower);

    private static double Product(double value, int power)
    {
        double product = 1;
        for (int left = power; left > 0; left >>= 1)
        {
            if ((left & 1) == 1)
            {
                product *= value;
            }

            value *= value;
        }

        return product;
    }
}
