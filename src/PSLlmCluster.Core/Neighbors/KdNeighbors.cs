using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows by a walk through a <see cref="KdTree"/>: the lists of <see cref="ExactNeighbors"/> to the bit, ties by index.
/// </summary>
/// <remarks>
/// The points of a leaf walk together, nearer child first, and leave out a node whose box is farther from theirs than the farthest neighbour that any of them has so far. Leaves are taken
/// in the order of the tree, so that what the next one needs is in the cache.
/// </remarks>
internal static class KdNeighbors
{
    /// <summary>Leaves that a thread takes at once.</summary>
    private const int LeavesPerBlock = 8;

    /// <summary>What is done with the neighbours of a leaf's points.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="indices">k rows for each of its points, as <see cref="NearestHeap"/> has them.</param>
    /// <param name="distances">The distances that belong to them, the largest first.</param>
    public delegate void LeafAction(int leaf, Span<int> indices, Span<double> distances);

    /// <summary>Finds the nearest rows of each row.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="neighborCount">How many to find for each row, itself included: from 1 to the number of rows.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores. It changes nothing in the result.</param>
    /// <param name="progress">Told the share of rows that are done, or null.</param>
    /// <param name="token">Ends the search.</param>
    public static NeighborLists Find(KdTree tree, int neighborCount, int threadCount = 0, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        int n = tree.Space.RowCount;
        int[] indices = new int[checked(n * neighborCount)];
        double[] distances = new double[indices.Length];
        ForEachLeaf(tree, neighborCount, threadCount, share => progress?.Report(new StageProgress("Finding neighbours", share)), Keep, token);
        return new NeighborLists(n, neighborCount, indices, distances);

        void Keep(int leaf, Span<int> leafIndices, Span<double> leafDistances)
        {
            for (int slot = 0; slot < tree.CountOf(leaf); slot++)
            {
                Span<int> ownIndices = leafIndices.Slice(slot * neighborCount, neighborCount);
                Span<double> ownDistances = leafDistances.Slice(slot * neighborCount, neighborCount);
                new NearestHeap(ownIndices, ownDistances, neighborCount).Sort();
                foreach (int row in tree.Points.RowsOf((leaf * KdTree.LeafSize) + slot))
                {
                    ownIndices.CopyTo(indices.AsSpan(row * neighborCount, neighborCount));
                    ownDistances.CopyTo(distances.AsSpan(row * neighborCount, neighborCount));
                }
            }
        }
    }

    /// <summary>Finds the nearest rows of each point, and hands them on leaf by leaf, in any order and several at a time.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="k">How many rows to find for each point, its own included: from 1 to the number of rows.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of leaves that are done.</param>
    /// <param name="action">What is done with them.</param>
    /// <param name="token">Ends the search.</param>
    public static void ForEachLeaf(KdTree tree, int k, int threadCount, Action<double> progress, LeafAction action, CancellationToken token)
    {
        switch (tree.Space.Metric)
        {
            case Metric.Euclidean:
                ForEachLeaf<LaneKernels.SquaredDifference>(tree, k, threadCount, progress, action, token);
                break;
            case Metric.Manhattan:
                ForEachLeaf<LaneKernels.AbsoluteDifference>(tree, k, threadCount, progress, action, token);
                break;
            default:
                ForEachLeaf<LaneKernels.LargestDifference>(tree, k, threadCount, progress, action, token);
                break;
        }
    }

    /// <summary>Returns the share of all pairs that walks through the tree would measure, from the walks of some leaves, evenly spread. It hangs on the rows alone.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="k">How many rows to find for each point, its own included: from 1 to the number of rows.</param>
    /// <param name="leaves">The number of leaves.</param>
    /// <param name="token">Ends the search.</param>
    public static double MeasuredShare(KdTree tree, int k, int leaves, CancellationToken token)
        => tree.Space.Metric switch
        {
            Metric.Euclidean => MeasuredShare<LaneKernels.SquaredDifference>(tree, k, leaves, token),
            Metric.Manhattan => MeasuredShare<LaneKernels.AbsoluteDifference>(tree, k, leaves, token),
            _ => MeasuredShare<LaneKernels.LargestDifference>(tree, k, leaves, token),
        };

    private static double MeasuredShare<TTerm>(KdTree tree, int k, int leaves, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        int[] indices = new int[k * KdTree.LeafSize];
        double[] distances = new double[k * KdTree.LeafSize];
        long measured = 0;
        for (int i = 0; i < leaves; i++)
        {
            measured += Walk<TTerm>(tree, k, (int)((long)i * tree.LeafCount / leaves), indices, distances, token);
        }

        return (double)measured / ((long)leaves * tree.LeafCount * KdTree.LeafSize);
    }

    private static void ForEachLeaf<TTerm>(KdTree tree, int k, int threadCount, Action<double> progress, LeafAction action, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        int done = 0;
        int size = k * KdTree.LeafSize;
        ParallelBlocks.For(tree.LeafCount, LeavesPerBlock, threadCount, token, (start, end) =>
        {
            int[] indices = ArrayPool<int>.Shared.Rent(size);
            double[] distances = ArrayPool<double>.Shared.Rent(size);
            try
            {
                for (int leaf = start; leaf < end; leaf++)
                {
                    Walk<TTerm>(tree, k, leaf, indices.AsSpan(0, size), distances.AsSpan(0, size), token);
                    action(leaf, indices.AsSpan(0, size), distances.AsSpan(0, size));
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(indices);
                ArrayPool<double>.Shared.Return(distances);
            }

            progress((double)Interlocked.Add(ref done, end - start) / tree.LeafCount);
        });
    }

    /// <summary>Walks for a leaf, and returns how often one of its points was measured to a leaf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Walk<TTerm>(KdTree tree, int k, int leaf, Span<int> indices, Span<double> distances, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        int queries = tree.CountOf(leaf);
        int own = tree.NodeOfLeaf[leaf];
        Span<int> counts = stackalloc int[KdTree.LeafSize];
        Span<double> limits = stackalloc double[KdTree.LeafSize];
        Span<int> nodes = stackalloc int[KdTree.StackSize];
        Span<double> bounds = stackalloc double[KdTree.StackSize];
        counts.Clear();
        limits[..queries].Fill(double.PositiveInfinity);
        limits[queries..].Fill(double.NegativeInfinity);
        double limit = double.PositiveInfinity;
        long measured = 0;
        int height = 1;
        nodes[0] = 0;
        bounds[0] = 0;
        while (height > 0)
        {
            height--;
            int node = nodes[height];
            if (bounds[height] > limit)
            {
                continue;
            }

            uint reached = KdKernels.Reach<TTerm>(tree, leaf, node, ref limits[0]);
            if (reached == 0)
            {
                continue;
            }

            int first = tree.FirstLeaf[node];
            if (tree.EndLeaf[node] - first == 1)
            {
                token.ThrowIfCancellationRequested();
                Scan<TTerm>(tree, k, leaf, reached, first, indices, distances, counts, limits);
                limit = Largest(limits);
                measured += BitOperations.PopCount(reached);
                continue;
            }

            int near = node + 1;
            int far = tree.SecondChild(node);
            double nearBound = KdKernels.Between<TTerm>(tree, own, near);
            double farBound = KdKernels.Between<TTerm>(tree, own, far);
            if (farBound < nearBound || (farBound == nearBound && leaf >= tree.FirstLeaf[far]))
            {
                (near, far) = (far, near);
                (nearBound, farBound) = (farBound, nearBound);
            }

            if (farBound <= limit)
            {
                nodes[height] = far;
                bounds[height++] = farBound;
            }

            nodes[height] = near;
            bounds[height++] = nearBound;
        }

        return measured;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = values[0];
        foreach (double value in values)
        {
            largest = value > largest ? value : largest;
        }

        return largest;
    }

    /// <summary>Offers a leaf's points to the queries that reach its box.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan<TTerm>(KdTree tree, int k, int leaf, uint queries, int other, Span<int> indices, Span<double> distances, Span<int> counts, Span<double> limits)
        where TTerm : LaneKernels.ITerm
    {
        int columns = tree.ColumnCount;
        Span<double> sums = stackalloc double[KdTree.LeafSize];
        ref double query = ref tree.Coordinates[leaf * KdTree.LeafSize * columns];
        ref double points = ref tree.Coordinates[other * KdTree.LeafSize * columns];
        int firstPoint = other * KdTree.LeafSize;
        uint valid = (1u << tree.CountOf(other)) - 1;
        for (; queries != 0; queries &= queries - 1)
        {
            int slot = BitOperations.TrailingZeroCount(queries);
            uint within = valid & KdKernels.Within<TTerm>(ref Unsafe.Add(ref query, slot), ref points, columns, limits[slot], ref sums[0]);
            if (within != 0)
            {
                NearestHeap heap = new(indices.Slice(slot * k, k), distances.Slice(slot * k, k), counts[slot]);
                double most = limits[slot];
                do
                {
                    int i = BitOperations.TrailingZeroCount(within);
                    within &= within - 1;
                    if (sums[i] > most)
                    {
                        continue;
                    }

                    heap.AddTies(tree.Points.RowsOf(firstPoint + i), KdKernels.Distance<TTerm>(sums[i]));
                    most = KdKernels.SumLimit<TTerm>(heap.Limit);
                }
                while (within != 0);
                counts[slot] = heap.Count;
                limits[slot] = most;
            }
        }
    }
}
