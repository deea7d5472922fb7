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
    /// <summary>Rows of a block, whose memory is given back at a time.</summary>
    internal const int RowsPerBlock = 2048;

    /// <summary>Computes the directed strengths.</summary>
    /// <param name="neighbors">The neighbours of each row.</param>
    /// <param name="smoothed">Their rho and sigma.</param>
    /// <param name="disconnection">Neighbours at this distance or beyond are dropped.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="takesDistances">Whether the lists' distances are not needed any more: their memory is given back.</param>
    /// <returns>n x k numbers in the order of the lists; 0 for the row itself and for neighbours that are dropped.</returns>
    public static float[] Memberships(
        NeighborLists neighbors,
        SmoothedDistances smoothed,
        float disconnection,
        WorkContext work = default,
        bool takesDistances = false)
    {
        int k = neighbors.NeighborCount;
        float[] strengths = FreedMemory.NewArray<float>(neighbors.Indices.Length);
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

            if (takesDistances)
            {
                FreedMemory.Drop(neighbors.Distances, start * k, end * k);
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
    /// <param name="takesLists">Whether the lists and the strengths are not needed any more: what the graph is made of is then given back
    /// as it grows.</param>
    public static WeightedGraph Join(
        NeighborLists neighbors, float[] strengths, double mixRatio, WorkContext work = default, bool takesLists = false)
        => Join(DirectedEdges.Sorted(neighbors, strengths, takesLists, work), mixRatio, work, takesLists);

    /// <summary>Joins both directions of directed edges to an undirected graph.</summary>
    /// <param name="edges">The edges; their strengths are used up.</param>
    /// <param name="mixRatio">The mix m, 1 for the union.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="takesEdges">Whether their other ends are not needed any more either.</param>
    public static WeightedGraph Join(DirectedEdges edges, double mixRatio, WorkContext work, bool takesEdges)
    {
        float mix = (float)mixRatio;
        float rest = (float)(1 - mixRatio);
        edges.JoinDirections(
            (there, back) =>
            {
                float product = there * back;
                float weight = (mix * (there + back - product)) + (rest * product);
                return weight > 0 ? weight : 0;
            },
            work);
        DirectedEdges reversed = edges.OneWayReversed(work.Token);
        int n = edges.RowCount;
        int[] offsets = new int[n + 1];
        for (int row = 0; row < n; row++)
        {
            int count = reversed.Ends[row] - reversed.Starts[row];
            foreach (float strength in edges.Strengths.AsSpan(edges.Starts[row], edges.Ends[row] - edges.Starts[row]))
            {
                count += strength != 0 ? 1 : 0;
            }

            offsets[row + 1] = offsets[row] + count;
        }

        // Blocks of rows begin in order, and what a block is made of goes as soon as it is written: what stands of both at a time is the
        // whole once, and a block for each thread.
        int[] columns = FreedMemory.NewArray<int>(offsets[n]);
        float[] weights = FreedMemory.NewArray<float>(offsets[n]);
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                int length = offsets[row + 1] - offsets[row];
                Merge(edges, reversed, row, columns.AsSpan(offsets[row], length), weights.AsSpan(offsets[row], length));
            }

            if (takesEdges)
            {
                edges.Drop(start, end);
            }

            reversed.Drop(start, end);
        });
        return new WeightedGraph(n, offsets, columns, weights);
    }

    /// <summary>Brings a row's own edges, and those of others that it has not, together in rising order of the other end.</summary>
    private static void Merge(DirectedEdges edges, DirectedEdges reversed, int row, Span<int> columns, Span<float> weights)
    {
        int own = edges.Starts[row];
        int other = reversed.Starts[row];
        int ownEnd = edges.Ends[row];
        int otherEnd = reversed.Ends[row];
        for (int place = 0; place < columns.Length;)
        {
            if (own < ownEnd && (other == otherEnd || edges.Columns[own] <= reversed.Columns[other]))
            {
                float strength = edges.Strengths[own];
                if (strength != 0)
                {
                    columns[place] = edges.Columns[own];
                    weights[place++] = Math.Abs(strength);
                }

                own++;
            }
            else
            {
                columns[place] = reversed.Columns[other];
                weights[place++] = reversed.Strengths[other++];
            }
        }
    }
}
