using PSLlmCluster.Core.Hdbscan.Spanning;
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
    /// <summary>The smallest weight of a row.</summary>
    public const double SmallestWeight = 1e-9;

    /// <summary>The largest weight of a row.</summary>
    public const double LargestWeight = 1e12;

    /// <summary>What is to be done about a weight that is out of range.</summary>
    public const string WeightRecommendedAction = "Give a number from 1e-9 to 1e12: how many rows it stands for. Leave rows out that are to count for nothing.";

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
        => Fit(rows, null, options, progress, token);

    /// <summary>Finds the clusters of rows that have weights, and keeps what led to them.</summary>
    /// <remarks>A row of weight 3 is as three equal rows: in its neighbours' core distances and its own, in min_cluster_size and in stability. Rows that are equal are worked on once.</remarks>
    /// <param name="rows">The rows, of which those with numbers that are not finite are noise; for <see cref="Metric.Precomputed"/> the matrix of their distances, in which infinity is no way.</param>
    /// <param name="weights">How many rows each counts for, from <see cref="SmallestWeight"/> to <see cref="LargestWeight"/>, fractions allowed (<c>sample_weight</c>); null where each is one.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Told how far it is, on any thread; or null.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>The clustering.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), a weight is out of range, there are more or fewer than rows, or they are too little for a cluster (WeightsInvalid), or precomputed distances are none.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanFit Fit(RowMatrix rows, double[]? weights, HdbscanOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RequireWeights(weights, rows.RowCount);
        token.ThrowIfCancellationRequested();
        HdbscanPoints points = HdbscanPoints.Of(rows, weights, options, token);
        RequireEnoughWeight(points, options.MinClusterSize);
        int sampleCount = CoreDistances.SampleCount(options, points.TotalWeight);

        // One neighbour fewer is what new rows are measured by later, and the same search finds it.
        int[] sampleCounts = sampleCount > 1 ? [sampleCount - 1, sampleCount] : [sampleCount];
        int last = sampleCounts.Length - 1;
        ReachabilityTrees trees = new(points, options, sampleCounts, new ProgressSpan(progress, "Measuring core distances", 0, 0.6), token);
        SpanningTree tree = trees.Span(last, new ProgressSpan(progress, "Building the spanning tree", 0.6, 0.98), token);
        HdbscanFit fit = new(options, points, trees.Core(last), last > 0 ? trees.Core(0) : new double[points.Count], tree, token);
        progress?.Report(new StageProgress("Clustering", 1));
        return fit;
    }

    /// <summary>Refuses weights that leave too little for a cluster where the rows themselves would be enough, as those that add up to 1: all would be noise, after much work.</summary>
    internal static void RequireEnoughWeight(HdbscanPoints points, int minClusterSize)
    {
        if (points.Weights is not null && points.Count >= minClusterSize && !RowWeights.HasReached(points.TotalWeight, minClusterSize))
        {
            throw new EngineException(
                "WeightsInvalid",
                FailureKind.InvalidData,
                FormattableString.Invariant($"The weights add up to {points.TotalWeight:G6} rows, and a cluster needs MinClusterSize = {minClusterSize}."),
                "A weight is how many rows a row stands for: multiply weights that add up to 1 by the number of rows.");
        }
    }

    /// <summary>Refuses weights that do not fit the rows.</summary>
    internal static void RequireWeights(double[]? weights, int rowCount)
    {
        if (weights is null)
        {
            return;
        }

        if (weights.Length != rowCount)
        {
            throw new EngineException("WeightsInvalid", FailureKind.InvalidData, $"There are {weights.Length} weights for {rowCount} rows.", "Give one weight for each row.");
        }

        int wrong = Array.FindIndex(weights, weight => !(weight is >= SmallestWeight and <= LargestWeight));
        if (wrong >= 0)
        {
            throw new EngineException("WeightsInvalid", FailureKind.InvalidData, FormattableString.Invariant($"The weight of row {wrong + 1} is {weights[wrong]}."), WeightRecommendedAction);
        }
    }
}
