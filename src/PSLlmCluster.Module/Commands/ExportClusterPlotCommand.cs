using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Draws clustered points as a map, in a PNG, SVG or HTML file.</summary>
/// <remarks>
/// <para>
/// Export-ClusterPlot draws each point with its text above it, in the colour of its cluster, with a legend; points of no cluster are grey.
/// The ending of -Path says what is written: .png (a picture), .svg (a drawing that scales), or .html (a page to zoom and hover in, in one
/// file that needs no network).
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
/// <para>Any objects with the four properties can be drawn; the cluster is a whole number.</para>
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
public sealed class ExportClusterPlotCommand : CancellableCmdlet
{
    private static readonly ClusterPlotOptions _defaults = new();
    private const int ActivityId = 724_104;
    private const double EndUnknown = -1;
    private readonly List<PlotPoint> _points = [];
    private readonly List<PSObject> _records = [];
    private PlotFile? _file;
    private string _path = string.Empty;

    /// <summary>Initializes a new instance of the <see cref="ExportClusterPlotCommand"/> class.</summary>
    public ExportClusterPlotCommand()
        : base("Drawing the map", ActivityId)
    {
    }

    /// <summary>
    /// The points: what Invoke-Hdbscan writes, or objects with the properties X, Y, Cluster and Text. A list of them is a point for each of
    /// its elements.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The path of the file to write, taken as it is, without wildcards. Its ending says what is written: .png, .svg, .html or .htm. A file
    /// that is there is replaced.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "FilePath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The title above the map. It is "UMAP + HDBSCAN Clustering" unless given; an empty one is left out.</summary>
    [Parameter]
    [AllowEmptyString]
    public string Title { get; set; } = _defaults.Title;

    /// <summary>The title below the horizontal axis. It is "UMAP Component 1" unless given.</summary>
    [Parameter]
    [AllowEmptyString]
    public string XAxisTitle { get; set; } = _defaults.XAxisTitle;

    /// <summary>The title beside the vertical axis. It is "UMAP Component 2" unless given.</summary>
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

    /// <summary>Leaves out the texts above the points. An HTML page still shows a point's text when the mouse is over it.</summary>
    [Parameter]
    public SwitchParameter HideText { get; set; }

    /// <summary>
    /// Replaces a file even where it is read-only. What is no file, such as a device, is never replaced; a folder that is missing is never
    /// made.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file, even with -Force; that is an error, found before the work.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Passes the points on, as they came in, in place of the file object. The map is written either way.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    /// <remarks>What is wrong with the path is said before the commands upstream do their long work.</remarks>
    protected override void BeginProcessing()
    {
        _path = FilePaths.Resolve(this, Path);
        _file = OutputParameter.Take(this, Path, "Write the map", new OverwriteRule(Force, NoClobber), PlotFile.At, file => file.Probe());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject? record in RecordList.Of(InputObject, fault => Missing.Report(fault, null)))
        {
            if (PlotPointReader.Read(record, out PlotPoint point) is { } fault)
            {
                Missing.Report(fault, record);
                continue;
            }

            Missing.Found();
            _points.Add(point);
            _records.Add(record!);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Missing.Flush();
        if (_points.Count == 0)
        {
            return;
        }

        ErrorRecord? error = _file is null ? null : Save(_file);
        WriteBeside(error, () =>
        {
            if (PassThru)
            {
                WriteObject(_records, enumerateCollection: true);
            }
            else if (_file is not null && error is null)
            {
                WriteObject(new FileInfo(_path));
            }
        });
    }

    private ErrorRecord? Save(PlotFile file)
    {
        ClusterPlotOptions options = new()
        {
            Title = Title,
            XAxisTitle = XAxisTitle,
            YAxisTitle = YAxisTitle,
            Width = Width,
            Height = Height,
            HideText = HideText,
        };
        IReadOnlyList<EngineWarning> warnings = [];
        Progress.Report(new StageProgress($"{_points.Count} points", EndUnknown));
        ErrorRecord? error = TryRunEngine(() => warnings = ClusterPlot.Save(_points, file, options, Token), _path);
        CompleteProgress();
        WriteWarnings(warnings);
        return error;
    }
}
