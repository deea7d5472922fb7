using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The matrix D^-1/2 A D^-1/2 of a graph, D the rows' sums of weights: the normalised Laplacian is 1 less it, so its largest eigenvalues
/// are the Laplacian's smallest (spectral.py, _spectral_layout). In double precision from single-precision weights.
/// </summary>
internal sealed class NormalizedAdjacency : ISymmetricOperator
{
    private const int RowsPerBlock = 2048;
    private readonly WeightedGraph _graph;
    private readonly double[] _inverseRoots;
    private readonly double[] _scaled;
    private readonly WorkContext _work;

    public NormalizedAdjacency(WeightedGraph graph, WorkContext work)
    {
        _graph = graph;
        _work = work;
        int n = graph.RowCount;
        double[] roots = new double[n];
        _inverseRoots = new double[n];
        _scaled = new double[n];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                double sum = 0;
                foreach (float weight in graph.WeightsOf(row))
                {
                    sum += weight;
                }

                roots[row] = Math.Sqrt(sum);
                _inverseRoots[row] = sum > 0 ? 1 / roots[row] : 0;
            }
        });
        VectorBlock.Scale(roots, 1 / VectorBlock.Norm(roots));
        Trivial = roots;
    }

    /// <inheritdoc/>
    public int Size => _graph.RowCount;

    /// <summary>Gets the eigenvector of eigenvalue 1: the roots of the rows' sums, of length 1.</summary>
    public double[] Trivial { get; }

    /// <summary>Gives the memory of the numbers beside the graph back at once; the matrix is not there any more.</summary>
    public void Drop()
    {
        FreedMemory.Drop(Trivial, 0, Size);
        FreedMemory.Drop(_inverseRoots, 0, Size);
        FreedMemory.Drop(_scaled, 0, Size);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The vector is divided by the roots first and the product last, so that no second copy of the weights is held. Four sums run side by
    /// side.
    /// </remarks>
    public void Multiply(double[] vector, double[] product)
    {
        ParallelBlocks.For(Size, RowsPerBlock, _work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                _scaled[row] = vector[row] * _inverseRoots[row];
            }
        });
        ParallelBlocks.For(Size, RowsPerBlock, _work, (start, end) =>
        {
            ReadOnlySpan<double> scaled = _scaled;
            for (int row = start; row < end; row++)
            {
                ReadOnlySpan<int> columns = _graph.ColumnsOf(row);
                ReadOnlySpan<float> weights = _graph.WeightsOf(row)[..columns.Length];
                double sum0 = 0;
                double sum1 = 0;
                double sum2 = 0;
                double sum3 = 0;
                int entry = 0;
                for (; entry <= columns.Length - 4; entry += 4)
                {
                    sum0 += weights[entry] * scaled[columns[entry]];
                    sum1 += weights[entry + 1] * scaled[columns[entry + 1]];
                    sum2 += weights[entry + 2] * scaled[columns[entry + 2]];
                    sum3 += weights[entry + 3] * scaled[columns[entry + 3]];
                }

                for (; entry < columns.Length; entry++)
                {
                    sum0 += weights[entry] * scaled[columns[entry]];
                }

                product[row] = (sum0 + sum1 + (sum2 + sum3)) * _inverseRoots[row];
            }
        });
    }
}
