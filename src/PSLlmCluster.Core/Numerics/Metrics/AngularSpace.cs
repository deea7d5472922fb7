namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// One less the cosine of the angle between two rows, or, for correlation, between the rows less their means (umap.distances.cosine and correlation).
/// </summary>
/// <remarks>
/// As there, two rows without length are at distance 0, and one row without length is at distance 1 from all others; for correlation so are rows whose product is 0.
/// Unlike there, rounding never makes a distance negative, nor rows of one direction and different length anything but equal: their distance would be noise, and HDBSCAN takes
/// the smallest distance above 0 for the density of its densest cluster.
/// </remarks>
internal sealed class AngularSpace : MetricSpace
{
    /// <summary>Above the rounding of 1 less a cosine in double precision, for some thousand columns.</summary>
    private const double RoundingNoise = 1e-14;

    private readonly double[]? _centred;
    private readonly double[] _squaredLengths;

    public AngularSpace(RowMatrix rows, Metric metric)
        : base(rows, metric)
    {
        _centred = metric == Metric.Correlation ? Centre(rows) : null;
        _squaredLengths = new double[rows.RowCount];
        for (int row = 0; row < rows.RowCount; row++)
        {
            _squaredLengths[row] = Product(row, row);
        }
    }

    public override double Distance(int first, int second)
    {
        double firstLength = _squaredLengths[first];
        double secondLength = _squaredLengths[second];
        if (firstLength == 0 || secondLength == 0)
        {
            return firstLength == secondLength ? 0 : 1;
        }

        double distance = 1 - (Product(first, second) / Math.Sqrt(firstLength * secondLength));
        return distance > RoundingNoise ? distance : 0;
    }

    public override void DistancesFrom(int row, int start, Span<double> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Distance(row, start + i);
        }
    }

    private static double[] Centre(RowMatrix rows)
    {
        double[] centred = new double[rows.Values.LongLength];
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<float> source = rows.Row(row);
            double sum = 0;
            foreach (float value in source)
            {
                sum += value;
            }

            double mean = sum / source.Length;
            Span<double> target = centred.AsSpan(row * rows.ColumnCount, rows.ColumnCount);
            for (int column = 0; column < source.Length; column++)
            {
                target[column] = source[column] - mean;
            }
        }

        return centred;
    }

    private double Product(int first, int second)
    {
        int width = Rows.ColumnCount;
        return _centred is null
            ? LaneKernels.Reduce<LaneKernels.Product>(Rows.Row(first), Rows.Row(second))
            : LaneKernels.Reduce<LaneKernels.Product>(_centred.AsSpan(first * width, width), _centred.AsSpan(second * width, width));
    }
}
