using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>The rows as all stages see them: those with finite numbers, in <see cref="CanonicalOrder"/>, so that the order of input changes no result.</summary>
internal sealed class HdbscanPoints
{
    private HdbscanPoints(MetricSpace space, int[] pointOfRow, int[] rowOfPoint, int[] notFiniteRows)
    {
        Space = space;
        PointOfRow = pointOfRow;
        RowOfPoint = rowOfPoint;
        NotFiniteRows = notFiniteRows;
    }

    /// <summary>Gets the points and their metric.</summary>
    public MetricSpace Space { get; }

    /// <summary>Gets the number of points.</summary>
    public int Count => Space.RowCount;

    /// <summary>Gets for each row of the input its point, or -1 where the row is not finite.</summary>
    public int[] PointOfRow { get; }

    /// <summary>Gets for each point its row of the input.</summary>
    public int[] RowOfPoint { get; }

    /// <summary>Gets the rows of the input that are not finite, rising.</summary>
    public int[] NotFiniteRows { get; }

    /// <summary>Orders rows.</summary>
    /// <param name="rows">The rows, or the matrix of their distances.</param>
    /// <param name="options">The metric and the number of threads.</param>
    /// <param name="token">Ends the work.</param>
    public static HdbscanPoints Of(RowMatrix rows, HdbscanOptions options, CancellationToken token)
    {
        if (options.Metric == Metric.Precomputed)
        {
            PrecomputedDistances.Require(rows, options.ThreadCount, token);
            int[] order = PrecomputedDistances.Order(rows, [], options.ThreadCount, token);
            return Of(PrecomputedDistances.Apply(rows, order, options.ThreadCount, token), order, [], options);
        }

        int[] notFinite = NotFinite(rows, token);
        if (notFinite.Length == 0)
        {
            int[] order = CanonicalOrder.Of(rows, token);
            return Of(CanonicalOrder.Apply(rows, order, options.ThreadCount, token), order, notFinite, options);
        }

        int[] finite = [.. Enumerable.Range(0, rows.RowCount).Except(notFinite)];
        RowMatrix kept = CanonicalOrder.Apply(rows, finite, options.ThreadCount, token);
        int[] orderOfKept = CanonicalOrder.Of(kept, token);
        return Of(CanonicalOrder.Apply(kept, orderOfKept, options.ThreadCount, token), Array.ConvertAll(orderOfKept, place => finite[place]), notFinite, options);
    }

    private static HdbscanPoints Of(RowMatrix sorted, int[] rowOfPoint, int[] notFinite, HdbscanOptions options)
    {
        int[] pointOfRow = new int[rowOfPoint.Length + notFinite.Length];
        foreach (int row in notFinite)
        {
            pointOfRow[row] = -1;
        }

        for (int point = 0; point < rowOfPoint.Length; point++)
        {
            pointOfRow[rowOfPoint[point]] = point;
        }

        return new HdbscanPoints(MetricSpace.Create(sorted, options.Metric, options.MinkowskiPower), pointOfRow, rowOfPoint, notFinite);
    }

    /// <summary>Returns the rows that hold a number that is not finite, rising.</summary>
    internal static int[] NotFinite(RowMatrix rows, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        List<int> found = [];
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (RowMatrix.IndexOfNotFinite(rows.Row(row)) >= 0)
            {
                found.Add(row);
            }
        }

        return [.. found];
    }
}
