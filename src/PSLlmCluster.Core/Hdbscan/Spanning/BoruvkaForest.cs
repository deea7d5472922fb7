using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// The forest that Boruvka's algorithm (Boruvka 1926) grows into a minimum spanning tree of mutual reachability: in each round every
/// component takes its least edge to another one. Here the components and their best edges so far; whoever looks for edges adds them, on
/// any thread.
/// </summary>
/// <remarks>
/// Edges are ordered by (weight, distance, smaller row, larger row). No two are equal in that, so there is one minimum spanning tree, and
/// the order in which edges are added does not change it. The distance comes before the rows since most weights are core distances, which
/// many edges share: the nearest pair is found first and cuts the search short.
/// </remarks>
internal sealed class BoruvkaForest
{
    private const int LockCount = 256;

    private readonly int[] _rows;
    private readonly double[] _weights;
    private readonly double[] _distances;
    private readonly int[] _from;
    private readonly int[] _to;
    private readonly int[] _up;
    private readonly object[] _locks = new object[LockCount];
    private readonly double[] _edgeWeights;
    private readonly int[] _edgeFrom;
    private readonly int[] _edgeTo;

    /// <summary>Initializes a new instance of the <see cref="BoruvkaForest"/> class, in which each point is a component.</summary>
    /// <param name="rows">For each point its row, which breaks ties between equal edges.</param>
    /// <param name="places">The length of <see cref="Components"/>: the number of points, or more.</param>
    public BoruvkaForest(int[] rows, int places)
    {
        int points = rows.Length;
        _rows = rows;
        Components = new int[places];
        Components.AsSpan().Fill(-1);
        ComponentCount = points;
        _weights = new double[points];
        _distances = new double[points];
        _from = new int[points];
        _to = new int[points];
        _up = new int[points];
        _edgeWeights = new double[points - 1];
        _edgeFrom = new int[points - 1];
        _edgeTo = new int[points - 1];
        for (int point = 0; point < points; point++)
        {
            Components[point] = point;
        }

        for (int i = 0; i < LockCount; i++)
        {
            _locks[i] = new object();
        }

        Clear();
    }

    /// <summary>Gets each point's component, from 0; -1 in places beyond the points.</summary>
    public int[] Components { get; }

    /// <summary>Gets the number of components.</summary>
    public int ComponentCount { get; private set; }

    /// <summary>Gets the number of edges.</summary>
    public int EdgeCount { get; private set; }

    /// <summary>Returns the weight of a component's best edge so far, or infinity. What is heavier is of no use to it.</summary>
    public double Limit(int component) => Volatile.Read(ref _weights[component]);

    /// <summary>Adds an edge between points of two components to one of these, if it is the best so far.</summary>
    public void TryAdd(int component, double weight, double distance, int from, int to)
    {
        if (weight > Limit(component))
        {
            return;
        }

        lock (_locks[component % LockCount])
        {
            if (IsBetter(component, weight, distance, from, to))
            {
                _distances[component] = distance;
                _from[component] = from;
                _to[component] = to;
                Volatile.Write(ref _weights[component], weight);
            }
        }
    }

    /// <summary>
    /// Ends a round: joins the components along their best edges, each of which has to be its least one. A component without an edge waits.
    /// </summary>
    public void Join()
    {
        int count = ComponentCount;
        DisjointSets.Reset(_up.AsSpan(0, count));

        for (int component = 0; component < count; component++)
        {
            if (_from[component] < 0)
            {
                continue;
            }

            int a = DisjointSets.Find(_up, Components[_from[component]]);
            int b = DisjointSets.Find(_up, Components[_to[component]]);
            if (a != b)
            {
                // Two components may have chosen one edge.
                _up[Math.Max(a, b)] = Math.Min(a, b);
                _edgeWeights[EdgeCount] = _weights[component];
                _edgeFrom[EdgeCount] = _from[component];
                _edgeTo[EdgeCount] = _to[component];
                EdgeCount++;
            }
        }

        Renumber(count);
        Clear();
    }

    /// <summary>Turns the edges between points into edges between rows, and adds those between equal rows.</summary>
    /// <param name="points">The points, all of which are joined, and their rows.</param>
    /// <param name="core">The core distance of each row.</param>
    public SpanningTree ToTree(DistinctRows points, double[] core)
    {
        double[] weights = new double[core.Length - 1];
        int[] first = new int[weights.Length];
        int[] second = new int[weights.Length];
        for (int edge = 0; edge < EdgeCount; edge++)
        {
            weights[edge] = _edgeWeights[edge];
            int a = points.FirstRowOf(_edgeFrom[edge]);
            int b = points.FirstRowOf(_edgeTo[edge]);
            (first[edge], second[edge]) = (Math.Min(a, b), Math.Max(a, b));
        }

        int next = EdgeCount;
        for (int point = 0; point < points.Count; point++)
        {
            // An equal row has the same core distance, the least weight that any of its edges can have.
            ReadOnlySpan<int> rows = points.RowsOf(point);
            for (int i = 1; i < rows.Length; i++)
            {
                weights[next] = core[rows[0]];
                first[next] = rows[0];
                second[next++] = rows[i];
            }
        }

        return SpanningTree.FromEdges(weights, first, second);
    }

    private bool IsBetter(int component, double weight, double distance, int from, int to)
    {
        double best = _weights[component];
        if (weight != best || double.IsPositiveInfinity(best))
        {
            return weight < best;
        }

        if (distance != _distances[component])
        {
            return distance < _distances[component];
        }

        (int a, int b) = (_rows[from], _rows[to]);
        (int bestA, int bestB) = (_rows[_from[component]], _rows[_to[component]]);
        int smaller = Math.Min(a, b);
        int bestSmaller = Math.Min(bestA, bestB);
        return smaller < bestSmaller || (smaller == bestSmaller && Math.Max(a, b) < Math.Max(bestA, bestB));
    }

    private void Renumber(int count)
    {
        int next = 0;
        for (int component = 0; component < count; component++)
        {
            // A root is the smallest of its tree, so it has its number before the others ask for it. _to is free by now.
            int root = DisjointSets.Find(_up, component);
            _to[component] = root == component ? next++ : _to[root];
        }

        for (int point = 0; point < _rows.Length; point++)
        {
            Components[point] = _to[Components[point]];
        }

        ComponentCount = next;
    }

    private void Clear()
    {
        _weights.AsSpan(0, ComponentCount).Fill(double.PositiveInfinity);
        _from.AsSpan(0, ComponentCount).Fill(-1);
    }
}
