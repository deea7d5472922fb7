using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>Walks through a k-d tree, for neighbours and in Boruvka's rounds: for few columns.</summary>
internal sealed class KdTreeSearch : ReachabilitySearch
{
    private readonly KdTree _tree;
    private readonly double _mostShare;

    /// <summary>Initializes a new instance of the <see cref="KdTreeSearch"/> class.</summary>
    /// <param name="tree">The rows.</param>
    /// <param name="weights">How many rows each of the rows counts for; null where each is one.</param>
    /// <param name="mostShare">
    /// The share of all pairs that may be measured for the spanning tree before the search gives up; infinite for any.
    /// </param>
    public KdTreeSearch(KdTree tree, double[]? weights, double mostShare)
        : base(tree.Space, weights)
    {
        _tree = tree;
        _mostShare = mostShare;
    }

    /// <inheritdoc/>
    public override SpanningTree? Span(CoreDistances core, double alpha, WorkContext work)
        => new BoruvkaKdSearch(_tree, core, alpha, _mostShare).Grow(work)?
            .ToTree(_tree.Points, core.Distances)
            .WithWeights(Weights, core.Distances);

    /// <inheritdoc/>
    protected override CoreDistances[] Measure(int[] sampleCounts, WorkContext work)
    {
        int k = sampleCounts[^1] + 1;
        double[][] core = ForEach(sampleCounts, Space.RowCount);
        NearestPoints nearest = NearestPoints.Create(_tree.Points, sampleCounts[^1]);
        int[] pointOfRow = _tree.Points.PointsOfRows();
        KdNeighbors.ForEachLeaf(_tree, k, work, KeepLeaf);
        return CoreDistances.Create(sampleCounts, core, nearest);

        void KeepLeaf(int leaf, Span<int> indices, Span<double> distances)
        {
            for (int slot = 0; slot < _tree.CountOf(leaf); slot++)
            {
                int point = (leaf * KdTree.LeafSize) + slot;
                Span<double> ownDistances = distances.Slice(slot * k, k);
                new NearestHeap(indices.Slice(slot * k, k), ownDistances, k).Sort();
                for (int i = 0; i < sampleCounts.Length; i++)
                {
                    foreach (int row in _tree.Points.RowsOf(point))
                    {
                        core[i][row] = ownDistances[sampleCounts[i]];
                    }
                }

                nearest.Keep(point, indices.Slice(slot * k, k), pointOfRow);
            }
        }
    }

    /// <inheritdoc/>
    protected override CoreDistances[] Measure(WeightedCoreDistances cores, WorkContext work) => cores.Measure(_tree, work);
}
