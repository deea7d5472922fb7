using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// A k-d tree (Bentley 1975; split at the median of the widest side, Friedman, Bentley, Finkel 1977) over rows of few columns, for metrics
/// whose distance is made of the differences of single columns: Euclidean, Manhattan, Chebyshev.
/// </summary>
/// <remarks>
/// Equal rows are one point of the tree, with a list of its rows, so that a million equal rows are one point and not a million ties. Leaves
/// hold sixteen points each, but for the last one; they stand column after column, in double precision, which no number loses by, so that
/// one query is measured to a whole leaf by lanes. A node is known by its place in preorder; its points are consecutive. The tree depends
/// on the rows alone: splits go by (value, place in canonical order).
/// </remarks>
internal sealed class KdTree
{
    /// <summary>Points of a leaf.</summary>
    public const int LeafSize = 16;

    private KdTree(MetricSpace space, DistinctRows points)
    {
        Space = space;
        Points = points;
        ColumnCount = space.Rows.ColumnCount;
        LeafCount = (points.Count + LeafSize - 1) / LeafSize;
        int nodes = (2 * LeafCount) - 1;
        Low = new double[nodes * ColumnCount];
        High = new double[nodes * ColumnCount];
        FirstLeaf = new int[nodes];
        EndLeaf = new int[nodes];
        NodeOfLeaf = new int[LeafCount];
        Coordinates = new double[LeafCount * LeafSize * ColumnCount];
    }

    /// <summary>Gets the rows and their metric.</summary>
    public MetricSpace Space { get; }

    /// <summary>Gets the number of columns.</summary>
    public int ColumnCount { get; }

    /// <summary>Gets the points in the order of the tree, and their rows.</summary>
    public DistinctRows Points { get; }

    /// <summary>Gets the number of points: of rows that differ.</summary>
    public int PointCount => Points.Count;

    /// <summary>Gets the number of leaves. Leaf l holds the points from l * <see cref="LeafSize"/>.</summary>
    public int LeafCount { get; }

    /// <summary>Gets the number of nodes, leaves included; the root is 0.</summary>
    public int NodeCount => FirstLeaf.Length;

    /// <summary>
    /// Gets the points' coordinates: leaf after leaf, in it column after column, in it <see cref="LeafSize"/> points. The last leaf is
    /// filled up with copies of its last point.
    /// </summary>
    public double[] Coordinates { get; }

    /// <summary>Gets the smallest coordinates of each node's points, node after node.</summary>
    public double[] Low { get; }

    /// <summary>Gets the largest coordinates of each node's points, node after node.</summary>
    public double[] High { get; }

    /// <summary>Gets the first leaf below each node.</summary>
    public int[] FirstLeaf { get; }

    /// <summary>Gets the leaf after the last one below each node.</summary>
    public int[] EndLeaf { get; }

    /// <summary>Gets the node of each leaf.</summary>
    public int[] NodeOfLeaf { get; }

    /// <summary>Returns whether a tree can be made: the metric is one of those, and there is a row and a column.</summary>
    public static bool Supports(MetricSpace space)
        => space.Metric is Metric.Euclidean or Metric.Manhattan or Metric.Chebyshev && space.RowCount > 0 && space.Rows.ColumnCount > 0;

    /// <summary>Builds the tree.</summary>
    /// <param name="space">Rows and a metric that <see cref="Supports"/> takes.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores. It changes nothing in the tree.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static KdTree Build(MetricSpace space, int threadCount, CancellationToken token)
    {
        if (!Supports(space))
        {
            string rows = $"{space.RowCount} x {space.Rows.ColumnCount}";
            throw new ArgumentException($"There is no tree for {space.Metric} over {rows}.", nameof(space));
        }

        DistinctRows points = DistinctRows.Of(space.Rows);
        KdTree tree = new(space, points.Permute(KdSplits.Order(space.Rows, points.FirstRows(), threadCount, token)));
        tree.CopyCoordinates();
        tree.Bound();
        return tree;
    }

    /// <summary>Runs work with the terms of the tree's metric.</summary>
    /// <param name="task">The work.</param>
    public void Dispatch<TTask>(ref TTask task)
        where TTask : struct, IKdTask, allows ref struct
    {
        switch (Space.Metric)
        {
            case Metric.Euclidean:
                task.Run<LaneKernels.SquaredDifference>();
                break;
            case Metric.Manhattan:
                task.Run<LaneKernels.AbsoluteDifference>();
                break;
            default:
                task.Run<LaneKernels.LargestDifference>();
                break;
        }
    }

    /// <summary>Returns the number of points in a leaf.</summary>
    public int CountOf(int leaf) => Math.Min(LeafSize, PointCount - (leaf * LeafSize));

    /// <summary>Returns a node's second child; the first one comes right after the node.</summary>
    public int SecondChild(int node) => node + (2 * (KdSplits.Middle(FirstLeaf[node], EndLeaf[node]) - FirstLeaf[node]));

    /// <summary>
    /// Returns where a point's coordinate of column 0 stands; those of the other columns follow at distances of <see cref="LeafSize"/>.
    /// </summary>
    public int OffsetOf(int point) => ((point / LeafSize) * LeafSize * ColumnCount) + (point % LeafSize);

    /// <summary>Copies a row's numbers to where they stand in a leaf: at distances of <see cref="LeafSize"/>.</summary>
    /// <param name="rows">The rows, of either precision.</param>
    /// <param name="row">The row.</param>
    /// <param name="target">Receives its numbers, the first at 0.</param>
    public static void CopyRow(RowMatrix rows, int row, Span<double> target)
    {
        if (rows.IsDouble)
        {
            CopyRow<double>(rows.Row<double>(row), target);
        }
        else
        {
            CopyRow<float>(rows.Row<float>(row), target);
        }
    }

    private static void CopyRow<T>(ReadOnlySpan<T> row, Span<double> target)
        where T : struct
    {
        for (int column = 0; column < row.Length; column++)
        {
            target[column * LeafSize] = LaneKernels.Widen(row[column]);
        }
    }

    private void CopyCoordinates()
    {
        for (int place = 0; place < LeafCount * LeafSize; place++)
        {
            CopyRow(Space.Rows, Points.FirstRowOf(Math.Min(place, PointCount - 1)), Coordinates.AsSpan(OffsetOf(place)));
        }
    }

    /// <summary>Numbers the nodes in preorder, and takes their boxes from the leaves upwards.</summary>
    private void Bound()
    {
        EndLeaf[0] = LeafCount;
        for (int node = 0; node < NodeCount; node++)
        {
            if (EndLeaf[node] - FirstLeaf[node] > 1)
            {
                int middle = KdSplits.Middle(FirstLeaf[node], EndLeaf[node]);
                int second = SecondChild(node);
                (FirstLeaf[node + 1], EndLeaf[node + 1]) = (FirstLeaf[node], middle);
                (FirstLeaf[second], EndLeaf[second]) = (middle, EndLeaf[node]);
            }
            else
            {
                NodeOfLeaf[FirstLeaf[node]] = node;
            }
        }

        for (int node = NodeCount - 1; node >= 0; node--)
        {
            int leaf = FirstLeaf[node];
            bool isLeaf = EndLeaf[node] - leaf == 1;
            int second = isLeaf ? 0 : SecondChild(node);
            for (int column = 0; column < ColumnCount; column++)
            {
                double low, high;
                if (isLeaf)
                {
                    (low, high) = Extent(Coordinates.AsSpan(((leaf * ColumnCount) + column) * LeafSize, LeafSize));
                }
                else
                {
                    int first = ((node + 1) * ColumnCount) + column;
                    int other = (second * ColumnCount) + column;
                    low = Math.Min(Low[first], Low[other]);
                    high = Math.Max(High[first], High[other]);
                }

                Low[(node * ColumnCount) + column] = low;
                High[(node * ColumnCount) + column] = high;
            }
        }
    }

    private static (double Low, double High) Extent(ReadOnlySpan<double> values)
    {
        (double low, double high) = (values[0], values[0]);
        foreach (double value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return (low, high);
    }
}
