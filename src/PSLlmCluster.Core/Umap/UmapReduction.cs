using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Layout;
using PSLlmCluster.Core.Umap.Start;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// UMAP from rows to a layout: neighbours, smoothed distances, fuzzy graph, pruning, start, optimisation (McInnes, Healy and Melville 2018,
/// algorithm 1; umap_.py, UMAP.fit).
/// </summary>
/// <remarks>
/// The work is done in the canonical order of the rows, so permuting the input permutes the output. Few rows have defined results: none
/// give none, one lies at the origin, two are each other's neighbours (umap-learn fails there).
/// </remarks>
public static class UmapReduction
{
    private const string LayoutStage = "Optimising the layout";

    // The fractions of the whole that are done when a stage ends.
    private const double SearchEnd = 0.3;
    private const double GraphEnd = 0.35;
    private const double StartEnd = 0.45;
    private const double RadiiShare = 0.1;

    /// <summary>Computes the layout of rows.</summary>
    /// <param name="rows">The rows, all finite, in any order.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="progress">Receives how far the work is, from several threads; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layout in the order of the rows, and what the user should know.</returns>
    /// <exception cref="EngineException">An option is out of its range, or a row is not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapResult Compute(
        RowMatrix rows, UmapOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => Compute(rows, options, null, progress, token);

    /// <summary>Computes the layout of rows that come with targets, initial coordinates or neighbours.</summary>
    /// <param name="rows">The rows in any order, all finite; for <see cref="Metric.Precomputed"/> the matrix of their distances.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="data">What comes with the rows, or null.</param>
    /// <param name="progress">Receives how far the work is, from several threads; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layout in the order of the rows, and what the user should know.</returns>
    /// <exception cref="EngineException">An option is out of its range, a row is not finite, or the data does not fit the
    /// rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapResult Compute(
        RowMatrix rows,
        UmapOptions options,
        UmapFitData? data,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
        => Fit(rows, options, data, progress, token).Result;

    /// <summary>Computes the layout of rows, and the model that takes new rows later.</summary>
    /// <param name="rows">The rows in any order, all finite; for <see cref="Metric.Precomputed"/> the matrix of their distances.</param>
    /// <param name="options">The parameters. A layout with densMAP takes no new rows: <see cref="UmapModel.Require"/>.</param>
    /// <param name="data">What comes with the rows, or null.</param>
    /// <param name="progress">Receives how far the work is, from several threads; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layout in the order of the rows, with what the user should know, and the model.</returns>
    /// <exception cref="EngineException">An option is out of its range, a row is not finite, or the data does not fit the
    /// rows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static UmapFit Fit(
        RowMatrix rows,
        UmapOptions options,
        UmapFitData? data = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        WorkContext work = WorkContext.Create(options.ThreadCount, progress, token);
        RowMatrix given = rows;
        int n = rows.RowCount;
        int dim = options.ComponentCount;
        (data ?? new UmapFitData()).Validate(n, options);
        UmapMemory.Require(n, rows.ColumnCount, options, data, rows.IsDouble);
        if (options.Metric == Metric.Precomputed)
        {
            rows = rows.ToSingle();
            PrecomputedDistances.Require(rows, work);
        }
        else
        {
            rows.RequireFinite();
        }

        double[]? center = null;
        if (options.Center && n > 0)
        {
            center = Centering.MeanOf(rows, CanonicalOrder.Of(rows, token), [], token);
            rows = Centering.Subtract(rows, center, work);
        }

        List<EngineWarning> warnings = [];
        CurveParameters curve = CurveParameters.For(options);
        SingleRows single = SingleRows.Of(rows, options.Metric, work);
        warnings.AddRange(single.Warnings);
        bool ownsRows = data?.TakesRows == true || single.Rows != rows;
        UmapInput input = UmapInput.Create(single.Rows, options, data, ownsRows, work);
        if (input.HasOneRow)
        {
            string rest = input.PointCount == 1
                ? "there is nothing to lay out, and they lie at one place."
                : "only what comes with them tells them apart.";
            warnings.Add(new EngineWarning("AllRowsEqual", $"All {n} rows are equal: {rest}"));
        }

        Layout layout = input.PointCount <= 1
            ? new Layout(new float[input.PointCount * dim], new float[input.PointCount], new float[input.PointCount])
            : Reduce(input, options, curve, data?.DistanceRank, warnings, work);
        work.Stage(LayoutStage, StartEnd, 1).Progress.Report(1);

        // The edges go before the result is made, which would stand beside them.
        FreedMemory.Return(rows.ByteCount);
        UmapResult result = new(new RowMatrix(input.ToInputOrder(layout.Coordinates, dim), n, dim), warnings)
        {
            OriginalRadii = options.OutputDensity ? input.ToInputOrder(layout.OriginalRadii!, 1) : null,
            LayoutRadii = options.OutputDensity ? input.ToInputOrder(layout.LayoutRadii!, 1) : null,
            PlacesOfRows = ReferenceEquals(input.Rows, given) ? input.Places : null,
        };
        return new UmapFit(result, Model(input, center, single.Offset, options, curve, layout.Coordinates))
        {
            RankDistances = layout.RankDistances,
        };
    }

    private static UmapModel Model(
        UmapInput input, double[]? center, double[]? offset, UmapOptions options, CurveParameters curve, float[] coordinates)
    {
        bool isPrecomputed = options.Metric == Metric.Precomputed;
        return new UmapModel(
            options,
            curve,
            UmapFitData.UsedNeighbors(input.PointCount, options.NeighborCount),
            isPrecomputed ? input.Places.Length : input.Rows.ColumnCount,
            isPrecomputed ? null : input.Rows,
            new RowMatrix(coordinates, input.PointCount, options.ComponentCount),
            input.Order)
        {
            Center = center,
            Offset = offset,
        };
    }

    private static Layout Reduce(
        UmapInput input, UmapOptions options, CurveParameters curve, int? distanceRank, List<EngineWarning> warnings, WorkContext work)
    {
        int n = input.PointCount;
        int k = NeighborsOf(input, options, warnings);
        double layoutEnd = options.OutputDensity ? 1 - RadiiShare : 1;
        (LayoutOptimizer optimizer, float[]? radii, double[]? rankDistances) =
            Prepare(input, options, curve, k, distanceRank, warnings, work);
        optimizer.RunTo(optimizer.TotalEpochs, work.Stage(LayoutStage, StartEnd, layoutEnd));
        RowMatrix layout = new(optimizer.Layout, n, options.ComponentCount);
        return new Layout(
            optimizer.Layout,
            radii,
            options.OutputDensity ? LocalRadii.OfLayout(layout, k, options, work.Stage(LayoutStage, layoutEnd, 1)) : null,
            rankDistances);
    }

    /// <summary>
    /// Does all that comes before the optimisation. A method of its own, so that nothing of the neighbours and the graph is alive later.
    /// </summary>
    private static (LayoutOptimizer Optimizer, float[]? Radii, double[]? RankDistances) Prepare(
        UmapInput input,
        UmapOptions options,
        CurveParameters curve,
        int k,
        int? distanceRank,
        List<EngineWarning> warnings,
        WorkContext work)
    {
        int n = input.PointCount;
        WorkContext search = work.Stage("Finding neighbours", 0, SearchEnd);
        NeighborLists neighbors = input.Neighbors
            ?? NeighborSearch.Find(MetricSpace.Create(input.Rows, options.Metric, options.MinkowskiPower), k, options.Seed, search);

        // The row itself is the first of its neighbours.
        double[]? rankDistances = distanceRank < neighbors.NeighborCount
            ? [.. Enumerable.Range(0, n).Select(row => neighbors.DistancesOf(row)[distanceRank.Value])]
            : null;
        FreedMemory.Return(input.Rows.ByteCount);
        WorkContext build = Begin(work, "Building the graph", SearchEnd, GraphEnd);
        int exponent = DistanceScale.ExponentFor(neighbors);
        DistanceScale.Apply(neighbors.Distances, exponent);
        float disconnection = (float)Math.ScaleB(options.Disconnection(), exponent);
        bool needsNeighbors = options.Densmap || options.OutputDensity;
        WeightedGraph whole = RowGraph.Build(
            neighbors, input.Labels, input.Numbers, options, disconnection, warnings, build, takesNeighbors: !needsNeighbors);
        WeightedGraph graph = GraphPruning.Prune(whole, options.PruningEpochsFor(n), build, takesGraph: true);
        WarnOfLoneRows(graph, warnings);
        float[]? radii = needsNeighbors ? LocalRadii.OfRows(graph, neighbors, disconnection, build) : null;

        FreedMemory.Return(input.Rows.ByteCount);
        WorkContext find = Begin(work, "Finding a start", GraphEnd, StartEnd);
        float[] start = options.Initialization == UmapInitialization.Given
            ? GivenStart.Compute(input.InitialCoordinates!, options, find)
            : LayoutStart.Compute(input.Rows, graph, options, warnings, find);

        DensitySettings? density = options.Densmap
            ? new DensitySettings(
                LocalRadii.Standardize(radii!), options.DensityLambda, options.DensityFraction, options.DensityVarianceShift)
            : null;
        LayoutSettings settings = new(
            options.ComponentCount,
            curve,
            options.EpochsFor(n),
            options.LearningRate,
            options.RepulsionStrength,
            options.NegativeSampleRate,
            options.Seed,
            options.ThreadCount,
            input.PointsOfRows,
            density);
        FreedMemory.Return(input.Rows.ByteCount);
        return (new LayoutOptimizer(graph, start, settings, work, takes: true), Unscaled(radii, exponent), rankDistances);
    }

    /// <summary>Begins a stage that reports nothing more, as it is over soon.</summary>
    private static WorkContext Begin(WorkContext work, string stage, double from, double to)
    {
        WorkContext begun = work.Stage(stage, from, to);
        begun.Progress.Report(0);
        return begun;
    }

    /// <summary>Returns the number of neighbours to use, and says where it is not the one asked for.</summary>
    private static int NeighborsOf(UmapInput input, UmapOptions options, List<EngineWarning> warnings)
    {
        int used = UmapFitData.UsedNeighbors(input.PointCount, options.NeighborCount);
        if (used != options.NeighborCount)
        {
            warnings.Add(
                new EngineWarning(
                    "NeighborCountClamped",
                    $"NeighborCount was cut from {options.NeighborCount} to {used}: there are only {input.PointsText}."));
        }

        return used;
    }

    /// <summary>Returns radii as they are before the distances were scaled; a radius is the logarithm of a squared distance.</summary>
    private static float[]? Unscaled(float[]? radii, int exponent)
        => radii is null || exponent == 0
            ? radii
            : Array.ConvertAll(radii, radius => (float)(radius - (2 * exponent * DeterministicMath.Log(2.0))));

    private static void WarnOfLoneRows(WeightedGraph graph, List<EngineWarning> warnings)
    {
        int alone = 0;
        for (int row = 0; row < graph.RowCount; row++)
        {
            alone += graph.Offsets[row + 1] == graph.Offsets[row] ? 1 : 0;
        }

        if (alone > 0)
        {
            warnings.Add(new EngineWarning(
                "RowsWithoutEdges",
                $"{alone} of {graph.RowCount} rows are joined to no other, as all their neighbours are too far or dropped; their "
                    + "places say nothing. "
                    + "A larger NeighborCount or SetOperationMixRatio may join them."));
        }
    }

    /// <summary>A layout in canonical order, and the radii and distances of its rows where they were asked for.</summary>
    private sealed record Layout(
        float[] Coordinates, float[]? OriginalRadii, float[]? LayoutRadii, double[]? RankDistances = null);
}
