using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Refinement;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>
/// HDBSCAN* (Campello, Moulavi, Sander 2013; McInnes, Healy 2017): core distances, the minimum spanning tree of mutual reachability, the
/// single linkage tree, the condensed tree, its stability, the selection of clusters, labels, probabilities, persistence and outlier
/// scores; one file for each.
/// </summary>
/// <remarks>
/// All work is done on the rows in <see cref="CanonicalOrder"/>, and the result put back into the order of input. So the same rows give the
/// same bytes, for any order and any number of threads; only the numbers of clusters of one size go by the order of input.
/// </remarks>
public static class HdbscanClustering
{
    /// <summary>The smallest weight of a row.</summary>
    public const double SmallestWeight = RowWeights.Smallest;

    /// <summary>The largest weight of a row.</summary>
    public const double LargestWeight = RowWeights.Largest;

    /// <summary>What is to be done about a weight that is out of range.</summary>
    public const string WeightRecommendedAction = RowWeights.RecommendedAction;

    /// <summary>The fraction of the work that core distances take.</summary>
    private const double CoreShare = 0.6;

    /// <summary>The fraction of the work that is done once the spanning tree is there.</summary>
    private const double SpanningEnd = 0.98;

    /// <summary>Finds the clusters of rows.</summary>
    /// <param name="rows">
    /// The rows, of which those with numbers that are not finite are noise; for <see cref="Metric.Precomputed"/> the matrix of their
    /// distances, infinite for rows that are not connected.
    /// </param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Receives the fraction of the work that is done, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>Labels, probabilities and scores in the order of the rows. Fewer rows than MinClusterSize are all noise.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), or precomputed distances are.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanResult Compute(
        RowMatrix rows, HdbscanOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => Fit(rows, options, progress, token).Result;

    /// <summary>Finds the clusters of rows, and keeps what led to them.</summary>
    /// <param name="rows">The rows, as <see cref="Compute"/> takes them.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Receives the fraction of the work that is done, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clustering.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), or precomputed distances are.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanFit Fit(
        RowMatrix rows, HdbscanOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => Fit(rows, null, options, progress, token);

    /// <summary>Finds the clusters of rows that have weights, and keeps what led to them.</summary>
    /// <remarks>
    /// A row of weight 3 is as three equal rows: in its neighbours' core distances and its own, in min_cluster_size and in stability. Rows
    /// that are equal are worked on once.
    /// </remarks>
    /// <param name="rows">The rows, as <see cref="Compute"/> takes them.</param>
    /// <param name="weights">
    /// How many rows each counts for, from <see cref="SmallestWeight"/> to <see cref="LargestWeight"/>, fractions allowed
    /// (<c>sample_weight</c>); null where each is one.
    /// </param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Receives the fraction of the work that is done, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clustering.</returns>
    /// <exception cref="EngineException">
    /// An option is invalid (HdbscanOptionInvalid), a weight is out of range, there are more or fewer than rows, or they are too little for
    /// a cluster (WeightsInvalid), or precomputed distances are invalid.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanFit Fit(
        RowMatrix rows,
        double[]? weights,
        HdbscanOptions options,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RowWeights.Require(weights, rows.RowCount);
        token.ThrowIfCancellationRequested();
        WorkContext work = WorkContext.Create(options.ThreadCount, progress, token);
        HdbscanPoints points = HdbscanPoints.Create(rows, weights, options, work);
        points.RequireEnoughWeight(options.MinClusterSize);

        // Core distances at min_samples - 1 are what new rows are measured by later, and the same search finds them.
        int sampleCount = options.UsedSampleCount(points.TotalWeight);
        ReachabilitySearch search = ReachabilitySearch.Choose(points.Space, points.Weights, work);
        CoreDistances[] cores = search.MeasureCores(
            sampleCount > 1 ? [sampleCount - 1, sampleCount] : [sampleCount], work.Stage("Measuring core distances", 0, CoreShare));
        WorkContext spanning = work.Stage("Building the spanning tree", CoreShare, SpanningEnd);
        SpanningTree spanningTree = search.Span(cores[^1], options.Alpha, spanning)
            ?? new BlockSearch(points.Space, points.Weights).Span(cores[^1], options.Alpha, spanning);

        HdbscanFit fit = Select(options, points, cores, spanningTree, work);
        work.Stage("Clustering", 0, 1).Progress.Report(1);
        return fit;
    }

    /// <summary>
    /// Takes a layer's clusters in place of those that were selected: what a fit of the same rows by leaf selection at the layer's
    /// MinClusterSize gives, with the MinSampleCount of this one, without building the spanning tree again.
    /// </summary>
    /// <param name="fit">The fit.</param>
    /// <param name="layer">One of its layers.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clustering.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanFit TakeLayer(HdbscanFit fit, HdbscanLayer layer, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(layer);
        return TakeLeaves(fit, layer.MinClusterSize, fit.Options with { ClusterCount = null }, token);
    }

    /// <summary>
    /// Takes the leaves at another MinClusterSize in place of the clusters that were selected: what a fit of the same rows by leaf
    /// selection at that size gives, with the MinSampleCount of this one, without building the spanning tree again.
    /// </summary>
    /// <param name="fit">The fit.</param>
    /// <param name="minClusterSize">The fewest rows of a cluster, 2 or more.</param>
    /// <param name="selection">The ClusterCount and the RefinementCount of the clusters; nothing else of it is looked at.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clustering.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanFit TakeLeaves(
        HdbscanFit fit, int minClusterSize, HdbscanOptions selection, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentOutOfRangeException.ThrowIfLessThan(minClusterSize, 2);
        FitStages stages = fit.Stages;
        return Select(
            fit.Options.ForLayer(minClusterSize, fit.Options.UsedSampleCount(stages.Points.TotalWeight)) with
            {
                ClusterCount = selection.ClusterCount,
                RefinementCount = selection.RefinementCount,
            },
            stages.Points,
            stages.Cores,
            stages.SpanningTree,
            WorkContext.Create(fit.Options.ThreadCount, null, token));
    }

    /// <summary>Finds the clusters once the spanning tree is there.</summary>
    private static HdbscanFit Select(
        HdbscanOptions options, HdbscanPoints points, CoreDistances[] cores, SpanningTree spanningTree, WorkContext work)
    {
        CancellationToken token = work.Token;
        CondensedTree tree = CondensedTree.Build(SingleLinkageTree.Build(spanningTree, token), options.MinClusterSize, token);
        if (options.ClusterSelectionPersistence > 0)
        {
            tree = HierarchySimplification.Simplify(tree, options.ClusterSelectionPersistence, token);
        }

        ClusterStability stability = ClusterStability.Compute(tree);
        bool isMerged = options.ClusterCount is not null && options.RefinementCount > 0;
        HdbscanOptions resolved = options.ClusterCount is null || isMerged
            ? options
            : ClusterCountSearch.Resolve(tree, stability, options, token);
        FlatClusters clusters = FlatClusters.Compute(resolved, spanningTree, tree, stability, token);
        if (isMerged && clusters.Labels.Distinct().Count(label => label >= 0) < options.ClusterCount)
        {
            resolved = options with { ClusterSelectionMethod = ClusterSelectionMethod.Leaf };
            clusters = FlatClusters.Compute(resolved, spanningTree, tree, stability, token);
        }

        NearestClusters nearest = NearestClusters.Compute(spanningTree, clusters, token);
        ClusterMeans? means = null;
        if (options.RefinementCount > 0 && nearest.Clusters.AsSpan().ContainsAnyInRange(0, int.MaxValue))
        {
            int[] labels = isMerged
                ? WardMerging.Merge(
                    points.Space.Rows, nearest.Clusters, clusters.Persistences.Length, points.Weights, options.ClusterCount!.Value, token)
                : nearest.Clusters;
            RefinedClusters refined = RefinedClusters.Compute(
                points, labels, clusters.Persistences.Length, options.RefinementCount, options.MinClusterSize, work);
            clusters = clusters with { Labels = refined.Labels, Probabilities = refined.Clearness };
            nearest = new NearestClusters(refined.Labels, refined.Clearness);
            means = refined.Means;
        }

        int[] clusterOfNumber = ClusterNumbers.BySize(clusters.Labels, clusters.Persistences.Length, points.RowOfPoint, points.Weights);
        double[] outlierScores = OutlierScores.Compute(tree, stability.Lambdas);
        double? validity = RelativeValidity.Compute(spanningTree, clusters.Labels, clusters.Sizes(points.Weights), points.TotalWeightOfAll);

        PredictionData prediction
            = PredictionData.Create(tree, stability.Lambdas, options.CutDistance is null ? clusterOfNumber : [], points.Count);

        HdbscanResult result = InOrderOfInput(points, clusters, clusterOfNumber, nearest, outlierScores, options);
        return new HdbscanFit(result, validity, new FitStages(
            options,
            resolved,
            points,
            cores,
            spanningTree,
            tree,
            stability,
            clusterOfNumber,
            Array.ConvertAll(clusterOfNumber, cluster => clusters.LargestLambdas[cluster]),
            prediction,
            Exemplars.Find(prediction),
            means?.Take(clusterOfNumber)));
    }

    /// <summary>Gives each row of the input what its point has, by the numbers that users know clusters by.</summary>
    private static HdbscanResult InOrderOfInput(
        HdbscanPoints points,
        FlatClusters clusters,
        int[] clusterOfNumber,
        NearestClusters nearest,
        double[] outlierScores,
        HdbscanOptions options)
    {
        int n = points.PointOfRow.Length;
        int[] numbers = new int[clusters.Persistences.Length];
        numbers.AsSpan().Fill(-1);
        for (int number = 0; number < clusterOfNumber.Length; number++)
        {
            numbers[clusterOfNumber[number]] = number;
        }

        double[] persistences = Array.ConvertAll(clusterOfNumber, cluster => clusters.Persistences[cluster]);
        HdbscanResult result = new(new int[n], new double[n], new double[n], persistences, [])
        {
            NearestClusters = new int[n],
            NearestStrengths = new double[n],
            NotFiniteRows = points.NotFiniteRows,
        };
        for (int row = 0; row < n; row++)
        {
            int point = points.PointOfRow[row];
            if (point < 0)
            {
                // No number says where such a row lies: it belongs to nothing, and nothing lies further outside.
                (result.Labels[row], result.NearestClusters[row], result.OutlierScores[row]) = (-1, -1, 1);
                continue;
            }

            result.Labels[row] = clusters.Labels[point] < 0 ? -1 : numbers[clusters.Labels[point]];
            result.Probabilities[row] = clusters.Probabilities[point];
            result.OutlierScores[row] = outlierScores[point];
            result.NearestClusters[row] = nearest.Clusters[point] < 0 ? -1 : numbers[nearest.Clusters[point]];
            result.NearestStrengths[row] = nearest.Strengths[point];
        }

        return result with { Warnings = HdbscanWarnings.Create(result.Labels, points, clusterOfNumber.Length, options) };
    }
}
