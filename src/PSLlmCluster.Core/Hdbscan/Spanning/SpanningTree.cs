namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// An exact minimum spanning tree of mutual reachability, max(core(a), core(b), d(a, b) / alpha) (Campello, Moulavi, Sander 2013,
/// definition 3). <see cref="ReachabilitySearch"/> finds it.
/// </summary>
/// <remarks>
/// All minimum spanning trees have the same weights, and the same components at each weight. Equal edges go by distance, then by rows, so
/// that there is one tree for any number of threads, whichever way it is found (but for edges of one weight between rows at distance 0).
/// </remarks>
internal sealed class SpanningTree
{
    private SpanningTree(int pointCount, double[]? pointWeights, double[] weights, int[] first, int[] second)
    {
        PointCount = pointCount;
        PointWeights = pointWeights;
        Weights = weights;
        First = first;
        Second = second;
    }

    /// <summary>Gets the number of points, n.</summary>
    public int PointCount { get; }

    /// <summary>Gets how many rows each point counts for; null where each is one.</summary>
    public double[]? PointWeights { get; }

    /// <summary>Gets the weights of the n - 1 edges, and of the loops where there are any, ascending.</summary>
    public double[] Weights { get; }

    /// <summary>Gets each edge's one end.</summary>
    public int[] First { get; }

    /// <summary>Gets each edge's other end.</summary>
    public int[] Second { get; }

    /// <summary>Sorts edges by weight, ties by their ends.</summary>
    /// <param name="weights">The weights of n - 1 edges.</param>
    /// <param name="first">Each edge's one end.</param>
    /// <param name="second">Each edge's other end.</param>
    public static SpanningTree FromEdges(double[] weights, int[] first, int[] second)
        => Sort(weights.Length + 1, null, weights, first, second);

    /// <summary>
    /// Gives each point a weight, and those that stand for more than one row a loop, an edge from the point to itself: at its core distance
    /// those are connected, as equal rows are.
    /// </summary>
    /// <param name="pointWeights">How many rows each point counts for; null where each is one.</param>
    /// <param name="core">The core distance of each point.</param>
    public SpanningTree WithWeights(double[]? pointWeights, double[] core)
    {
        if (pointWeights is null || pointWeights.Length == 0)
        {
            return this;
        }

        int[] loops = [.. Enumerable.Range(0, pointWeights.Length).Where(point => pointWeights[point] > 1)];
        double[] loopWeights = Array.ConvertAll(loops, point => core[point]);
        return Sort(PointCount, pointWeights, [.. Weights, .. loopWeights], [.. First, .. loops], [.. Second, .. loops]);
    }

    private static SpanningTree Sort(int pointCount, double[]? pointWeights, double[] weights, int[] first, int[] second)
    {
        double[] sorted = (double[])weights.Clone();
        int[] order = new int[weights.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        // Numbers alone sort many times faster than with a comparer, but not stably.
        Array.Sort(sorted, order);
        ulong[] ends = Array.ConvertAll(order, i => ((ulong)(uint)first[i] << 32) | (uint)second[i]);
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = start + 1;
            while (end < order.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            ends.AsSpan(start, end - start).Sort(order.AsSpan(start, end - start));
        }

        return new SpanningTree(
            pointCount, pointWeights, sorted, Array.ConvertAll(order, i => first[i]), Array.ConvertAll(order, i => second[i]));
    }
}
