using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>What a page shows.</summary>
internal sealed record PageContent
{
    /// <summary>Gets the points, all finite, in the order of the input.</summary>
    public required IReadOnlyList<PlotPoint> Points { get; init; }

    /// <summary>Gets a value indicating whether each point has a third coordinate, so that the page can be turned.</summary>
    public bool IsSpatial { get; init; }

    /// <summary>Gets the clusters, the largest first.</summary>
    public required IReadOnlyList<PageCluster> Clusters { get; init; }

    /// <summary>Gets the layers of the points; null for none.</summary>
    public PageLayers? Layers { get; init; }

    /// <summary>Gets the properties that the page carries, each with a value for each point.</summary>
    public IReadOnlyList<PlotProperty> Properties { get; init; } = [];

    /// <summary>Gets how many of the properties, from the first, are shown beside a point.</summary>
    public int HoverCount { get; init; }

    /// <summary>Gets the name of the property that the page opens coloured by; empty for the clusters.</summary>
    public string ColorBy { get; init; } = string.Empty;

    /// <summary>Gets the title; empty for none.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Gets the theme: Auto is that of the reader's system.</summary>
    public PlotTheme Theme { get; init; }

    /// <summary>Gets a value indicating whether no text is written beside the points.</summary>
    public bool HideText { get; init; }

    /// <summary>Gets a value indicating whether no name is written over the clusters.</summary>
    public bool HideName { get; init; }

    /// <summary>Finds the clusters of points, their names and colours.</summary>
    /// <param name="points">The points, all finite.</param>
    /// <param name="palette">The colours of the clusters.</param>
    /// <returns>What a page shows of them: everything else is as its default says.</returns>
    public static PageContent Of(IReadOnlyList<PlotPoint> points, MapPalette palette)
    {
        bool isSpatial = points.Count > 0 && points.All(point => point.Z is not null);
        int unclustered = points.Count(point => point.Cluster == PlotPoint.Unclustered);
        if (unclustered == points.Count && unclustered > 0)
        {
            return new PageContent
            {
                Points = points,
                IsSpatial = isSpatial,
                Clusters =
                [
                    new PageCluster(
                        PlotPoint.Unclustered,
                        "All points",
                        unclustered,
                        points[0].X,
                        points[0].Y,
                        new PageColor(MapTheme.Light.Plain.Hex, MapTheme.Dark.Plain.Hex),
                        new PageColor(MapTheme.Light.Ink.Hex, MapTheme.Dark.Ink.Hex)),
                ],
                HideName = true,
            };
        }

        return new PageContent
        {
            Points = points,
            IsSpatial = isSpatial,
            Clusters = PageCluster.ListOf(points, palette),
            Layers = PageLayers.Of(points, palette),
        };
    }
}
