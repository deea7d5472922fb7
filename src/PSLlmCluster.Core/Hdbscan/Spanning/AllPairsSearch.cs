using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Measures every pair, and finds Prim's tree: for any metric. Each row keeps its nearest in a heap that lives only while the row is worked
/// on. So the memory is linear in the rows even where min_samples is nearly their number, for which lists of neighbours would not fit.
/// </summary>
internal sealed class AllPairsSearch : ReachabilitySearch
{
    /// <summary>Initializes a new instance of the <see cref="AllPairsSearch"/> class.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="weights">How many rows each of the rows counts for; null where each is one.</param>
    public AllPairsSearch(MetricSpace space, double[]? weights)
        : base(space, weights)
    {
    }

    /// <summary>Measures the core distances of rows that count for one each.</summary>
    /// <param name="space">The rows, two or more, and their metric.</param>
    /// <param name="sampleCounts">How many other rows core distances reach, ascending: from 1 to n - 1.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static CoreDistances[] Measure(MetricSpace space, int[] sampleCounts, WorkContext work)
    {
        int k = sampleCounts[^1] + 1;
        if (sampleCounts.Length == 1)
        {
            return CoreDistances.Create(
                sampleCounts, [ExactNeighbors.KthDistances(space, k, work)], null);
        }

        double[][] core = ForEach(sampleCounts, space.RowCount);
        ExactNeighbors.ForEachRow(space, k, work, KeepRow);
        return CoreDistances.Create(sampleCounts, core, null);

        void KeepRow(int row, Span<int> indices, Span<double> distances)
        {
            new NearestHeap(indices, distances, k).Sort();
            for (int i = 0; i < sampleCounts.Length; i++)
            {
                core[i][row] = distances[sampleCounts[i]];
            }
        }
    }

    /// <inheritdoc/>
    public override SpanningTree Span(CoreDistances core, double alpha, WorkContext work)
        => Space.RowCount < 2
            ? SpanningTree.FromEdges([], [], []).WithWeights(Weights, core.Distances)
            : PrimSearch.Grow(Space, core.Distances, alpha, work).WithWeights(Weights, core.Distances);

    /// <inheritdoc/>
    protected override CoreDistances[] Measure(int[] sampleCounts, WorkContext work) => Measure(Space, sampleCounts, work);

    /// <inheritdoc/>
    protected override CoreDistances[] Measure(WeightedCoreDistances cores, WorkContext work) => cores.MeasureAllPairs(work);
}
