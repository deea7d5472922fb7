namespace PSLlmCluster;

/// <summary>A row and the cluster it belongs to: what <c>Invoke-Hdbscan</c> writes.</summary>
public sealed class ClusterAssignment
{
    /// <summary>The cluster number of rows that belong to no cluster.</summary>
    public const int Noise = -1;

    /// <summary>Gets the position of the row among all that came in, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Gets the row's text, or null where it has none.</summary>
    public string? Text { get; init; }

    /// <summary>Gets the very object that the row came from: for a text's embedding, what was piped in at first.</summary>
    public object? Source { get; init; }

    /// <summary>Gets the row before any reduction, or null where it is not known.</summary>
    public float[]? Vector
    {
        get => field ??= Row is { } row ? RowVectors.ToArray(row) : null;
        init => (field, Row) = (value, RowVectors.OfArray(value));
    }

    /// <summary>Gets the row before any reduction, where it lies: in a matrix of many, it is copied when it is asked for.</summary>
    internal ReadOnlyMemory<float>? Row { get; init; }

    /// <summary>Gets the row's place in the layout, or null where there was no reduction.</summary>
    public float[]? Coordinates { get; init; }

    /// <summary>Gets the first coordinate, or null where there is none.</summary>
    public float? X => Coordinates is { Length: > 0 } place ? place[0] : null;

    /// <summary>Gets the second coordinate, or null where there is none.</summary>
    public float? Y => Coordinates is { Length: > 1 } place ? place[1] : null;

    /// <summary>Gets the cluster, numbered by size from 0 (the largest); -1 is noise.</summary>
    public required int Cluster { get; init; }

    /// <summary>Gets or sets what the row's cluster is called; null until <c>Add-ClusterName</c> has named it.</summary>
    public string? ClusterName
    {
        get;
        set => (field, NameSource) = (value, null);
    }

    /// <summary>
    /// Gets where <see cref="ClusterName"/> comes from; null for noise that nobody named, for a name that was set by hand, and until
    /// <c>Add-ClusterName</c> has named the cluster.
    /// </summary>
    public NameSource? NameSource { get; internal set; }

    /// <summary>Gets how strongly the row belongs to its cluster, from 0 (noise) to 1 (its core).</summary>
    public required double Probability { get; init; }

    /// <summary>Gets the GLOSH outlier score, from 0 (as dense as its surroundings) to 1.</summary>
    public required double OutlierScore { get; init; }

    /// <summary>Gets the persistence of the row's cluster, the larger the more distinct; 0 for noise.</summary>
    public required double Persistence { get; init; }

    /// <summary>
    /// Gets for a row that is noise the cluster that it would join first, or -1 where there is none; for any other row its own cluster.
    /// </summary>
    public required int NearestCluster { get; init; }

    /// <summary>
    /// Gets how strongly the row would belong to <see cref="NearestCluster"/>, from 0 to 1; for a row that is no noise, its probability.
    /// </summary>
    public required double NearestStrength { get; init; }

    /// <summary>
    /// Gets a value indicating whether the row is one of those that stand for its cluster: it lies in one of its densest parts. Among rows
    /// that were put into the clusters of a saved model, those that equal such a row of the fit.
    /// </summary>
    public bool IsExemplar { get; init; }

    /// <summary>
    /// Gets how far the row belongs to each cluster, by the cluster's number, from 0 to 1 and together at most 1; null unless it was asked
    /// for.
    /// </summary>
    public double[]? Membership { get; init; }

    /// <summary>
    /// Gets the row's cluster in each layer, the finest first, numbered by size from 0 within each layer; -1 where it lies in none. Null
    /// unless layers were asked for.
    /// </summary>
    public int[]? LayerClusters { get; init; }

    /// <summary>
    /// Gets the size of each layer, its MinClusterSize, in the order of <see cref="LayerClusters"/>; the same array for all rows. Null
    /// unless layers were asked for.
    /// </summary>
    public int[]? LayerSizes { get; init; }

    /// <summary>
    /// Gets the persistence of the row's cluster in each layer, in the order of <see cref="LayerClusters"/>, the larger the more distinct;
    /// 0 where it lies in none. It is that which its clusters have where -MinClusterSize is the layer's size and Leaf selects them. Null
    /// unless layers were asked for.
    /// </summary>
    public double[]? LayerPersistences
    {
        get => field ??= PersistencesOfLayers is { } all && LayerClusters is { } own
            ? [.. own.Select((cluster, layer) => cluster < 0 ? 0 : all[layer][cluster])]
            : null;
        init;
    }

    /// <summary>Gets for each layer the persistence of each of its clusters; the same lists for all rows.</summary>
    internal IReadOnlyList<double>[]? PersistencesOfLayers { get; init; }

    /// <summary>
    /// Gets or sets what the row's cluster of each layer is called, in the order of <see cref="LayerClusters"/>; null where it lies in
    /// none, and for all until <c>Add-ClusterName</c> has named them.
    /// </summary>
    public string?[]? LayerNames { get; set; }

    /// <summary>Returns the text with its cluster.</summary>
    /// <returns>The text with its cluster.</returns>
    public override string ToString() => $"{Text ?? $"row {Index}"} ({(Cluster == Noise ? "noise" : $"cluster {Cluster}")})";
}
