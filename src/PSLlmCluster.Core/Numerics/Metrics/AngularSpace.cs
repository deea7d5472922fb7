using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>
/// One less the cosine of the angle between two rows, or, for correlation, between the rows less their means (umap.distances.cosine and
/// correlation).
/// </summary>
/// <remarks>
/// <para>As there, two rows without length are at distance 0, and one row without length is at distance 1 from all others; for
/// correlation so are rows whose product is 0. Unlike there, rounding never makes a distance negative, nor rows of one direction and
/// different length anything but equal: their distance would be noise, and HDBSCAN takes the smallest distance above 0 for the density of
/// its densest cluster.</para>
/// <para>1 less a cosine is off by some units of 2^-53, which is all of it where rows are nearly parallel. There the distance is half the
/// squared distance D of the rows brought to length 1, which is the same number: a coordinate of such a row is off by less than
/// (d / 2 + 3) 2^-53 of itself, so D is off by less than (d + 6) 2^-53 and half its square h by less than (d + 6) 2^-53 (2 / D) h, where
/// d is the number of columns: for ten columns some 2e-9 of it at 1e-12. What is below that error alone is 0. No distance that is taken
/// in the one way is above one that is taken in the other.</para>
/// </remarks>
internal sealed class AngularSpace<T> : MetricSpace
    where T : struct
{
    /// <summary>From here down rows are nearly parallel: 1 less a cosine has lost half of its digits.</summary>
    private const double NearlyParallel = 1e-8;

    /// <summary>Above the rounding of 1 less a cosine in double precision, for some thousand columns.</summary>
    private const double RoundingNoise = 1e-14;

    /// <summary>Unit roundoff of double precision.</summary>
    private const double Unit = 1.0 / (1L << 53);

    /// <summary>Eight times the unit roundoff of double precision, 2^-50.</summary>
    private const double DoubleUnit = 1.0 / (1L << 50);

    /// <summary>Columns that two rows are brought to length 1 at once.</summary>
    private const int ColumnsAtOnce = 256;

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
        AngularSpace<T> other = (AngularSpace<T>)foreign;
        double firstLength = other._squaredLengths[foreignRow];
        double secondLength = _squaredLengths[row];
        if (firstLength == 0 || secondLength == 0)
        {
            return firstLength == secondLength ? 0 : 1;
        }

        // The lengths of very small rows of double precision have no product.
        double squared = firstLength * secondLength;
        double lengths = squared >= 1e-290 ? Math.Sqrt(squared) : Math.Sqrt(firstLength) * Math.Sqrt(secondLength);
        double distance = 1 - (Product(other, foreignRow, row) / lengths);
        return distance > NearlyParallel ? distance : Math.Min(NearlyParallel, HalfSquare(other, foreignRow, row));
    }

    public override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = DistanceFrom(foreign, foreignRow, start + i);
        }
    }

    /// <summary>
    /// The row brought to length 1, so that half the squared distance is 1 less the cosine. A row without length stays at 0: at half a
    /// squared distance of 0 from its like and of 1/2, less than their distance of 1, from the others.
    /// </summary>
    internal override void WriteVector(int row, Span<double> target) => WriteVector(row, 0, target);

    /// <summary>
    /// The cosine and the lengths have absolute errors below (d + 4) 2^-53 each; half a square that counts as 0 is below
    /// <see cref="RoundingNoise"/> too.
    /// </summary>
    internal override double LargestSquare(double distance) => 2 * (distance + RoundingNoise + ((Rows.ColumnCount + 32) * DoubleUnit));

    private static double[] Centre(RowMatrix rows)
    {
        double[] centred = new double[(long)rows.RowCount * rows.ColumnCount];
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<T> source = rows.Row<T>(row);

            // In double precision a row may lie far from 0 beside its spread, so its mean is taken from its first number on.
            double origin = typeof(T) == typeof(double) && source.Length > 0 ? LaneKernels.Widen(source[0]) : 0;
            double sum = 0;
            foreach (T value in source)
            {
                sum += LaneKernels.Widen(value) - origin;
            }

            double mean = sum / source.Length;
            Span<double> target = centred.AsSpan(row * rows.ColumnCount, rows.ColumnCount);
            for (int column = 0; column < source.Length; column++)
            {
                target[column] = LaneKernels.Widen(source[column]) - origin - mean;
            }
        }

        return centred;
    }

    /// <summary>Writes some columns of a row brought to length 1.</summary>
    private void WriteVector(int row, int start, Span<double> target)
    {
        double length = Math.Sqrt(_squaredLengths[row]);
        if (length == 0)
        {
            target.Clear();
            return;
        }

        if (_centred is not null)
        {
            _centred.AsSpan((row * Rows.ColumnCount) + start, target.Length).CopyTo(target);
        }
        else if (typeof(T) == typeof(float))
        {
            LaneKernels.Widen(MemoryMarshal.Cast<T, float>(Rows.Row<T>(row).Slice(start, target.Length)), target);
        }
        else
        {
            MemoryMarshal.Cast<T, double>(Rows.Row<T>(row).Slice(start, target.Length)).CopyTo(target);
        }

        LaneKernels.Divide(target, length);
    }

    /// <summary>Returns half the squared distance of two rows brought to length 1.</summary>
    private double HalfSquare(AngularSpace<T> foreign, int foreignRow, int row)
    {
        int columns = Rows.ColumnCount;
        Span<double> first = stackalloc double[ColumnsAtOnce];
        Span<double> second = stackalloc double[ColumnsAtOnce];
        double sum = 0;
        for (int start = 0; start < columns; start += ColumnsAtOnce)
        {
            int count = Math.Min(ColumnsAtOnce, columns - start);
            foreign.WriteVector(foreignRow, start, first[..count]);
            WriteVector(row, start, second[..count]);
            sum += LaneKernels.Reduce<LaneKernels.SquaredDifference>((ReadOnlySpan<double>)first[..count], second[..count]);
        }

        double noise = (columns + 6) * Unit;
        return sum > noise * noise ? sum / 2 : 0;
    }

    private double Product(AngularSpace<T> foreign, int foreignRow, int row)
    {
        int width = Rows.ColumnCount;
        return _centred is null
            ? LaneKernels.Reduce<LaneKernels.Product, T>(foreign.Rows.Row<T>(foreignRow), Rows.Row<T>(row))
            : LaneKernels.Reduce<LaneKernels.Product>(
                foreign._centred!.AsSpan(foreignRow * width, width), _centred.AsSpan(row * width, width));
    }
}
