namespace PSLlmCluster.Core.Tests.Hdbscan.Layers;

/// <summary>
/// A second, plain implementation of layers, by counting: for every size the leaves of the tree that is cut at it, edges of equal weight at
/// once; a cluster persists at as many sizes as it is a leaf at.
/// </summary>
internal sealed class PlainLayers
{
    private const double Same = 1e-12;
    private readonly int _rowCount;
    private readonly List<List<int>> _children = [];
    private readonly List<int> _sizes = [];

    /// <summary>Initializes a new instance of the <see cref="PlainLayers"/> class.</summary>
    /// <param name="rowCount">The number of rows, 1 or more.</param>
    /// <param name="sampleCount">The number of other rows that a core distance reaches.</param>
    /// <param name="smallest">The smallest size.</param>
    /// <param name="distance">The distance of two rows.</param>
    public PlainLayers(int rowCount, int sampleCount, int smallest, Func<int, int, double> distance)
    {
        _rowCount = rowCount;
        _sizes.AddRange(Enumerable.Repeat(1, rowCount));
        Merge(Edges(sampleCount, distance));

        // Each cluster is known by the node at which it is born.
        Dictionary<int, HashSet<int>> leaves = [];
        Dictionary<int, int> persistence = [];
        for (int size = smallest; size <= rowCount; size++)
        {
            leaves[size] = Leaves(size);
            foreach (int leaf in leaves[size])
            {
                persistence[leaf] = persistence.GetValueOrDefault(leaf) + 1;
            }
        }

        for (int size = smallest; size <= rowCount; size++)
        {
            long total = leaves[size].Sum(leaf => (long)persistence[leaf]);
            if (Steps.Count > 0 && Steps[^1].Total == total)
            {
                Steps[^1] = Steps[^1] with { Last = size };
            }
            else
            {
                Steps.Add((size, size, total, leaves[size].Count));
            }
        }

        (int First, int Last, long Total, int Count)[] peaks = [.. Steps.Where(
            (step, i) => step.Total > 0
                && (i == 0 || Steps[i - 1].Total < step.Total)
                && (i == Steps.Count - 1 || Steps[i + 1].Total < step.Total))];
        foreach ((int first, _, _, int count) in peaks.OrderByDescending(peak => peak.Total).ThenBy(peak => peak.First))
        {
            if (Order.All(size => 2 * Math.Max(count, leaves[size].Count) >= 3 * Math.Min(count, leaves[size].Count)))
            {
                Order.Add(first);
                Labels.Add(LabelsOf(leaves[first]));
            }
        }
    }

    /// <summary>Gets the runs of sizes with one total, without a gap, and the number of leaves at the first of each.</summary>
    public List<(int First, int Last, long Total, int Count)> Steps { get; } = [];

    /// <summary>Gets the sizes of the layers, that of the highest total first.</summary>
    public List<int> Order { get; } = [];

    /// <summary>Gets the labels of each layer, by the same order.</summary>
    public List<int[]> Labels { get; } = [];

    private List<(double Weight, int A, int B)> Edges(int sampleCount, Func<int, int, double> distance)
    {
        int[] rows = [.. Enumerable.Range(0, _rowCount)];
        double[] core = [.. rows.Select(
            row => rows.Select(other => distance(row, other)).Order().ElementAt(Math.Max(1, Math.Min(_rowCount - 1, sampleCount))
                - (_rowCount == 1 ? 1 : 0)))];
        List<(double Weight, int A, int B)> edges = [];
        for (int a = 0; a < _rowCount; a++)
        {
            for (int b = 0; b < a; b++)
            {
                edges.Add((Math.Max(distance(a, b), Math.Max(core[a], core[b])), a, b));
            }
        }

        return [.. edges.Order()];
    }

    /// <summary>Merges along all edges; those within a component change nothing, as it is made at the smallest weight.</summary>
    private void Merge(List<(double Weight, int A, int B)> edges)
    {
        int[] component = [.. Enumerable.Range(0, _rowCount)];
        int[] nodes = [.. Enumerable.Range(0, _rowCount)];
        for (int start = 0, end; start < edges.Count; start = end)
        {
            end = start;
            Dictionary<int, SortedSet<int>> joined = [];
            for (; end < edges.Count && edges[end].Weight <= edges[start].Weight * (1 + Same); end++)
            {
                (int a, int b) = (component[edges[end].A], component[edges[end].B]);
                if (a != b)
                {
                    SortedSet<int> parts = joined.GetValueOrDefault(a) ?? [nodes[a]];
                    parts.UnionWith(joined.GetValueOrDefault(b) ?? [nodes[b]]);
                    joined.Remove(b);
                    joined[a] = parts;
                    for (int row = 0; row < _rowCount; row++)
                    {
                        component[row] = component[row] == b ? a : component[row];
                    }
                }
            }

            foreach ((int name, SortedSet<int> parts) in joined)
            {
                nodes[name] = _sizes.Count;
                _children.Add([.. parts]);
                _sizes.Add(parts.Sum(part => _sizes[part]));
            }
        }
    }

    private List<int> ChildrenOf(int node) => node < _rowCount ? [] : _children[node - _rowCount];

    private HashSet<int> Leaves(int size)
    {
        HashSet<int> leaves = [];
        Walk(_sizes.Count - 1, null);
        return leaves;

        void Walk(int node, int? born)
        {
            int[] large = [.. ChildrenOf(node).Where(child => _sizes[child] >= size)];
            if (large.Length == 1)
            {
                Walk(large[0], born);
            }
            else if (large.Length > 1)
            {
                Array.ForEach(large, child => Walk(child, child));
            }
            else if (born is int leaf)
            {
                leaves.Add(leaf);
            }
        }
    }

    private int[] LabelsOf(HashSet<int> leaves)
    {
        int[][] clusters = [.. leaves.Select(leaf => RowsOf(leaf).Order().ToArray())
            .OrderByDescending(rows => rows.Length).ThenBy(rows => rows[0])];
        int[] labels = new int[_rowCount];
        Array.Fill(labels, -1);
        for (int number = 0; number < clusters.Length; number++)
        {
            Array.ForEach(clusters[number], row => labels[row] = number);
        }

        return labels;
    }

    private IEnumerable<int> RowsOf(int node) => node < _rowCount ? [node] : ChildrenOf(node).SelectMany(RowsOf);
}
