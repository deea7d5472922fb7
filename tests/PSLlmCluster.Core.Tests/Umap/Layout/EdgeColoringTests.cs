using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Tests.Umap.Graph;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class EdgeColoringTests
{
    [Fact]
    public void Every_edge_of_a_real_graph_has_one_color_and_no_row_two_edges_of_one_color()
        => AssertProperColoring(UmapGolden.Load("iris").PrunedGraph());

    /// <summary>The middle has more edges than its words have bits, so some of them overflow and take colours beyond the words.</summary>
    [Fact]
    public void A_row_joined_to_all_others_has_a_color_for_each_edge()
    {
        EdgeColoring coloring = AssertProperColoring(Star(500));
        Assert.Equal(2 * 499, coloring.Count);
    }

    [Fact]
    public void A_graph_without_edges_has_no_colors()
        => Assert.Equal(0, new EdgeColoring(new WeightedGraph(3, [0, 0, 0, 0], [], [])).Count);

    [Fact]
    public void A_cancelled_token_stops_the_coloring()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => new EdgeColoring(Star(5), new WorkContext(0, default, new CancellationToken(canceled: true))));

    /// <summary>First ends beyond 65,535 have upper bits, which are kept apart.</summary>
    [Fact]
    public void More_rows_than_16_bits_tell_apart_have_their_colors()
    {
        (NeighborLists neighbors, float[] strengths) = FuzzyGraphTests.RandomLists(140_000, 3, 140_000);
        AssertProperColoring(FuzzyGraph.Join(neighbors, strengths, 1, Work.On(2)));
    }

    /// <summary>
    /// Of a million rows the graph takes 160 MB, and the edges by colours 200: more than both at a time finds no room beside the matrix.
    /// </summary>
    [Fact]
    public void A_graph_that_is_taken_is_colored_the_same_and_given_back()
    {
        const int N = 70_000;
        (NeighborLists neighbors, float[] strengths) = FuzzyGraphTests.RandomLists(N, 15, N);
        WeightedGraph graph = FuzzyGraph.Join(neighbors, strengths, 1, Work.On(2));
        EdgeColoring expected = new(graph);
        long before = GC.GetAllocatedBytesForCurrentThread();
        EdgeColoring coloring = new(graph, takesGraph: true);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(expected.Tails, coloring.Tails);
        Assert.Equal(expected.Rates, coloring.Rates);
        Assert.Equal(Heads(expected), Heads(coloring));

        // Ten bytes an edge, one more for its colour, and bits of a row's colours.
        Assert.InRange(allocated, 10L * graph.EntryCount, (11L * graph.EntryCount) + (60 * N));
        FuzzyGraphTests.AssertGivenBack(graph.Columns, N, EdgeColoring.RowsPerDrop);
        FuzzyGraphTests.AssertGivenBack(graph.Weights, N, EdgeColoring.RowsPerDrop);
    }

    private static IEnumerable<int> Heads(EdgeColoring coloring)
        => Enumerable.Range(0, coloring.Tails.Length).Select(edge => Head(coloring, edge));

    private static int Head(EdgeColoring coloring, int edge)
    {
        (int high, int end) = coloring.HighOf(edge);
        Assert.True(edge < end);
        Assert.Equal(high, coloring.HighOf(end - 1).High);
        return coloring.Head(edge, high);
    }

    private static EdgeColoring AssertProperColoring(WeightedGraph graph)
    {
        EdgeColoring coloring = new(graph);
        HashSet<(int Head, int Tail)> edges = [];
        for (int colorClass = 0; colorClass < coloring.Count; colorClass++)
        {
            HashSet<int> rows = [];
            Assert.True(coloring.Start(colorClass) < coloring.Start(colorClass + 1));
            for (int edge = coloring.Start(colorClass); edge < coloring.Start(colorClass + 1); edge++)
            {
                int head = Head(coloring, edge);
                int tail = coloring.Tails[edge];
                Assert.True(rows.Add(head));
                Assert.True(rows.Add(tail));
                Assert.True(edges.Add((head, tail)));
                int place = graph.ColumnsOf(head).IndexOf(tail);
                Assert.True(place >= 0);
                Assert.Equal(EpochSchedule.Rate(graph.WeightsOf(head)[place], coloring.LargestWeight), coloring.Rates[edge]);
            }
        }

        Assert.Equal(graph.EntryCount, edges.Count);
        return coloring;
    }

    private static WeightedGraph Star(int n)
    {
        int[] offsets = [0, .. Enumerable.Range(0, n).Select(row => n - 1 + row)];
        int[] columns = [.. Enumerable.Range(1, n - 1), .. Enumerable.Repeat(0, n - 1)];
        return new WeightedGraph(n, offsets, columns, [.. Enumerable.Repeat(1f, columns.Length)]);
    }
}
