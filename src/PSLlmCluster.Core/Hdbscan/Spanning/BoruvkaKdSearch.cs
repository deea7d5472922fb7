using System.Numerics;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Boruvka's rounds over a k-d tree (March, Ram, Gray 2010, whose bounds these are, with a walk for each leaf in place of one for each pair of nodes; hdbscan's <c>KDTreeBoruvkaAlgorithm</c>).
/// </summary>
/// <remarks>
/// A node is left out where all of its points are of the component that asks, and where its box, or the least core distance in it, is beyond the component's best edge so far. In the last rounds, between
/// groups that lie far apart, boxes of many columns may rule little out, though they did for neighbours; then another way is faster, and the search gives up.
/// </remarks>
internal sealed class BoruvkaKdSearch : BoruvkaSearch
{
    /// <summary>Leaves that a thread takes at once.</summary>
    private const int LeavesPerBlock = 16;

    private readonly KdTree _tree;
    private readonly double _mostPairs;
    private readonly double[] _leastCore;
    private readonly int[] _componentOfNode;
    private long _measuredPairs;

    /// <summary>Initializes a new instance of the <see cref="BoruvkaKdSearch"/> class.</summary>
    /// <param name="tree">The points.</param>
    /// <param name="coreOfRow">The core distance of each row.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="nearest">The nearest points of each point, or null.</param>
    /// <param name="mostShare">The share of all pairs that may be measured before the search gives up; infinite for any.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores. It changes no edge.</param>
    public BoruvkaKdSearch(KdTree tree, double[] coreOfRow, double alpha, NearestPoints? nearest, double mostShare, int threadCount)
        : base(tree.Space, tree.Points.FirstRows(), tree.LeafCount * KdTree.LeafSize, coreOfRow, alpha, nearest, threadCount)
    {
        _tree = tree;
        _mostPairs = mostShare * tree.PointCount * tree.PointCount;
        _componentOfNode = new int[tree.NodeCount];
        _leastCore = new double[tree.NodeCount];
        for (int node = tree.NodeCount - 1; node >= 0; node--)
        {
            int leaf = tree.FirstLeaf[node];
            _leastCore[node] = tree.EndLeaf[node] - leaf == 1
                ? Smallest(Core.AsSpan(leaf * KdTree.LeafSize, KdTree.LeafSize))
                : Math.Min(_leastCore[node + 1], _leastCore[tree.SecondChild(node)]);
        }
    }

    protected override bool HasGivenUp => Volatile.Read(ref _measuredPairs) > _mostPairs;

    protected override void Search(Action<double> progress, CancellationToken token)
    {
        MarkNodes();
        switch (Space.Metric)
        {
            case Metric.Euclidean:
                Search<LaneKernels.SquaredDifference>(progress, token);
                break;
            case Metric.Manhattan:
                Search<LaneKernels.AbsoluteDifference>(progress, token);
                break;
            default:
                Search<LaneKernels.LargestDifference>(progress, token);
                break;
        }
    }

    private static double Smallest(ReadOnlySpan<double> values)
    {
        double smallest = values[0];
        foreach (double value in values)
        {
            smallest = Math.Min(smallest, value);
        }

        return smallest;
    }

    /// <summary>Sets the component of each node, or -1 where there are several.</summary>
    private void MarkNodes()
    {
        for (int node = _tree.NodeCount - 1; node >= 0; node--)
        {
            int leaf = _tree.FirstLeaf[node];
            if (_tree.EndLeaf[node] - leaf == 1)
            {
                ReadOnlySpan<int> own = Forest.Components.AsSpan(leaf * KdTree.LeafSize, _tree.CountOf(leaf));
                _componentOfNode[node] = own.ContainsAnyExcept(own[0]) ? -1 : own[0];
            }
            else
            {
                int first = _componentOfNode[node + 1];
                _componentOfNode[node] = first == _componentOfNode[_tree.SecondChild(node)] ? first : -1;
            }
        }
    }

    private void Search<TTerm>(Action<double> progress, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        int done = 0;
        ParallelBlocks.For(_tree.LeafCount, LeavesPerBlock, ThreadCount, token, (start, end) =>
        {
            for (int leaf = start; leaf < end && !HasGivenUp; leaf++)
            {
                Interlocked.Add(ref _measuredPairs, Walk<TTerm>(leaf, token));
            }

            progress((double)Interlocked.Add(ref done, end - start) / _tree.LeafCount);
        });
    }

    /// <summary>Walks for a leaf, and returns how many pairs it measured, points and boxes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Walk<TTerm>(int leaf, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        uint active = (1u << _tree.CountOf(leaf)) - 1;
        Span<double> sumLimits = stackalloc double[KdTree.LeafSize];
        double limit = Activate<TTerm>(leaf, ref active, sumLimits);
        if (active == 0)
        {
            return 0;
        }

        long measured = 0;
        int own = _tree.NodeOfLeaf[leaf];
        int component = _componentOfNode[own];
        Span<int> nodes = stackalloc int[KdTree.StackSize];
        Span<double> bounds = stackalloc double[KdTree.StackSize];
        double sumLimit = KdKernels.SumLimit<TTerm>(limit * Alpha);
        int height = 1;
        nodes[0] = 0;
        bounds[0] = 0;
        while (height > 0 && active != 0)
        {
            height--;
            int node = nodes[height];
            if (bounds[height] > sumLimit || _leastCore[node] > limit || (component >= 0 && _componentOfNode[node] == component))
            {
                continue;
            }

            // Measuring to a box costs what measuring one point to a leaf does.
            measured += KdTree.LeafSize;
            uint reached = active & KdKernels.Reach<TTerm>(_tree, leaf, node, ref sumLimits[0]);
            if (reached == 0)
            {
                continue;
            }

            int first = _tree.FirstLeaf[node];
            if (_tree.EndLeaf[node] - first == 1)
            {
                token.ThrowIfCancellationRequested();
                Scan<TTerm>(leaf, reached, first, _componentOfNode[node]);
                measured += BitOperations.PopCount(reached) * KdTree.LeafSize;
                limit = Activate<TTerm>(leaf, ref active, sumLimits);
                sumLimit = KdKernels.SumLimit<TTerm>(limit * Alpha);
                continue;
            }

            int near = node + 1;
            int far = _tree.SecondChild(node);
            double nearBound = KdKernels.Between<TTerm>(_tree, own, near);
            double farBound = KdKernels.Between<TTerm>(_tree, own, far);
            if (farBound < nearBound || (farBound == nearBound && leaf >= _tree.FirstLeaf[far]))
            {
                (near, far) = (far, near);
                (nearBound, farBound) = (farBound, nearBound);
            }

            nodes[height] = far;
            bounds[height++] = farBound;
            nodes[height] = near;
            bounds[height++] = nearBound;
        }

        return measured;
    }

    /// <summary>Leaves out the points from which no edge can be as good as their component's best, and returns the largest limit of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Activate<TTerm>(int leaf, ref uint active, Span<double> sumLimits)
        where TTerm : LaneKernels.ITerm
    {
        double limit = double.NegativeInfinity;
        int firstPoint = leaf * KdTree.LeafSize;
        for (uint left = active; left != 0; left &= left - 1)
        {
            int slot = BitOperations.TrailingZeroCount(left);
            double own = Forest.Limit(Forest.Components[firstPoint + slot]);
            if (Least[firstPoint + slot] > own)
            {
                active &= ~(1u << slot);
            }
            else
            {
                limit = Math.Max(limit, own);
                sumLimits[slot] = KdKernels.SumLimit<TTerm>(own * Alpha);
            }
        }

        return limit;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan<TTerm>(int leaf, uint active, int other, int componentOfOther)
        where TTerm : LaneKernels.ITerm
    {
        int columns = _tree.ColumnCount;
        Span<double> sums = stackalloc double[KdTree.LeafSize];
        ref double query = ref _tree.Coordinates[leaf * KdTree.LeafSize * columns];
        ref double points = ref _tree.Coordinates[other * KdTree.LeafSize * columns];
        int firstOther = other * KdTree.LeafSize;
        uint valid = (1u << _tree.CountOf(other)) - 1;
        for (; active != 0; active &= active - 1)
        {
            int slot = BitOperations.TrailingZeroCount(active);
            int point = (leaf * KdTree.LeafSize) + slot;
            int component = Forest.Components[point];
            if (component == componentOfOther)
            {
                continue;
            }

            double limit = Forest.Limit(component);
            uint within = valid & KdKernels.Unequal(ref Forest.Components[firstOther], component) & KdKernels.AtMost(ref Core[firstOther], limit);
            if (within != 0)
            {
                within &= KdKernels.Within<TTerm>(ref Unsafe.Add(ref query, slot), ref points, columns, KdKernels.SumLimit<TTerm>(limit * Alpha), ref sums[0]);
            }

            for (; within != 0; within &= within - 1)
            {
                int i = BitOperations.TrailingZeroCount(within);
                AddToBoth(point, firstOther + i, KdKernels.Distance<TTerm>(sums[i]));
            }
        }
    }
}
