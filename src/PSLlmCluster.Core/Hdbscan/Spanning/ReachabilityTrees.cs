namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>The core distances of the points for some sample counts, from one search, and the spanning tree of each that is asked for, with the points' weights. Fewer than two points have core distances of 0 and no edges.</summary>
internal sealed class ReachabilityTrees
{
    private readonly HdbscanPoints _points;
    private readonly double _alpha;
    private readonly MutualReachability? _reachability;
    private readonly double[][] _core;

    /// <summary>Initializes a new instance of the <see cref="ReachabilityTrees"/> class: measures the core distances.</summary>
    /// <param name="points">The points.</param>
    /// <param name="options">What distances are divided by, and the number of threads.</param>
    /// <param name="sampleCounts">How many other rows core distances reach, rising.</param>
    /// <param name="progress">Told the share of points that are done.</param>
    /// <param name="token">Ends the work.</param>
    public ReachabilityTrees(HdbscanPoints points, HdbscanOptions options, int[] sampleCounts, ProgressSpan progress, CancellationToken token)
    {
        _points = points;
        _alpha = options.Alpha;
        _reachability = points.Count > 1 ? MutualReachability.Create(points.Space, options.ThreadCount, token) : null;
        _core = _reachability?.CoreDistances(sampleCounts, points.Weights, progress, token) ?? CoreDistances.ForEach(sampleCounts, points.Count);
    }

    /// <summary>Returns the core distance of each point.</summary>
    /// <param name="index">Which of the sample counts.</param>
    public double[] Core(int index) => _core[index];

    /// <summary>Finds a spanning tree.</summary>
    /// <param name="index">Which of the sample counts.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="token">Ends the work.</param>
    public SpanningTree Span(int index, ProgressSpan progress, CancellationToken token)
        => _points.Weigh(_reachability?.Span(_core[index], _alpha, progress, token) ?? SpanningTree.FromEdges([], [], []), _core[index]);
}
