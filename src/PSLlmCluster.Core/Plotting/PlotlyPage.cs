using System.Text;
using System.Text.Json;
using PSLlmCluster.Core.Plotting.Page;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Writes the figure as one page that works with no network: plotly's bundle, the figure as data, and three lines that draw it. The page's
/// security policy forbids every request and every script but these two, by their hashes, so that no text of a user can become one.
/// </summary>
internal static class PlotlyPage
{
    private const string BundleName = "plotly-basic.min.js";

    private const string Cure = "Install Node.js 20 or later (https://nodejs.org) and build the module again; the build then adds plotly. "
        + "Or write a .png, .svg or .pdf file, or the page of -Style Map, which need none.";

    // typesetMath is off: a text between dollar signs is letters, not mathematics. showSendToCloud is off: the map stays where it is.
    private const string DrawScript = """
        const figure = JSON.parse(document.getElementById("figure").textContent);
        Plotly.newPlot("map", figure.data, figure.layout, {
            responsive: true, displaylogo: false, showSendToCloud: false, typesetMath: false });
        """;

    /// <summary>A script as it stands in the page, and what the page's policy knows it by.</summary>
    /// <param name="Text">The script.</param>
    /// <param name="Hash">Its hash, as the policy writes it.</param>
    internal sealed record Script(string Text, string Hash)
    {
        /// <summary>Prepares a script to stand in a page.</summary>
        /// <param name="source">The script.</param>
        /// <returns>The same script, in which nothing ends the element that holds it.</returns>
        public static Script From(string source)
        {
            // In a script both can stand only in a string or a pattern, where \x3C is the same character. The parser of HTML makes line
            // ends \n before the policy hashes.
            string text = source
                .Replace("</script", "\\x3C/script", StringComparison.OrdinalIgnoreCase)
                .Replace("<!--", "\\x3C!--", StringComparison.Ordinal)
                .ReplaceLineEndings("\n");
            return new Script(text, PageText.Hash(text));
        }
    }

    /// <summary>Reads plotly's bundle, which ships beside the module.</summary>
    /// <param name="folder">The folder it lies in.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="EngineException">It is not there.</exception>
    public static Script ReadBundle(string folder)
    {
        string path = BundleIn(folder);
        try
        {
            return Script.From(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(
                EngineErrorIds.PlotBundleMissing,
                FailureKind.NotInstalled,
                $"plotly, which the notebook's page carries, cannot be read from '{path}': {e.Message}",
                Cure,
                e);
        }
    }

    /// <summary>Checks before any work that plotly's bundle is there.</summary>
    /// <param name="folder">The folder it lies in.</param>
    /// <exception cref="EngineException">It is not: the module was built where there was no npm to fetch it.</exception>
    public static void RequireBundle(string folder)
    {
        string path = BundleIn(folder);
        if (!File.Exists(path))
        {
            throw new EngineException(
                EngineErrorIds.PlotBundleMissing,
                FailureKind.NotInstalled,
                $"The notebook's page carries plotly, and the module was built without it: '{path}' is not there.",
                Cure);
        }
    }

    private static string BundleIn(string folder) => Path.Combine(folder, BundleName);

    /// <summary>Writes the page.</summary>
    /// <param name="scene">What to show.</param>
    /// <param name="bundle">plotly.</param>
    /// <param name="stream">Takes the page.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Write(ClusterPlotScene scene, Script bundle, Stream stream, CancellationToken token)
    {
        Script draw = Script.From(DrawScript);
        string title = PageText.Html.Encode(
            PlotText.OneLine(scene.Options.Title.Length > 0 ? scene.Options.Title : ClusterPlotOptions.DefaultTitle));
        string description = PageText.Html.Encode(PlotText.OneLine(scene.Describe()));
        string data = System.Text.Encoding.UTF8.GetString(FigureJson(scene, token));
        using StreamWriter writer = new(
            stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.Write($$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {{bundle.Hash}} {{draw.Hash}};
                style-src 'unsafe-inline'; img-src data: blob:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{title}}</title>
            <link rel="icon" href="data:,">
            <style>
            html, body, #map { width: 100%; height: 100%; margin: 0; background: #fff; }
            body { overflow: hidden; }
            noscript { font-family: sans-serif; }
            </style>
            </head>
            <body>
            <noscript><p>{{description}} A script draws it: turn on JavaScript to see it.</p></noscript>
            <div id="map" role="figure" aria-label="{{description}}"></div>
            <script type="application/json" id="figure">{{data}}</script>
            <script>
            """.ReplaceLineEndings("\n"));
        token.ThrowIfCancellationRequested();
        writer.Write(bundle.Text);
        writer.Write("</script>\n<script>");
        writer.Write(draw.Text);
        writer.Write("</script>\n</body>\n</html>\n");
    }

    /// <summary>Writes the figure as plotly's own JSON.</summary>
    /// <param name="scene">What to show.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The JSON as UTF-8.</returns>
    internal static byte[] FigureJson(ClusterPlotScene scene, CancellationToken token)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = PageText.Data }))
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (PlotTrace trace in scene.Traces)
            {
                token.ThrowIfCancellationRequested();
                WriteTrace(json, trace, scene.Options.HideText);
            }

            json.WriteEndArray();
            json.WriteStartObject("layout");
            WriteTitle(json, scene.Options.Title);
            WriteAxis(json, "xaxis", scene.Options.XAxisTitle, scene.XRange);
            WriteAxis(json, "yaxis", scene.Options.YAxisTitle, scene.YRange);
            json.WriteBoolean("showlegend", true);
            json.WriteString("hovermode", "closest");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteTrace(Utf8JsonWriter json, PlotTrace trace, bool hideText)
    {
        json.WriteStartObject();
        json.WriteString("type", "scatter");
        json.WriteString("mode", hideText ? "markers" : "markers+text");
        json.WriteString("name", trace.Name);
        PageText.WriteNumbers(json, "x", trace.X);
        PageText.WriteNumbers(json, "y", trace.Y);
        WriteTexts(json, "text", trace.Texts, PlotlyText.Literal);
        if (Array.Exists(trace.Texts, PlotlyText.IsLong))
        {
            WriteTexts(json, "hovertext", trace.Texts, PlotlyText.Folded);
        }

        json.WriteString("textposition", "top center");
        json.WriteStartObject("textfont");
        json.WriteNumber("size", PlotFrame.TextSize);
        json.WriteEndObject();
        json.WriteStartObject("marker");
        json.WriteNumber("size", PlotFrame.MarkerSize);
        json.WriteString("color", trace.Color.Css);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, string[] texts, Func<string, string> convert)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(convert(text));
        }

        json.WriteEndArray();
    }

    private static void WriteTitle(Utf8JsonWriter json, string title)
    {
        json.WriteStartObject("title");
        json.WriteString("text", PlotlyText.Literal(title));
        json.WriteEndObject();
    }

    private static void WriteAxis(Utf8JsonWriter json, string name, string title, PlotRange range)
    {
        json.WriteStartObject(name);
        WriteTitle(json, title);
        PageText.WriteNumbers(json, "range", [range.Low, range.High]);
        json.WriteEndObject();
    }
}
