using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Start;

/// <summary>
/// The distances of pieces whose rows are known by their distances alone: the mean over all pairs, average linkage (spectral.py,
/// component_layout, metric "precomputed").
/// </summary>
/// <remarks>Departure: infinite distances count as twice the largest finite one, so that the mean is finite.</remarks>
internal static class ComponentLinkage
{
    /// <summary>Returns the distances, pieces x pieces.</summary>
    /// <param name="distances">The matrix of the rows' distances.</param>
    /// <param name="pieces">The rows of each piece.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static double[] Average(RowMatrix distances, int[][] pieces, WorkContext work)
    {
        int n = distances.RowCount;
        float largest = 0;
        foreach (float distance in distances.Values)
        {
            largest = float.IsFinite(distance) ? Math.Max(largest, distance) : largest;
        }

        int[] pieceOf = new int[n];
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            foreach (int row in pieces[piece])
            {
                pieceOf[row] = piece;
            }
        }

        double[] means = new double[pieces.Length * pieces.Length];
        ParallelBlocks.For(pieces.Length, 1, work, (start, end) =>
        {
            for (int piece = start; piece < end; piece++)
            {
                Span<double> sums = means.AsSpan(piece * pieces.Length, pieces.Length);
                foreach (int row in pieces[piece])
                {
                    work.Token.ThrowIfCancellationRequested();
                    ReadOnlySpan<float> from = distances.Row(row);
                    for (int other = 0; other < n; other++)
                    {
                        sums[pieceOf[other]] += float.IsFinite(from[other]) ? from[other] : 2.0 * largest;
                    }
                }

                for (int other = 0; other < pieces.Length; other++)
                {
                    sums[other] /= (double)pieces[piece].Length * pieces[other].Length;
                }

                sums[piece] = 0;
            }
        });

        // Both directions are sums of the same numbers in another order.
        for (int i = 0; i < pieces.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                means[(j * pieces.Length) + i] = means[(i * pieces.Length) + j];
            }
        }

        return means;
    }
}
