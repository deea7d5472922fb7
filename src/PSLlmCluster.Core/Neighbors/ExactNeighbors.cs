using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows by measuring every pair: exact for any metric, ties by index (umap-learn's fast_knn_indices, in double precision).
/// Time grows with the square of the rows, memory with rows times neighbours; no matrix of distances is held.
/// </summary>
public static class ExactNeighbors
{
    /// <summary>Rows that a thread takes at once: enough to use each of the other rows several times while it is in the cache.</summary>
    private const int RowsPerBlock = 16;

    /// <summary>Other rows that are measured in one go.</summary>
    private const int RowsPerTile = 256;

    /// <summary>Finds the nearest rows of each row.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="neighborCount">How many to find for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores. It changes nothing in the result.</param>
    /// <param name="progress">Told the share of rows that are done, or null.</param>
    /// <param name="token">Ends the search.</param>
    /// <returns>The lists.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="neighborCount"/> is not from 1 to the number of rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NeighborLists Find(MetricSpace space, int neighborCount, int threadCount = 0, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighborCount, space.RowCount);
        int n = space.RowCount;
        int[] indices = new int[checked(n * neighborCount)];
        double[] distances = new double[indices.Length];
        int done = 0;
        ParallelBlocks.For(n, RowsPerBlock, threadCount, token, (start, end) =>
        {
            FindBlock(space, neighborCount, start, end, indices, distances, token);
            int now = Interlocked.Add(ref done, end - start);
            progress?.Report(new StageProgress("Finding neighbours", (double)now / n));
        });
        return new NeighborLists(n, neighborCount, indices, distances);
    }

    private static void FindBlock(MetricSpace space, int k, int start, int end, int[] indices, double[] distances, CancellationToken token)
    {
        int n = space.RowCount;
        Span<double> tile = stackalloc double[RowsPerTile];
        Span<int> counts = stackalloc int[RowsPerBlock];
        counts.Clear();
        for (int tileStart = 0; tileStart < n; tileStart += RowsPerTile)
        {
            token.ThrowIfCancellationRequested();
            Span<double> measured = tile[..Math.Min(RowsPerTile, n - tileStart)];
            for (int row = start; row < end; row++)
            {
                space.DistancesFrom(row, tileStart, measured);
                NearestHeap heap = new(indices.AsSpan(row * k, k), distances.AsSpan(row * k, k), counts[row - start]);
                double limit = heap.Limit;
                for (int i = 0; i < measured.Length; i++)
                {
                    // Candidates come in rising order of index, so one at the limit itself never enters a full heap.
                    if (measured[i] < limit)
                    {
                        heap.Offer(tileStart + i, measured[i]);
                        limit = heap.Limit;
                    }
                }

                counts[row - start] = heap.Count;
            }
        }

        for (int row = start; row < end; row++)
        {
            new NearestHeap(indices.AsSpan(row * k, k), distances.AsSpan(row * k, k), counts[row - start]).Sort();
        }
    }
}
