using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Core distances and the minimum spanning tree of mutual reachability over some rows. There are three ways to them, all with the same core
/// distances, to the bit, and the same tree, but for edges of one weight between equal rows: <see cref="AllPairsSearch"/> for any metric,
/// <see cref="KdTreeSearch"/> for few columns, <see cref="BlockSearch"/> for vectors of many columns.
/// </summary>
internal abstract class ReachabilitySearch
{
    /// <summary>Fewer rows than these are done before anything else would be built.</summary>
    private const int LeastRows = 200;

    /// <summary>Columns up to which walks through a tree are short for any rows.</summary>
    private const int FewColumns = 4;

    /// <summary>
    /// The share of pairs that walks may measure, where products of vectors could rule pairs out instead: measured for 5 to 20 columns,
    /// 20,000 and 60,000 rows.
    /// </summary>
    private const double LargestShare = 0.08;

    /// <summary>The most leaves whose walks are tried to learn that share.</summary>
    private const int TriedLeaves = 32;

    /// <summary>Neighbours that are looked for in such a walk.</summary>
    private const int TriedNeighbors = 16;

    /// <summary>
    /// The share of pairs that walks for the spanning tree may measure, times the columns: by then products of vectors would have found it.
    /// Measured for 2,000 to 100,000 rows: groups far apart take 2.7 at 30 columns and 12 at 50, rows that lie in few dimensions up to 0.6.
    /// </summary>
    private const double MostSpanWork = 2;

    /// <summary>Columns up to which walks are worth more than products even so.</summary>
    private const int MostWalkedColumns = 20;

    /// <summary>Initializes a new instance of the <see cref="ReachabilitySearch"/> class.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="weights">How many rows each of the rows, no two of which are equal then, counts for; null where each is one.</param>
    protected ReachabilitySearch(MetricSpace space, double[]? weights)
    {
        Space = space;
        Weights = weights;
    }

    /// <summary>Gets the rows and their metric.</summary>
    protected MetricSpace Space { get; }

    /// <summary>Gets how many rows each of the rows counts for; null where each is one.</summary>
    protected double[]? Weights { get; }

    /// <summary>Chooses the fastest way for some rows. The choice depends on the rows and the metric alone.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="weights">How many rows each of the rows, no two of which are equal then, counts for; null where each is one.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static ReachabilitySearch Choose(MetricSpace space, double[]? weights, WorkContext work)
    {
        if (space.RowCount < LeastRows)
        {
            return new AllPairsSearch(space, weights);
        }

        bool suitsProducts = DotRows.Suits(space);
        int columns = space.Rows.ColumnCount;
        if (TreePolicy.ForSpanning(space))
        {
            KdTree tree = KdTree.Build(space, work.ThreadCount, work.Token);
            if (!suitsProducts || columns <= FewColumns || ShareOfPairs(tree, work.Token) <= LargestShare)
            {
                bool mayGiveUp = suitsProducts && columns > MostWalkedColumns;
                return new KdTreeSearch(tree, weights, mayGiveUp ? MostSpanWork / columns : double.PositiveInfinity);
            }
        }

        return suitsProducts ? new BlockSearch(space, weights) : new AllPairsSearch(space, weights);
    }

    /// <summary>Measures core distances for several sample counts, in one search.</summary>
    /// <param name="sampleCounts">
    /// How many other rows core distances reach, ascending: from 1 to n - 1, or with weights to any number.
    /// </param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The core distances for each sample count; 0 where there are fewer than two rows.</returns>
    public CoreDistances[] MeasureCores(int[] sampleCounts, WorkContext work)
    {
        if (Space.RowCount < 2)
        {
            return CoreDistances.Create(sampleCounts, ForEach(sampleCounts, Space.RowCount), null);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCounts[0], 1, nameof(sampleCounts));
        if (Weights is not null)
        {
            return Measure(new WeightedCoreDistances(Space, Weights, sampleCounts), work);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sampleCounts[^1], Space.RowCount, nameof(sampleCounts));
        return Measure(sampleCounts, work);
    }

    /// <summary>Finds the minimum spanning tree of mutual reachability.</summary>
    /// <param name="core">The core distances, from this search or another one over the same rows.</param>
    /// <param name="alpha">What distances are divided by.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>
    /// The tree, with the weights of the rows; null where the search gave up, as it would take longer than by <see cref="BlockSearch"/>.
    /// </returns>
    public abstract SpanningTree? Span(CoreDistances core, double alpha, WorkContext work);

    /// <summary>Measures the core distances of rows that count for one each, two or more.</summary>
    /// <param name="sampleCounts">How many other rows core distances reach, ascending.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    protected abstract CoreDistances[] Measure(int[] sampleCounts, WorkContext work);

    /// <summary>Measures the core distances of rows with weights.</summary>
    /// <param name="cores">The core distances to fill in.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    protected abstract CoreDistances[] Measure(WeightedCoreDistances cores, WorkContext work);

    /// <summary>Returns an array with a number for each row for each of some sample counts.</summary>
    protected static double[][] ForEach(int[] sampleCounts, int rowCount) => Array.ConvertAll(sampleCounts, _ => new double[rowCount]);

    private static double ShareOfPairs(KdTree tree, CancellationToken token)
    {
        int neighbors = Math.Min(TriedNeighbors, tree.Space.RowCount);
        return KdNeighbors.MeasuredShare(tree, neighbors, Math.Clamp(tree.LeafCount / 8, 1, TriedLeaves), token);
    }
}
