using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Completion;

namespace PSLlmCluster.Module.Commands;

/// <summary>Draws clustered points as a map in the terminal, with a legend and a list of the clusters.</summary>
/// <remarks>
/// <para>
/// Show-ClusterPlot writes lines of text: how many points and clusters there are, the points in the colours of their clusters, a legend
/// with counts, and then for each cluster, the largest first, its name, its number of points and the texts nearest to its middle. A name
/// that was made of words has the cluster's number before it. Points of no cluster are grey, and dots in ASCII.
/// </para>
/// <para>
/// Colours and names are those of Export-ClusterPlot, so the same cluster looks the same in a picture, a page and the terminal. Texts
/// cannot do anything to the terminal: control characters in them, and so escape sequences, are shown as the replacement character, and
/// marks that turn the direction of writing are left out. Wide characters (Chinese, Japanese, Korean, emoji) take two columns.
/// </para>
/// <para>
/// Where the terminal shows no colours, or not all of Unicode, letters stand for the clusters in place of dots: where NO_COLOR is set,
/// where $PSStyle.OutputRendering is PlainText, where the output of the process goes to a file, and where [Console]::OutputEncoding is no
/// UTF. Colours are of 24 bits on Windows and where COLORTERM is truecolor or 24bit; other terminals get the nearest of the usual 256.
/// </para>
/// </remarks>
/// <example>
/// <title>A look at the clusters before a file is written</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan -OutVariable points | Show-ClusterPlot
/// </code>
/// <para>Shows the map in the size of the window, and keeps the points for Export-ClusterPlot.</para>
/// </example>
/// <example>
/// <title>The map alone, for a log file</title>
/// <code>
/// $points | Show-ClusterPlot -Style Ascii -Width 100 -Height 30 -ExampleCount 0 | Set-Content map.txt
/// </code>
/// <para>A letter stands for each cluster, and dots for what is in none.</para>
/// </example>
/// <example>
/// <title>Which texts are in the middle of each cluster?</title>
/// <code>
/// $points | Show-ClusterPlot -ExampleCount 10 | Select-Object -Skip 24
/// </code>
/// <para>The list begins below the map and its legend, which take -Height lines, 24 where there is no window.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.ClusterAssignment">A point, its cluster and its text.</type>
/// <type name="System.Management.Automation.PSObject">Any object with the properties X, Y, Cluster and, if there is one, Text.</type>
/// </inputs>
/// <outputs>
/// <type name="System.String">The lines.</type>
/// </outputs>
/// <seealso cref="ExportClusterPlotCommand"/>
/// <seealso cref="InvokeHdbscanCommand"/>
[Cmdlet(VerbsCommon.Show, "ClusterPlot")]
[OutputType(typeof(string))]
public sealed class ShowClusterPlotCommand : PlotPointCmdlet
{
    private static readonly TerminalPlotOptions _defaults = new();
    private const int ActivityId = 724_116;

    /// <summary>Initializes a new instance of the <see cref="ShowClusterPlotCommand"/> class.</summary>
    public ShowClusterPlotCommand()
        : base("Drawing the map", ActivityId)
    {
    }

    /// <summary>
    /// The characters of the map: Auto (the default) is Braille where there are colours and Unicode, else Ascii. Braille has eight dots in
    /// a character's cell, Block, for fonts without braille, four; Ascii has a letter for each cluster, and + for those after the 52nd.
    /// </summary>
    [Parameter]
    public TerminalPlotStyle Style { get; set; } = _defaults.Style;

    /// <summary>
    /// The ground of the terminal that the colours stand out from: Light, Dark, or Auto, which is dark unless the environment variable
    /// COLORFGBG says otherwise.
    /// </summary>
    [Parameter]
    public PlotTheme Theme { get; set; } = _defaults.Theme;

    /// <summary>
    /// The colours of the clusters, as in Export-ClusterPlot: Distinct (the default: near clusters differ for all kinds of sight), Place
    /// (the hue says in which direction a cluster lies), Notebook (six), or a list of colours, as names (teal) or #rrggbb.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PaletteCompleter))]
    public string[] Palette { get; set; } = [ClusterPlotOptions.DistinctPalette];

    /// <summary>The width in columns, from 20 to 1,000. It is the window's unless given, or 80 where there is none.</summary>
    [Parameter]
    [ValidateRange(TerminalPlotOptions.SmallestWidth, TerminalPlotOptions.LargestWidth)]
    public int? Width { get; set; }

    /// <summary>
    /// How many lines the map takes with its heading and its legend, from 8 to 500. It is the window's height less one line unless given,
    /// or 24 where there is none. The list of clusters follows below.
    /// </summary>
    [Parameter]
    [ValidateRange(TerminalPlotOptions.SmallestHeight, TerminalPlotOptions.LargestHeight)]
    public int? Height { get; set; }

    /// <summary>
    /// How many texts are listed for each cluster, from 0 to 100: those nearest to its middle. It is 3 unless given; with 0 there is no
    /// list of clusters.
    /// </summary>
    [Parameter]
    [ValidateRange(0, TerminalPlotOptions.MostExamples)]
    public int ExampleCount { get; set; } = _defaults.ExampleCount;

    /// <summary>Calls the clusters by their numbers alone.</summary>
    [Parameter]
    public SwitchParameter HideName { get; set; }

    /// <inheritdoc/>
    /// <remarks>What is wrong with the options is said before the commands upstream do their long work.</remarks>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        RunEngine(() => { Options(TerminalHost.Of(Host, GetVariableValue("PSStyle"))).Validate(); return 0; }, Palette);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        IReadOnlyList<PlotPoint> points = AllPoints();
        if (points.Count == 0)
        {
            return;
        }

        WarnOfComponents(canTurn: false, isFlat: true);
        TerminalPlotOptions options = Options(TerminalHost.Of(Host, GetVariableValue("PSStyle")));
        List<EngineWarning> warnings = [];
        IReadOnlyList<string> lines = RunEngine(() => TerminalPlot.Draw(points, options, warnings, Token), null);
        CompleteProgress();
        WriteWarnings(warnings);
        WriteObject(lines, enumerateCollection: true);
    }

    private TerminalPlotOptions Options(TerminalHost host) => new()
    {
        Width = Width ?? Math.Clamp(host.Width, TerminalPlotOptions.SmallestWidth, TerminalPlotOptions.LargestWidth),
        Height = Height ?? Math.Clamp(host.Height, TerminalPlotOptions.SmallestHeight, TerminalPlotOptions.LargestHeight),
        Style = Style,
        Theme = Theme == PlotTheme.Auto && host.IsLight ? PlotTheme.Light : Theme,
        Colors = host.Colors,
        Palette = Palette,
        IsUnicode = host.IsUnicode,
        HideName = HideName,
        ExampleCount = ExampleCount,
    };
}
