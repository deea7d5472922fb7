using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>Blocks of products of vectors, for lists of neighbours and in Boruvka's rounds: for vectors of many columns.</summary>
internal sealed class BlockSearch : ReachabilitySearch
{
    /// <summary>Entries of all lists of neighbours together up to which they are held at once.</summary>
    private const long LargestLists = 1 << 25;

    private readonly BlockPoints _points;

    /// <summary>Initializes a new instance of the <see cref="BlockSearch"/> class.</summary>
    /// <param name="space">The rows and their metric, one that <see cref="DotRows"/> suits.</param>
    /// <param name="weights">How many rows each of the rows counts for; null where each is one.</param>
    public BlockSearch(MetricSpace space, double[]? weights)
        : base(space, weights)
        => _points = BlockPoints.Of(space);

    /// <inheritdoc/>
    public override SpanningTree Span(CoreDistances core, double alpha, WorkContext work)
    {
        double[] coreOfPoint = Array.ConvertAll(_points.Rows.FirstRows(), row => core.Distances[row]);
        DotRows vectors = DotRows.Create(_points.Space, work);
        BoruvkaBlockSearch search = new(_points.Space, vectors, coreOfPoint, alpha, core.Nearest?.Renumber(_points.Rows));
        return search.Grow(work)!.ToTree(_points.Rows, core.Distances).WithWeights(Weights, core.Distances);
    }

    /// <inheritdoc/>
    protected override CoreDistances[] Measure(int[] sampleCounts, WorkContext work)
    {
        DistinctRows rows = _points.Rows;
        int k = Math.Min(sampleCounts[^1] + 1, rows.Count);
        if ((long)rows.Count * k > LargestLists)
        {
            return AllPairsSearch.Measure(Space, sampleCounts, work);
        }

        double[][] core = ForEach(sampleCounts, rows.RowCount);
        NearestPoints nearest = NearestPoints.Create(rows, sampleCounts[^1]);
        NeighborLists lists = ExactNeighbors.Find(_points.Space, k, work);
        for (int point = 0; point < rows.Count; point++)
        {
            // Each point counts as often as there are rows of it.
            ReadOnlySpan<int> others = lists.IndicesOf(point);
            int last = -1;
            int reached = 0;
            for (int i = 0; i < sampleCounts.Length; i++)
            {
                while (reached <= sampleCounts[i])
                {
                    last++;
                    reached += rows.RowsOf(others[last]).Length;
                }

                foreach (int row in rows.RowsOf(point))
                {
                    core[i][row] = lists.DistancesOf(point)[last];
                }
            }

            nearest.Keep(point, others);
        }

        return CoreDistances.Create(sampleCounts, core, nearest);
    }

    /// <inheritdoc/>
    protected override CoreDistances[] Measure(WeightedCoreDistances cores, WorkContext work)
        => (long)cores.NeighborCount * Space.RowCount <= LargestLists
            ? cores.Measure(_points.Rows, LargestLists, work)
            : cores.MeasureAllPairs(work);
}
