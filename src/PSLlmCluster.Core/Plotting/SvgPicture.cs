using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ScottPlot;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Draws the figure as SVG: ScottPlot's plot, and after it the texts as text elements with a list of fonts, so that every character is in
/// the file even where no font of this machine has it, and can be searched and copied.
/// </summary>
internal static partial class SvgPicture
{
    /// <summary>The fonts of a drawing, as CSS lists them; <see cref="PlotFonts"/> tries them in the same order.</summary>
    internal const string FontFamilies =
        "\"Open Sans\", Verdana, Arial, \"DejaVu Sans\", \"Noto Sans CJK JP\", \"Hiragino Sans\", \"Yu Gothic\", Meiryo, "
            + "IPAPGothic, IPAGothic, sans-serif";
    private const string ClipId = "points-area";

    /// <summary>Draws and writes the picture.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="layout">The texts and the legend.</param>
    /// <param name="stream">Takes the file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Write(ClusterPlotScene scene, PictureLayout layout, Stream stream, CancellationToken token)
    {
        PlotFrame frame = scene.Frame;
        string chart;
        using (Plot plot = PictureChart.Create(scene))
        {
            chart = plot.GetSvgXml(frame.Width, frame.Height);
        }

        token.ThrowIfCancellationRequested();
        XElement root = XElement.Parse(WithStableIds(chart));
        XNamespace svg = root.Name.Namespace;
        string title = PlotText.OneLine(scene.Options.Title);
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {frame.Width} {frame.Height}"));
        root.SetAttributeValue("role", "img");
        root.AddFirst(
            new XElement(svg + "title", title),
            new XElement(svg + "desc", PlotText.OneLine(scene.Describe())),
            new XElement(svg + "clipPath", new XAttribute("id", ClipId), Rectangle(svg, frame)));
        root.Add(Legend(svg, layout));
        root.Add(Texts(svg, layout, isLabel: true), Texts(svg, layout, isLabel: false));
        using XmlWriter writer = Writer(stream);
        root.WriteTo(writer);
    }

    /// <summary>Makes the writer of an SVG file.</summary>
    /// <param name="stream">Takes the file.</param>
    /// <returns>The writer.</returns>
    internal static XmlWriter Writer(Stream stream) => XmlWriter.Create(
        stream,
        new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = false,
            NewLineChars = "\n",
        });

    /// <summary>Writes a number to a hundredth of a pixel, which is finer than any screen.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The number in any culture.</returns>
    internal static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    // Skia counts its clip paths through the life of the process; numbered by their order, the same map is the same bytes.
    private static string WithStableIds(string chart)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        return ClipPathId().Replace(chart, match =>
        {
            if (!names.TryGetValue(match.Value, out string? name))
            {
                names.Add(match.Value, name = string.Create(CultureInfo.InvariantCulture, $"clip-{names.Count}"));
            }

            return name;
        });
    }

    [GeneratedRegex(@"\bcl_[0-9a-f]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex ClipPathId();

    private static XElement Rectangle(XNamespace svg, PlotFrame frame) => new(
        svg + "rect",
        new XAttribute("x", Number(frame.Left)),
        new XAttribute("y", Number(frame.Top)),
        new XAttribute("width", Number(frame.Right - frame.Left)),
        new XAttribute("height", Number(frame.Bottom - frame.Top)));

    private static XElement Legend(XNamespace svg, PictureLayout layout) => new(
        svg + "g",
        new XAttribute("class", "legend"),
        layout.Symbols.Select(symbol => new XElement(
            svg + "circle",
            new XAttribute("cx", Number(symbol.X)),
            new XAttribute("cy", Number(symbol.Y)),
            new XAttribute("r", Number(PlotFrame.MarkerSize / 2)),
            new XAttribute(
                "fill", string.Create(CultureInfo.InvariantCulture, $"rgb({symbol.Color.Red},{symbol.Color.Green},{symbol.Color.Blue})")),
            symbol.Color.Opacity < 1 ? new XAttribute("fill-opacity", Number(symbol.Color.Opacity)) : null)));

    private static XElement Texts(XNamespace svg, PictureLayout layout, bool isLabel) => new(
        svg + "g",
        new XAttribute("class", isLabel ? "labels" : "titles"),
        isLabel ? new XAttribute("clip-path", $"url(#{ClipId})") : null,
        new XAttribute("fill", PlotColor.Ink.Css),
        new XAttribute("font-family", FontFamilies),
        new XAttribute("style", "white-space:pre"),
        layout.Texts.Where(text => text.IsLabel == isLabel).Select(text => Text(svg, text)));

    private static XElement Text(XNamespace svg, PictureText text) => new(
        svg + "text",
        new XAttribute("x", Number(text.X)),
        new XAttribute("y", Number(text.Y)),
        new XAttribute("font-size", Number(text.Size)),
        text.Anchor == TextAnchor.Start ? null : new XAttribute("text-anchor", text.Anchor == TextAnchor.Middle ? "middle" : "end"),
        TextDirection.IsFromRight(text.Text) ? new XAttribute("unicode-bidi", "plaintext") : null,
        text.IsVertical ? new XAttribute("transform", $"rotate(-90 {Number(text.X)} {Number(text.Y)})") : null,
        text.Text);
}
