using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The points to lay out and what comes with them, in canonical order, so that the order of input changes nothing. Equal rows are
/// distinguished by what comes with them: target, initial coordinates, distances of their neighbours. Where <see cref="EqualRows"/> says
/// so, they are one point.
/// </summary>
/// <remarks>
/// With <see cref="UmapOptions.UniqueRows"/> a point counts once, and its first row in this order gives target and coordinates, where one
/// with a known class goes first; in the reference it is the first of the input. Points that are made because copies dominate count as
/// often as they have rows (<see cref="PointsOfRows"/>), and start at the mean of their rows' coordinates.
/// </remarks>
/// <param name="Rows">The points' rows, or the matrix of their distances.</param>
/// <param name="Order">For each point its first input row, where the rows are distances, of which a model asks for it; else null.</param>
/// <param name="Places">For each input row its point.</param>
/// <param name="Labels">The class of each point, or null.</param>
/// <param name="Numbers">The target number of each point, or null.</param>
/// <param name="InitialCoordinates">Where each point starts, or null.</param>
/// <param name="Neighbors">The neighbours of each point, by rising (distance, place), or null to find them.</param>
/// <param name="PointsOfRows">The point of each row, the rows in the order of points; null where each point counts once.</param>
/// <param name="HasOneRow">Whether all rows are equal, and there are several.</param>
internal sealed record UmapInput(
    RowMatrix Rows,
    int[]? Order,
    int[] Places,
    int[]? Labels,
    double[]? Numbers,
    RowMatrix? InitialCoordinates,
    NeighborLists? Neighbors,
    int[]? PointsOfRows,
    bool HasOneRow)
{
    /// <summary>Gets the number of points.</summary>
    public int PointCount => Rows.RowCount;

    /// <summary>Gets what the points are called in a warning.</summary>
    public string PointsText => PointCount < Places.Length ? $"{PointCount} different rows" : $"{PointCount} rows";

    /// <summary>Puts the input into canonical order.</summary>
    /// <param name="rows">The rows, valid.</param>
    /// <param name="options">Whether the rows are distances, whether equal ones are made one, how many neighbours to keep, and the number
    /// of threads.</param>
    /// <param name="data">What comes with them, valid, or null.</param>
    /// <param name="ownsRows">Whether the rows may be brought into another order in place.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static UmapInput Create(RowMatrix rows, UmapOptions options, UmapFitData? data, bool ownsRows, WorkContext work)
    {
        TieBreakComparer? apart = data is null ? null : new TieBreakComparer(data);
        bool isPrecomputed = options.Metric == Metric.Precomputed;
        int[] order = isPrecomputed
            ? PrecomputedDistances.Order(rows, apart is null ? [] : apart.Colors(rows.RowCount, work.Token), work)
            : OrderOf(rows, data, work.Token);
        EqualRows equal = EqualRows.Find(rows, order, isPrecomputed, options.UniqueRows ? null : data?.Target, work.Token);
        bool countsRows = !options.UniqueRows
            && data?.Neighbors is null
            && equal.Dominate(UmapFitData.UsedNeighbors(order.Length, options.NeighborCount));
        RowMatrix? coordinates = data?.InitialCoordinates;
        if (countsRows && coordinates is not null)
        {
            coordinates = equal.Mean(coordinates, order);
        }

        int[] first = options.UniqueRows || countsRows ? equal.FirstRows(order) : order;
        int[] places = first.Length == order.Length ? Inverse(order) : equal.Points;
        bool hasOneRow = order.Length > 1
            && (first.Length == 1 || (!isPrecomputed && CanonicalOrder.EndOfEqual(rows, order, 0) == order.Length));
        return new UmapInput(
            isPrecomputed ? PrecomputedDistances.Apply(rows, first, work)
                : ownsRows && first.Length == order.Length ? CanonicalOrder.ApplyInPlace(rows, first, work)
                : CanonicalOrder.Apply(rows, first, work),
            isPrecomputed ? first : null,
            places,
            data?.Target?.Labels is { } labels ? Array.ConvertAll(first, row => labels[row]) : null,
            data?.Target?.Numbers is { } numbers ? Array.ConvertAll(first, row => numbers[row]) : null,
            coordinates is null || countsRows ? coordinates : CanonicalOrder.Apply(coordinates, first, work),
            data?.Neighbors is { } neighbors
                ? Apply(neighbors, first, places, UmapFitData.UsedNeighbors(first.Length, options.NeighborCount), work.Token)
                : null,
            countsRows && first.Length < order.Length ? equal.PointsInOrder() : null,
            hasOneRow);
    }

    /// <summary>Brings what was computed for each point back to the rows of input.</summary>
    /// <param name="values">As many numbers for each point.</param>
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

    /// <summary>Returns rows in canonical order, equal ones in that of what comes with them.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="data">What comes with them, valid, or null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    internal static int[] OrderOf(RowMatrix rows, UmapFitData? data, CancellationToken token)
    {
        int[] order = CanonicalOrder.Of(rows, token);
        if (data is null)
        {
            return order;
        }

        TieBreakComparer apart = new(data);

        for (int start = 0; start < order.Length;)
        {
            token.ThrowIfCancellationRequested();
            int end = CanonicalOrder.EndOfEqual(rows, order, start);
            if (end > start + 1)
            {
                order.AsSpan(start, end - start).Sort(apart);
            }

            start = end;
        }

        return order;
    }

    private static int[] Inverse(int[] order)
    {
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
        }

        return places;
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
