using PSLlmCluster.Core.Plotting.Page;
using PSLlmCluster.Core.Plotting.Picture;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Draws a cluster map as pictures and pages, in its own style or as the notebook's figure. What the files share is laid out once, when the
/// first of them needs it.
/// </summary>
public sealed class ClusterPlot : IDisposable
{
    // A page fills its window, whose size is not known: its axes leave room for the texts in a window of this size or larger.
    private const int PageWidth = 800;
    private const int PageHeight = 600;

    private readonly IReadOnlyList<PlotPoint> _points;
    private readonly ClusterPlotOptions _options;
    private readonly Lazy<PlotFonts> _fonts;
    private readonly List<EngineWarning> _warnings = [];
    private MapTexts? _texts;
    private MapPicture? _picture;
    private PageContent? _page;
    private (ClusterPlotScene Scene, PictureLayout Layout)? _figure;

    /// <summary>Initializes a new instance of the <see cref="ClusterPlot"/> class.</summary>
    /// <param name="points">The points; those that are not finite are left out with a warning. None gives an empty figure.</param>
    /// <param name="options">How the map looks.</param>
    /// <exception cref="EngineException">An option is out of range.</exception>
    public ClusterPlot(IReadOnlyList<PlotPoint> points, ClusterPlotOptions options)
        : this(points, options, () => PlotFonts.Installed)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="ClusterPlot"/> class with fonts of the caller's choice.</summary>
    /// <param name="points">The points.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="fonts">Gives the fonts; a page needs none and does not ask.</param>
    internal ClusterPlot(IReadOnlyList<PlotPoint> points, ClusterPlotOptions options, Func<PlotFonts> fonts)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_points, _options, _fonts) = (points, options, new Lazy<PlotFonts>(fonts));
    }

    /// <summary>
    /// Gets what the user should know of the files that were written: PointsNotFinite, NoClusters, LabelsLeftOut, GlyphsMissing; each once.
    /// </summary>
    public IReadOnlyList<EngineWarning> Warnings => _warnings;

    /// <summary>Draws a map and writes it to one file.</summary>
    /// <param name="points">The points.</param>
    /// <param name="file">The file, whose ending says the format.</param>
    /// <param name="options">How the map looks.</param>
    /// <param name="token">The token to monitor for cancellation; the file is then as it was before.</param>
    /// <returns>What the user should know of the map.</returns>
    /// <exception cref="EngineException">An option is out of range, or the file cannot be written.</exception>
    public static IReadOnlyList<EngineWarning> Save(
        IReadOnlyList<PlotPoint> points, PlotFile file, ClusterPlotOptions options, CancellationToken token = default)
    {
        using ClusterPlot plot = new(points, options);
        plot.Save(file, token);
        return plot.Warnings;
    }

    /// <summary>Checks before any work that a file can be written and the module has what its style needs.</summary>
    /// <param name="file">The file.</param>
    /// <param name="style">What the map is to look like.</param>
    /// <exception cref="EngineException">It cannot be written, or plotly is not there.</exception>
    public static void Probe(PlotFile file, PlotStyle style)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Probe();
        if (file.IsPage && style == PlotStyle.Notebook)
        {
            PlotlyPage.RequireBundle(EngineFiles.WebFolder);
        }
    }

    /// <summary>Draws the map and writes it to a file, whole or not at all.</summary>
    /// <param name="file">The file, whose ending says the format.</param>
    /// <param name="token">The token to monitor for cancellation; the file is then as it was before.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    public void Save(PlotFile file, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        token.ThrowIfCancellationRequested();
        bool isMap = _options.Style == PlotStyle.Map;
        if (file.Format == PlotFormat.Html && isMap)
        {
            SavePage(file, token);
        }
        else if (file.Format == PlotFormat.Html)
        {
            SaveNotebookPage(file, token);
        }
        else if (isMap)
        {
            SavePicture(file, token);
        }
        else
        {
            SaveFigure(file, token);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _texts?.Dispose();

    private void SavePage(PlotFile file, CancellationToken token)
    {
        List<EngineWarning> found = [];
        PageContent page = _page ??= MapPageContent.Of(_points, _options, found);
        Warn(found);
        file.Write(stream => MapPage.Write(page, PageSource.Own, stream, token));
    }

    private void SaveNotebookPage(PlotFile file, CancellationToken token)
    {
        List<EngineWarning> found = [];
        ClusterPlotScene page = ClusterPlotScene.Create(_points, _options, PageWidth, PageHeight, found);
        Warn(found);
        PlotlyPage.Script bundle = PlotlyPage.ReadBundle(EngineFiles.WebFolder);
        file.Write(stream => PlotlyPage.Write(page, bundle, stream, token));
    }

    private void SaveFigure(PlotFile file, CancellationToken token)
    {
        PlotFonts fonts = _fonts.Value;
        if (_figure is null)
        {
            List<EngineWarning> found = [];
            ClusterPlotScene created = ClusterPlotScene.Create(_points, _options, _options.Width, _options.Height, found);
            Warn(found);
            _figure = (created, PictureLayout.Create(created));
        }

        (ClusterPlotScene scene, PictureLayout layout) = _figure.Value;
        WarnOfGlyphs(layout.Texts.Select(text => text.Text), file.Format);
        file.Write(stream =>
        {
            switch (file.Format)
            {
                case PlotFormat.Png:
                    PngPicture.Write(scene, layout, fonts, stream, token);
                    break;
                case PlotFormat.Pdf:
                    PdfPage.Write(
                        _options, scene.Describe(), canvas => PngPicture.Draw(canvas, scene, layout, fonts, token), stream);
                    break;
                default:
                    SvgPicture.Write(scene, layout, stream, token);
                    break;
            }
        });
    }

    private void SavePicture(PlotFile file, CancellationToken token)
    {
        MapTexts texts = _texts ??= new MapTexts(_fonts.Value);
        if (_picture is null)
        {
            List<EngineWarning> found = [];
            _picture = MapPicture.Create(_points, _options, texts, found, token);
            Warn(found);
        }

        MapPicture picture = _picture;
        IEnumerable<MapLabel> labels = picture.UpwardTitle is { } upward ? picture.Labels.Append(upward) : picture.Labels;
        WarnOfGlyphs(labels.SelectMany(label => label.Block.Lines), file.Format);
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

    private void WarnOfGlyphs(IEnumerable<string> texts, PlotFormat format)
    {
        if (_fonts.Value.Missing(texts, format) is { } missing)
        {
            Warn([missing]);
        }
    }

    // A page and a picture both find the points that cannot be drawn.
    private void Warn(List<EngineWarning> found) => _warnings.AddRange(found.Where(warning => !_warnings.Contains(warning)));
}
