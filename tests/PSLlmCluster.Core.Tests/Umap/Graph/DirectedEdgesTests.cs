using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap.Graph;

public class DirectedEdgesTests
{
    // Row 0 knows 2 and 1, row 1 knows 0 with strength 0, row 2 knows 1 and 0.
    private static readonly NeighborLists _neighbors = new(3, 3, [0, 2, 1, 1, 0, 2, 2, 1, 0], new double[9]);
    private static readonly float[] _strengths = [0, 0.5f, 0.25f, 0, 0, 0, 0, 1, 0.75f];

    [Fact]
    public void Edges_of_a_row_come_in_rising_order_without_those_of_strength_0()
    {
        DirectedEdges edges = DirectedEdges.Sorted(_neighbors, _strengths, Work.On(2));
        Assert.Equal([(1, 0.25f), (2, 0.5f)], Of(edges, 0));
        Assert.Empty(Of(edges, 1));
        Assert.Equal([(0, 0.75f), (1, 1f)], Of(edges, 2));
    }

    [Fact]
    public void Reversed_edges_go_the_other_way_in_rising_order()
    {
        DirectedEdges edges = DirectedEdges.Sorted(_neighbors, _strengths, Work.On(1)).Reversed(CancellationToken.None);
        Assert.Equal([(2, 0.75f)], Of(edges, 0));
        Assert.Equal([(0, 0.25f), (2, 1f)], Of(edges, 1));
        Assert.Equal([(0, 0.5f)], Of(edges, 2));
        Assert.Equal(4, edges.Columns.Length);
    }

    private static (int Column, float Strength)[] Of(DirectedEdges edges, int row)
        => [
            .. Enumerable.Range(
                edges.Starts[row], edges.Ends[row] - edges.Starts[row]).Select(edge => (edges.Columns[edge], edges.Strengths[edge]))
        ];
}
