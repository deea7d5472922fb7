using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Page;

namespace PSLlmCluster.Core.Plotting;

/// <summary>Finds what a map's page shows.</summary>
internal static class MapPageContent
{
    /// <summary>Finds it.</summary>
    /// <param name="points">The points; those that are not finite are left out with a warning.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="warnings">Takes a warning where points cannot be drawn.</param>
    /// <returns>What the page shows.</returns>
    public static PageContent Of(IReadOnlyList<PlotPoint> points, ClusterPlotOptions options, List<EngineWarning> warnings)
    {
        int[]? kept = Drawable(points, warnings);
        IReadOnlyList<PlotPoint> drawn = kept is null ? points : [.. kept.Select(row => points[row])];
        PageContent content = PageContent.Of(drawn, MapPalette.Read(options.Palette));
        return content with
        {
            Properties = kept is null ? options.Properties : [.. options.Properties.Select(property => property.At(kept))],
            HoverCount = options.HoverCount,
            ColorBy = options.ColorBy,
            Title = options.Title,
            Theme = options.Theme,
            HideText = options.HideText,
            HideName = options.HideName || content.HideName,
        };
    }

    /// <summary>Returns the rows that can be drawn, or null where all can.</summary>
    private static int[]? Drawable(IReadOnlyList<PlotPoint> points, List<EngineWarning> warnings)
    {
        List<int> kept = [];
        int first = -1;
        for (int row = 0; row < points.Count; row++)
        {
            if (points[row].CanBeDrawn)
            {
                kept.Add(row);
            }
            else
            {
                first = first < 0 ? row : first;
            }
        }

        if (first < 0)
        {
            return null;
        }

        warnings.Add(ClusterPlotScene.NotFinite(points.Count - kept.Count, points.Count, first));
        return [.. kept];
    }
}
