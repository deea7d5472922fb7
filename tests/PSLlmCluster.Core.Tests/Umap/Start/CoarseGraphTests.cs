using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Start;

namespace PSLlmCluster.Core.Tests.Umap.Start;

public sealed class CoarseGraphTests
{
    /// <summary>Two triangles that one edge joins: the first row takes its neighbours, and then one with enough that are free.</summary>
    [Fact]
    public void Rows_go_with_their_neighbours()
    {
        CoarseGraph coarse = CoarseGraph.Of(
            MultilevelVectorsTests.Of(6, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]), default);
        Assert.Equal([0, 0, 0, 1, 1, 1], coarse.GroupOf);
        Assert.Equal([0, 2, 4], coarse.Graph.Offsets);
        Assert.Equal([0, 1, 0, 1], coarse.Graph.Columns);
        Assert.Equal([6, 1, 1, 6], coarse.Graph.Weights);
    }

    /// <summary>Row 3 has one free neighbour of two in its turn, and row 4 none: they go where their strongest edge leads.</summary>
    [Fact]
    public void Rows_that_make_no_group_join_that_of_their_strongest_neighbour()
    {
        WeightedGraph graph = new(5, [0, 2, 3, 6, 8, 10], [1, 2, 0, 0, 3, 4, 2, 4, 2, 3], [1, 2, 1, 2, 3, 1, 3, 4, 1, 4]);
        CoarseGraph coarse = CoarseGraph.Of(graph, default);
        Assert.Equal([0, 0, 0, 0, 0], coarse.GroupOf);
        Assert.Equal([2f * (1 + 2 + 3 + 1 + 4)], coarse.Graph.Weights);
    }

    [Fact]
    public void Weights_are_the_sums_of_those_between_the_rows()
    {
        WeightedGraph graph = MultilevelVectorsTests.Strip(2000);
        CoarseGraph coarse = CoarseGraph.Of(graph, default);
        Dictionary<(int, int), double> sums = [];
        for (int row = 0; row < graph.RowCount; row++)
        {
            for (int e = graph.Offsets[row]; e < graph.Offsets[row + 1]; e++)
            {
                (int, int) groups = (coarse.GroupOf[row], coarse.GroupOf[graph.Columns[e]]);
                sums[groups] = sums.GetValueOrDefault(groups) + graph.Weights[e];
            }
        }

        Assert.Equal(sums.Count, coarse.Graph.EntryCount);
        Assert.Equal(Enumerable.Range(0, coarse.Graph.RowCount), coarse.GroupOf.Distinct().Order());
        Assert.InRange(coarse.Graph.RowCount, 50, 250);
        for (int group = 0; group < coarse.Graph.RowCount; group++)
        {
            int[] columns = [.. coarse.Graph.ColumnsOf(group)];
            Assert.Equal(columns.Order(), columns);
            for (int e = 0; e < columns.Length; e++)
            {
                Assert.Equal(sums[(group, columns[e])], coarse.Graph.WeightsOf(group)[e], 1e-5);
            }
        }
    }

    /// <summary>A row that all others are joined to neither makes one group of all nor keeps others from making theirs.</summary>
    [Fact]
    public void A_hub_changes_little()
    {
        const int N = 1000;
        (int, int)[] edges =
            [.. from row in Enumerable.Range(1, N - 1) from step in Enumerable.Range(1, 5) where row + step < N select (row, row + step)];
        WeightedGraph graph = MultilevelVectorsTests.Of(N, [.. Enumerable.Range(1, N - 1).Select(row => (0, row)), .. edges]);
        CoarseGraph coarse = CoarseGraph.Of(graph, default);
        Assert.InRange(coarse.Graph.RowCount, 50, 200);
        Assert.InRange(coarse.GroupOf.CountBy(group => group).Max(group => group.Value), 2, 20);
    }
}
