using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The rows to lay out and what comes with them, in canonical order, so that the order of input changes nothing. Equal rows are told apart by what comes with them:
/// target, initial coordinates, distances of their neighbours. If asked for, equal rows are one (np.unique in umap_.py, UMAP.fit).
/// </summary>
/// <remarks>Departure: of equal rows that are made one, the first in this order gives target and coordinates, where one with a known class goes first; in the reference it is the first of the input.</remarks>
/// <param name="Rows">The rows, or the matrix of their distances.</param>
/// <param name="Places">For each input row its place in <paramref name="Rows"/>, the same for equal rows that are made one.</param>
/// <param name="Labels">The class of each place, or null.</param>
/// <param name="Numbers">The target number of each place, or null.</param>
/// <param name="InitialCoordinates">Where each place starts, or null.</param>
/// <param name="Neighbors">The neighbours of each place, by rising (distance, place), or null to find them.</param>
internal sealed record UmapInput(RowMatrix Rows, int[] Places, int[]? Labels, double[]? Numbers, RowMatrix? InitialCoordinates, NeighborLists? Neighbors)
{
    /// <summary>Puts the input into canonical order.</summary>
    /// <param name="rows">The rows, valid.</param>
    /// <param name="options">Whether the rows are distances, whether equal ones are made one, how many neighbours to keep, and the number of threads.</param>
    /// <param name="supplement">What comes with them, valid, or null.</param>
    /// <param name="token">Ends the work.</param>
    public static UmapInput Of(RowMatrix rows, UmapOptions options, UmapFitData? supplement, CancellationToken token)
    {
        TieBreakComparer? apart = supplement is null ? null : new TieBreakComparer(supplement);
        bool precomputed = options.Metric == Metric.Precomputed;
        int[] order = precomputed
            ? PrecomputedDistances.Order(rows, apart is null ? [] : apart.Colours(rows.RowCount, token), options.ThreadCount, token)
            : OrderOf(rows, apart, token);

        // Equal rows are side by side by now.
        int[] places = new int[order.Length];
        int count = 0;
        foreach (int row in order)
        {
            if (count == 0 || !options.UniqueRows || !AreEqual(rows, order[count - 1], row))
            {
                order[count++] = row;
            }

            places[row] = count - 1;
        }

        order = order[..count];
        return new UmapInput(
            precomputed ? PrecomputedDistances.Apply(rows, order, options.ThreadCount, token) : CanonicalOrder.Apply(rows, order, options.ThreadCount, token),
            places,
            supplement?.Target?.Labels is { } labels ? Array.ConvertAll(order, row => labels[row]) : null,
            supplement?.Target?.Numbers is { } numbers ? Array.ConvertAll(order, row => numbers[row]) : null,
            supplement?.InitialCoordinates is { } coordinates ? CanonicalOrder.Apply(coordinates, order, options.ThreadCount, token) : null,
            supplement?.Neighbors is { } neighbors ? Apply(neighbors, order, places, UmapFitData.UsedNeighbors(order.Length, options.NeighborCount), token) : null);
    }

    /// <summary>Brings what was computed for each place back to the rows of input.</summary>
    /// <param name="values">As many numbers for each place.</param>
    /// <param name="width">How many.</param>
    public float[] ToInputOrder(float[] values, int width)
    {
        float[] result = new float[Places.Length * width];
        for (int row = 0; row < Places.Length; row++)
        {
            values.AsSpan(Places[row] * width, width).CopyTo(result.AsSpan(row * width, width));
        }

        return result;
    }

    private static int[] OrderOf(RowMatrix rows, TieBreakComparer? apart, CancellationToken token)
    {
        int[] order = CanonicalOrder.Of(rows, token);
        if (apart is null)
        {
            return order;
        }

        for (int start = 0; start < order.Length;)
        {
            token.ThrowIfCancellationRequested();
            int end = start + 1;
            while (end < order.Length && AreEqual(rows, order[start], order[end]))
            {
                end++;
            }

            if (end > start + 1)
            {
                order.AsSpan(start, end - start).Sort(apart);
            }

            start = end;
        }

        return order;
    }

    // By value, not by bits: minus zero equals zero.
    private static bool AreEqual(RowMatrix rows, int first, int second) => AreEqual(rows.Row(first), rows.Row(second));

    private static bool AreEqual(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        for (int column = 0; column < first.Length; column++)
        {
            if (first[column] != second[column])
            {
                return false;
            }
        }

        return true;
    }

    private static NeighborLists Apply(NeighborLists neighbors, int[] order, int[] places, int count, CancellationToken token)
    {
        int[] indices = new int[order.Length * count];
        double[] distances = new double[indices.Length];
        (double Distance, int Place)[] list = new (double, int)[neighbors.NeighborCount];
        for (int place = 0; place < order.Length; place++)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<int> ends = neighbors.IndicesOf(order[place]);
            ReadOnlySpan<double> lengths = neighbors.DistancesOf(order[place]);
            for (int i = 0; i < list.Length; i++)
            {
                list[i] = (lengths[i], ends[i] < 0 ? -1 : places[ends[i]]);
            }

            list.AsSpan().Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Place.CompareTo(b.Place));
            for (int i = 0; i < count; i++)
            {
                (distances[(place * count) + i], indices[(place * count) + i]) = list[i];
            }
        }

        return new NeighborLists(order.Length, count, indices, distances);
    }
}
