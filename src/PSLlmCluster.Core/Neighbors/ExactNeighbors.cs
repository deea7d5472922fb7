using System.Buffers;
using System.Collections.Concurrent;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows of all pairs: exact for any metric, ties by index (umap-learn's fast_knn_indices, in double precision).
/// Time grows with the square of the rows, memory with rows times neighbours; no matrix of distances is held.
/// </summary>
/// <remarks>
/// Where distances come from products of vectors (Euclidean, cosine, correlation), blocked products in single precision rule most pairs
/// out, by a bound of their rounding (<see cref="DotRows"/>); what is left is measured in double precision. So the lists are those of
/// measuring all pairs, to the bit.
/// </remarks>
internal static class ExactNeighbors
{
    /// <summary>Rows that a thread takes at once: enough to use each of the other rows several times while it is in the cache.</summary>
    private const int RowsPerBlock = 16;

    /// <summary>Other rows that are measured in one go.</summary>
    private const int RowsPerTile = 256;

    private const string Stage = "Finding neighbours";

    /// <summary>Finds the nearest rows of each row.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="neighborCount">How many to find for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The lists.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="neighborCount"/> is not from 1 to the number of rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NeighborLists Find(MetricSpace space, int neighborCount, WorkContext work = default)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighborCount, space.RowCount);
        return Fill(space, neighborCount, work).ToLists(work);
    }

    /// <summary>Measures the distance of each row to its k-th nearest, itself included.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="k">From 1 to the number of rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    internal static double[] KthDistances(MetricSpace space, int k, WorkContext work)
    {
        double[] result = new double[space.RowCount];
        ForEachRow(space, k, work, (row, _, distances) => result[row] = distances[0]);
        return result;
    }

    /// <summary>What is done with the neighbours of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="indices">k rows, as <see cref="NearestHeap"/> has them.</param>
    /// <param name="distances">The distances that belong to them, the largest first.</param>
    internal delegate void RowAction(int row, Span<int> indices, Span<double> distances);

    /// <summary>
    /// Measures from each row to all, and hands its nearest on, row by row, in any order and several at a time. Each row keeps its nearest
    /// in a heap that lives only while the row is worked on, so that k may be nearly the number of rows.
    /// </summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="k">How many rows to find for each, itself included: from 1 to the number of rows.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="action">What is done with them.</param>
    internal static void ForEachRow(MetricSpace space, int k, WorkContext work, RowAction action)
    {
        int n = space.RowCount;
        int done = 0;
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            int size = k * (end - start);
            int[] indices = ArrayPool<int>.Shared.Rent(size);
            double[] distances = ArrayPool<double>.Shared.Rent(size);
            try
            {
                FillHeaps(space, k, start, indices.AsSpan(0, size), distances.AsSpan(0, size), work.Token);
                for (int row = start; row < end; row++)
                {
                    action(row, indices.AsSpan((row - start) * k, k), distances.AsSpan((row - start) * k, k));
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(indices);
                ArrayPool<double>.Shared.Return(distances);
            }

            work.Progress.Report((double)Interlocked.Add(ref done, end - start) / n);
        });
    }

    /// <summary>Measures from some consecutive rows to all, and keeps the nearest of each in a heap.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="k">How many to keep for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="start">The first of the rows, of which there are at most <see cref="RowsPerBlock"/>.</param>
    /// <param name="indices">Receives k indices for each of the rows.</param>
    /// <param name="distances">Receives k distances for each of the rows, as <see cref="NearestHeap"/> has them: the largest first.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
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
                heap.AddAscending(tileStart, measured);
                counts[row] = heap.Count;
            }
        }
    }

    /// <summary>
    /// Adds each row of a pair to the list of the other, once; pairs of one block first, so that most others can be ruled out.
    /// </summary>
    private static NearestTable Fill(MetricSpace space, int k, WorkContext work)
    {
        int n = space.RowCount;
        DotRows? vectors = DotRows.Suits(space) ? DotRows.Create(space, work) : null;
        NearestTable table = new(space, k, vectors, order: null);
        int side = vectors is null ? RowsPerTile : PairScanner.SideSize(vectors);
        int blocks = (n + side - 1) / side;
        ConcurrentStack<IBlockPairs> workers = [];
        ParallelBlocks.For(blocks, 1, work, (block, _) => Scan(block, block, block + 1));
        long done = 0;
        ParallelBlocks.For(blocks, 1, work, (block, _) =>
        {
            Scan(block, block + 1, blocks);
            work.Progress.Report((double)Interlocked.Add(ref done, blocks - block) / ((long)blocks * (blocks + 1) / 2));
        });
        return table;

        void Scan(int left, int firstRight, int endRight)
        {
            if (!workers.TryPop(out IBlockPairs? worker))
            {
                worker = vectors is null ? new MeasuredPairs(space, table) : new FilteredPairs(vectors, table);
            }

            worker.SetLeft(left * side, Math.Min(n, (left + 1) * side));
            for (int right = firstRight; right < endRight; right++)
            {
                work.Token.ThrowIfCancellationRequested();
                worker.TryAdd(right * side, Math.Min(n, (right + 1) * side), work.Token);
            }

            workers.Push(worker);
        }
    }

    /// <summary>Goes through the pairs of two blocks of rows.</summary>
    private interface IBlockPairs
    {
        void SetLeft(int start, int end);

        /// <summary>Adds the pairs of the left block with another one, or, with itself, each of its pairs once.</summary>
        void TryAdd(int start, int end, CancellationToken token);
    }

    /// <summary>Measures every pair.</summary>
    private sealed class MeasuredPairs(MetricSpace space, NearestTable table) : IBlockPairs
    {
        private readonly double[] _measured = new double[RowsPerTile];
        private int _start;
        private int _end;

        public void SetLeft(int start, int end) => (_start, _end) = (start, end);

        public void TryAdd(int start, int end, CancellationToken token)
        {
            for (int left = _start; left < _end; left++)
            {
                token.ThrowIfCancellationRequested();
                int first = start == _start ? left + 1 : start;
                Span<double> measured = _measured.AsSpan(0, end - first);
                space.DistancesFrom(left, first, measured);
                for (int i = 0; i < measured.Length; i++)
                {
                    table.TryAdd(left, left, first + i, measured[i]);
                    table.TryAdd(first + i, first + i, left, measured[i]);
                }
            }
        }
    }

    /// <summary>Measures the pairs that products cannot rule out.</summary>
    private sealed class FilteredPairs(DotRows vectors, NearestTable table) : IBlockPairs
    {
        private readonly PairScanner _scanner = new(vectors);
        private int _start;

        public void SetLeft(int start, int end)
        {
            _start = start;
            _scanner.SetLeft(start, end);
        }

        public void TryAdd(int start, int end, CancellationToken token)
        {
            _scanner.SetRight(start, end);
            if (start == _start)
            {
                UpperPairs upper = new(table);
                _scanner.Scan(table.Limits, bothWays: true, ref upper, token);
            }
            else
            {
                AllPairs all = new(table);
                _scanner.Scan(table.Limits, bothWays: true, ref all, token);
            }
        }
    }

    private readonly struct AllPairs(NearestTable table) : IPairVisitor
    {
        public void Visit(int left, int right) => table.Measure(left, right);
    }

    private readonly struct UpperPairs(NearestTable table) : IPairVisitor
    {
        public void Visit(int left, int right)
        {
            if (left < right)
            {
                table.Measure(left, right);
            }
        }
    }
}
