using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>A metric that is a function of one sum over the coordinates of both rows.</summary>
/// <typeparam name="TTerm">The term that is added up.</typeparam>
internal abstract class SumSpace<TTerm>(RowMatrix rows, Metric metric) : MetricSpace(rows, metric)
    where TTerm : LaneKernels.ITerm
{
    public sealed override double DistanceFrom(MetricSpace foreign, int foreignRow, int row) => Finish(LaneKernels.Reduce<TTerm>(foreign.Rows.Row(foreignRow), Rows.Row(row)));

    public sealed override void DistancesFrom(MetricSpace foreign, int foreignRow, int start, Span<double> target)
    {
        ReadOnlySpan<float> from = foreign.Rows.Row(foreignRow);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Finish(LaneKernels.Reduce<TTerm>(from, Rows.Row(start + i)));
        }
    }

    /// <summary>Makes a distance of the sum.</summary>
    private protected virtual double Finish(double sum) => sum;
}

/// <summary>The root of the sum of squared differences (umap.distances.euclidean).</summary>
internal sealed class EuclideanSpace(RowMatrix rows) : SumSpace<LaneKernels.SquaredDifference>(rows, Metric.Euclidean)
{
    private const double DoubleUnit = 1.0 / (1L << 52);

    internal override bool HasVectors => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void WriteVector(int row, Span<double> target)
    {
        ReadOnlySpan<float> source = Rows.Row(row);
        for (int column = 0; column < source.Length; column++)
        {
            target[column] = source[column];
        }
    }

    /// <summary>A sum of d squares has a relative error below (d + 3) 2^-53 (Higham 2002, section 3.1), its root's square two roundings more.</summary>
    internal override double LargestSquare(double distance) => distance * distance * (1 + ((Rows.ColumnCount + 32) * DoubleUnit));

    private protected override double Finish(double sum) => Math.Sqrt(sum);
}

/// <summary>The sum of absolute differences (umap.distances.manhattan).</summary>
internal sealed class ManhattanSpace(RowMatrix rows) : SumSpace<LaneKernels.AbsoluteDifference>(rows, Metric.Manhattan);

/// <summary>The largest absolute difference (umap.distances.chebyshev).</summary>
internal sealed class ChebyshevSpace(RowMatrix rows) : SumSpace<LaneKernels.LargestDifference>(rows, Metric.Chebyshev);

/// <summary>The share of the coordinates that differ (umap.distances.hamming); 0 for rows without coordinates.</summary>
internal sealed class HammingSpace(RowMatrix rows) : SumSpace<RatioTerms.Unequal>(rows, Metric.Hamming)
{
    private protected override double Finish(double sum) => sum == 0 ? 0 : sum / Rows.ColumnCount;
}

/// <summary>The sum of |x - y| / (|x| + |y|), coordinates that are both 0 left out (umap.distances.canberra).</summary>
internal sealed class CanberraSpace(RowMatrix rows) : SumSpace<RatioTerms.RelativeDifference>(rows, Metric.Canberra);
