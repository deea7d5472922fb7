using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Picture;
using PSLlmCluster.Core.Plotting.Terminal;

namespace PSLlmCluster.Core.Plotting;

/// <summary>Draws a cluster map as lines of text: a heading, the points, a legend, and a list of the clusters with their texts.</summary>
public static class TerminalPlot
{
    private const int MostLegendLines = 3;

    /// <summary>Draws a map.</summary>
    /// <param name="points">The points; those that are not finite are left out with a warning. None gives no line.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="warnings">Takes what the user should know: PointsNotFinite, NoClusters.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// The lines, none wider than asked for. Nothing of the points' own texts in them is an escape sequence or a mark of direction.
    /// </returns>
    /// <exception cref="EngineException">An option is out of range.</exception>
    public static IReadOnlyList<string> Draw(
        IReadOnlyList<PlotPoint> points,
        TerminalPlotOptions options,
        ICollection<EngineWarning> warnings,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(warnings);
        options.Validate();
        if (points.Count == 0)
        {
            return [];
        }

        IReadOnlyList<MapCluster> clusters = MapClusters.Of(points, token);
        token.ThrowIfCancellationRequested();
        PointCounts counts = PointCounts.Of(points);
        counts.Warn(points.Count, clusters.Count, warnings);
        MapTheme theme = options.Theme == PlotTheme.Light ? MapTheme.Light : MapTheme.Dark;
        MapColors colors = MapColors.Create(clusters, MapPalette.Read(options.Palette), theme);
        TerminalGlyphs glyphs = new(options);
        TerminalPen pen = new(options.Colors);
        TerminalLegend legend = new(clusters, colors, glyphs, pen, options);
        IReadOnlyList<string> keys = legend.Lines(counts.Noise, MostLegendLines);
        TerminalRaster raster = TerminalRaster.Of(points, clusters, options.Width, options.Height - 1 - keys.Count);
        token.ThrowIfCancellationRequested();

        List<string> parts = counts.Describe(clusters.Count);
        if (raster.Strays > 0)
        {
            parts.Add(PointCounts.Number(raster.Strays, "point", "points") + " beyond the edge");
        }

        List<string> lines = [TerminalText.Cut(string.Join(", ", parts), options.Width, glyphs.Ellipsis)];
        for (int row = 0; row < raster.Rows; row++)
        {
            TerminalLine line = new(pen);
            for (int column = 0; column < raster.Columns; column++)
            {
                int owner = raster.Owner(column, row);
                line.Add(glyphs.Of(raster.Dots(column, row), owner), legend.ColorOf(owner, counts.Noise));
            }

            lines.Add(line.End());
        }

        lines.AddRange(keys);
        if (options.ExampleCount > 0)
        {
            lines.AddRange(legend.List(CentralTexts.Of(points, clusters, options.ExampleCount)));
        }

        return lines;
    }
}
