using PSLlmCluster.Core.Plotting.Picture;

namespace PSLlmCluster.Core.Plotting;

/// <summary>Draws a cluster map as a picture or as a page: in its own style, or as the notebook's figure.</summary>
public static class ClusterPlot
{
    // A page fills its window, whose size is not known: its axes leave room for the texts in a window of this size or larger.
    private const int PageWidth = 800;
    private const int PageHeight = 600;

    /// <summary>Draws the map and writes it to a file, whole or not at all.</summary>
    /// <param name="points">The points; those that are not finite are left out with a warning. None gives an empty figure.</param>
    /// <param name="file">The file, whose ending says the format.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="token">The token to monitor for cancellation; the file is then as it was before.</param>
    /// <returns>What the user should know of the map: PointsNotFinite, NoClusters, LabelsLeftOut, GlyphsMissing.</returns>
    /// <exception cref="EngineException">An option is out of range, or the file cannot be written.</exception>
    public static IReadOnlyList<EngineWarning> Save(
        IReadOnlyList<PlotPoint> points,
        PlotFile file,
        ClusterPlotOptions options,
        CancellationToken token = default)
        => Save(points, file, options, () => PlotFonts.Installed, token);

    /// <summary>Draws the map with fonts of the caller's choice.</summary>
    /// <param name="points">The points.</param>
    /// <param name="file">The file.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="fonts">Gives the fonts; a page needs none and does not ask.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>What the user should know of the map.</returns>
    internal static IReadOnlyList<EngineWarning> Save(
        IReadOnlyList<PlotPoint> points,
        PlotFile file,
        ClusterPlotOptions options,
        Func<PlotFonts> fonts,
        CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        token.ThrowIfCancellationRequested();
        List<EngineWarning> warnings = [];
        if (file.Format == PlotFormat.Html && options.Style == PlotStyle.Map)
        {
            MapPageFile.Save(points, file, options, warnings, token);
            return warnings;
        }

        if (file.Format == PlotFormat.Html)
        {
            ClusterPlotScene page = ClusterPlotScene.Create(points, options, PageWidth, PageHeight, warnings);
            PlotlyPage.Script bundle = PlotlyPage.ReadBundle(EngineFiles.WebFolder);
            file.Write(stream => PlotlyPage.Write(page, bundle, stream, token));
            return warnings;
        }

        PlotFonts drawnWith = fonts();
        if (options.Style == PlotStyle.Map)
        {
            SaveMap(points, file, options, drawnWith, warnings, token);
            return warnings;
        }

        ClusterPlotScene scene = ClusterPlotScene.Create(points, options, options.Width, options.Height, warnings);
        PictureLayout layout = PictureLayout.Create(scene);
        if (drawnWith.Missing(layout.Texts.Select(text => text.Text), file.Format) is { } missing)
        {
            warnings.Add(missing);
        }

        file.Write(stream =>
        {
            if (file.Format == PlotFormat.Png)
            {
                PngPicture.Write(scene, layout, drawnWith, stream, token);
            }
            else if (file.Format == PlotFormat.Pdf)
            {
                PdfPage.Write(
                    options, scene.Describe(), canvas => PngPicture.Draw(canvas, scene, layout, drawnWith, token), stream);
            }
            else
            {
                SvgPicture.Write(scene, layout, stream, token);
            }
        });
        return warnings;
    }

    private static void SaveMap(
        IReadOnlyList<PlotPoint> points,
        PlotFile file,
        ClusterPlotOptions options,
        PlotFonts fonts,
        List<EngineWarning> warnings,
        CancellationToken token)
    {
        using MapTexts texts = new(fonts);
        MapPicture picture = MapPicture.Create(points, options, texts, warnings, token);
        if (fonts.Missing(picture.Labels.SelectMany(label => label.Block.Lines), file.Format) is { } missing)
        {
            warnings.Add(missing);
        }

        file.Write(stream =>
        {
            switch (file.Format)
            {
                case PlotFormat.Png:
                    MapCanvas.WritePng(picture, texts, stream, token);
                    break;
                case PlotFormat.Pdf:
                    MapCanvas.WritePdf(picture, texts, stream, token);
                    break;
                default:
                    MapSvg.Write(picture, stream, token);
                    break;
            }
        });
    }
}
