using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The sections of a model file that hold its layers, the finest first: of each layer "layer_sizes" and "layer_counts", its size and number
/// of clusters; of each cluster, layer after layer and by number, "layer_selected", the cluster of the tree; of each point, layer after
/// layer, "layer_nearest", the number of the cluster that it would join first, or its own.
/// </summary>
internal static class LayerSections
{
    private const string SizesName = "layer_sizes";
    private const string CountsName = "layer_counts";
    private const string SelectedName = "layer_selected";
    private const string NearestName = "layer_nearest";

    /// <summary>Writes layers.</summary>
    public static void Write(ModelFileWriter file, IReadOnlyList<HdbscanModelLayer> layers)
    {
        file.Add(SizesName, layers.Select(layer => layer.MinClusterSize).ToArray());
        file.Add(CountsName, layers.Select(layer => layer.ClusterCount).ToArray());
        file.Add(SelectedName, layers.SelectMany(layer => layer.ClusterOfNumber).ToArray());
        file.Add(NearestName, layers.SelectMany(layer => layer.Nearest).ToArray());
    }

    /// <summary>Reads layers.</summary>
    /// <param name="file">The file.</param>
    /// <param name="clusters">The tree of clusters.</param>
    /// <exception cref="EngineException">They make no sense (ModelFileDamaged).</exception>
    public static HdbscanModelLayer[] Read(ModelFileReader file, PredictionData clusters)
    {
        int n = clusters.PointClusters.Length;
        int[] sizes = file.Int32s(SizesName, smallest: 2);
        int[] counts = file.Int32s(CountsName, sizes.Length, 1, clusters.Parents.Length);
        int[] selected = file.Int32s(SelectedName, counts.Sum(count => (long)count), 1, clusters.Parents.Length - 1);
        int[] nearest = file.Int32s(NearestName, (long)n * sizes.Length, 0);
        HdbscanModelLayer[] layers = new HdbscanModelLayer[sizes.Length];
        for (int i = 0, start = 0; i < layers.Length; start += counts[i++])
        {
            if (i > 0 && sizes[i] <= sizes[i - 1])
            {
                throw file.Damaged("its layers are out of order");
            }

            layers[i] = new HdbscanModelLayer(
                sizes[i], selected[start..(start + counts[i])], nearest[(i * n)..((i + 1) * n)], clusters.Parents);
            Require(file, layers[i], clusters);
        }

        return layers;
    }

    private static void Require(ModelFileReader file, HdbscanModelLayer layer, PredictionData clusters)
    {
        for (int number = 0; number < layer.ClusterCount; number++)
        {
            if (layer.Owners[layer.ClusterOfNumber[number]] != number)
            {
                throw file.Damaged("a cluster of a layer is there twice, or lies below another");
            }
        }

        for (int point = 0; point < layer.Nearest.Length; point++)
        {
            int label = layer.Owners[clusters.PointClusters[point]];
            if (layer.Nearest[point] >= layer.ClusterCount || (label >= 0 && label != layer.Nearest[point]))
            {
                throw file.Damaged("a point of a layer is nearest to a cluster that cannot be");
            }
        }
    }
}
