using System.Numerics;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Boruvka's rounds over a k-d tree (March, Ram, Gray 2010, whose bounds these are, with a walk for each leaf in place of one for each pair
/// of nodes; hdbscan's <c>KDTreeBoruvkaAlgorithm</c>).
/// </summary>
/// <remarks>
/// A node is left out where all of its points are of the component that asks, and where its box, or the least core distance in it, is
/// beyond the component's best edge so far. In the last rounds, between groups that lie far apart, boxes of many columns may rule little
/// out, though they did for neighbours; then another way is faster, and the search gives up.
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
    /// <param name="core">The core distances.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="mostShare">The share of all pairs that may be measured before the search gives up; infinite for any.</param>
    public BoruvkaKdSearch(KdTree tree, CoreDistances core, double alpha, double mostShare)
        : base(
            tree.Space,
            tree.Points.FirstRows(),
            tree.LeafCount * KdTree.LeafSize,
            core.Distances,
            alpha,
            core.Nearest?.Renumber(tree.Points))
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

    /// <inheritdoc/>
    protected override bool HasGivenUp => Volatile.Read(ref _measuredPairs) > _mostPairs;

    /// <inheritdoc/>
    protected override void Search(WorkContext work)
    {
        MarkNodes();
        Round round = new(this, work);
        _tree.Dispatch(ref round);
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

    private void Search<TTerm>(WorkContext work)
        where TTerm : LaneKernels.ITerm
    {
        int done = 0;
        ParallelBlocks.For(_tree.LeafCount, LeavesPerBlock, work.ThreadCount, work.Token, (start, end) =>
        {
            for (int leaf = start; leaf < end && !HasGivenUp; leaf++)
            {
                Interlocked.Add(ref _measuredPairs, Walk<TTerm>(leaf, work.Token));
            }

            work.Progress.Report((double)Interlocked.Add(ref done, end - start) / _tree.LeafCount);
        });
    }

    /// <summary>Walks for a leaf, and returns how many pairs it measured, points and boxes.</summary>
    private long Walk<TTerm>(int leaf, CancellationToken token)
        where TTerm : LaneKernels.ITerm
    {
        Span<double> sumLimits = stackalloc double[KdTree.LeafSize];
        Visitor<TTerm> visitor = new(this, leaf, sumLimits);
        if (visitor.Activate())
        {
            KdWalk.Run(_tree, ref visitor, token);
        }

        return visitor.Measured;
    }

    private readonly struct Round(BoruvkaKdSearch search, WorkContext work) : IKdTask
    {
        public void Run<TTerm>()
            where TTerm : LaneKernels.ITerm
            => search.Search<TTerm>(work);
    }

    /// <summary>The points of a leaf that still look for an edge, and sums beyond which no edge is of use to them.</summary>
    private ref struct Visitor<TTerm>(BoruvkaKdSearch search, int leaf, Span<double> sumLimits) : IKdVisitor
        where TTerm : LaneKernels.ITerm
    {
        private readonly BoruvkaKdSearch _search = search;
        private readonly KdTree _tree = search._tree;
        private readonly double[] _leastCore = search._leastCore;
        private readonly int[] _componentOfNode = search._componentOfNode;
        private readonly Span<double> _sumLimits = sumLimits;
        private readonly int _leaf = leaf;
        private readonly int _own = search._tree.NodeOfLeaf[leaf];
        private readonly int _component = search._componentOfNode[search._tree.NodeOfLeaf[leaf]];
        private uint _active = (1u << search._tree.CountOf(leaf)) - 1;
        private uint _reached;
        private double _limit;
        private double _sumLimit;

        /// <summary>Gets how many pairs were measured, points and boxes.</summary>
        public long Measured { get; private set; }

        /// <summary>
        /// Leaves out the points from which no edge can be as good as their component's best, and returns whether there are others.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public bool Activate()
        {
            double limit = double.NegativeInfinity;
            BoruvkaForest forest = _search.Forest;
            int firstPoint = _leaf * KdTree.LeafSize;
            for (uint left = _active; left != 0; left &= left - 1)
            {
                int slot = BitOperations.TrailingZeroCount(left);
                double own = forest.Limit(forest.Components[firstPoint + slot]);
                if (_search.Least[firstPoint + slot] > own)
                {
                    _active &= ~(1u << slot);
                }
                else
                {
                    limit = Math.Max(limit, own);
                    _sumLimits[slot] = KdKernels.SumLimit<TTerm>(own * _search.Alpha);
                }
            }

            _limit = limit;
            _sumLimit = KdKernels.SumLimit<TTerm>(limit * _search.Alpha);
            return _active != 0;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double Bound(int node) => KdKernels.Between<TTerm>(_tree, _own, node);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Enters(int node, double bound)
        {
            if (_active == 0 || bound > _sumLimit || _leastCore[node] > _limit || (_component >= 0 && _componentOfNode[node] == _component))
            {
                return false;
            }

            // Measuring to a box costs what measuring one point to a leaf does.
            Measured += KdTree.LeafSize;
            _reached = _active & KdKernels.Reach<TTerm>(_tree, _leaf, node, ref _sumLimits[0]);
            return _reached != 0;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool PrefersSecond(int firstLeaf) => _leaf >= firstLeaf;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Scan(int leaf, int node)
        {
            int columns = _tree.ColumnCount;
            int componentOfOther = _componentOfNode[node];
            BoruvkaForest forest = _search.Forest;
            Span<double> sums = stackalloc double[KdTree.LeafSize];
            ref double query = ref _tree.Coordinates[_leaf * KdTree.LeafSize * columns];
            ref double points = ref _tree.Coordinates[leaf * KdTree.LeafSize * columns];
            int firstOther = leaf * KdTree.LeafSize;
            uint valid = (1u << _tree.CountOf(leaf)) - 1;
            for (uint active = _reached; active != 0; active &= active - 1)
            {
                int slot = BitOperations.TrailingZeroCount(active);
                int point = (_leaf * KdTree.LeafSize) + slot;
                int component = forest.Components[point];
                if (component == componentOfOther)
                {
                    continue;
                }

                double limit = forest.Limit(component);
                uint within = valid
                    & KdKernels.Unequal(ref forest.Components[firstOther], component)
                    & KdKernels.AtMost(ref _search.Core[firstOther], limit);
                if (within != 0)
                {
                    double sumLimit = KdKernels.SumLimit<TTerm>(limit * _search.Alpha);
                    within &= KdKernels.Within<TTerm>(ref Unsafe.Add(ref query, slot), ref points, columns, sumLimit, ref sums[0]);
                }

                for (; within != 0; within &= within - 1)
                {
                    int i = BitOperations.TrailingZeroCount(within);
                    _search.AddToBoth(point, firstOther + i, KdKernels.Distance<TTerm>(sums[i]));
                }
            }

            Measured += BitOperations.PopCount(_reached) * KdTree.LeafSize;
            Activate();
        }
    }
}
