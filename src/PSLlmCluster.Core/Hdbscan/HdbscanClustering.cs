using System.Globalization;
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
    /// <summary>The share of noise above which the user is told what to change.</summary>
    private const double MuchNoise = 0.4;

    /// <summary>Finds the clusters of rows.</summary>
    /// <param name="rows">The rows, all finite; for <see cref="Metric.Precomputed"/> the matrix of their distances, in which infinity is no way.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="progress">Told how far it is, on any thread; or null.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>Labels, probabilities and scores in the order of the rows. Fewer rows than MinClusterSize are all noise.</returns>
    /// <exception cref="EngineException">An option is invalid (HdbscanOptionInvalid), or a row is not finite (RowNotFinite).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanResult Compute(RowMatrix rows, HdbscanOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        bool precomputed = options.Metric == Metric.Precomputed;
        if (precomputed)
        {
            PrecomputedDistances.Require(rows, options.ThreadCount, token);
        }
        else
        {
            rows.RequireFinite();
        }

        token.ThrowIfCancellationRequested();
        int n = rows.RowCount;
        int[] clusters = new int[n];
        double[] probabilities = new double[n];
        double[] outlierScores = new double[n];
        double[] persistences = [];
        if (n >= 2)
        {
            int[] order = precomputed ? PrecomputedDistances.Order(rows, [], options.ThreadCount, token) : CanonicalOrder.Of(rows);
            RowMatrix sorted = precomputed ? PrecomputedDistances.Apply(rows, order, options.ThreadCount, token) : CanonicalOrder.Apply(rows, order);
            CondensedTree tree = Condense(sorted, options, progress, token);
            ClusterMeasures measures = ClusterMeasures.Of(tree);
            ClusterLabels labels = ClusterLabels.Of(tree, measures, ClusterSelection.Select(tree, measures, options), options.ClusterSelectionEpsilon);
            double[] scores = OutlierScores.Of(tree, measures);
            for (int place = 0; place < n; place++)
            {
                clusters[order[place]] = labels.Clusters[place];
                probabilities[order[place]] = labels.Probabilities[place];
                outlierScores[order[place]] = scores[place];
            }

            persistences = Renumber(clusters, labels.Persistences);
        }
        else
        {
            // One row has no neighbour to be dense with: it is noise.
            clusters.AsSpan().Fill(-1);
        }

        progress?.Report(new StageProgress("Clustering", 1));
        return new HdbscanResult(clusters, probabilities, outlierScores, persistences, Warnings(clusters, persistences.Length, options));
    }

    private static CondensedTree Condense(RowMatrix rows, HdbscanOptions options, IProgress<StageProgress>? progress, CancellationToken token)
    {
        MetricSpace space = MetricSpace.Create(rows, options.Metric, options.MinkowskiPower);
        MutualReachability reachability = MutualReachability.Create(space, options.ThreadCount, token);
        double[] core = reachability.CoreDistances(CoreDistances.SampleCount(options, rows.RowCount), new ProgressSpan(progress, "Measuring core distances", 0, 0.6), token);
        SpanningTree spanningTree = reachability.Span(core, options.Alpha, new ProgressSpan(progress, "Building the spanning tree", 0.6, 0.98), token);
        return CondensedTree.Build(MergeTree.Build(spanningTree, token), options.MinClusterSize, token);
    }

    /// <summary>Puts the final numbers in place of the tree's, and returns the persistence of each.</summary>
    private static double[] Renumber(Span<int> clusters, double[] persistencesOfTree)
    {
        int[] byNumber = ClusterNumbers.BySize(clusters, persistencesOfTree.Length);
        int[] numbers = new int[persistencesOfTree.Length];
        for (int number = 0; number < byNumber.Length; number++)
        {
            numbers[byNumber[number]] = number;
        }

        foreach (ref int cluster in clusters)
        {
            cluster = cluster < 0 ? -1 : numbers[cluster];
        }

        return Array.ConvertAll(byNumber, cluster => persistencesOfTree[cluster]);
    }

    private static List<EngineWarning> Warnings(int[] clusters, int clusterCount, HdbscanOptions options)
    {
        List<EngineWarning> warnings = [];
        int n = clusters.Length;
        int sampleCount = CoreDistances.SampleCount(options, n);
        if (n > 1 && options.MinSampleCount > sampleCount)
        {
            warnings.Add(new EngineWarning("MinSampleCountCut", string.Create(CultureInfo.InvariantCulture, $"MinSampleCount was cut from {options.MinSampleCount} to {sampleCount}: there are only {n} rows.")));
        }

        int noise = clusters.Count(cluster => cluster < 0);
        if (noise > MuchNoise * n)
        {
            warnings.Add(new EngineWarning("MostlyNoise", string.Create(CultureInfo.InvariantCulture, $"{noise} of {n} rows are noise. {CureForNoise(n, clusterCount, sampleCount, options)}")));
        }

        return warnings;
    }

    private static string CureForNoise(int n, int clusterCount, int sampleCount, HdbscanOptions options)
    {
        if (n < options.MinClusterSize)
        {
            return string.Create(CultureInfo.InvariantCulture, $"A cluster needs MinClusterSize = {options.MinClusterSize} rows: lower it, or give more rows.");
        }

        string lower = string.Create(CultureInfo.InvariantCulture, $"Lower MinSampleCount (now {sampleCount}) or MinClusterSize (now {options.MinClusterSize})");
        return clusterCount == 0 && !options.AllowSingleCluster && options.ClusterSelectionMethod == ClusterSelectionMethod.Eom
            ? $"{lower} to find smaller clusters, or set AllowSingleCluster if all may be one."
            : $"{lower} if fewer should be.";
    }
}
