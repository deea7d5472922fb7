namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>How far new rows are from those that were fitted: the distance of each to one of its nearest fitted rows.</summary>
/// <param name="rowCount">The number of new rows.</param>
/// <param name="rank">Which fitted row it is, from 1 for the nearest; the fit has to have had as many neighbours.</param>
internal sealed class FittedDistances(int rowCount, int rank)
{
    private readonly double[] _values = new double[rowCount];

    /// <summary>Gets the distance of each row; 0 for one that equals a fitted row, however far the others are.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>Sets the distance of a row; each by one thread.</summary>
    /// <param name="row">The row.</param>
    /// <param name="nearest">The distances to its nearest fitted rows, rising.</param>
    public void Set(int row, ReadOnlySpan<double> nearest) => _values[row] = nearest[0] == 0 ? 0 : nearest[rank - 1];
}
