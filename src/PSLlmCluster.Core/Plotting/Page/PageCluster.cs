using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>A cluster of a page.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Size">How many points it has.</param>
/// <param name="X">Where its name is, from left to right.</param>
/// <param name="Y">Where its name is, from bottom to top.</param>
/// <param name="Mark">The colour of its points.</param>
/// <param name="Text">The colour of its name.</param>
internal sealed record PageCluster(int Number, string Name, int Size, double X, double Y, PageColor Mark, PageColor Text)
{
    /// <summary>Gets where its name is from far to near; 0 in the plane.</summary>
    public double Z { get; init; }

    /// <summary>Finds the clusters of points, their names and colours.</summary>
    /// <param name="points">The points, all finite.</param>
    /// <param name="palette">The colours of the clusters.</param>
    /// <returns>The clusters, the largest first.</returns>
    public static IReadOnlyList<PageCluster> ListOf(IReadOnlyList<PlotPoint> points, MapPalette palette)
    {
        IReadOnlyList<MapCluster> clusters = MapClusters.Of(points);
        (MapColors light, MapColors dark) = MapColors.CreateBoth(clusters, palette);
        return
        [
            .. clusters.Select(cluster => new PageCluster(
                cluster.Number,
                cluster.Name,
                cluster.Count,
                cluster.X,
                cluster.Y,
                Pair(light, dark, colors => colors.Of(cluster.Number)),
                Pair(light, dark, colors => colors.OfText(cluster.Number)))
            {
                Z = cluster.Z,
            }),
        ];
    }

    private static PageColor Pair(MapColors light, MapColors dark, Func<MapColors, MapColor> choose)
        => new(choose(light).Hex, choose(dark).Hex);
}

/// <summary>A colour in both themes.</summary>
/// <param name="Light">The colour on a light ground, as #rrggbb.</param>
/// <param name="Dark">The colour on a dark ground.</param>
internal readonly record struct PageColor(string Light, string Dark);
