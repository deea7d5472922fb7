using System.Numerics;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows of a <see cref="KdTree"/> to a row that is not part of it: what measuring every row would find, to the bit, ties by
/// index.
/// </summary>
/// <remarks>The walk leaves out a node whose box is farther than the farthest neighbour so far.</remarks>
internal static class KdQueries
{
    /// <summary>The most columns for which a query has room on the stack; <see cref="TreePolicy"/> allows fewer.</summary>
    private const int MostColumns = 64;

    /// <summary>Finds the nearest rows.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="rows">Rows of as many columns as the tree has, of either precision.</param>
    /// <param name="row">The one whose nearest rows are looked for, finite.</param>
    /// <param name="indices">Receives the rows, the nearest first; its length k says how many, from 1 to all.</param>
    /// <param name="distances">Receives their distances.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Find(KdTree tree, RowMatrix rows, int row, Span<int> indices, Span<double> distances, CancellationToken token)
    {
        Query query = new(tree, rows, row, indices, distances, token);
        tree.Dispatch(ref query);
    }

    private readonly ref struct Query(
        KdTree tree, RowMatrix rows, int row, Span<int> indices, Span<double> distances, CancellationToken token) : IKdTask
    {
        private readonly Span<int> _indices = indices;
        private readonly Span<double> _distances = distances;

        public void Run<TTerm>()
            where TTerm : LaneKernels.ITerm
        {
            // A query stands as it would in a leaf.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(tree.ColumnCount, MostColumns);
            Span<double> query = stackalloc double[tree.ColumnCount * KdTree.LeafSize];
            KdTree.CopyRow(rows, row, query);
            Visitor<TTerm> visitor = new(tree, query, new NearestHeap(_indices, _distances));
            KdWalk.Run(tree, ref visitor, token);
            visitor.Sort();
        }
    }

    /// <summary>A row with the nearest rows that it has so far, and a sum beyond which nothing is of use.</summary>
    private ref struct Visitor<TTerm>(KdTree tree, Span<double> query, NearestHeap heap) : IKdVisitor
        where TTerm : LaneKernels.ITerm
    {
        private readonly KdTree _tree = tree;
        private readonly Span<double> _query = query;
        private NearestHeap _heap = heap;
        private double _limit = double.PositiveInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double Bound(int node) => KdKernels.ToBox<TTerm>(_tree, ref _query[0], node);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool Enters(int node, double bound) => bound <= _limit;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool PrefersSecond(int firstLeaf) => false;

        public void Scan(int leaf, int node)
        {
            Span<double> sums = stackalloc double[KdTree.LeafSize];
            int columns = _tree.ColumnCount;
            ref double points = ref _tree.Coordinates[leaf * KdTree.LeafSize * columns];
            uint valid = (1u << _tree.CountOf(leaf)) - 1;
            uint within = valid & KdKernels.Within<TTerm>(ref _query[0], ref points, columns, _limit, ref sums[0]);
            for (; within != 0; within &= within - 1)
            {
                int slot = BitOperations.TrailingZeroCount(within);
                _heap.AddTies(_tree.Points.RowsOf((leaf * KdTree.LeafSize) + slot), KdKernels.Distance<TTerm>(sums[slot]));
            }

            _limit = KdKernels.SumLimit<TTerm>(_heap.Limit);
        }

        /// <summary>Brings what was found into ascending order.</summary>
        public void Sort() => _heap.Sort();
    }
}
