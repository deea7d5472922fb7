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
        DirectedEdges edges = DirectedEdges.Sorted(_neighbors, _strengths, inPlace: false, Work.On(2));
        Assert.Equal([(1, 0.25f), (2, 0.5f)], Of(edges, 0));
        Assert.Empty(Of(edges, 1));
        Assert.Equal([(0, 0.75f), (1, 1f)], Of(edges, 2));
    }

    [Fact]
    public void Edges_that_are_sorted_in_place_are_the_same()
    {
        NeighborLists lists = _neighbors with { Indices = [.. _neighbors.Indices] };
        DirectedEdges edges = DirectedEdges.Sorted(lists, [.. _strengths], inPlace: true, Work.On(2));
        Assert.Same(lists.Indices, edges.Columns);
        Assert.Equal([(1, 0.25f), (2, 0.5f)], Of(edges, 0));
        Assert.Empty(Of(edges, 1));
        Assert.Equal([(0, 0.75f), (1, 1f)], Of(edges, 2));
    }

    [Fact]
    public void Both_directions_get_the_joined_strength_and_an_edge_that_is_alone_gets_it_below_0()
    {
        DirectedEdges edges = Joined();
        Assert.Equal([(1, -0.25f), (2, 1.25f)], Of(edges, 0));
        Assert.Empty(Of(edges, 1));
        Assert.Equal([(0, 1.25f), (1, -1f)], Of(edges, 2));
    }

    [Fact]
    public void Edges_that_are_alone_go_the_other_way_in_rising_order()
    {
        DirectedEdges edges = Joined().OneWayReversed(CancellationToken.None);
        Assert.Empty(Of(edges, 0));
        Assert.Equal([(0, 0.25f), (2, 1f)], Of(edges, 1));
        Assert.Empty(Of(edges, 2));
        Assert.Equal(2, edges.Columns.Length);
    }

    private static DirectedEdges Joined()
    {
        DirectedEdges edges = DirectedEdges.Sorted(_neighbors, _strengths, inPlace: false, Work.On(1));
        edges.JoinDirections((there, back) => there + back, Work.On(2));
        return edges;
    }

    private static (int Column, float Strength)[] Of(DirectedEdges edges, int row)
        => [
            .. Enumerable.Range(
                edges.Starts[row], edges.Ends[row] - edges.Starts[row]).Select(edge => (edges.Columns[edge], edges.Strengths[edge]))
        ];
}
