using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class EdgeColoringTests
{
    [Fact]
    public void Every_edge_of_a_real_graph_has_one_turn_and_no_row_two_edges_in_one() => AssertTurns(UmapGolden.Load("iris").PrunedGraph());

    /// <summary>The middle has more edges than its words of bits can tell, so it takes turns beyond them.</summary>
    [Fact]
    public void A_row_joined_to_all_others_has_a_turn_for_each_edge()
    {
        EdgeColoring turns = AssertTurns(Star(500));
        Assert.Equal(2 * 499, turns.Count);
    }

    [Fact]
    public void A_graph_without_edges_has_no_turns() => Assert.Equal(0, new EdgeColoring(new WeightedGraph(3, [0, 0, 0, 0], [], [])).Count);

    [Fact]
    public void A_cancelled_token_ends_the_work()
        => Assert.ThrowsAny<OperationCanceledException>(() => new EdgeColoring(Star(5), new CancellationToken(canceled: true)));

    private static EdgeColoring AssertTurns(WeightedGraph graph)
    {
        EdgeColoring turns = new(graph);
        HashSet<(int Head, int Tail)> edges = [];
        for (int turn = 0; turn < turns.Count; turn++)
        {
            HashSet<int> rows = [];
            Assert.True(turns.Start(turn) < turns.Start(turn + 1));
            for (int edge = turns.Start(turn); edge < turns.Start(turn + 1); edge++)
            {
                int head = turns.Heads[edge];
                int tail = turns.Tails[edge];
                Assert.True(rows.Add(head));
                Assert.True(rows.Add(tail));
                Assert.True(edges.Add((head, tail)));
                int place = graph.ColumnsOf(head).IndexOf(tail);
                Assert.True(place >= 0);
                Assert.Equal(EpochSchedule.Rate(graph.WeightsOf(head)[place], turns.LargestWeight), turns.Rates[edge]);
            }
        }

        Assert.Equal(graph.EntryCount, edges.Count);
        return turns;
    }

    private static WeightedGraph Star(int n)
    {
        int[] offsets = [0, .. Enumerable.Range(0, n).Select(row => n - 1 + row)];
        int[] columns = [.. Enumerable.Range(1, n - 1), .. Enumerable.Repeat(0, n - 1)];
        return new WeightedGraph(n, offsets, columns, [.. Enumerable.Repeat(1f, columns.Length)]);
    }
}
