using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Page;

namespace PSLlmCluster.Core.Plotting;

/// <summary>Draws a map as a page.</summary>
internal static class MapPageFile
{
    /// <summary>Writes the page.</summary>
    /// <param name="points">The points; those that are not finite are left out with a warning.</param>
    /// <param name="file">The file.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="warnings">Takes a warning where points cannot be drawn.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Save(
        IReadOnlyList<PlotPoint> points, PlotFile file, ClusterPlotOptions options, List<EngineWarning> warnings, CancellationToken token)
    {
        int[]? kept = Drawable(points, warnings);
        IReadOnlyList<PlotPoint> drawn = kept is null ? points : [.. kept.Select(row => points[row])];
        PageContent content = PageContent.Of(drawn, MapPalette.Read(options.Palette));
        content = content with
        {
            Properties = kept is null ? options.Properties : [.. options.Properties.Select(property => property.At(kept))],
            HoverCount = options.HoverCount,
            ColorBy = options.ColorBy,
            Title = options.Title,
            Theme = options.Theme,
            HideText = options.HideText,
            HideName = options.HideName || content.HideName,
        };
        file.Write(stream => MapPage.Write(content, PageSource.Own, stream, token));
    }

    /// <summary>Returns the rows that can be drawn, or null where all can.</summary>
    private static int[]? Drawable(IReadOnlyList<PlotPoint> points, List<EngineWarning> warnings)
    {
        List<int> kept = [];
        int first = -1;
        for (int row = 0; row < points.Count; row++)
        {
            // False for NaN too.
            if (Math.Abs(points[row].X) <= PlotRange.Largest && Math.Abs(points[row].Y) <= PlotRange.Largest)
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
