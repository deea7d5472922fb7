using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows by a walk through a <see cref="KdTree"/>: the lists of <see cref="ExactNeighbors"/> to the bit, ties by index.
/// </summary>
/// <remarks>
/// The points of a leaf walk together, and leave out a node whose box is farther from theirs than the farthest neighbour that any of them
/// has so far. Leaves are taken in the order of the tree, so that what the next one needs is in the cache.
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
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static NeighborLists Find(KdTree tree, int neighborCount, WorkContext work)
    {
        int n = tree.Space.RowCount;
        int[] indices = new int[checked(n * neighborCount)];
        double[] distances = new double[indices.Length];
        ForEachLeaf(tree, neighborCount, work, Keep);
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
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="action">What is done with them.</param>
    public static void ForEachLeaf(KdTree tree, int k, WorkContext work, LeafAction action)
    {
        AllLeaves task = new(tree, k, work, action);
        tree.Dispatch(ref task);
    }

    /// <summary>
    /// Returns the share of all pairs that walks through the tree would measure, from the walks of some leaves, evenly spread. It depends
    /// on the rows alone.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="k">How many rows to find for each point, its own included: from 1 to the number of rows.</param>
    /// <param name="leaves">The number of leaves.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static double MeasuredShare(KdTree tree, int k, int leaves, CancellationToken token)
    {
        SomeLeaves task = new(tree, k, leaves, token);
        tree.Dispatch(ref task);
        return (double)task.Measured / ((long)leaves * tree.LeafCount * KdTree.LeafSize);
    }

    private static void ForEachLeaf<TTerm>(KdTree tree, int k, WorkContext work, LeafAction action)
        where TTerm : LaneKernels.ITerm
    {
        int done = 0;
        int size = k * KdTree.LeafSize;
        ParallelBlocks.For(tree.LeafCount, LeavesPerBlock, work.ThreadCount, work.Token, (start, end) =>
        {
            int[] indices = ArrayPool<int>.Shared.Rent(size);
            double[] distances = ArrayPool<double>.Shared.Rent(size);
            try
            {
                for (int leaf = start; leaf < end; leaf++)
                {
                    Walk<TTerm>(tree, k, leaf, indices.AsSpan(0, size), distances.AsSpan(0, size), work.Token);
                    action(leaf, indices.AsSpan(0, size), distances.AsSpan(0, size));
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(indices);
                ArrayPool<double>.Shared.Return(distances);
            }

            work.Progress.Report((double)Interlocked.Add(ref done, end - start) / tree.LeafCount);
        });
    }

    /// <summary>Walks for a leaf, and returns how often one of its points was measured to a leaf.</summary>
    private static long Walk<TTerm>(KdTree tree, int k, int leaf, Span<int> indices, Span<double> distances, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        Span<int> counts = stackalloc int[KdTree.LeafSize];
        Span<double> limits = stackalloc double[KdTree.LeafSize];
        int queries = tree.CountOf(leaf);
        counts.Clear();
        limits[..queries].Fill(double.PositiveInfinity);
        limits[queries..].Fill(double.NegativeInfinity);
        Visitor<TTerm> visitor = new(tree, k, leaf, indices, distances, counts, limits);
        KdWalk.Run(tree, ref visitor, token);
        return visitor.Measured;
    }

    private readonly struct AllLeaves(KdTree tree, int k, WorkContext work, LeafAction action) : IKdTask
    {
        public void Run<TTerm>()
            where TTerm : LaneKernels.ITerm
            => ForEachLeaf<TTerm>(tree, k, work, action);
    }

    private struct SomeLeaves(KdTree tree, int k, int leaves, CancellationToken token) : IKdTask
    {
        public long Measured { get; private set; }

        public void Run<TTerm>()
            where TTerm : LaneKernels.ITerm
        {
            int[] indices = new int[k * KdTree.LeafSize];
            double[] distances = new double[k * KdTree.LeafSize];
            for (int i = 0; i < leaves; i++)
            {
                Measured += Walk<TTerm>(tree, k, (int)((long)i * tree.LeafCount / leaves), indices, distances, token);
            }
        }
    }

    /// <summary>
    /// The points of a leaf, each with the nearest rows that it has so far, and with a sum beyond which nothing is of use to it.
    /// </summary>
    private ref struct Visitor<TTerm>(
        KdTree tree, int k, int leaf, Span<int> indices, Span<double> distances, Span<int> counts, Span<double> limits) : IKdVisitor
        where TTerm : LaneKernels.ITerm
    {
        private readonly KdTree _tree = tree;
        private readonly Span<int> _indices = indices;
        private readonly Span<double> _distances = distances;
        private readonly Span<int> _counts = counts;
        private readonly Span<double> _limits = limits;
        private readonly int _k = k;
        private readonly int _leaf = leaf;
        private readonly int _own = tree.NodeOfLeaf[leaf];
        private double _limit = double.PositiveInfinity;
        private uint _reached;

        /// <summary>Gets how often one of the points was measured to a leaf.</summary>
        public long Measured { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double Bound(int node) => KdKernels.Between<TTerm>(_tree, _own, node);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Enters(int node, double bound)
        {
            _reached = bound > _limit ? 0 : KdKernels.Reach<TTerm>(_tree, _leaf, node, ref _limits[0]);
            return _reached != 0;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool PrefersSecond(int firstLeaf) => _leaf >= firstLeaf;

        /// <summary>Adds a leaf's points to the lists of the queries that reach its box.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Scan(int leaf, int node)
        {
            int columns = _tree.ColumnCount;
            Span<double> sums = stackalloc double[KdTree.LeafSize];
            ref double query = ref _tree.Coordinates[_leaf * KdTree.LeafSize * columns];
            ref double points = ref _tree.Coordinates[leaf * KdTree.LeafSize * columns];
            int firstPoint = leaf * KdTree.LeafSize;
            uint valid = (1u << _tree.CountOf(leaf)) - 1;
            for (uint queries = _reached; queries != 0; queries &= queries - 1)
            {
                int slot = BitOperations.TrailingZeroCount(queries);
                double most = _limits[slot];
                uint within = valid & KdKernels.Within<TTerm>(ref Unsafe.Add(ref query, slot), ref points, columns, most, ref sums[0]);
                if (within == 0)
                {
                    continue;
                }

                NearestHeap heap = new(_indices.Slice(slot * _k, _k), _distances.Slice(slot * _k, _k), _counts[slot]);
                for (; within != 0; within &= within - 1)
                {
                    int i = BitOperations.TrailingZeroCount(within);
                    if (sums[i] <= most)
                    {
                        heap.AddTies(_tree.Points.RowsOf(firstPoint + i), KdKernels.Distance<TTerm>(sums[i]));
                        most = KdKernels.SumLimit<TTerm>(heap.Limit);
                    }
                }

                _counts[slot] = heap.Count;
                _limits[slot] = most;
            }

            Measured += BitOperations.PopCount(_reached);
            _limit = Largest(_limits);
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
    }
}
