using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Spectral;

/// <summary>
/// The matrix D^-1/2 A D^-1/2 of a graph, D the rows' sums of weights: the normalised Laplacian is 1 less it, so its largest eigenvalues are the Laplacian's smallest
/// (spectral.py, _spectral_layout). In double precision from single-precision weights.
/// </summary>
internal sealed class NormalizedAdjacency : ISymmetricOperator
{
    private const int RowsPerBlock = 2048;
    private readonly WeightedGraph _graph;
    private readonly double[] _values;
    private readonly int _threadCount;
    private readonly CancellationToken _token;

    public NormalizedAdjacency(WeightedGraph graph, int threadCount, CancellationToken token)
    {
        _graph = graph;
        _threadCount = threadCount;
        _token = token;
        int n = graph.RowCount;
        double[] roots = new double[n];
        for (int row = 0; row < n; row++)
        {
            double sum = 0;
            foreach (float weight in graph.WeightsOf(row))
            {
                sum += weight;
            }

            roots[row] = Math.Sqrt(sum);
        }

        _values = new double[graph.EntryCount];
        for (int row = 0; row < n; row++)
        {
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                _values[entry] = graph.Weights[entry] / (roots[row] * roots[graph.Columns[entry]]);
            }
        }

        VectorBlock.Scale(roots, 1 / VectorBlock.Norm(roots));
        Trivial = roots;
    }

    /// <inheritdoc/>
    public int Size => _graph.RowCount;

    /// <summary>Gets the eigenvector of eigenvalue 1: the roots of the rows' sums, of length 1.</summary>
    public double[] Trivial { get; }

    /// <inheritdoc/>
    public void Multiply(double[] vector, double[] product) => ParallelBlocks.For(Size, RowsPerBlock, _threadCount, _token, (start, end) =>
    {
        int[] columns = _graph.Columns;
        for (int row = start; row < end; row++)
        {
            double sum = 0;
            for (int entry = _graph.Offsets[row]; entry < _graph.Offsets[row + 1]; entry++)
            {
                sum += _values[entry] * vector[columns[entry]];
            }

            product[row] = sum;
        }
    });
}
