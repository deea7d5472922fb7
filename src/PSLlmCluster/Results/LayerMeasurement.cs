using System.Diagnostics.CodeAnalysis;

namespace PSLlmCluster;

/// <summary>A layer, measured as a choice of parameters is: what <c>Measure-Clustering -Layer</c> writes.</summary>
public sealed record LayerMeasurement : ClusteringMeasurement
{
    /// <summary>Initializes a new instance of the <see cref="LayerMeasurement"/> class.</summary>
    /// <param name="leaves">What the leaves at the layer's size are.</param>
    /// <param name="layerPersistence">The total persistence of the layer.</param>
    [SetsRequiredMembers]
    public LayerMeasurement(ClusteringMeasurement leaves, long layerPersistence)
        : base(leaves)
        => LayerPersistence = layerPersistence;

    /// <summary>
    /// Gets the total persistence: of all clusters of the layer together, the numbers of values of MinClusterSize at which they are leaves
    /// of the tree. Layers are chosen by it.
    /// </summary>
    public long LayerPersistence { get; }
}
