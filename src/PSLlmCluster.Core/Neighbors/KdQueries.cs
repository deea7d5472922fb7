using System.Numerics;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows of a <see cref="KdTree"/> to a row that is not part of it: what measuring every row would find, to the bit, ties by index.
/// </summary>
/// <remarks>The walk is that of <see cref="KdNeighbors"/>, for one row: nearer child first, leaving out a node whose box is farther than the farthest neighbour so far.</remarks>
internal static class KdQueries
{
    /// <summary>The most columns that a tree may have for this.</summary>
    public const int MostColumns = 64;

    /// <summary>Finds the nearest rows.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="rows">Rows of as many columns as the tree has, of either precision.</param>
    /// <param name="row">The one whose nearest rows are looked for, finite.</param>
    /// <param name="indices">Receives the rows, the nearest first; its length k says how many, from 1 to all.</param>
    /// <param name="distances">Receives their distances.</param>
    /// <param name="token">Ends the search.</param>
    public static void Find(KdTree tree, RowMatrix rows, int row, Span<int> indices, Span<double> distances, CancellationToken token)
    {
        switch (tree.Space.Metric)
        {
            case Metric.Euclidean:
                Find<LaneKernels.SquaredDifference>(tree, rows, row, indices, distances, token);
                break;
            case Metric.Manhattan:
                Find<LaneKernels.AbsoluteDifference>(tree, rows, row, indices, distances, token);
                break;
            default:
                Find<LaneKernels.LargestDifference>(tree, rows, row, indices, distances, token);
                break;
        }
    }

    private static void Find<TTerm>(KdTree tree, RowMatrix rows, int row, Span<int> indices, Span<double> distances, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        // A query stands as it would in a leaf.
        int columns = tree.ColumnCount;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, MostColumns);
        Span<double> query = stackalloc double[columns * KdTree.LeafSize];
        KdTree.Put(rows, row, query);

        Span<int> nodes = stackalloc int[KdTree.StackSize];
        Span<double> bounds = stackalloc double[KdTree.StackSize];
        Span<double> sums = stackalloc double[KdTree.LeafSize];
        NearestHeap heap = new(indices, distances);
        double limit = double.PositiveInfinity;
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

            int leaf = tree.FirstLeaf[node];
            if (tree.EndLeaf[node] - leaf == 1)
            {
                token.ThrowIfCancellationRequested();
                uint within = KdKernels.Within<TTerm>(ref query[0], ref tree.Coordinates[leaf * KdTree.LeafSize * columns], columns, limit, ref sums[0]) & ((1u << tree.CountOf(leaf)) - 1);
                for (; within != 0; within &= within - 1)
                {
                    int slot = BitOperations.TrailingZeroCount(within);
                    heap.AddTies(tree.Points.RowsOf((leaf * KdTree.LeafSize) + slot), KdKernels.Distance<TTerm>(sums[slot]));
                }

                limit = KdKernels.SumLimit<TTerm>(heap.Limit);
                continue;
            }

            (int near, int far) = (node + 1, tree.SecondChild(node));
            double nearBound = KdKernels.ToBox<TTerm>(tree, ref query[0], near);
            double farBound = KdKernels.ToBox<TTerm>(tree, ref query[0], far);
            if (farBound < nearBound)
            {
                (near, far) = (far, near);
                (nearBound, farBound) = (farBound, nearBound);
            }

            nodes[height] = far;
            bounds[height++] = farBound;
            nodes[height] = near;
            bounds[height++] = nearBound;
        }

        heap.Sort();
    }
}
