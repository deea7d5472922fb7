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
        MetricSpace space,
        int[] pointOfRow,
        int[] rowOfPoint,
        int[] notFiniteRows,
        double[]? weights,
        double[]? weightsOfRows,
        double[]? center)
    {
        Center = center;
        _weightsOfRows = weightsOfRows;
        Space = space;
        PointOfRow = pointOfRow;
        RowOfPoint = rowOfPoint;
        NotFiniteRows = notFiniteRows;
        Weights = weights;
        TotalWeight = weights is null ? rowOfPoint.Length : RowWeights.Sum(weights);
        TotalWeightOfAll = TotalWeight + RowWeights.Sum(Array.ConvertAll(notFiniteRows, WeightOf));
    }

    /// <summary>Gets the mean of the rows, which was taken off them; null where none was.</summary>
    public double[]? Center { get; }

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
    /// <param name="options">The metric, and whether the mean is taken off.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static HdbscanPoints Create(RowMatrix rows, double[]? weights, HdbscanOptions options, WorkContext work)
    {
        if (options.Metric == Metric.Precomputed)
        {
            PrecomputedDistances.Require(rows, work);
            ulong[] colors = weights is null ? [] : Array.ConvertAll(weights, ColorOf);
            int[] order = PrecomputedDistances.Order(rows, colors, work);
            double[]? sorted = weights is null ? null : Array.ConvertAll(order, row => weights[row]);
            RowMatrix ordered = PrecomputedDistances.Apply(rows, order, work);
            return Create(ordered, PointsOfRows(order, order.Length), order, [], sorted, weights, null, options);
        }

        int[] notFinite = NotFinite(rows, work.Token);
        int[] rowOfPlace = InOrder(rows, notFinite, work);
        double[]? center = null;
        if (options.Center && rowOfPlace.Length > 0)
        {
            EqualRows? counted = weights is null ? null : EqualRows.Find(rows, rowOfPlace, weights);
            center = Centering.MeanOf(rows, counted?.FirstRows ?? rowOfPlace, counted?.Weights, work.Token);
            rows = Centering.Subtract(rows, center, work);

            // Rounding may have made numbers equal, and then other columns decide.
            rowOfPlace = InOrder(rows, notFinite, work);
        }

        EqualRows? equal = weights is null ? null : EqualRows.Find(rows, rowOfPlace, weights);
        int[] rowOfPoint = equal?.FirstRows ?? rowOfPlace;
        return Create(
            CanonicalOrder.Apply(rows, rowOfPoint, work),
            equal?.PointOfRow ?? PointsOfRows(rowOfPoint, rows.RowCount),
            rowOfPoint,
            notFinite,
            equal?.Weights,
            weights,
            center,
            options);
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
    private static int[] InOrder(RowMatrix rows, int[] notFinite, WorkContext work)
    {
        if (notFinite.Length == 0)
        {
            return CanonicalOrder.Of(rows, work.Token);
        }

        int[] finite = [.. Enumerable.Range(0, rows.RowCount).Except(notFinite)];
        return Array.ConvertAll(CanonicalOrder.Of(CanonicalOrder.Apply(rows, finite, work), work.Token), place => finite[place]);
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
        double[]? center,
        HdbscanOptions options)
    {
        MetricSpace space = MetricSpace.Create(sorted, options.Metric, options.MinkowskiPower);
        return new HdbscanPoints(space, pointOfRow, rowOfPoint, notFinite, weights, weightsOfRows, center);
    }

    /// <summary>Rows of which equal ones are one point, in canonical order.</summary>
    /// <param name="FirstRows">For each point its first row of the input.</param>
    /// <param name="Weights">For each point the weights of its rows together.</param>
    /// <param name="PointOfRow">For each row of the input its point, or -1 where it stands in no place.</param>
    private sealed record EqualRows(int[] FirstRows, double[] Weights, int[] PointOfRow)
    {
        /// <summary>Makes one point of equal rows.</summary>
        /// <param name="rows">The rows.</param>
        /// <param name="rowOfPlace">The finite ones in canonical order.</param>
        /// <param name="weights">How many rows each counts for.</param>
        public static EqualRows Find(RowMatrix rows, int[] rowOfPlace, double[] weights)
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

            return new EqualRows([.. firstRows], [.. sums], pointOfRow);
        }
    }
}
