using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>A metric that is a function of one sum over the coordinates of both rows.</summary>
/// <typeparam name="TTerm">The term that is added up.</typeparam>
/// <typeparam name="T">The rows' numbers, of single or double precision.</typeparam>
internal abstract class SumSpace<TTerm, T>(RowMatrix rows, Metric metric) : MetricSpace(rows, metric)
    where TTerm : LaneKernels.ITerm
    where T : struct
{
    public sealed override double DistanceFrom(MetricSpace foreign, int foreignRow, int row)
        => Finish(LaneKernels.Reduce<TTerm, T>(foreign.Rows.Row<T>(foreignRow), Rows.Row<T>(row)));

    public sealed override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        ReadOnlySpan<T> from = foreign.Rows.Row<T>(foreignRow);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Finish(LaneKernels.Reduce<TTerm, T>(from, Rows.Row<T>(start + i)));
        }
    }

    /// <summary>Makes a distance of the sum.</summary>
    private protected virtual double Finish(double sum) => sum;
}

/// <summary>The root of the sum of squared differences (umap.distances.euclidean).</summary>
internal sealed class EuclideanSpace<T>(RowMatrix rows) : SumSpace<LaneKernels.SquaredDifference, T>(rows, Metric.Euclidean)
    where T : struct
{
    private const double DoubleUnit = 1.0 / (1L << 52);

    /// <summary>Above the smallest number of double precision.</summary>
    private const double Underflow = 1e-322;

    internal override bool HasVectors => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void WriteVector(int row, Span<double> target)
    {
        ReadOnlySpan<T> source = Rows.Row<T>(row);
        if (typeof(T) == typeof(float))
        {
            LaneKernels.Widen(MemoryMarshal.Cast<T, float>(source), target);
            return;
        }

        MemoryMarshal.Cast<T, double>(source).CopyTo(target);
    }

    /// <summary>
    /// A sum of d squares of rounded differences has a relative error below (d + 5) 2^-53 (Higham 2002, section 3.1), its root's square two
    /// roundings more; each square may lose half of the smallest number.
    /// </summary>
    internal override double LargestSquare(double distance)
        => (distance * distance * (1 + ((Rows.ColumnCount + 32) * DoubleUnit))) + ((Rows.ColumnCount + 2) * Underflow);

    private protected override double Finish(double sum) => Math.Sqrt(sum);
}

/// <summary>The sum of absolute differences (umap.distances.manhattan).</summary>
internal sealed class ManhattanSpace<T>(RowMatrix rows) : SumSpace<LaneKernels.AbsoluteDifference, T>(rows, Metric.Manhattan)
    where T : struct;

/// <summary>The largest absolute difference (umap.distances.chebyshev).</summary>
internal sealed class ChebyshevSpace<T>(RowMatrix rows) : SumSpace<LaneKernels.LargestDifference, T>(rows, Metric.Chebyshev)
    where T : struct;

/// <summary>The share of the coordinates that differ (umap.distances.hamming); 0 for rows without coordinates.</summary>
internal sealed class HammingSpace<T>(RowMatrix rows) : SumSpace<RatioTerms.Unequal, T>(rows, Metric.Hamming)
    where T : struct
{
    private protected override double Finish(double sum) => sum == 0 ? 0 : sum / Rows.ColumnCount;
}

/// <summary>The sum of |x - y| / (|x| + |y|), coordinates that are both 0 left out (umap.distances.canberra).</summary>
internal sealed class CanberraSpace<T>(RowMatrix rows) : SumSpace<RatioTerms.RelativeDifference, T>(rows, Metric.Canberra)
    where T : struct;
