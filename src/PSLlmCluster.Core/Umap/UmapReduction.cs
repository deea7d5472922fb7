using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// UMAP from rows to a layout: neighbours, smoothed distances, fuzzy graph, pruning, start, optimisation (McInnes, Healy and Melville 2018, algorithm 1; umap_.py, UMAP.fit).
/// </summary>
/// <remarks>
/// The work is done in the canonical order of the rows, so permuting the input permutes the output. Few rows have defined results: none give none, one lies at the origin, two are
/// each other's neighbours (umap-learn fails there).
/// </remarks>
public static class UmapReduction
{
    private const double NeighborShare = 0.3;
    private const double GraphShare = 0.05;
    private const double StartShare = 0.1;

    /// <summary>Computes the layout of rows.</summary>
    /// <param name="rows">The rows, all finite, in any order.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="progress">Told how far the work is, from several threads, or null.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>The layout in the order of the rows, and what the user should know.</returns>
    /// <exception cref="EngineException">An option is out of its range, or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapResult Compute(RowMatrix rows, UmapOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        rows.RequireFinite();
        int n = rows.RowCount;
        int dim = options.ComponentCount;
        if ((long)n * dim > Array.MaxLength)
        {
            throw new EngineException("TooManyNumbers", FailureKind.ResourceUnavailable, $"A layout of {n} rows in {dim} dimensions is more than one array can hold.", "Ask for fewer components.");
        }

        // The optimiser holds up to four numbers for each row and neighbour.
        if (4L * n * Math.Min(n, options.NeighborCount) > Array.MaxLength)
        {
            throw new EngineException("TooManyNumbers", FailureKind.ResourceUnavailable, $"{options.NeighborCount} neighbours of {n} rows are more than one array can hold.", "Ask for fewer neighbours.");
        }

        List<EngineWarning> warnings = [];
        if (n <= 1)
        {
            return new UmapResult(new RowMatrix(new float[n * dim], n, dim), warnings);
        }

        int[] order = CanonicalOrder.Of(rows);
        float[] layout = Reduce(CanonicalOrder.Apply(rows, order), options, warnings, progress, token);
        float[] result = new float[layout.Length];
        for (int place = 0; place < n; place++)
        {
            layout.AsSpan(place * dim, dim).CopyTo(result.AsSpan(order[place] * dim, dim));
        }

        progress?.Report(new StageProgress("Optimising the layout", 1));
        return new UmapResult(new RowMatrix(result, n, dim), warnings);
    }

    private static float[] Reduce(RowMatrix rows, UmapOptions options, List<EngineWarning> warnings, IProgress<StageProgress>? progress, CancellationToken token)
    {
        int n = rows.RowCount;
        int k = NeighborsOf(n, options, warnings);
        int epochs = options.EpochsFor(n);
        float disconnection = FuzzyGraph.DisconnectionDistance(options.Metric);
        StageShare share = new(progress);

        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(rows, options.Metric), k, options.ThreadCount, share.Next(NeighborShare), token);
        share.Begin("Building the graph", GraphShare);
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, options.LocalConnectivity, disconnection, options.ThreadCount, token);
        float[] strengths = FuzzyGraph.Memberships(neighbors, smoothed, disconnection, options.ThreadCount, token);
        WeightedGraph graph = GraphPruning.Prune(FuzzyGraph.Join(neighbors, strengths, options.SetOperationMixRatio, token), epochs);
        WarnOfLoneRows(graph, warnings);

        share.Begin("Finding a start", StartShare);
        float[] start = LayoutStart.Compute(rows, graph, options, warnings, token);
        LayoutSettings settings = new(options.ComponentCount, CurveParameters.For(options), epochs, options.LearningRate, options.RepulsionStrength, options.NegativeSampleRate, options.Seed, options.ThreadCount);
        LayoutOptimizer optimizer = new(graph, start, settings, token);
        optimizer.RunTo(epochs, share.Next(1 - NeighborShare - GraphShare - StartShare), token);
        return optimizer.Layout;
    }

    /// <summary>Returns the number of neighbours to use: as in the reference one less than there are rows where there are too few, but never fewer than two.</summary>
    private static int NeighborsOf(int n, UmapOptions options, List<EngineWarning> warnings)
    {
        if (options.NeighborCount < n)
        {
            return options.NeighborCount;
        }

        int used = Math.Max(2, n - 1);
        if (used != options.NeighborCount)
        {
            warnings.Add(new EngineWarning("NeighborCountClamped", $"NeighborCount was cut from {options.NeighborCount} to {used}: there are only {n} rows."));
        }

        return used;
    }

    private static void WarnOfLoneRows(WeightedGraph graph, List<EngineWarning> warnings)
    {
        int alone = 0;
        for (int row = 0; row < graph.RowCount; row++)
        {
            alone += graph.Offsets[row + 1] == graph.Offsets[row] ? 1 : 0;
        }

        if (alone > 0)
        {
            warnings.Add(new EngineWarning("RowsWithoutEdges", $"{alone} of {graph.RowCount} rows are joined to no other, as all their neighbours are too far or dropped; their places say nothing. A larger NeighborCount or SetOperationMixRatio may join them."));
        }
    }

    /// <summary>Gives each stage its share of the whole.</summary>
    private sealed class StageShare(IProgress<StageProgress>? progress)
    {
        private double _done;
        private double _current;

        /// <summary>Begins a stage that reports by itself.</summary>
        public Part? Next(double share)
        {
            _done += _current;
            _current = share;
            return progress is null ? null : new Part(progress, _done, share);
        }

        /// <summary>Begins a stage that is over soon.</summary>
        public void Begin(string stage, double share) => Next(share)?.Report(new StageProgress(stage, 0));
    }

    private sealed class Part(IProgress<StageProgress> whole, double start, double share) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => whole.Report(new StageProgress(value.Stage, start + (share * value.Fraction)));
    }
}
