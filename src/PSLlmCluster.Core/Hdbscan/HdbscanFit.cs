using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Prediction;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>A fitted clustering: the result, and what every stage that led to it has found, from which all else about it follows.</summary>
public sealed record HdbscanFit
{
    /// <summary>Initializes a new instance of the <see cref="HdbscanFit"/> class.</summary>
    /// <param name="result">The clusters of the rows.</param>
    /// <param name="relativeValidity">The relative validity of the clusters.</param>
    /// <param name="stages">What the stages have found.</param>
    internal HdbscanFit(HdbscanResult result, double? relativeValidity, FitStages stages)
    {
        Result = result;
        RelativeValidity = relativeValidity;
        Stages = stages;
    }

    /// <summary>Gets the clusters of the rows.</summary>
    public HdbscanResult Result { get; }

    /// <summary>
    /// Gets the relative validity of the clusters, from -1 to 1, or null where there is none: DBCV along the spanning tree. It compares
    /// parameters over the same rows.
    /// </summary>
    public double? RelativeValidity { get; }

    /// <summary>Gets what was asked for.</summary>
    public HdbscanOptions Options => Stages.Options;

    /// <summary>
    /// Gets the options with what was found for a number of clusters in place of that: an epsilon, and perhaps another method.
    /// </summary>
    public HdbscanOptions ResolvedOptions => Stages.ResolvedOptions;

    /// <summary>Gets for each cluster its node in <see cref="CondensedTree"/>; none for those of a flat cut.</summary>
    public IReadOnlyList<int> ClusterNodes
        => Array.ConvertAll(Stages.Prediction.ClusterOfNumber, cluster => Stages.Points.PointOfRow.Length + cluster);

    /// <summary>Gets what the stages have found.</summary>
    internal FitStages Stages { get; }

    /// <summary>
    /// Lists the merges of the rows by ascending distance, two at a time. Rows that are not finite join last, at infinity.
    /// </summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>One merge less than there are rows; the i-th makes node n + i.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<SingleLinkageMerge> SingleLinkage(CancellationToken token = default)
        => HierarchyExport.Merges(Stages.Points, SingleLinkageTree.Build(Stages.SpanningTree, token), token);

    /// <summary>Lists what leaves each cluster of the tree. Clusters are numbered from the number of rows on, the root first.</summary>
    /// <returns>An edge for each row that is finite, and for each cluster but the root.</returns>
    public IReadOnlyList<CondensedTreeEdge> CondensedTree()
        => HierarchyExport.Edges(Stages.Points, Stages.Tree, Stages.Prediction.ClusterOfNumber);

    /// <summary>
    /// Finds the sizes of clusters at which the rows fall into groups most clearly, and the clusters of each: several resolutions of one
    /// tree. They depend on the rows, MinClusterSize, MinSampleCount, Alpha and the metric alone; what selects the clusters of
    /// <see cref="Result"/> changes none of them.
    /// </summary>
    /// <param name="most">The most layers, 1 or more; those of the highest total persistence are taken.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The layers, the finest first; none where the rows do not part into clusters.</returns>
    /// <exception cref="EngineException">Splits were undone by ClusterSelectionPersistence (LayersNotPossible).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<HdbscanLayer> Layers(int most = HdbscanLayer.UsualCount, CancellationToken token = default)
    {
        Options.RequireLayers();
        return HdbscanLayer.Find(Stages, most, token);
    }

    /// <summary>
    /// Computes for each cluster of layers its persistence by density, the larger the more distinct: that which a fit of leaf selection at
    /// the layer's <see cref="HdbscanLayer.MinClusterSize"/> gives it.
    /// </summary>
    /// <param name="layers">Layers of this fit.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each layer the persistences of its clusters, by number, from 0 to 1.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<double>[] LayerPersistences(IReadOnlyList<HdbscanLayer> layers, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return LayerPersistence.Compute(
            Stages.Prediction,
            Stages.Points.Weights,
            [.. layers.Select(layer => (layer.Clusters.ClusterOfNumber, layer.MinClusterSize))],
            token);
    }

    /// <summary>Computes how far each row belongs to each cluster.</summary>
    /// <param name="progress">Receives the fraction of rows completed, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The membership vectors, in the order of input; those of rows that are not finite hold zeros.</returns>
    /// <exception cref="EngineException">
    /// The clusters are those of a flat cut (MembershipNotPossible), or there are too many numbers to hold (MembershipTooLarge).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public MembershipVectors Memberships(IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        Options.RequireMemberships();
        WorkContext work = WorkContext.Create(Options.ThreadCount, progress, token);
        return SoftMembership.Compute(Stages.Points, Stages.Prediction, Stages.Exemplars, work.Stage("Measuring memberships", 0, 1));
    }

    /// <summary>Returns for each row whether it is one of those that stand for its cluster, which lie in its densest parts.</summary>
    /// <returns>One value for each row; all false for a flat cut.</returns>
    public bool[] AreExemplars()
    {
        HdbscanPoints points = Stages.Points;
        bool[] ofPoints = Stages.Exemplars.Mask(Array.ConvertAll(points.RowOfPoint, row => Result.Labels[row]));
        return Array.ConvertAll(points.PointOfRow, point => point >= 0 && ofPoints[point]);
    }
}
