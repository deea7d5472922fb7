namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The clusters of new rows in each layer of a model. A row that joins a point at some lambda comes to a cluster of the tree, and in each
/// layer belongs to the cluster above that; the one that it would join first is that of the point. So a layer says of a row what the
/// clusters themselves would say, had they been this layer's.
/// </summary>
internal sealed class LayerPlaces
{
    private readonly IReadOnlyList<HdbscanModelLayer> _layers;

    /// <summary>Initializes a new instance of the <see cref="LayerPlaces"/> class.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="rowCount">The number of new rows.</param>
    public LayerPlaces(IReadOnlyList<HdbscanModelLayer> layers, int rowCount)
    {
        _layers = layers;
        Labels = [.. layers.Select(_ => new int[rowCount])];
        Nearest = [.. layers.Select(_ => new int[rowCount])];
    }

    /// <summary>Gets for each layer the cluster of each row, or -1.</summary>
    public int[][] Labels { get; }

    /// <summary>Gets for each layer the cluster that each row would join first, or its own.</summary>
    public int[][] Nearest { get; }

    /// <summary>Puts a row into the clusters.</summary>
    /// <param name="row">The row.</param>
    /// <param name="cluster">The cluster of the tree that it comes to.</param>
    /// <param name="point">The point that it joins.</param>
    public void Place(int row, int cluster, int point)
    {
        for (int layer = 0; layer < _layers.Count; layer++)
        {
            int label = _layers[layer].Owners[cluster];
            Labels[layer][row] = label;
            Nearest[layer][row] = label >= 0 ? label : _layers[layer].Nearest[point];
        }
    }

    /// <summary>Leaves a row out of all clusters.</summary>
    /// <param name="row">The row.</param>
    public void LeaveOut(int row)
    {
        for (int layer = 0; layer < _layers.Count; layer++)
        {
            (Labels[layer][row], Nearest[layer][row]) = (-1, -1);
        }
    }
}
