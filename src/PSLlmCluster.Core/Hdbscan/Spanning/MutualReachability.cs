using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>How core distances and the spanning tree are found.</summary>
internal enum ReachabilityPath
{
    /// <summary>Every pair is measured, and the tree is Prim's: for any metric.</summary>
    AllPairs,

    /// <summary>Boruvka's rounds over a k-d tree: for few columns.</summary>
    KdTree,

    /// <summary>Boruvka's rounds over blocks of products: for vectors of many columns.</summary>
    Blocks,
}

/// <summary>
/// Core distances and the minimum spanning tree of mutual reachability over some rows, in the way that is fastest for them. The way hangs on the rows and the metric alone. Each finds
/// the same tree, but for the edges between equal rows, which are all of one weight.
/// </summary>
internal sealed class MutualReachability
{
    /// <summary>Fewer rows than these are done before anything else would be built.</summary>
    private const int LeastRows = 200;

    /// <summary>With more columns than these, measured, walks through a tree cost more than measuring every pair, even where they leave out most of them.</summary>
    private const int MostTreeColumns = 64;

    /// <summary>Columns up to which walks through a tree are short for any rows.</summary>
    private const int FewColumns = 4;

    /// <summary>The share of pairs that walks may measure, where products of vectors could rule pairs out instead: measured for 5 to 20 columns, 20,000 and 60,000 rows.</summary>
    private const double LargestShare = 0.08;

    /// <summary>The most leaves whose walks are tried to learn that share.</summary>
    private const int TriedLeaves = 32;

    /// <summary>Neighbours that are looked for in such a walk.</summary>
    private const int TriedNeighbors = 16;

    /// <summary>Entries of all lists of neighbours together up to which they are held at once.</summary>
    private const long LargestLists = 1 << 25;

    /// <summary>Nearest points that are kept for Boruvka's rounds; more make the rounds no shorter.</summary>
    private const int KeptNeighbors = 16;

    /// <summary>
    /// The share of pairs that walks for the spanning tree may measure, times the columns: by then products of vectors would have found it. Measured for 2,000 to 100,000 rows: groups far apart take 2.7 at 30 columns and
    /// 12 at 50, rows that lie in few dimensions up to 0.6.
    /// </summary>
    private const double MostSpanWork = 2;

    /// <summary>Columns up to which walks are worth more than products even so.</summary>
    private const int MostWalkedColumns = 20;

    private readonly MetricSpace _space;
    private readonly int _threadCount;
    private readonly KdTree? _tree;
    private readonly bool _mayGiveUp;
    private BlockPoints? _blocks;
    private NearestPoints? _nearest;

    private MutualReachability(MetricSpace space, KdTree? tree, BlockPoints? blocks, int threadCount, bool mayGiveUp = false)
    {
        _mayGiveUp = mayGiveUp;
        _space = space;
        _tree = tree;
        _blocks = blocks;
        _threadCount = threadCount;
    }

    /// <summary>Returns every way that can be taken for some rows.</summary>
    public static IEnumerable<ReachabilityPath> PathsOf(MetricSpace space)
    {
        yield return ReachabilityPath.AllPairs;
        if (KdTree.Supports(space))
        {
            yield return ReachabilityPath.KdTree;
        }

        if (DotRows.Suits(space))
        {
            yield return ReachabilityPath.Blocks;
        }
    }

    /// <summary>Gets the way that is taken to the spanning tree: one through a tree of points may turn out to be none.</summary>
    public ReachabilityPath Path => _blocks is not null ? ReachabilityPath.Blocks : _tree is not null ? ReachabilityPath.KdTree : ReachabilityPath.AllPairs;

    /// <summary>Makes rows ready, in the way that is fastest for them: through a tree, if they lie so that its walks are short.</summary>
    /// <param name="space">The rows, one or more, and their metric.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores. It changes nothing in the result.</param>
    /// <param name="token">Ends the work.</param>
    public static MutualReachability Create(MetricSpace space, int threadCount, CancellationToken token)
    {
        if (space.RowCount < LeastRows)
        {
            return new MutualReachability(space, null, null, threadCount);
        }

        if (KdTree.Supports(space) && space.Rows.ColumnCount <= MostTreeColumns)
        {
            KdTree tree = KdTree.Build(space, threadCount, token);
            if (!DotRows.Suits(space) || space.Rows.ColumnCount <= FewColumns || ShareOfPairs(tree, token) <= LargestShare)
            {
                return new MutualReachability(space, tree, null, threadCount, mayGiveUp: true);
            }
        }

        return new MutualReachability(space, null, DotRows.Suits(space) ? BlockPoints.Of(space) : null, threadCount);
    }

    /// <summary>Makes rows ready for one way.</summary>
    /// <param name="space">The rows, one or more, and their metric.</param>
    /// <param name="path">One of <see cref="PathsOf"/>.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="token">Ends the work.</param>
    public static MutualReachability Create(MetricSpace space, ReachabilityPath path, int threadCount, CancellationToken token)
        => new(
            space,
            path == ReachabilityPath.KdTree ? KdTree.Build(space, threadCount, token) : null,
            path == ReachabilityPath.Blocks ? BlockPoints.Of(space) : null,
            threadCount);

    private static double ShareOfPairs(KdTree tree, CancellationToken token)
        => KdNeighbors.MeasuredShare(tree, Math.Min(TriedNeighbors, tree.Space.RowCount), Math.Clamp(tree.LeafCount / 8, 1, TriedLeaves), token);

    /// <summary>Measures the core distance of each row.</summary>
    /// <param name="sampleCount">How many other rows a core distance reaches: from 1 to n - 1.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    public double[] CoreDistances(int sampleCount, ProgressSpan progress, CancellationToken token) => CoreDistances([sampleCount], null, progress, token)[0];

    /// <summary>Measures core distances for several sample counts, in one search.</summary>
    /// <param name="sampleCounts">How many other rows core distances reach, rising: from 1 to n - 1, or with weights to any number.</param>
    /// <param name="weights">How many rows each of the rows, no two of which are equal then, counts for; null where each is one.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each row.</returns>
    public double[][] CoreDistances(int[] sampleCounts, double[]? weights, ProgressSpan progress, CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCounts[0], 1, nameof(sampleCounts));
        if (weights is not null)
        {
            return WeightedCoreDistances(new WeightedCoreDistances(_space, weights, sampleCounts), progress, token);
        }

        int largest = sampleCounts[^1];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(largest, _space.RowCount, nameof(sampleCounts));
        if (_tree is not null)
        {
            _nearest = new NearestPoints(_tree.PointCount, Math.Min(largest, KeptNeighbors));
            return Spanning.CoreDistances.Measure(_tree, sampleCounts, _nearest, _threadCount, progress, token);
        }

        if (_blocks is not null && (long)_blocks.Rows.Count * Math.Min(largest + 1, _blocks.Rows.Count) <= LargestLists)
        {
            _nearest = new NearestPoints(_blocks.Rows.Count, Math.Min(largest, KeptNeighbors));
            return Spanning.CoreDistances.Measure(_blocks, sampleCounts, _nearest, _threadCount, progress, token);
        }

        return Spanning.CoreDistances.MeasureAllPairs(_space, sampleCounts, _threadCount, progress, token);
    }

    private double[][] WeightedCoreDistances(WeightedCoreDistances core, ProgressSpan progress, CancellationToken token)
    {
        _nearest = null;
        bool hasLists = _blocks is not null && (long)core.NeighborCount * _space.RowCount <= LargestLists;
        if (_tree is null && !hasLists)
        {
            return core.MeasureAllPairs(_threadCount, progress, token);
        }

        _nearest = new NearestPoints(_space.RowCount, Math.Min(core.NeighborCount - 1, KeptNeighbors));
        return _tree is not null ? core.Measure(_tree, _nearest, _threadCount, progress, token) : core.Measure(_nearest, LargestLists, _threadCount, progress, token);
    }

    /// <summary>Finds the spanning tree.</summary>
    /// <param name="core">The core distance of each row.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="token">Ends the work.</param>
    public SpanningTree Span(double[] core, double alpha, ProgressSpan progress, CancellationToken token)
    {
        if (_tree is not null && _blocks is null)
        {
            FurthestProgress furthest = new(progress);
            bool mayGiveUp = _mayGiveUp && DotRows.Suits(_space) && _space.Rows.ColumnCount > MostWalkedColumns;
            double mostShare = mayGiveUp ? MostSpanWork / _space.Rows.ColumnCount : double.PositiveInfinity;
            if (new BoruvkaKdSearch(_tree, core, alpha, _nearest, mostShare, _threadCount).Grow(furthest.Span, token) is { } found)
            {
                return ToTree(found, _tree.Points, core);
            }

            // From here on this is the way, for other core distances too.
            _blocks = BlockPoints.Of(_space);
            progress = furthest.Rest;
        }

        return _blocks is not null
            ? SpanByBlocks(_blocks, _tree?.Points, core, alpha, progress, token)
            : PrimSearch.Grow(_space, core, alpha, _threadCount, progress, token);
    }

    /// <summary>Finds the tree over blocks of products.</summary>
    /// <param name="blocks">The points.</param>
    /// <param name="numbering">By what points the nearest ones are known, if not by those.</param>
    /// <param name="core">The core distance of each row.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="token">Ends the work.</param>
    private SpanningTree SpanByBlocks(BlockPoints blocks, DistinctRows? numbering, double[] core, double alpha, ProgressSpan progress, CancellationToken token)
    {
        double[] coreOfPoint = Array.ConvertAll(blocks.Rows.FirstRows(), row => core[row]);
        DotRows vectors = DotRows.Create(blocks.Space, _threadCount, token);
        NearestPoints? nearest = numbering is null ? _nearest : _nearest?.Renumber(numbering.FirstRows(), blocks.Rows.PointsOfRows());
        return ToTree(new BoruvkaBlockSearch(blocks.Space, vectors, coreOfPoint, alpha, nearest, _threadCount).Grow(progress, token)!, blocks.Rows, core);
    }

    /// <summary>Turns edges between points into edges between rows, and adds those between equal rows.</summary>
    private static SpanningTree ToTree(BoruvkaForest forest, DistinctRows points, double[] core)
    {
        double[] weights = new double[core.Length - 1];
        int[] first = new int[weights.Length];
        int[] second = new int[weights.Length];
        forest.CopyEdges(points.FirstRowOf, weights, first, second);
        int edge = forest.EdgeCount;
        for (int point = 0; point < points.Count; point++)
        {
            // An equal row has the same core distance, the least weight that any of its edges can have.
            ReadOnlySpan<int> rows = points.RowsOf(point);
            for (int i = 1; i < rows.Length; i++)
            {
                weights[edge] = core[rows[0]];
                first[edge] = rows[0];
                second[edge++] = rows[i];
            }
        }

        return SpanningTree.FromEdges(weights, first, second);
    }
}
