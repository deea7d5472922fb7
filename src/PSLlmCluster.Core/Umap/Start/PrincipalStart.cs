using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The first principal components of the rows: X - mean = U S V', the places are U S (scikit-learn's PCA, which umap_.py calls for
/// init="pca"). Signs are fixed by the place farthest out, which is positive.
/// </summary>
/// <remarks>
/// Eigenvectors of (X - mean)(X - mean)' or of (X - mean)'(X - mean), whichever is smaller, both divided by their trace so that no
/// eigenvalue exceeds 1. No matrix is formed; it is applied to vectors. Departure: of more than 8,192 rows the axes are those of 8,192,
/// evenly spread over the canonical order, and all rows are projected on them.
/// </remarks>
internal static class PrincipalStart
{
    private const int RowsPerBlock = 256;
    private const int LargestSample = 8192;

    /// <summary>Computes the places.</summary>
    /// <returns>n x dim, row after row; null where rows or columns are fewer than the dimensions, or all rows are equal, or the method does
    /// not converge.</returns>
    public static double[]? Compute(RowMatrix rows, int dim, WorkContext work)
    {
        int n = rows.RowCount;
        if (dim > Math.Min(n, rows.ColumnCount))
        {
            return null;
        }

        bool isSampled = n > LargestSample;
        CentredRows centred = new(isSampled ? Sample(rows) : rows, work);
        if (!(centred.Trace > 0) || !double.IsFinite(centred.Trace))
        {
            return null;
        }

        bool byRows = !isSampled && n < rows.ColumnCount;
        ISymmetricOperator matrix = byRows ? new RowProducts(centred) : new ColumnProducts(centred);
        if (SymmetricEigen.Largest(matrix, dim, null, isSampled ? EigenEffort.ForStart(n) : EigenEffort.Exact, work) is not { } spectrum)
        {
            return null;
        }

        double[] places = new double[n * dim];
        double[] projected = byRows ? [] : new double[n];
        for (int d = 0; d < dim; d++)
        {
            double[] scores = projected;
            if (byRows)
            {
                scores = spectrum.Vectors[d];
                VectorBlock.Scale(scores, Math.Sqrt(Math.Max(0, spectrum.Values[d]) * centred.Trace));
            }
            else
            {
                centred.TimesColumns(rows, spectrum.Vectors[d], scores);
            }

            SymmetricEigen.FixSign(scores);
            for (int row = 0; row < n; row++)
            {
                places[(row * dim) + d] = scores[row];
            }
        }

        return places;
    }

    private static RowMatrix Sample(RowMatrix rows)
    {
        float[] values = new float[LargestSample * rows.ColumnCount];
        for (int i = 0; i < LargestSample; i++)
        {
            rows.Row((int)((long)i * rows.RowCount / LargestSample)).CopyTo(values.AsSpan(i * rows.ColumnCount));
        }

        return new RowMatrix(values, LargestSample, rows.ColumnCount);
    }

    /// <summary>The rows less their mean, as a matrix that is applied to vectors.</summary>
    private sealed class CentredRows
    {
        private readonly RowMatrix _rows;
        private readonly double[] _mean;
        private readonly WorkContext _work;

        public CentredRows(RowMatrix rows, WorkContext work)
        {
            _rows = rows;
            _work = work;
            _mean = new double[rows.ColumnCount];
            for (int row = 0; row < rows.RowCount; row++)
            {
                ReadOnlySpan<float> source = rows.Row(row);
                for (int column = 0; column < source.Length; column++)
                {
                    _mean[column] += source[column];
                }
            }

            VectorBlock.Scale(_mean, 1.0 / rows.RowCount);
            for (int row = 0; row < rows.RowCount; row++)
            {
                ReadOnlySpan<float> source = rows.Row(row);
                for (int column = 0; column < source.Length; column++)
                {
                    double value = source[column] - _mean[column];
                    Trace += value * value;
                }
            }
        }

        public double Trace { get; }

        public int RowCount => _rows.RowCount;

        public int ColumnCount => _rows.ColumnCount;

        /// <summary>Multiplies with a vector of as many numbers as there are columns.</summary>
        public void TimesColumns(double[] vector, double[] product) => TimesColumns(_rows, vector, product);

        /// <summary>Multiplies rows less this mean with a vector of as many numbers as there are columns.</summary>
        public void TimesColumns(RowMatrix rows, double[] vector, double[] product)
            => ParallelBlocks.For(rows.RowCount, RowsPerBlock, _work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                product[row] = Product(rows.Row(row), vector);
            }
        });

        /// <summary>Multiplies the transposed matrix with a vector of as many numbers as there are rows.</summary>
        public void TimesRows(double[] vector, double[] product)
        {
            int width = ColumnCount;
            int blocks = (RowCount + RowsPerBlock - 1) / RowsPerBlock;
            double[] partial = new double[blocks * width];
            ParallelBlocks.For(RowCount, RowsPerBlock, _work, (start, end) =>
            {
                Span<double> sum = partial.AsSpan(start / RowsPerBlock * width, width);
                for (int row = start; row < end; row++)
                {
                    AddTimes(_rows.Row(row), vector[row], sum);
                }
            });
            Array.Clear(product);
            for (int block = 0; block < blocks; block++)
            {
                for (int column = 0; column < width; column++)
                {
                    product[column] += partial[(block * width) + column];
                }
            }
        }

        // Eight lanes in two registers of 256 bits, which every machine has or makes from smaller ones, lane for lane.
        private double Product(ReadOnlySpan<float> row, double[] vector)
        {
            ref float source = ref MemoryMarshal.GetReference(row);
            ref double mean = ref MemoryMarshal.GetArrayDataReference(_mean);
            ref double weights = ref MemoryMarshal.GetArrayDataReference(vector);
            Vector256<double> low = Vector256<double>.Zero;
            Vector256<double> high = Vector256<double>.Zero;
            int column = 0;
            for (; column <= row.Length - Vector256<float>.Count; column += Vector256<float>.Count)
            {
                (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)column));
                low += (first - Vector256.LoadUnsafe(ref mean, (nuint)column)) * Vector256.LoadUnsafe(ref weights, (nuint)column);
                high += (second - Vector256.LoadUnsafe(ref mean, (nuint)column + 4)) * Vector256.LoadUnsafe(ref weights, (nuint)column + 4);
            }

            Vector256<double> lanes = low + high;
            double sum = lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
            for (; column < row.Length; column++)
            {
                sum += (row[column] - _mean[column]) * vector[column];
            }

            return sum;
        }

        private void AddTimes(ReadOnlySpan<float> row, double factor, Span<double> sum)
        {
            ref float source = ref MemoryMarshal.GetReference(row);
            ref double mean = ref MemoryMarshal.GetArrayDataReference(_mean);
            ref double target = ref MemoryMarshal.GetReference(sum);
            int column = 0;
            for (; column <= row.Length - Vector256<float>.Count; column += Vector256<float>.Count)
            {
                (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)column));
                (
                    Vector256.LoadUnsafe(ref target, (nuint)column) +
                        ((first - Vector256.LoadUnsafe(ref mean, (nuint)column)) * factor)).StoreUnsafe(
                        ref target, (nuint)column);
                (
                    Vector256.LoadUnsafe(ref target, (nuint)column + 4) +
                        ((second - Vector256.LoadUnsafe(ref mean, (nuint)column + 4)) * factor)).StoreUnsafe(
                        ref target, (nuint)column + 4);
            }

            for (; column < row.Length; column++)
            {
                sum[column] += (row[column] - _mean[column]) * factor;
            }
        }
    }

    private sealed class RowProducts(CentredRows rows) : ISymmetricOperator
    {
        private readonly double[] _middle = new double[rows.ColumnCount];

        public int Size => rows.RowCount;

        public void Multiply(double[] vector, double[] product)
        {
            rows.TimesRows(vector, _middle);
            rows.TimesColumns(_middle, product);
            VectorBlock.Scale(product, 1 / rows.Trace);
        }
    }

    private sealed class ColumnProducts(CentredRows rows) : ISymmetricOperator
    {
        private readonly double[] _middle = new double[rows.RowCount];

        public int Size => rows.ColumnCount;

        public void Multiply(double[] vector, double[] product)
        {
            rows.TimesColumns(vector, _middle);
            rows.TimesRows(_middle, product);
            VectorBlock.Scale(product, 1 / rows.Trace);
        }
    }
}
