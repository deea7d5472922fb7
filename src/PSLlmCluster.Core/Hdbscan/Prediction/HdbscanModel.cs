using PSLlmCluster.Core.Hdbscan.Refinement;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// A fitted clustering, into whose clusters new rows can be put later (hdbscan's <c>PredictionData</c>). It can be written to a file and
/// read back.
/// </summary>
/// <remarks>
/// All is in canonical order, so that the file has the same bytes whatever the order of the fitted rows; only the columns of precomputed
/// distances, and which of several clusters of one size has which number, follow the order of input. Rows of the fit that were not finite
/// are not part of it.
/// </remarks>
public sealed class HdbscanModel
{
    internal HdbscanModel(
        HdbscanOptions options,
        int sampleCount,
        MetricSpace? space,
        int[]? columns,
        PredictionData clusters,
        HdbscanModelPoints points,
        double[] largestLambdas,
        double[] persistences)
    {
        Options = options;
        SampleCount = sampleCount;
        Space = space;
        Columns = columns;
        Clusters = clusters;
        Points = points;
        LargestLambdas = largestLambdas;
        Persistences = persistences;
        double typicalWeight = points.Weights is null ? 1 : RowWeights.Typical(points.Weights);
        FirstNeighborCount = (int)Math.Min(points.Labels.Length, Math.Ceiling(2.0 * sampleCount / typicalWeight));
        Exemplars = Exemplars.Find(clusters);
        AreExemplars = Exemplars.Mask(points.Labels);
    }

    /// <summary>
    /// Gets the number of rows that were fitted, but for those that were not finite; where they had weights, the number of those that
    /// differ.
    /// </summary>
    public int RowCount => Points.Labels.Length;

    /// <summary>
    /// Gets the number of columns that a new row must have: that of the fitted rows, or for precomputed distances their number.
    /// </summary>
    public int ColumnCount => Space?.Rows.ColumnCount ?? Columns!.Length;

    /// <summary>Gets the number of clusters.</summary>
    public int ClusterCount => Persistences.Length;

    /// <summary>Gets a value indicating whether a new row is its distances to the fitted rows, and not numbers to measure.</summary>
    public bool TakesDistances => Space is null;

    /// <summary>
    /// Gets or sets which engine made the vectors of the fitted rows, Managed or Llama; null where they are no vectors of texts, or it is
    /// not known. It is kept in the file, and changes nothing in the results.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to Auto.</exception>
    public EmbeddingEngine? Engine
    {
        get;
        set => field = EngineSetting.Require(value);
    }

    /// <summary>Gets the options of the fit.</summary>
    public HdbscanOptions Options { get; }

    /// <summary>Gets the layers that were saved, the finest first; null where none were asked for.</summary>
    public IReadOnlyList<HdbscanModelLayer>? Layers { get; internal init; }

    /// <summary>Gets the number of other rows that a core distance reaches: what the options say, as far as there were rows.</summary>
    internal int SampleCount { get; }

    /// <summary>
    /// Gets how many nearest points a new row needs, as far as can be said beforehand: all it needs, unless rows had weights.
    /// </summary>
    internal int FirstNeighborCount { get; }

    /// <summary>Gets the mean of the fitted rows, which is taken off new ones too; null where the fit took none off.</summary>
    internal double[]? Center { get; init; }

    /// <summary>
    /// Gets the fitted rows, without their mean where it was taken off, and their metric; null for precomputed distances.
    /// </summary>
    internal MetricSpace? Space { get; }

    /// <summary>
    /// Gets for each point its place in the order of input, which is the order of a new row's distances; null but for precomputed
    /// distances.
    /// </summary>
    internal int[]? Columns { get; }

    /// <summary>Gets the tree of clusters.</summary>
    internal PredictionData Clusters { get; }

    /// <summary>Gets what is known of each point.</summary>
    internal HdbscanModelPoints Points { get; }

    /// <summary>Gets the means of the clusters, by number, to the nearest of which rows belong; null but for refined clusters.</summary>
    internal ClusterMeans? Means { get; init; }

    /// <summary>Gets the largest lambda within each cluster, by number.</summary>
    internal double[] LargestLambdas { get; }

    /// <summary>Gets the persistence of each cluster, by number.</summary>
    internal double[] Persistences { get; }

    /// <summary>Gets the points that stand for each cluster.</summary>
    internal Exemplars Exemplars { get; }

    /// <summary>Gets for each point whether it stands for its cluster.</summary>
    internal bool[] AreExemplars { get; }

    /// <summary>Makes a model of a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="layers">Layers of it, into which new rows are put too, the finest first; null for none.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">There is no row with finite numbers in the fit (HdbscanModelNotPossible).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanModel Of(HdbscanFit fit, IReadOnlyList<HdbscanLayer>? layers = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        HdbscanPoints points = fit.Stages.Points;
        if (points.Count == 0)
        {
            throw new EngineException(
                EngineErrorIds.HdbscanModelNotPossible,
                FailureKind.InvalidData,
                "There is no row with finite numbers, so there is no model to save.",
                "Give rows with finite numbers, or leave out the model.");
        }

        bool isGiven = fit.Options.Metric == Metric.Precomputed;
        HdbscanResult result = fit.Result;
        int sampleCount = fit.Options.UsedSampleCount(points.TotalWeight);
        HdbscanModelPoints ofPoints = new(
            fit.Stages.CoreDistancesMinusOne,
            Array.ConvertAll(points.RowOfPoint, row => result.Labels[row]),
            Array.ConvertAll(points.RowOfPoint, row => result.NearestClusters[row]),
            Array.ConvertAll(points.RowOfPoint, row => result.NearestStrengths[row]),
            points.Weights);
        return new HdbscanModel(
            fit.ResolvedOptions,
            sampleCount,
            isGiven ? null : points.Space,
            isGiven ? points.RowOfPoint : null,
            fit.Stages.Prediction,
            ofPoints,
            fit.Stages.LambdaOfNumber,
            result.Persistences)
        {
            Center = points.Center,
            Means = fit.Stages.Means,
            Layers = layers is null ? null : [.. layers.Select(layer => HdbscanModelLayer.Of(fit, layer, token))],
        };
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">
    /// The file is not there, cannot be read, is no model of HDBSCAN, is of a newer version, or is damaged.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static HdbscanModel Load(string path, CancellationToken token = default) => HdbscanModelFile.Read(path, token);

    /// <summary>Writes the model, whole or not at all.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Save(ModelFileTarget target, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        HdbscanModelFile.Write(this, target, token);
    }

    /// <summary>Refuses memberships that the clusters do not have, so that it can be said before the work.</summary>
    /// <exception cref="EngineException">The clusters are those of a flat cut (MembershipNotPossible).</exception>
    public void RequireMemberships() => Options.RequireMemberships();

    /// <summary>Refuses layers that the model does not have, so that it can be said before the work.</summary>
    /// <exception cref="EngineException">It was saved without layers (LayersNotPossible).</exception>
    public void RequireLayers()
    {
        if (Layers is null)
        {
            throw new EngineException(
                EngineErrorIds.LayersNotPossible,
                FailureKind.InvalidArgument,
                "The model was saved without layers.",
                "Save it again with its layers, or leave them out.");
        }
    }

    /// <summary>Computes the persistence of each cluster of the layers, as in the fit.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each of <see cref="Layers"/> the persistences of its clusters, by number, from 0 to 1.</returns>
    /// <exception cref="EngineException">It was saved without layers (LayersNotPossible).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<double>[] LayerPersistences(CancellationToken token = default)
    {
        RequireLayers();
        return LayerPersistence.Compute(
            Clusters, Points.Weights, [.. Layers!.Select(layer => (layer.ClusterOfNumber, layer.MinClusterSize))], token);
    }

    /// <summary>Puts new rows into the clusters, each by itself: what becomes of a row does not depend on what comes with it.</summary>
    /// <param name="newRows">
    /// The rows, as wide as the fitted ones; those that are not finite are noise. For precomputed distances those to the fitted rows, in
    /// the order in which they were fitted.
    /// </param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores. It changes nothing in the result.</param>
    /// <param name="withMemberships">Whether membership vectors are wanted too.</param>
    /// <param name="progress">Receives the fraction of rows completed, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The clusters of the new rows, in their order. A row that equals a fitted one has what that one has.</returns>
    /// <exception cref="EngineException">
    /// The rows have another width (RowLengthMismatch), given distances are none (PrecomputedNotDistance), or memberships are asked for
    /// that the clusters do not have (MembershipNotPossible, MembershipTooLarge).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public HdbscanPrediction Predict(
        RowMatrix newRows,
        int threadCount = 0,
        bool withMemberships = false,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(newRows);
        ArgumentOutOfRangeException.ThrowIfNegative(threadCount);
        if (newRows.RowCount > 0 && newRows.ColumnCount != ColumnCount)
        {
            throw new EngineException(
                EngineErrorIds.RowLengthMismatch,
                FailureKind.InvalidData,
                $"The new rows have {newRows.ColumnCount} numbers, and those of the model {ColumnCount}.",
                TakesDistances
                    ? "Give for each new row its distances to all rows of the fit, in their order."
                    : "Give rows from the same model or the same columns as those of the fit.");
        }

        if (withMemberships)
        {
            RequireMemberships();
        }

        if (newRows.RowCount == 0)
        {
            HdbscanResult none = new([], [], [], Persistences, []) { NearestClusters = [], NearestStrengths = [] };
            int[][]? noLayers = Layers is null ? null : [.. Layers.Select(_ => Array.Empty<int>())];
            return new HdbscanPrediction(none, withMemberships ? new MembershipVectors(0, ClusterCount) : null, [])
            {
                LayerLabels = noLayers,
                NearestLayerLabels = noLayers,
            };
        }

        if (TakesDistances)
        {
            PrecomputedDistances.RequireDistances(newRows, token);
        }

        WorkContext work = WorkContext.Create(threadCount, progress, token);
        return ApproximatePrediction.Compute(this, newRows, withMemberships, work.Stage("Placing new rows", 0, 1));
    }
}

/// <summary>What a model knows of each point.</summary>
/// <param name="CoreDistancesMinusOne">Its core distance at min_samples - 1; 0 where that is 0.</param>
/// <param name="Labels">Its cluster's number, -1 for noise.</param>
/// <param name="NearestClusters">The number of the cluster that it would join, or its own; -1 where there is none.</param>
/// <param name="NearestStrengths">How firmly it would belong to that one, or belongs to its own.</param>
/// <param name="Weights">How many rows it counts for; null where each is one.</param>
internal sealed record HdbscanModelPoints(
    double[] CoreDistancesMinusOne, int[] Labels, int[] NearestClusters, double[] NearestStrengths, double[]? Weights);

/// <summary>What becomes of new rows.</summary>
/// <param name="Result">The clusters of the rows, with the persistences of the fit.</param>
/// <param name="Memberships">Their membership vectors, or null where they were not wanted.</param>
/// <param name="AreExemplars">For each row whether it equals a row of the fit that stands for its cluster.</param>
public sealed record HdbscanPrediction(HdbscanResult Result, MembershipVectors? Memberships, bool[] AreExemplars)
{
    /// <summary>
    /// Gets for each layer of the model, the finest first, each row's cluster, or -1; null where the model has none.
    /// </summary>
    public int[][]? LayerLabels { get; init; }

    /// <summary>
    /// Gets for each layer the cluster that each row would join first, or its own; null where the model has none.
    /// </summary>
    public int[][]? NearestLayerLabels { get; init; }
}
