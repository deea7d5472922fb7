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
                int head = coloring.Heads[edge];
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
