using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>
/// HDBSCAN* (Campello, Moulavi, Sander 2013; McInnes, Healy 2017): core distances, the minimum spanning tree of mutual reachability, the tree of merges, the tree of
/// clusters, their selection, labels, probabilities, persistence and outlier scores; one file for each.
/// </summary>
/// <remarks>
/// All work is done on the rows in <see cref="CanonicalOrder"/>, and the result put back into the order of input. So the same rows give the same bytes, for any
/// order and any number of threads; only the numbers of clusters of one size go by the order of input.
/// </remarks>
public static class HdbscanClustering
{
    /// <summary>Finds the clusters of rows.</summary>
    /// <param name="rows">The rows, of which those with numbers that are not finite are noise; for <see cref="Metric.Precomputed"/> the matrix of their distances, in which infinity is no way.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Told how far it is, on any thread; or null.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>Labels, probabilities and scores in the order of the rows. Fewer rows than MinClusterSize are all noise.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), or precomputed distances are none.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanResult Compute(RowMatrix rows, HdbscanOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => Fit(rows, options, progress, token).Result;

    /// <summary>Finds the clusters of rows, and keeps what led to them.</summary>
    /// <param name="rows">The rows, of which those with numbers that are not finite are noise; for <see cref="Metric.Precomputed"/> the matrix of their distances, in which infinity is no way.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Told how far it is, on any thread; or null.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>The clustering.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), or precomputed distances are none.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanFit Fit(RowMatrix rows, HdbscanOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        token.ThrowIfCancellationRequested();
        HdbscanPoints points = HdbscanPoints.Of(rows, options, token);
        double[] core = new double[points.Count];
        SpanningTree tree = SpanningTree.FromEdges([], [], []);
        if (points.Count > 1)
        {
            MutualReachability reachability = MutualReachability.Create(points.Space, options.ThreadCount, token);
            core = reachability.CoreDistances(CoreDistances.SampleCount(options, points.Count), new ProgressSpan(progress, "Measuring core distances", 0, 0.6), token);
            tree = reachability.Span(core, options.Alpha, new ProgressSpan(progress, "Building the spanning tree", 0.6, 0.98), token);
        }

        HdbscanFit fit = new(options, points, core, tree, token);
        progress?.Report(new StageProgress("Clustering", 1));
        return fit;
    }
}
