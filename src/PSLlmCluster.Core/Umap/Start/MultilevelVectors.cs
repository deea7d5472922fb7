using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The smoothest vectors on a connected graph, those of the smallest eigenvalues of its normalised Laplacian but for the first, for the
/// start of a layout. On a large graph they are those of the graph of its groups, one number for each group, made smooth by some products
/// with the matrix.
/// </summary>
/// <remarks>
/// Koren, Carmel and Harel 2002, "ACE: a fast multiscale eigenvector computation for drawing huge graphs". The steps that a start is worth
/// (<see cref="EigenEffort"/>) do not carry a vector over a graph of so many rows, and Lanczos' basis of it takes a third of the memory of
/// rows of 384 numbers. docs/decisions/0004 has the figures of both.
/// </remarks>
internal static class MultilevelVectors
{
    /// <summary>Up to this number of rows the vectors are computed on the graph itself.</summary>
    internal const int FewRows = 50_000;

    private const int SmoothingSteps = 10;

    /// <summary>Computes the vectors.</summary>
    /// <param name="graph">The graph, connected.</param>
    /// <param name="count">How many, fewer than there are rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>Vectors of length 1 at right angles to each other, the largest entry of each positive; null where the method does not
    /// converge, or the groups are too few.</returns>
    public static double[][]? Compute(WeightedGraph graph, int count, WorkContext work)
        => graph.RowCount <= FewRows
            ? LaplacianSpectrum.Compute(graph, count, EigenEffort.ForStart(graph.RowCount), work)?.Vectors
            : OfGroups(graph, count, work);

    /// <summary>Computes the vectors of a graph's groups, and makes those of its rows of them.</summary>
    internal static double[][]? OfGroups(WeightedGraph graph, int count, WorkContext work)
    {
        if (CoarseVectors(graph, count, work) is not { } coarse)
        {
            return null;
        }

        NormalizedAdjacency matrix = new(graph, work);
        double[][] vectors = new double[count][];
        for (int d = 0; d < count; d++)
        {
            vectors[d] = Spread(coarse.Vectors[d], coarse.GroupOf, matrix.Trivial);
        }

        FreedMemory.Drop(coarse.GroupOf, 0, coarse.GroupOf.Length);
        bool isLeft = TrySmooth(vectors, matrix, work);
        matrix.Drop();
        if (!isLeft)
        {
            return null;
        }

        foreach (double[] vector in vectors)
        {
            SymmetricEigen.FixSign(vector);
        }

        return vectors;
    }

    /// <summary>
    /// Returns the vectors of the groups, divided by the roots of the groups' sums of weights. A method of its own, so that the graph of
    /// the groups is not alive later.
    /// </summary>
    private static (double[][] Vectors, int[] GroupOf)? CoarseVectors(WeightedGraph graph, int count, WorkContext work)
    {
        CoarseGraph coarse = CoarseGraph.Of(graph, work.Token);
        if (coarse.Graph.RowCount <= count + 1 || Compute(coarse.Graph, count, work) is not { } vectors)
        {
            return null;
        }

        double[] roots = new NormalizedAdjacency(coarse.Graph, work).Trivial;
        foreach (double[] vector in vectors)
        {
            for (int group = 0; group < vector.Length; group++)
            {
                vector[group] /= roots[group];
            }
        }

        return (vectors, coarse.GroupOf);
    }

    private static double[] Spread(double[] ofGroups, int[] groupOf, double[] roots)
    {
        double[] vector = new double[groupOf.Length];
        for (int row = 0; row < vector.Length; row++)
        {
            vector[row] = ofGroups[groupOf[row]] * roots[row];
        }

        return vector;
    }

    /// <summary>Takes what is not smooth out of vectors: a product leaves of each part as much as its eigenvalue says.</summary>
    /// <returns>Whether something is left of each.</returns>
    private static bool TrySmooth(double[][] vectors, NormalizedAdjacency matrix, WorkContext work)
    {
        double[] product = new double[matrix.Size];
        for (int step = 0; step < SmoothingSteps; step++)
        {
            for (int d = 0; d < vectors.Length; d++)
            {
                matrix.Multiply(vectors[d], product);
                (vectors[d], product) = (product, vectors[d]);
                VectorBlock.Orthogonalize(vectors[d], [matrix.Trivial], 0, 1, work);
                VectorBlock.Orthogonalize(vectors[d], vectors, 0, d, work);
                double length = VectorBlock.Norm(vectors[d]);
                if (!(length > 0))
                {
                    return false;
                }

                VectorBlock.Scale(vectors[d], 1 / length);
            }
        }

        FreedMemory.Drop(product, 0, product.Length);
        return true;
    }
}
