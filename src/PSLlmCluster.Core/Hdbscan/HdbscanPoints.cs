using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>
/// The rows as all stages see them: those with finite numbers, in <see cref="CanonicalOrder"/>, so that the order of input changes no
/// result. Where rows have weights, equal ones are one point that counts for as many rows as their weights add up to.
/// </summary>
internal sealed class HdbscanPoints
{
    private readonly double[]? _weightsOfRows;

    private HdbscanPoints(
        MetricSpace space, int[] pointOfRow, int[] rowOfPoint, int[] notFiniteRows, double[]? weights, double[]? weightsOfRows)
    {
        _weightsOfRows = weightsOfRows;
        Space = space;
        PointOfRow = pointOfRow;
        RowOfPoint = rowOfPoint;
        NotFiniteRows = notFiniteRows;
        Weights = weights;
        TotalWeight = weights is null ? rowOfPoint.Length : RowWeights.Sum(weights);
        TotalWeightOfAll = TotalWeight + RowWeights.Sum(Array.ConvertAll(notFiniteRows, WeightOf));
    }

    /// <summary>Gets the points and their metric.</summary>
    public MetricSpace Space { get; }

    /// <summary>Gets the number of points.</summary>
    public int Count => Space.RowCount;

    /// <summary>Gets for each row of the input its point, or -1 where the row is not finite.</summary>
    public int[] PointOfRow { get; }

    /// <summary>Gets for each point its row of the input, the first of several.</summary>
    public int[] RowOfPoint { get; }

    /// <summary>Gets the rows of the input that are not finite, ascending.</summary>
    public int[] NotFiniteRows { get; }

    /// <summary>Gets how many rows each point counts for; null where each is one.</summary>
    public double[]? Weights { get; }

    /// <summary>Gets how many rows all points together count for.</summary>
    public double TotalWeight { get; }

    /// <summary>Gets how many rows all rows of the input count for, those that are not finite included.</summary>
    public double TotalWeightOfAll { get; }

    /// <summary>Orders rows.</summary>
    /// <param name="rows">The rows, or the matrix of their distances.</param>
    /// <param name="weights">How many rows each counts for, valid; null where each is one.</param>
    /// <param name="options">The metric and the number of threads.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static HdbscanPoints Create(RowMatrix rows, double[]? weights, HdbscanOptions options, CancellationToken token)
    {
        if (options.Metric == Metric.Precomputed)
        {
            WorkContext work = new(options.ThreadCount, default, token);
            PrecomputedDistances.Require(rows, work);
            ulong[] colors = weights is null ? [] : Array.ConvertAll(weights, ColorOf);
            int[] order = PrecomputedDistances.Order(rows, colors, work);
            double[]? sorted = weights is null ? null : Array.ConvertAll(order, row => weights[row]);
            RowMatrix ordered = PrecomputedDistances.Apply(rows, order, work);
            return Create(ordered, PointsOfRows(order, order.Length), order, [], sorted, weights, options);
        }

        int[] notFinite = NotFinite(rows, token);
        int[] rowOfPlace = InOrder(rows, notFinite, options.ThreadCount, token);
        if (weights is not null)
        {
            return Collapse(rows, rowOfPlace, notFinite, weights, options, token);
        }

        RowMatrix finite = CanonicalOrder.Apply(rows, rowOfPlace, options.ThreadCount, token);
        return Create(finite, PointsOfRows(rowOfPlace, rows.RowCount), rowOfPlace, notFinite, null, null, options);
    }

    /// <summary>Returns how many rows a row of the input counts for.</summary>
    public double WeightOf(int row) => _weightsOfRows is null ? 1 : _weightsOfRows[row];

    /// <summary>Returns the rows of each point, by weight and then ascending; null where each point is one row.</summary>
    public int[][]? RowsOfPoints()
    {
        if (Weights is null)
        {
            return null;
        }

        List<int>[] rows = Array.ConvertAll(RowOfPoint, _ => new List<int>(1));
        for (int row = 0; row < PointOfRow.Length; row++)
        {
            if (PointOfRow[row] >= 0)
            {
                rows[PointOfRow[row]].Add(row);
            }
        }

        return Array.ConvertAll(rows, list => list.OrderBy(WeightOf).ToArray());
    }

    /// <summary>
    /// Refuses weights that leave too little for a cluster where the rows themselves would be enough, as those that add up to 1: all would
    /// be noise, after much work.
    /// </summary>
    /// <param name="minClusterSize">The fewest rows of a cluster.</param>
    /// <exception cref="EngineException">The weights are too little (WeightsInvalid).</exception>
    public void RequireEnoughWeight(int minClusterSize)
    {
        if (Weights is not null && Count >= minClusterSize && !RowWeights.HasReached(TotalWeight, minClusterSize))
        {
            throw RowWeights.Invalid(
                $"The weights add up to {TotalWeight:G6} rows, and a cluster needs MinClusterSize = {minClusterSize}.",
                "A weight is how many rows a row stands for: multiply weights that add up to 1 by the number of rows.");
        }
    }

    /// <summary>Returns the rows that hold a number that is not finite, ascending.</summary>
    internal static int[] NotFinite(RowMatrix rows, CancellationToken token)
    {
        const int RowsPerLook = 4096;
        List<int> found = [];
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (row % RowsPerLook == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            if (rows.IndexOfNotFinite(row) >= 0)
            {
                found.Add(row);
            }
        }

        return [.. found];
    }

    /// <summary>Returns the finite rows in canonical order, equal ones by their place in the input.</summary>
    private static int[] InOrder(RowMatrix rows, int[] notFinite, int threadCount, CancellationToken token)
    {
        if (notFinite.Length == 0)
        {
            return CanonicalOrder.Of(rows, token);
        }

        int[] finite = [.. Enumerable.Range(0, rows.RowCount).Except(notFinite)];
        return Array.ConvertAll(CanonicalOrder.Of(CanonicalOrder.Apply(rows, finite, threadCount, token), token), place => finite[place]);
    }

    /// <summary>Makes one point of equal rows.</summary>
    private static HdbscanPoints Collapse(
        RowMatrix rows, int[] rowOfPlace, int[] notFinite, double[] weights, HdbscanOptions options, CancellationToken token)
    {
        List<int> firstRows = [];
        List<double> sums = [];
        int[] pointOfRow = new int[rows.RowCount];
        pointOfRow.AsSpan().Fill(-1);
        for (int start = 0, end; start < rowOfPlace.Length; start = end)
        {
            end = CanonicalOrder.EndOfEqual(rows, rowOfPlace, start);
            double[] own = new double[end - start];
            for (int place = start; place < end; place++)
            {
                own[place - start] = weights[rowOfPlace[place]];
                pointOfRow[rowOfPlace[place]] = firstRows.Count;
            }

            firstRows.Add(rowOfPlace[start]);
            sums.Add(RowWeights.Sum(own));
        }

        int[] rowOfPoint = [.. firstRows];
        RowMatrix points = CanonicalOrder.Apply(rows, rowOfPoint, options.ThreadCount, token);
        return Create(points, pointOfRow, rowOfPoint, notFinite, [.. sums], weights, options);
    }

    private static int[] PointsOfRows(int[] rowOfPoint, int rowCount)
    {
        int[] pointOfRow = new int[rowCount];
        pointOfRow.AsSpan().Fill(-1);
        for (int point = 0; point < rowOfPoint.Length; point++)
        {
            pointOfRow[rowOfPoint[point]] = point;
        }

        return pointOfRow;
    }

    private static ulong ColorOf(double weight) => ColorRefinement.Mix(BitConverter.DoubleToUInt64Bits(weight));

    private static HdbscanPoints Create(
        RowMatrix sorted,
        int[] pointOfRow,
        int[] rowOfPoint,
        int[] notFinite,
        double[]? weights,
        double[]? weightsOfRows,
        HdbscanOptions options)
    {
        MetricSpace space = MetricSpace.Create(sorted, options.Metric, options.MinkowskiPower);
        return new HdbscanPoints(space, pointOfRow, rowOfPoint, notFinite, weights, weightsOfRows);
    }
}
