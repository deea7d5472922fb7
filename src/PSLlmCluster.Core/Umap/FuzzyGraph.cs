using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The fuzzy graph: strengths a_ij = exp(-(d_ij - rho_i) / sigma_i), 1 where d_ij is at most rho_i, and both directions joined by
/// m (a + a' - a a') + (1 - m) a a', m the mix of union and intersection.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, algorithm 2; umap_.py, compute_membership_strengths and fuzzy_simplicial_set. Strengths are single precision, as there.
/// A row's entry for itself is dropped, wherever it stands in the list. Entries that come out as 0 are left out.
/// </remarks>
internal static class FuzzyGraph
{
    private const int RowsPerBlock = 256;

    /// <summary>Returns the distance from which on neighbours are dropped (umap_.py, DISCONNECTION_DISTANCES).</summary>
    public static float DisconnectionDistance(Metric metric) => metric is Metric.Cosine or Metric.Correlation ? 2f : float.PositiveInfinity;

    /// <summary>Computes the directed strengths.</summary>
    /// <returns>n x k numbers in the order of the lists; 0 for the row itself and for neighbours that are dropped.</returns>
    public static float[] Memberships(NeighborLists neighbors, SmoothedDistances smoothed, float disconnection, int threadCount = 0, CancellationToken token = default)
    {
        int k = neighbors.NeighborCount;
        float[] strengths = new float[neighbors.Indices.Length];
        ParallelBlocks.For(neighbors.RowCount, RowsPerBlock, threadCount, token, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                float rho = smoothed.Rhos[row];
                double sigma = smoothed.Sigmas[row];
                for (int place = row * k; place < (row + 1) * k; place++)
                {
                    float distance = (float)neighbors.Distances[place];
                    if (neighbors.Indices[place] == row || !(distance < disconnection))
                    {
                        continue;
                    }

                    float beyond = distance - rho;
                    strengths[place] = beyond <= 0 || sigma == 0 ? 1f : (float)DeterministicMath.Exp(-(beyond / sigma));
                }
            }
        });
        return strengths;
    }

    /// <summary>Joins both directions of the strengths to an undirected graph.</summary>
    /// <param name="neighbors">The neighbours of each row.</param>
    /// <param name="strengths">Their directed strengths, n x k.</param>
    /// <param name="mixRatio">The mix m, 1 for the union.</param>
    /// <param name="token">Ends the work.</param>
    public static WeightedGraph Join(NeighborLists neighbors, float[] strengths, double mixRatio, CancellationToken token = default)
    {
        int n = neighbors.RowCount;
        WeightedGraph forward = Directed(neighbors, strengths, token);
        WeightedGraph backward = Transpose(forward);
        float mix = (float)mixRatio;
        float rest = (float)(1 - mixRatio);
        int[] offsets = new int[n + 1];
        int[] columns = new int[2 * forward.EntryCount];
        float[] weights = new float[columns.Length];
        int count = 0;
        for (int row = 0; row < n; row++)
        {
            token.ThrowIfCancellationRequested();
            int f = forward.Offsets[row];
            int b = backward.Offsets[row];
            int fEnd = forward.Offsets[row + 1];
            int bEnd = backward.Offsets[row + 1];
            while (f < fEnd || b < bEnd)
            {
                int column = Math.Min(f < fEnd ? forward.Columns[f] : int.MaxValue, b < bEnd ? backward.Columns[b] : int.MaxValue);
                float there = f < fEnd && forward.Columns[f] == column ? forward.Weights[f++] : 0f;
                float back = b < bEnd && backward.Columns[b] == column ? backward.Weights[b++] : 0f;
                float product = there * back;
                float weight = (mix * (there + back - product)) + (rest * product);
                if (weight > 0)
                {
                    columns[count] = column;
                    weights[count++] = weight;
                }
            }

            offsets[row + 1] = count;
        }

        return new WeightedGraph(n, offsets, columns[..count], weights[..count]);
    }

    private static WeightedGraph Directed(NeighborLists neighbors, float[] strengths, CancellationToken token)
    {
        int n = neighbors.RowCount;
        int k = neighbors.NeighborCount;
        int[] offsets = new int[n + 1];
        int[] columns = new int[strengths.Length];
        float[] weights = new float[strengths.Length];
        int count = 0;
        for (int row = 0; row < n; row++)
        {
            token.ThrowIfCancellationRequested();
            int start = count;
            for (int place = row * k; place < (row + 1) * k; place++)
            {
                if (strengths[place] > 0)
                {
                    columns[count] = neighbors.Indices[place];
                    weights[count++] = strengths[place];
                }
            }

            Array.Sort(columns, weights, start, count - start);
            offsets[row + 1] = count;
        }

        return new WeightedGraph(n, offsets, columns[..count], weights[..count]);
    }

    private static WeightedGraph Transpose(WeightedGraph graph)
    {
        int n = graph.RowCount;
        int[] offsets = new int[n + 1];
        foreach (int column in graph.Columns)
        {
            offsets[column + 1]++;
        }

        for (int row = 0; row < n; row++)
        {
            offsets[row + 1] += offsets[row];
        }

        int[] next = offsets[..n];
        int[] columns = new int[graph.EntryCount];
        float[] weights = new float[graph.EntryCount];
        for (int row = 0; row < n; row++)
        {
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                int place = next[graph.Columns[entry]]++;
                columns[place] = row;
                weights[place] = graph.Weights[entry];
            }
        }

        return new WeightedGraph(n, offsets, columns, weights);
    }
}
