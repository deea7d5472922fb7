using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows by measuring every pair: exact for any metric, ties by index (umap-learn's fast_knn_indices, in double precision).
/// Time grows with the square of the rows, memory with rows times neighbours; no matrix of distances is held.
/// </summary>
public static class ExactNeighbors
{
    /// <summary>Rows that a thread takes at once: enough to use each of the other rows several times while it is in the cache.</summary>
    internal const int RowsPerBlock = 16;

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

    /// <summary>Measures from some consecutive rows to all, and keeps the nearest of each in a heap.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="k">How many to keep for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="start">The first of the rows, of which there are at most <see cref="RowsPerBlock"/>.</param>
    /// <param name="indices">Receives k indices for each of the rows.</param>
    /// <param name="distances">Receives k distances for each of the rows, as <see cref="NearestHeap"/> has them: the largest first.</param>
    /// <param name="token">Ends the search.</param>
    internal static void FillHeaps(MetricSpace space, int k, int start, Span<int> indices, Span<double> distances, CancellationToken token)
    {
        int n = space.RowCount;
        int rows = distances.Length / k;
        Span<double> tile = stackalloc double[RowsPerTile];
        Span<int> counts = stackalloc int[RowsPerBlock];
        counts.Clear();
        for (int tileStart = 0; tileStart < n; tileStart += RowsPerTile)
        {
            token.ThrowIfCancellationRequested();
            Span<double> measured = tile[..Math.Min(RowsPerTile, n - tileStart)];
            for (int row = 0; row < rows; row++)
            {
                space.DistancesFrom(start + row, tileStart, measured);
                NearestHeap heap = new(indices.Slice(row * k, k), distances.Slice(row * k, k), counts[row]);
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

                counts[row] = heap.Count;
            }
        }
    }

    private static void FindBlock(MetricSpace space, int k, int start, int end, int[] indices, double[] distances, CancellationToken token)
    {
        Span<int> ownIndices = indices.AsSpan(start * k, (end - start) * k);
        Span<double> ownDistances = distances.AsSpan(start * k, (end - start) * k);
        FillHeaps(space, k, start, ownIndices, ownDistances, token);
        for (int row = 0; row < end - start; row++)
        {
            // As many as there are rows are offered to each, so each heap is full.
            new NearestHeap(ownIndices.Slice(row * k, k), ownDistances.Slice(row * k, k), k).Sort();
        }
    }
}
