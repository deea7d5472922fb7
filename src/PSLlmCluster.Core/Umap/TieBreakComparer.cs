using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The order of equal rows by what comes with them: class (unknown ones last), target number, initial coordinates, distances of the
/// neighbours, and in the end the index, where nothing tells them apart.
/// </summary>
internal sealed class TieBreakComparer(UmapFitData data) : IComparer<int>
{
    private readonly int[]? _labels = data.Target?.Labels;
    private readonly double[]? _numbers = data.Target?.Numbers;

    /// <inheritdoc/>
    public int Compare(int x, int y)
    {
        // As an unsigned number -1 is the largest.
        int order = _labels is null ? 0 : ((uint)_labels[x]).CompareTo((uint)_labels[y]);
        if (order == 0 && _numbers is not null)
        {
            order = _numbers[x].CompareTo(_numbers[y]);
        }

        if (order == 0 && data.InitialCoordinates is { } coordinates)
        {
            order = coordinates.Row(x).SequenceCompareTo(coordinates.Row(y));
        }

        if (order == 0 && data.Neighbors is { } neighbors)
        {
            order = neighbors.DistancesOf(x).SequenceCompareTo(neighbors.DistancesOf(y));
        }

        return order != 0 ? order : x.CompareTo(y);
    }

    /// <summary>Returns a number for each row that is the same where all but the index is.</summary>
    public ulong[] Colors(int rowCount, CancellationToken token)
    {
        ulong[] colors = new ulong[rowCount];
        for (int row = 0; row < rowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            ulong color = 0;
            Include(ref color, _labels is null ? 0 : _labels[row]);
            Include(ref color, _numbers is null ? 0 : _numbers[row]);
            foreach (float coordinate in data.InitialCoordinates is { } coordinates ? coordinates.Row(row) : [])
            {
                Include(ref color, coordinate);
            }

            foreach (double distance in data.Neighbors is { } neighbors ? neighbors.DistancesOf(row) : [])
            {
                Include(ref color, distance);
            }

            colors[row] = color;
        }

        return colors;
    }

    private static void Include(ref ulong color, double value)
        => color = ColorRefinement.Mix(color + BitConverter.DoubleToUInt64Bits(value + 0.0));
}
