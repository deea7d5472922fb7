using PSLlmCluster.Core.Grouping;

namespace PSLlmCluster.Core.Tests.Grouping;

/// <summary>Names of several layers.</summary>
public class LayerNamingTests
{
    private static readonly string[] _things = ["printer", "scanner", "VPN", "wifi", "invoice"];
    private static readonly string[] _kinds = ["device", "device", "network", "network", "billing"];

    private static readonly string[] _texts =
        [.. Enumerable.Range(0, 100).Select(row => $"{_kinds[row % 5]} ticket {row}: the {_things[row % 5]} has a fault")];

    private static readonly int[] _fine = [.. Enumerable.Range(0, 100).Select(row => row % 5)];
    private static readonly int[] _coarse = [.. Enumerable.Range(0, 100).Select(row => row % 5 / 2)];

    [Fact]
    public void Coarser_clusters_are_named_by_what_their_children_share_and_single_children_keep_their_name()
    {
        IReadOnlyList<NamedLayer> layers = LayerNaming.Name(new ClusterRows(_texts, _fine), [_fine, _coarse]);

        Assert.Equal(2, layers.Count);
        Assert.Equal(5, layers[0].Clusters.Count);
        Assert.Equal([[0, 1], [2, 3], [4]], layers[1].Children);
        Assert.All(
            layers[0].Clusters,
            cluster => Assert.Contains(_things[cluster.Cluster], cluster.Name, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("device", layers[1].Clusters[0].Name, StringComparison.Ordinal);
        Assert.Contains("network", layers[1].Clusters[1].Name, StringComparison.Ordinal);
        Assert.Equal(layers[0].Clusters[4].Name, layers[1].Clusters[2].Name);
        Assert.Equal(NameSource.Keyphrase, layers[1].Clusters[2].Source);
        Assert.Equal(3, layers[1].Clusters.Select(cluster => cluster.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Rows_in_none_and_no_layers_are_fine()
    {
        int[] none = [.. Enumerable.Repeat(-1, 100)];
        IReadOnlyList<NamedLayer> layers = LayerNaming.Name(new ClusterRows(_texts, none), [_fine, none]);

        Assert.Equal([5, 0], layers.Select(layer => layer.Clusters.Count));
        Assert.Empty(LayerNaming.Name(new ClusterRows(_texts, none), []));
    }

    [Fact]
    public void Order_changes_no_name()
    {
        int[] order = TestRows.Shuffle(100, 8);
        IReadOnlyList<NamedLayer> one = LayerNaming.Name(new ClusterRows(_texts, _fine), [_fine, _coarse]);
        IReadOnlyList<NamedLayer> other = LayerNaming.Name(
            new ClusterRows([.. order.Select(row => _texts[row])], _fine),
            [[.. order.Select(row => _fine[row])], [.. order.Select(row => _coarse[row])]]);

        Assert.Equal(
            one.SelectMany(layer => layer.Clusters).Select(cluster => cluster.Name),
            other.SelectMany(layer => layer.Clusters).Select(cluster => cluster.Name));
    }
}
