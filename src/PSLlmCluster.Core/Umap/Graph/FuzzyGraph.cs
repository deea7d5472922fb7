using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The fuzzy graph: strengths a_ij = exp(-(d_ij - rho_i) / sigma_i), 1 where d_ij is at most rho_i, and both directions joined by
/// m (a + a' - a a') + (1 - m) a a', m the mix of union and intersection.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, algorithm 2; umap_.py, compute_membership_strengths and fuzzy_simplicial_set. Strengths are single
/// precision, as there. A row's entry for itself is dropped, wherever it stands in the list. Entries that come out as 0 are left out.
/// </remarks>
internal static class FuzzyGraph
{
    private const int RowsPerBlock = 256;

    /// <summary>Computes the directed strengths.</summary>
    /// <returns>n x k numbers in the order of the lists; 0 for the row itself and for neighbours that are dropped.</returns>
    public static float[] Memberships(NeighborLists neighbors, SmoothedDistances smoothed, float disconnection, WorkContext work = default)
    {
        int k = neighbors.NeighborCount;
        float[] strengths = new float[neighbors.Indices.Length];
        ParallelBlocks.For(neighbors.RowCount, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                float rho = smoothed.Rhos[row];
                float sigma = smoothed.Sigmas[row];
                for (int place = row * k; place < (row + 1) * k; place++)
                {
                    float distance = (float)neighbors.Distances[place];
                    if (neighbors.Indices[place] == row || !(distance < disconnection))
                    {
                        continue;
                    }

                    strengths[place] = Strength(distance, sigma, rho);
                }
            }
        });
        return strengths;
    }

    /// <summary>Returns the strength of a directed edge.</summary>
    /// <param name="distance">The distance.</param>
    /// <param name="sigma">The row's sigma.</param>
    /// <param name="rho">The row's rho.</param>
    public static float Strength(float distance, float sigma, float rho)
    {
        float beyond = distance - rho;
        return beyond <= 0 || sigma == 0 ? 1f : (float)DeterministicMath.Exp(-(beyond / (double)sigma));
    }

    /// <summary>Joins both directions of the strengths to an undirected graph.</summary>
    /// <param name="neighbors">The neighbours of each row.</param>
    /// <param name="strengths">Their directed strengths, n x k.</param>
    /// <param name="mixRatio">The mix m, 1 for the union.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static WeightedGraph Join(NeighborLists neighbors, float[] strengths, double mixRatio, WorkContext work = default)
        => Join(DirectedEdges.Sorted(neighbors, strengths, work), mixRatio, work);

    /// <summary>Joins both directions of directed edges to an undirected graph.</summary>
    /// <param name="forward">The edges.</param>
    /// <param name="mixRatio">The mix m, 1 for the union.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static WeightedGraph Join(DirectedEdges forward, double mixRatio, WorkContext work)
    {
        int n = forward.Starts.Length;
        DirectedEdges backward = forward.Reversed(work.Token);
        float mix = (float)mixRatio;
        float rest = (float)(1 - mixRatio);
        int[] offsets = new int[n + 1];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                offsets[row + 1] = Merge(forward, backward, row, mix, rest, [], []);
            }
        });
        for (int row = 0; row < n; row++)
        {
            offsets[row + 1] += offsets[row];
        }

        int[] columns = new int[offsets[n]];
        float[] weights = new float[offsets[n]];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                int length = offsets[row + 1] - offsets[row];
                Merge(forward, backward, row, mix, rest, columns.AsSpan(offsets[row], length), weights.AsSpan(offsets[row], length));
            }
        });
        return new WeightedGraph(n, offsets, columns, weights);
    }

    /// <summary>Joins one row's edges in rising order of the other end; only counts them where there is no room for them.</summary>
    private static int Merge(
        DirectedEdges forward, DirectedEdges backward, int row, float mix, float rest, Span<int> columns, Span<float> weights)
    {
        int f = forward.Starts[row];
        int b = backward.Starts[row];
        int fEnd = forward.Ends[row];
        int bEnd = backward.Ends[row];
        int count = 0;
        while (f < fEnd || b < bEnd)
        {
            int column = Math.Min(f < fEnd ? forward.Columns[f] : int.MaxValue, b < bEnd ? backward.Columns[b] : int.MaxValue);
            float there = f < fEnd && forward.Columns[f] == column ? forward.Strengths[f++] : 0f;
            float back = b < bEnd && backward.Columns[b] == column ? backward.Strengths[b++] : 0f;
            float product = there * back;
            float weight = (mix * (there + back - product)) + (rest * product);
            if (weight > 0)
            {
                if (count < columns.Length)
                {
                    columns[count] = column;
                    weights[count] = weight;
                }

                count++;
            }
        }

        return count;
    }
}
