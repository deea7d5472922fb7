using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Draws clustered points as a map, in a PNG, SVG, PDF or HTML file.</summary>
/// <remarks>
/// <para>
/// Export-ClusterPlot draws each point in the colour of its cluster, the clusters' names upon them, and the texts that have room; points of
/// no cluster are small and grey. Names and texts never overlap; what has no room is left out and counted. -Style Notebook draws the figure
/// of a plotly notebook instead: all texts, axes and a legend.
/// The ending of -Path says what is written: .png (a picture), .svg (a drawing that scales), .pdf (the same, to print), or .html (a page to
/// zoom and hover in, in one file that needs no network).
/// </para>
/// <para>
/// A page of the style Map shows names and texts by zoom, a point's whole text beside the pointer, a legend to pick clusters from, a
/// search, and the rows of a selection, which can be copied or saved as CSV. Its address keeps what is shown:
/// map.html#cluster=7&amp;q=text.
/// </para>
/// <para>
/// Where points have a property LayerClusters, as with Invoke-Hdbscan -Layer (whole numbers, the finest layer first), a page shows the
/// names of coarse layers far out and those of finer ones near by, and its legend and colours can be those of a layer. A property
/// LayerNames, in the same order, names their clusters; else the words most particular to them do. A picture has no layers.
/// </para>
/// <para>
/// It takes in what Invoke-Hdbscan writes, or objects of any kind with the properties X, Y, Cluster and Text. An object without a place or
/// a cluster is an error that does not end the work: it is left out, and the rest is drawn. Where nothing comes in, no file is written.
/// </para>
/// </remarks>
/// <example>
/// <title>A map to zoom in</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan | Export-ClusterPlot map.html -Title 'Titles' | Invoke-Item
/// </code>
/// <para>Writes the page and opens it in the browser.</para>
/// </example>
/// <example>
/// <title>Several pictures of the same points</title>
/// <code>
/// $points | Export-ClusterPlot map.png -PassThru | Export-ClusterPlot map.svg -HideText -Width 800 -Height 800
/// </code>
/// <para>With -PassThru the points go on to the next command, which draws them again, smaller and without texts.</para>
/// </example>
/// <example>
/// <title>A dark picture with names of one's own</title>
/// <code>
/// $points | Select-Object X, Y, Cluster, Text, @{ n = 'ClusterName'; e = { "Topic $([char](65 + $_.Cluster))" } } |
///     Export-ClusterPlot dark.png -Theme Dark -Scale 2 -HideText
/// </code>
/// <para>The picture has twice as many pixels on each side. Without a property ClusterName the map finds names by itself.</para>
/// </example>
/// <example>
/// <title>A nightly map of alerts</title>
/// <code>
/// $day = (Get-Date).ToString('yyyy-MM-dd')
/// Import-Csv alerts.csv | Get-TextEmbedding -Property Summary | Invoke-Umap | Invoke-Hdbscan -MinClusterSize 3 |
///     Export-ClusterPlot "reports/alerts-$day.png" -Title "Alerts of $day" -NoClobber
/// </code>
/// <para>An existing picture is not replaced, and is an error.</para>
/// </example>
/// <example>
/// <title>Points from elsewhere</title>
/// <code>
/// Import-Csv layout.csv | Select-Object @{ n = 'X'; e = 'Longitude' }, @{ n = 'Y'; e = 'Latitude' }, @{ n = 'Cluster'; e = 'Region' },
///     @{ n = 'Text'; e = 'City' } |
///     Export-ClusterPlot cities.svg -XAxisTitle Longitude -YAxisTitle Latitude
/// </code>
/// <para>
/// Any objects with the four properties can be drawn; the cluster is a whole number or a name, such as a text, a choice or a truth.
/// </para>
/// </example>
/// <example>
/// <title>A page with the columns of a table</title>
/// <code>
/// Import-Csv tickets.csv | Get-TextEmbedding -Property Subject | Invoke-Umap | Invoke-Hdbscan |
///     Export-ClusterPlot tickets.html -HoverProperty Id, Subject -ColorBy Subject
/// </code>
/// <para>The page shows each ticket's columns beside its point, and is coloured by one of them until the reader chooses another.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.ClusterAssignment">A point, its cluster and its text.</type>
/// <type name="System.Management.Automation.PSObject">Any object with the properties X, Y, Cluster and, if there is one, Text.</type>
/// </inputs>
/// <outputs>
/// <type name="System.IO.FileInfo">The file that was written.</type>
/// <type name="System.Management.Automation.PSObject">With -PassThru, what came in and was drawn.</type>
/// </outputs>
/// <seealso cref="InvokeHdbscanCommand"/>
/// <seealso cref="InvokeUmapCommand"/>
[Cmdlet(VerbsData.Export, "ClusterPlot", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(ClusterAssignment))]
public sealed class ExportClusterPlotCommand : PlotPointCmdlet
{
    private static readonly ClusterPlotOptions _defaults = new();
    private const int ActivityId = 724_104;
    private const double EndUnknown = -1;
    private readonly List<PSObject> _records = [];
    private PlotPropertyReader _properties = new([], []);
    private readonly List<(PlotFile File, string Path)> _files = [];
    private ClusterPlot? _plot;

    /// <summary>Initializes a new instance of the <see cref="ExportClusterPlotCommand"/> class.</summary>
    public ExportClusterPlotCommand()
        : base("Drawing the map", ActivityId)
    {
    }

    /// <summary>
    /// The path of the file to write, taken as it is, without wildcards; or several, of which those that lead to one file write it once.
    /// The ending says what is written: .png, .svg, .pdf, .html or .htm. A file that is there is replaced.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "FilePath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>
    /// The title above the map. Unless one is given a map has none; the notebook's figure is called "UMAP + HDBSCAN Clustering" then, and
    /// has none where an empty one is given.
    /// </summary>
    [Parameter]
    [AllowEmptyString]
    public string Title { get; set; } = _defaults.Title;

    /// <summary>
    /// What the map looks like. Map (the default) names the clusters, writes the texts that have room, and draws no axes; Notebook draws
    /// the figure of a plotly notebook: all texts, axes with numbers, a legend.
    /// </summary>
    [Parameter]
    public PlotStyle Style { get; set; } = _defaults.Style;

    /// <summary>
    /// The ground of a map: Light, Dark, or Auto, which is light in a picture and as the reader's system in a page. The notebook's figure
    /// is always white.
    /// </summary>
    [Parameter]
    public PlotTheme Theme { get; set; } = _defaults.Theme;

    /// <summary>
    /// The colours of the clusters of a map: Distinct (the default: near clusters differ for all kinds of sight), Place (the hue says in
    /// which direction a cluster lies), Notebook (six), or a list of colours, as names (teal) or #rrggbb.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PaletteCompleter))]
    public string[] Palette { get; set; } = [ClusterPlotOptions.DistinctPalette];

    /// <summary>
    /// The title below the horizontal axis. It is "UMAP Component 1" unless given. A picture of the style Map has one only where it is
    /// given; its page has none.
    /// </summary>
    [Parameter]
    [AllowEmptyString]
    public string XAxisTitle { get; set; } = _defaults.XAxisTitle;

    /// <summary>
    /// The title beside the vertical axis. It is "UMAP Component 2" unless given. A picture of the style Map has one only where it is
    /// given; its page has none.
    /// </summary>
    [Parameter]
    [AllowEmptyString]
    public string YAxisTitle { get; set; } = _defaults.YAxisTitle;

    /// <summary>The width of the picture in pixels, from 300 to 10,000. It is 1200 unless given; an HTML page fills its window.</summary>
    [Parameter]
    [ValidateRange(ClusterPlotOptions.SmallestSide, ClusterPlotOptions.LargestSide)]
    public int Width { get; set; } = _defaults.Width;

    /// <summary>The height of the picture in pixels, from 300 to 10,000. It is 800 unless given; an HTML page fills its window.</summary>
    [Parameter]
    [ValidateRange(ClusterPlotOptions.SmallestSide, ClusterPlotOptions.LargestSide)]
    public int Height { get; set; } = _defaults.Height;

    /// <summary>
    /// How many pixels of a .png file a pixel of the width and the height has on each side, from 1 to 4, up to 20,000 pixels a side. It is
    /// 1 unless given; 2 suits screens of high density and print. Texts and marks grow with it. An .svg and a .pdf file of the style Map
    /// say that they are so much larger; of the notebook's figure only a .pdf file does. A page ignores it.
    /// </summary>
    [Parameter]
    [ValidateRange(1.0, ClusterPlotOptions.LargestScale)]
    public double Scale { get; set; } = _defaults.Scale;

    /// <summary>Leaves out the names of the clusters of a map.</summary>
    [Parameter]
    public SwitchParameter HideName { get; set; }

    /// <summary>Leaves out the texts above the points. An HTML page still shows a point's text when the mouse is over it.</summary>
    [Parameter]
    public SwitchParameter HideText { get; set; }

    /// <summary>
    /// Properties of the objects that were piped in at first, such as the columns of a CSV file, whose values an HTML page of the style Map
    /// shows beside a point, and writes into the selection that is copied or saved. A picture ignores it. Values are shown as they are: a
    /// text letter by letter, a number in its shortest form, a date with the offset that it has.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] HoverProperty { get; set; } = [];

    /// <summary>
    /// Properties that an HTML page of the style Map can be coloured by: numbers and dates along a ramp, everything else by category. The
    /// page opens coloured by the first, and offers the others, those of -HoverProperty and the clusters. A picture ignores it. Texts are
    /// numbers where all of the property are, as X and Y are read; but 007, whole numbers of more digits than a double holds, and a zero at
    /// the end of two decimals or more, as in 1.10, where others have fewer (versions), make categories. Texts are dates where all are of
    /// ISO 8601, with an offset or without, or as PowerShell writes dates in the invariant culture, the month first, or else in the current
    /// one. Dates lie on the ramp by UTC, those without an offset by their own clock. What is not finite has no colour.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ColorBy { get; set; } = [];

    /// <summary>
    /// Replaces a file even where it is read-only, and makes folders of -Path that are missing. What is no file, such as a device, is never
    /// replaced.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file, even with -Force; that is an error, found before the work.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>
    /// Opens each file that was written with the program that the system has for it: a picture viewer, the browser. Where there is no
    /// screen or no such program, that is a warning.
    /// </summary>
    [Parameter]
    public SwitchParameter Show { get; set; }

    /// <summary>Passes the points on, as they came in, in place of the file object. The map is written either way.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    /// <remarks>What is wrong with the path is said before the commands upstream do their long work.</remarks>
    protected override void BeginProcessing()
    {
        _properties = new PlotPropertyReader(HoverProperty, ColorBy);
        base.BeginProcessing();
        RunEngine(() => { Options().Validate(); return 0; }, Palette);
        HashSet<string> taken = new(PathComparer.OfSystem);
        foreach (string path in Path)
        {
            // One file in two spellings, as map.svg and ./map.svg, is written once.
            string full = FilePaths.Resolve(this, path);
            if (!taken.Add(System.IO.Path.GetFullPath(full)))
            {
                continue;
            }

            OverwriteRule rule = new(Force, NoClobber);
            if (OutputParameter.Take(this, path, "Write the map", rule, PlotFile.At, file => ClusterPlot.Probe(file, Style)) is { } file)
            {
                _files.Add((file, full));
            }
        }
    }

    /// <inheritdoc/>
    private protected override void Take(PSObject record)
    {
        if (PassThru)
        {
            _records.Add(record);
        }

        _properties.Add(record);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        IReadOnlyList<PlotPoint> points = AllPoints();
        if (points.Count == 0)
        {
            return;
        }

        if (Style == PlotStyle.Map && _files.Exists(item => item.File.IsPage))
        {
            WriteWarnings(_properties.Missing());
        }

        bool IsTurned((PlotFile File, string Path) item) => Style == PlotStyle.Map && item.File.IsPage;
        WarnOfComponents(_files.Exists(IsTurned), !_files.TrueForAll(IsTurned));
        ErrorRecord? error = null;
        List<string> written = [];
        ClusterPlot plot = _plot = new ClusterPlot(points, Options());
        foreach ((PlotFile file, string path) in _files)
        {
            error = Save(plot, file, path, points.Count);
            if (error is not null)
            {
                break;
            }

            written.Add(path);
        }

        WriteWarnings(plot.Warnings);
        if (Show)
        {
            FileOpener opener = FileOpener.Own;
            WriteWarnings(written.Select(opener.Open).OfType<EngineWarning>());
        }

        WriteBeside(error, () =>
        {
            if (PassThru)
            {
                WriteObject(_records, enumerateCollection: true);
                return;
            }

            foreach (string path in written)
            {
                // As Get-Item gives it, with PSPath, so that it can be piped to Copy-Item or Get-Content.
                WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
            }
        });
    }

    /// <inheritdoc/>
    private protected override void Release() => _plot?.Dispose();

    private ClusterPlotOptions Options() => new()
    {
        Title = MyInvocation.BoundParameters.ContainsKey(nameof(Title)) ? Title : null,
        XAxisTitle = XAxisTitle,
        YAxisTitle = YAxisTitle,
        Width = Width,
        Height = Height,
        HideText = HideText,
        Style = Style,
        Theme = Theme,
        Palette = Palette,
        HideName = HideName,
        Scale = Scale,
        Properties = _properties.Properties,
        HoverCount = _properties.HoverCount,
        ColorBy = _properties.ColorBy,
    };

    private ErrorRecord? Save(ClusterPlot plot, PlotFile file, string path, int count)
    {
        Progress.Report(new StageProgress($"{count} points", EndUnknown));
        ErrorRecord? error = TryRunEngine(() => plot.Save(file, Token), path);
        CompleteProgress();
        return error;
    }
}
