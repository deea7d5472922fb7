using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The order of equal rows by what comes with them: class (unknown ones last), target number, initial coordinates, distances of the
/// neighbours, and in the end the index, where nothing tells them apart.
/// </summary>
internal sealed class TieBreakComparer(UmapFitData supplement) : IComparer<int>
{
    private readonly int[]? _labels = supplement.Target?.Labels;
    private readonly double[]? _numbers = supplement.Target?.Numbers;

    /// <inheritdoc/>
    public int Compare(int x, int y)
    {
        // As an unsigned number -1 is the largest.
        int order = _labels is null ? 0 : ((uint)_labels[x]).CompareTo((uint)_labels[y]);
        if (order == 0 && _numbers is not null)
        {
            order = _numbers[x].CompareTo(_numbers[y]);
        }

        if (order == 0 && supplement.InitialCoordinates is { } coordinates)
        {
            order = coordinates.Row(x).SequenceCompareTo(coordinates.Row(y));
        }

        if (order == 0 && supplement.Neighbors is { } neighbors)
        {
            order = neighbors.DistancesOf(x).SequenceCompareTo(neighbors.DistancesOf(y));
        }

        return order != 0 ? order : x.CompareTo(y);
    }

    /// <summary>Returns a number for each row that is the same where all but the index is.</summary>
    public ulong[] Colours(int rowCount, CancellationToken token)
    {
        ulong[] colours = new ulong[rowCount];
        for (int row = 0; row < rowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            ulong colour = 0;
            Include(ref colour, _labels is null ? 0 : _labels[row]);
            Include(ref colour, _numbers is null ? 0 : _numbers[row]);
            foreach (float coordinate in supplement.InitialCoordinates is { } coordinates ? coordinates.Row(row) : [])
            {
                Include(ref colour, coordinate);
            }

            foreach (double distance in supplement.Neighbors is { } neighbors ? neighbors.DistancesOf(row) : [])
            {
                Include(ref colour, distance);
            }

            colours[row] = colour;
        }

        return colours;
    }

    private static void Include(ref ulong colour, double value)
        => colour = ColorRefinement.Mix(colour + BitConverter.DoubleToUInt64Bits(value + 0.0));
}
