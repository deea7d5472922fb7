using System.Collections;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>
/// The layers of a page, the finest first: clusterings of the same points, coarser ones for the whole map and finer ones for near by. A
/// point has the number of a set of clusters, one in each layer, so that its layers take the room of one.
/// </summary>
/// <param name="Sets">The number of each point's set, from 0.</param>
/// <param name="Layers">The layers.</param>
internal sealed record PageLayers(int[] Sets, IReadOnlyList<PageLayer> Layers)
{
    /// <summary>Finds the layers of points (<see cref="PlotPoint.LayerClusters"/>).</summary>
    /// <param name="points">The points, all finite.</param>
    /// <param name="palette">The colours of the clusters.</param>
    /// <returns>The layers, or null where points have none.</returns>
    public static PageLayers? Of(IReadOnlyList<PlotPoint> points, MapPalette palette)
    {
        int count = points.Max(point => point.LayerClusters?.Length) ?? 0;
        if (count == 0)
        {
            return null;
        }

        // Sets are found layer by layer: a set is one of the layers before, and a cluster.
        int[] sets = new int[points.Count];
        List<int[]> members = [[]];
        Dictionary<(int Set, int Cluster), int> numbers = [];
        for (int layer = 0; layer < count; layer++)
        {
            List<int[]> longer = [];
            numbers.Clear();
            for (int i = 0; i < sets.Length; i++)
            {
                int cluster = ClusterOf(points[i], layer);
                if (!numbers.TryGetValue((sets[i], cluster), out int set))
                {
                    numbers.Add((sets[i], cluster), set = longer.Count);
                    longer.Add([.. members[sets[i]], cluster]);
                }

                sets[i] = set;
            }

            members = longer;
        }

        return new PageLayers(
            sets, [.. Enumerable.Range(0, count).Select(layer => Layer(new LayerPoints(points, layer), members, palette))]);
    }

    private static PageLayer Layer(LayerPoints points, List<int[]> sets, MapPalette palette)
    {
        IReadOnlyList<PageCluster> clusters = PageCluster.ListOf(points, palette);
        Dictionary<int, int> ranks = [];
        for (int i = 0; i < clusters.Count; i++)
        {
            ranks.Add(clusters[i].Number, i + 1);
        }

        return new PageLayer(clusters, [.. sets.Select(set => ranks.GetValueOrDefault(set[points.Layer]))]);
    }

    private static int ClusterOf(PlotPoint point, int layer)
        => point.LayerClusters is { } clusters && layer < clusters.Length ? Math.Max(-1, clusters[layer]) : -1;

    /// <summary>The points as they are in a layer.</summary>
    private sealed class LayerPoints(IReadOnlyList<PlotPoint> points, int layer) : IReadOnlyList<PlotPoint>
    {
        public int Layer => layer;

        public int Count => points.Count;

        public PlotPoint this[int index] => points[index] with
        {
            Cluster = ClusterOf(points[index], layer),
            ClusterName = points[index].LayerNames is { } names && layer < names.Length ? names[layer] : null,
        };

        public IEnumerator<PlotPoint> GetEnumerator()
        {
            for (int i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>A layer of a page.</summary>
/// <param name="Clusters">Its clusters, the largest first.</param>
/// <param name="ClusterOfSet">For each set of clusters the place of this layer's in the list, from 1; 0 is none.</param>
internal sealed record PageLayer(IReadOnlyList<PageCluster> Clusters, int[] ClusterOfSet);
