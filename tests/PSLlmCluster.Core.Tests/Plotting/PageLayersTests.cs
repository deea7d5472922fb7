using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Page;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PageLayersTests
{
    [Fact]
    public void Points_have_the_number_of_their_set_of_clusters_nested_or_not()
    {
        int[]?[] layers = [[0, 0], [1, 0], [1, 1], [-7, 0], [0, 0], null, [1]];
        PageLayers found = Of(layers)!;

        Assert.Equal([0, 1, 2, 3, 0, 4, 5], found.Sets);
        Assert.Equal(2, found.Layers.Count);
        for (int layer = 0; layer < 2; layer++)
        {
            PageLayer one = found.Layers[layer];
            for (int row = 0; row < layers.Length; row++)
            {
                int place = one.ClusterOfSet[found.Sets[row]];
                int cluster = place == 0 ? -1 : one.Clusters[place - 1].Number;
                Assert.Equal(layers[row] is { } own && layer < own.Length ? Math.Max(-1, own[layer]) : -1, cluster);
            }
        }
    }

    [Fact]
    public void Clusters_of_a_layer_have_the_names_that_most_points_carry_else_words()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 20).Select(i => new PlotPoint(i, i % 3, 0, i < 10 ? $"apple pie {i}" : $"river bank {i}")
            {
                LayerClusters = [i < 10 ? 0 : 1, 0],
                LayerNames = [i < 10 ? "Fruit" : null],
            }),
        ];
        PageLayers found = PageLayers.Of(points, MapPalette.Read([]))!;

        Assert.Equal(["Fruit", "river bank"], found.Layers[0].Clusters.Select(cluster => cluster.Name));
        Assert.Equal([20], found.Layers[1].Clusters.Select(cluster => cluster.Size));
    }

    [Fact]
    public void Points_without_layers_have_none() => Assert.Null(Of([null, null]));

    private static PageLayers? Of(int[]?[] layers) => PageLayers.Of(
        [.. layers.Select((clusters, i) => new PlotPoint(i, 0, 0, null) { LayerClusters = clusters })], MapPalette.Read([]));
}
