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

    /// <summary>Eight times the unit roundoff of double precision, 2^-50.</summary>
    private const double DoubleUnit = 1.0 / (1L << 50);

    private readonly double[]? _centred;
    private readonly double[] _squaredLengths;

    public AngularSpace(RowMatrix rows, Metric metric)
        : base(rows, metric)
    {
        _centred = metric == Metric.Correlation ? Centre(rows) : null;
        _squaredLengths = new double[rows.RowCount];
        for (int row = 0; row < rows.RowCount; row++)
        {
            _squaredLengths[row] = Product(this, row, row);
        }
    }

    internal override bool HasVectors => true;

    public override double DistanceFrom(MetricSpace foreign, int foreignRow, int row)
    {
        AngularSpace other = (AngularSpace)foreign;
        double firstLength = other._squaredLengths[foreignRow];
        double secondLength = _squaredLengths[row];
        if (firstLength == 0 || secondLength == 0)
        {
            return firstLength == secondLength ? 0 : 1;
        }

        double distance = 1 - (Product(other, foreignRow, row) / Math.Sqrt(firstLength * secondLength));
        return distance > RoundingNoise ? distance : 0;
    }

    public override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = DistanceFrom(foreign, foreignRow, start + i);
        }
    }

    /// <summary>The row brought to length 1, so that half the squared distance is 1 less the cosine. A row without length stays at 0: at half a squared distance of 0 from its like and of 1/2, less than their distance of 1, from the others.</summary>
    internal override void WriteVector(int row, Span<double> target)
    {
        double length = Math.Sqrt(_squaredLengths[row]);
        for (int column = 0; column < target.Length; column++)
        {
            double value = _centred is null ? Rows.Row(row)[column] : _centred[(row * Rows.ColumnCount) + column];
            target[column] = length == 0 ? 0 : value / length;
        }
    }

    /// <summary>The cosine and the lengths have absolute errors below (d + 4) 2^-53 each.</summary>
    internal override double LargestSquare(double distance) => 2 * (distance + RoundingNoise + ((Rows.ColumnCount + 32) * DoubleUnit));

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

    private double Product(AngularSpace foreign, int foreignRow, int row)
    {
        int width = Rows.ColumnCount;
        return _centred is null
            ? LaneKernels.Reduce<LaneKernels.Product>(foreign.Rows.Row(foreignRow), Rows.Row(row))
            : LaneKernels.Reduce<LaneKernels.Product>(foreign._centred!.AsSpan(foreignRow * width, width), _centred.AsSpan(row * width, width));
    }
}
