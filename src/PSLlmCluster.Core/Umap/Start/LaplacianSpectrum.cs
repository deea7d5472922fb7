using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>The smallest eigenvalues of a graph's normalised Laplacian, I - D^-1/2 A D^-1/2, and their eigenvectors.</summary>
internal static class LaplacianSpectrum
{
    /// <summary>
    /// Computes the smallest eigenvalues of the normalised Laplacian of a connected graph, and their eigenvectors, but for the first,
    /// which is 0.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">How many, fewer than there are rows.</param>
    /// <param name="effort">How exact they shall be.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static (double[] Values, double[][] Vectors)? Compute(WeightedGraph graph, int count, EigenEffort effort, WorkContext work)
    {
        NormalizedAdjacency matrix = new(graph, work);
        return SymmetricEigen.Largest(matrix, count, matrix.Trivial, effort, work) is { } spectrum
            ? (Array.ConvertAll(spectrum.Values, value => 1 - value), spectrum.Vectors)
            : null;
    }
}
