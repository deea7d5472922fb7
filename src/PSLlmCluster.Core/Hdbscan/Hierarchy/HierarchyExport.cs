namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>
/// The trees of a fit as lists, as they are drawn and searched: hdbscan's <c>single_linkage_tree_</c> and <c>condensed_tree_</c>. Nodes
/// below the number of rows are the rows themselves.
/// </summary>
internal static class HierarchyExport
{
    /// <summary>
    /// Lists the merges, two at a time, by ascending distance. Where several parts meet at one distance they are joined one after another,
    /// in an order that does not depend on that of the edges. Rows that are not finite join last, at infinity.
    /// </summary>
    /// <param name="points">The points.</param>
    /// <param name="tree">The single linkage tree over them.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>One merge less than there are rows; the i-th makes node n + i.</returns>
    public static SingleLinkageMerge[] Merges(HdbscanPoints points, SingleLinkageTree tree, CancellationToken token)
    {
        MergeList merges = new(points);
        int[] nodes = new int[tree.NodeCount];
        for (int node = tree.RowCount; node < tree.NodeCount; node++)
        {
            token.ThrowIfCancellationRequested();
            int joined = -1;
            for (int child = tree.FirstChild(node); child >= 0; child = tree.NextSibling(child))
            {
                int part = child < tree.RowCount ? merges.Place(child, tree.Weight(node)) : nodes[child];
                joined = joined < 0 ? part : merges.Add(joined, part, tree.Weight(node));
            }

            nodes[node] = joined;
        }

        int root = points.Count == 0 ? -1 : tree.NodeCount == 1 ? merges.Place(0, 0) : nodes[^1];
        foreach (int row in points.NotFiniteRows)
        {
            root = root < 0 ? row : merges.Add(root, row, double.PositiveInfinity);
        }

        return merges.ToArray();
    }

    /// <summary>
    /// Lists what leaves each cluster of the tree: rows, ascending, then clusters. Clusters are numbered from the number of rows on, the
    /// root first, parents before their children.
    /// </summary>
    /// <param name="points">The points.</param>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="clusterOfNumber">For each number, by which users know a cluster, the cluster of the tree; none for a flat cut.</param>
    /// <returns>An edge for each row that is finite, and for each cluster but the root.</returns>
    public static CondensedTreeEdge[] Edges(HdbscanPoints points, CondensedTree tree, int[] clusterOfNumber)
    {
        int?[] numbers = new int?[tree.ClusterCount];
        for (int number = 0; number < clusterOfNumber.Length; number++)
        {
            numbers[clusterOfNumber[number]] = number;
        }

        int n = points.PointOfRow.Length;
        int[] next = new int[tree.ClusterCount + 1];
        foreach (int point in points.PointOfRow)
        {
            if (point >= 0)
            {
                next[tree.RowClusters[point] + 1]++;
            }
        }

        for (int cluster = 0; cluster < tree.ClusterCount; cluster++)
        {
            next[cluster + 1] += next[cluster] + tree.ChildCount(cluster);
        }

        CondensedTreeEdge[] edges = new CondensedTreeEdge[next[^1]];
        for (int row = 0; row < n; row++)
        {
            if (points.PointOfRow[row] is >= 0 and int point)
            {
                int cluster = tree.RowClusters[point];
                edges[next[cluster]++] = new CondensedTreeEdge(n + cluster, row, tree.RowLambdas[point], points.WeightOf(row), null);
            }
        }

        for (int cluster = 1; cluster < tree.ClusterCount; cluster++)
        {
            int parent = tree.Parent(cluster);
            edges[next[parent]++] = new CondensedTreeEdge(
                n + parent, n + cluster, tree.Birth(cluster), tree.Size(cluster), numbers[cluster]);
        }

        return edges;
    }

    /// <summary>The merges so far, and how many rows each node counts for.</summary>
    private sealed class MergeList
    {
        private readonly HdbscanPoints _points;
        private readonly int[][]? _rowsOfPoint;
        private readonly List<SingleLinkageMerge> _merges;
        private readonly int _rowCount;

        public MergeList(HdbscanPoints points)
        {
            _points = points;
            _rowCount = points.PointOfRow.Length;
            _merges = new List<SingleLinkageMerge>(Math.Max(0, _rowCount - 1));
            _rowsOfPoint = points.RowsOfPoints();
        }

        /// <summary>Joins the rows of a point, and returns their node.</summary>
        public int Place(int point, double distance)
        {
            if (_rowsOfPoint is null)
            {
                return _points.RowOfPoint[point];
            }

            int[] rows = _rowsOfPoint[point];
            int joined = rows[0];
            for (int i = 1; i < rows.Length; i++)
            {
                joined = Add(joined, rows[i], distance);
            }

            return joined;
        }

        public int Add(int left, int right, double distance)
        {
            _merges.Add(new SingleLinkageMerge(left, right, distance, Size(left) + Size(right)));
            return _rowCount + _merges.Count - 1;
        }

        public SingleLinkageMerge[] ToArray() => [.. _merges];

        private double Size(int node) => node < _rowCount ? _points.WeightOf(node) : _merges[node - _rowCount].Size;
    }
}
