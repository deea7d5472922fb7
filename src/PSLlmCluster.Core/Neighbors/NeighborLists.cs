namespace PSLlmCluster.Core.Neighbors;

/// <summary>The nearest rows of each row.</summary>
/// <param name="RowCount">Number n of rows.</param>
/// <param name="NeighborCount">Number k of entries for each row.</param>
/// <param name="Indices">n x k, row after row: the neighbours in rising order of distance, ties by index. The row itself is among them, as
/// in umap-learn; among more than k rows equal to it, it may not be.</param>
/// <param name="Distances">n x k, the distances that belong to <paramref name="Indices"/>.</param>
public sealed record NeighborLists(int RowCount, int NeighborCount, int[] Indices, double[] Distances)
{
    /// <summary>Returns one row's neighbours.</summary>
    /// <param name="row">The row.</param>
    /// <returns>A view of k indices.</returns>
    public ReadOnlySpan<int> IndicesOf(int row) => Indices.AsSpan(row * NeighborCount, NeighborCount);

    /// <summary>Returns the distances to one row's neighbours.</summary>
    /// <param name="row">The row.</param>
    /// <returns>A view of k distances.</returns>
    public ReadOnlySpan<double> DistancesOf(int row) => Distances.AsSpan(row * NeighborCount, NeighborCount);
}
