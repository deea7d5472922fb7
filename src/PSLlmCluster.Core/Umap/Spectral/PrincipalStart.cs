using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Spectral;

/// <summary>
/// The first principal components of the rows: X - mean = U S V', the places are U S (scikit-learn's PCA, which umap_.py calls for init="pca").
/// Signs are fixed by the place farthest out, which is positive.
/// </summary>
/// <remarks>
/// Eigenvectors of (X - mean)(X - mean)' or of (X - mean)'(X - mean), whichever is smaller, both divided by their trace so that no eigenvalue exceeds 1. No matrix is formed; it is applied to vectors.
/// </remarks>
internal static class PrincipalStart
{
    private const int RowsPerBlock = 256;

    /// <summary>Computes the places.</summary>
    /// <returns>n x dim, row after row; null where rows or columns are fewer than the dimensions, or all rows are equal, or the method does not converge.</returns>
    public static double[]? Compute(RowMatrix rows, int dim, int threadCount, CancellationToken token)
    {
        int n = rows.RowCount;
        if (dim > Math.Min(n, rows.ColumnCount))
        {
            return null;
        }

        CentredRows centred = new(rows, threadCount, token);
        if (!(centred.Trace > 0) || !double.IsFinite(centred.Trace))
        {
            return null;
        }

        bool byRows = n < rows.ColumnCount;
        ISymmetricOperator matrix = byRows ? new RowProducts(centred) : new ColumnProducts(centred);
        if (SymmetricEigen.Largest(matrix, dim, null, threadCount, token) is not { } spectrum)
        {
            return null;
        }

        double[] places = new double[n * dim];
        for (int d = 0; d < dim; d++)
        {
            double[] scores = spectrum.Vectors[d];
            if (byRows)
            {
                VectorBlock.Scale(scores, Math.Sqrt(Math.Max(0, spectrum.Values[d]) * centred.Trace));
            }
            else
            {
                scores = new double[n];
                centred.TimesColumns(spectrum.Vectors[d], scores);
            }

            SymmetricEigen.FixSign(scores);
            for (int row = 0; row < n; row++)
            {
                places[(row * dim) + d] = scores[row];
            }
        }

        return places;
    }

    /// <summary>The rows less their mean, as a matrix that is applied to vectors.</summary>
    private sealed class CentredRows
    {
        private readonly RowMatrix _rows;
        private readonly double[] _mean;
        private readonly int _threadCount;
        private readonly CancellationToken _token;

        public CentredRows(RowMatrix rows, int threadCount, CancellationToken token)
        {
            _rows = rows;
            _threadCount = threadCount;
            _token = token;
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
        public void TimesColumns(double[] vector, double[] product) => ParallelBlocks.For(RowCount, RowsPerBlock, _threadCount, _token, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                ReadOnlySpan<float> source = _rows.Row(row);
                double sum = 0;
                for (int column = 0; column < source.Length; column++)
                {
                    sum += (source[column] - _mean[column]) * vector[column];
                }

                product[row] = sum;
            }
        });

        /// <summary>Multiplies the transposed matrix with a vector of as many numbers as there are rows.</summary>
        public void TimesRows(double[] vector, double[] product)
        {
            int width = ColumnCount;
            int blocks = (RowCount + RowsPerBlock - 1) / RowsPerBlock;
            double[] partial = new double[blocks * width];
            ParallelBlocks.For(RowCount, RowsPerBlock, _threadCount, _token, (start, end) =>
            {
                Span<double> sum = partial.AsSpan(start / RowsPerBlock * width, width);
                for (int row = start; row < end; row++)
                {
                    ReadOnlySpan<float> source = _rows.Row(row);
                    double factor = vector[row];
                    for (int column = 0; column < source.Length; column++)
                    {
                        sum[column] += (source[column] - _mean[column]) * factor;
                    }
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
