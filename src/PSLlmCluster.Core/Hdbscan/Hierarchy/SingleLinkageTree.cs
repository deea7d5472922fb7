using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>
/// The single linkage tree in which edges of equal weight merge at once (Campello, Moulavi, Sander 2013, algorithm 1, step 4: edges of
/// equal weight are removed together). Nodes 0 .. n - 1 are the rows; each further node joins two or more nodes at one weight, or stands
/// for a row that counts for several, from its loop on; the last is the root.
/// </summary>
/// <remarks>
/// Departs from hdbscan (<c>label</c> in _hdbscan_linkage), which merges two at a time in the order of an unstable sort, so that where
/// several components meet at one weight its tree, and often its clusters, depend on the order of the rows.
/// </remarks>
internal sealed class SingleLinkageTree
{
    /// <summary>
    /// Weights this near to the smallest of a group, relatively, are one weight: what is equal on paper differs in the last bits by the
    /// order of adding.
    /// </summary>
    private const double Same = 1e-12;

    /// <summary>Edges between two checks of the token.</summary>
    private const int EdgesPerLook = 4096;

    private readonly int[] _firstChild;
    private readonly int[] _nextSibling;
    private readonly double[] _weights;
    private readonly double[] _sizes;

    private SingleLinkageTree(SpanningTree tree)
    {
        int rowCount = tree.PointCount;
        RowCount = rowCount;
        Weights = tree.PointWeights;
        NodeCount = rowCount;
        int most = rowCount + tree.Weights.Length;
        _firstChild = new int[most];
        _nextSibling = new int[most];
        _weights = new double[most];
        _sizes = new double[most];
        _firstChild.AsSpan().Fill(-1);
        _nextSibling.AsSpan().Fill(-1);
        _sizes.AsSpan(0, rowCount).Fill(1);
        Weights?.CopyTo(_sizes, 0);
    }

    /// <summary>Gets the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Gets what each row counts for; null where each is one.</summary>
    public double[]? Weights { get; }

    /// <summary>Gets the number of nodes, rows included.</summary>
    public int NodeCount { get; private set; }

    /// <summary>Merges along a spanning tree.</summary>
    /// <param name="tree">The spanning tree.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static SingleLinkageTree Build(SpanningTree tree, CancellationToken token)
    {
        SingleLinkageTree linkage = new(tree);
        Components components = new(tree.PointCount, tree.Weights.Length);
        List<int> parts = [];
        int looked = 0;
        for (int start = 0, end; start < tree.Weights.Length; start = end)
        {
            if (start - looked >= EdgesPerLook)
            {
                token.ThrowIfCancellationRequested();
                looked = start;
            }

            end = start + 1;
            double limit = tree.Weights[start] * (1 + Same);
            while (end < tree.Weights.Length && tree.Weights[end] <= limit)
            {
                end++;
            }

            components.Join(tree, start, end, parts);
            linkage.AddGroup(components, parts, tree.Weights[start]);
        }

        return linkage;
    }

    /// <summary>Returns a node's first child, or -1 for a row. Children come in ascending order.</summary>
    public int FirstChild(int node) => _firstChild[node];

    /// <summary>Returns the next child of the same parent, or -1.</summary>
    public int NextSibling(int node) => _nextSibling[node];

    /// <summary>Returns the weight at which a node's children meet.</summary>
    public double Weight(int node) => _weights[node];

    /// <summary>Returns what the rows below a node count for, each 1 unless they have weights.</summary>
    public double Size(int node) => _sizes[node];

    /// <summary>
    /// Returns whether what a node stands for is connected and enough for a cluster; a row by itself never is, whatever it counts for.
    /// </summary>
    public bool IsLarge(int node, int minClusterSize) => node >= RowCount && RowWeights.HasReached(_sizes[node], minClusterSize);

    /// <summary>
    /// Makes the nodes of one weight. The parts come in ascending order, so the shape and the numbers do not depend on the order of equal
    /// edges.
    /// </summary>
    private void AddGroup(Components components, List<int> parts, double weight)
    {
        int firstNew = NodeCount;
        foreach (int part in parts)
        {
            if (components.NodeOf(part) < firstNew)
            {
                components.SetNode(part, NodeCount);
                _weights[NodeCount++] = weight;
            }
        }

        for (int i = parts.Count - 1; i >= 0; i--)
        {
            int parent = components.NodeOf(parts[i]);
            _nextSibling[parts[i]] = _firstChild[parent];
            _firstChild[parent] = parts[i];
            _sizes[parent] += _sizes[parts[i]];
        }
    }

    /// <summary>The components so far: a forest of rows, and the node that stands for each component.</summary>
    private sealed class Components
    {
        private readonly int[] _up;
        private readonly int[] _size;
        private readonly int[] _nodeOfRoot;
        private readonly int[] _rowOfNode;
        private readonly int[] _seenAt;
        private int _group;

        public Components(int rowCount, int edgeCount)
        {
            _up = new int[rowCount];
            _size = new int[rowCount];
            _nodeOfRoot = new int[rowCount];
            _rowOfNode = new int[rowCount + edgeCount];
            _seenAt = new int[rowCount + edgeCount];
            DisjointSets.Reset(_up);
            for (int row = 0; row < rowCount; row++)
            {
                _size[row] = 1;
                _nodeOfRoot[row] = row;
                _rowOfNode[row] = row;
            }
        }

        /// <summary>Joins along the edges from start to end; the nodes that meet there are put into parts, ascending.</summary>
        public void Join(SpanningTree tree, int start, int end, List<int> parts)
        {
            parts.Clear();
            _group++;
            for (int edge = start; edge < end; edge++)
            {
                AddPart(_nodeOfRoot[Find(tree.First[edge])], parts);
                AddPart(_nodeOfRoot[Find(tree.Second[edge])], parts);
            }

            parts.Sort();
            for (int edge = start; edge < end; edge++)
            {
                int a = Find(tree.First[edge]);
                int b = Find(tree.Second[edge]);
                if (a == b)
                {
                    continue;
                }

                (int large, int small) = _size[a] >= _size[b] ? (a, b) : (b, a);
                _up[small] = large;
                _size[large] += _size[small];
            }
        }

        /// <summary>Returns the node that stands for the component of a node's rows.</summary>
        public int NodeOf(int node) => _nodeOfRoot[Find(_rowOfNode[node])];

        /// <summary>Makes a new node stand for the component of a node's rows.</summary>
        public void SetNode(int node, int newNode)
        {
            int root = Find(_rowOfNode[node]);
            _nodeOfRoot[root] = newNode;
            _rowOfNode[newNode] = root;
        }

        private void AddPart(int node, List<int> parts)
        {
            if (_seenAt[node] != _group)
            {
                _seenAt[node] = _group;
                parts.Add(node);
            }
        }

        private int Find(int row) => DisjointSets.Find(_up, row);
    }
}
