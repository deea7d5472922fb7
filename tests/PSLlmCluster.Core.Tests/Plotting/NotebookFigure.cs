using System.Text.Json;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>The notebook's 30 points, and the figure that plotly made of them.</summary>
internal static class NotebookFigure
{
    /// <summary>Gets the options of the notebook's figure.</summary>
    public static ClusterPlotOptions Options { get; } = new() { Style = PlotStyle.Notebook };

    private static readonly JsonElement _golden = JsonDocument.Parse(File.ReadAllBytes(
        Repository.Shared("goldens", "plot", "titles30.json")
            ?? Path.Combine(AppContext.BaseDirectory, "Data", "plot-titles30.json"))).RootElement;

    public static JsonElement Figure => _golden.GetProperty("figure");

    public static PlotPoint[] Points { get; } =
    [
        .. Enumerable.Range(0, _golden.GetProperty("points").GetArrayLength()).Select(i => new PlotPoint(
            _golden.GetProperty("points")[i][0].GetDouble(),
            _golden.GetProperty("points")[i][1].GetDouble(),
            _golden.GetProperty("labels")[i].GetInt32(),
            _golden.GetProperty("texts")[i].GetString())),
    ];

    public static ClusterPlotScene Scene(IReadOnlyList<PlotPoint> points, ClusterPlotOptions? options = null)
    {
        options ??= Options;
        return ClusterPlotScene.Create(points, options, options.Width, options.Height, []);
    }

    /// <summary>Saves a map with fonts of the test's choice, and returns its warnings.</summary>
    public static IReadOnlyList<EngineWarning> Save(
        IReadOnlyList<PlotPoint> points, string path, ClusterPlotOptions options, PlotFonts fonts)
    {
        using ClusterPlot plot = new(points, options, () => fonts);
        plot.Save(PlotFile.At(path));
        return plot.Warnings;
    }

    /// <summary>Fonts that draw as this machine's do, but claim to have only some characters.</summary>
    public static PlotFonts Fonts(Func<int, bool> has) => new(["DejaVu Sans"], (_, rune) => has(rune.Value));
}

/// <summary>Texts that a careless page, picture or XML file would take for something else.</summary>
internal static class HostileTexts
{
    public static string[] All { get; } =
    [
        "</script><script>document.title='PWNED'</script>",
        "<img src=x onerror=\"document.title='PWNED'\">",
        "<b>bold</b><br>next",
        "a & b &lt; c &#65;",
        "\"double\" 'single' `back` \\slash",
        "line\u2028separator\u2029paragraph",
        "control\u0001\u0008\u0000character",
        "emoji 😀 👩‍🚀",
        "שלום 123 עולם abc",
        "مرحبا بالعالم",
        "$\\alpha^2$ and $$x$$",
        "日本語のラベル",
        "%{x} <extra></extra>",
        "<a href=\"javascript:document.title='PWNED'\">link</a>",
        "<!-- comment --> <![CDATA[x]]> ]]>",
        "half \ud800 of a character",
        "new\nline\r\nand\ttab",
        new string('x', 10_000),
    ];

    public static PlotPoint[] Points { get; } = [.. All.Select((text, i) => new PlotPoint(i % 4, i / 4, (i % 5) - 1, text))];
}
