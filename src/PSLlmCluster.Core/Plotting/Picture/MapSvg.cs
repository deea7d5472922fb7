using System.Xml;
using PSLlmCluster.Core.Plotting.Map;
using SkiaSharp;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>
/// Writes a map as SVG. Texts are text, with a list of fonts, each line as long as it was measured (textLength), so that what was placed
/// apart stays apart where other fonts draw it. Many points are an image of their density.
/// </summary>
internal static class MapSvg
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    // As base64 4.8 MB, so that a file stays below 5 MB with its names.
    private const int MostDensityBytes = 3_600_000;

    // Pixels of the density's image for a pixel of the picture; the finest whose file is small enough is taken.
    private static readonly double[] _densityScales = [2, 1.5, 1];

    /// <summary>Writes the file.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="stream">Takes the file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Write(MapPicture picture, Stream stream, CancellationToken token)
    {
        ClusterPlotOptions options = picture.Options;
        MapTheme theme = picture.Colors.Theme;
        using XmlWriter writer = SvgPicture.Writer(stream);
        writer.WriteStartElement("svg", Namespace);
        Attribute(writer, "width", Number(options.Width * options.Scale));
        Attribute(writer, "height", Number(options.Height * options.Scale));
        Attribute(writer, "viewBox", $"0 0 {Number(options.Width)} {Number(options.Height)}");
        Attribute(writer, "role", "img");
        string title = PlotText.OneLine(options.Title);
        writer.WriteElementString("title", Namespace, title.Length > 0 ? title : ClusterPlotOptions.Untitled);
        writer.WriteElementString("desc", Namespace, picture.Description);
        Start(writer, "rect", ("class", "ground"), ("width", "100%"), ("height", "100%"), ("fill", theme.Ground.Hex));
        writer.WriteEndElement();
        if (picture.IsDensity)
        {
            WriteDensity(writer, picture, token);
        }
        else
        {
            WriteMarks(writer, picture, token);
        }

        Start(writer, "g", ("class", "arrows"), ("fill", theme.Muted.Hex));
        foreach (EdgeArrow arrow in picture.Arrows)
        {
            Start(writer, "path", ("d", MapCanvas.ArrowPath(arrow)));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        Start(writer, "g", ("class", "leaders"), ("stroke", theme.Line.Hex));
        foreach (MapLabel label in picture.Labels)
        {
            if (label.Leader is { } line)
            {
                Start(
                    writer,
                    "line",
                    ("x1", Number(line.FromX)),
                    ("y1", Number(line.FromY)),
                    ("x2", Number(line.ToX)),
                    ("y2", Number(line.ToY)));
                writer.WriteEndElement();
            }
        }

        writer.WriteEndElement();
        WriteLabels(writer, picture);
        writer.WriteEndElement();
    }

    private static void WriteMarks(XmlWriter writer, MapPicture picture, CancellationToken token)
    {
        MapMarks marks = picture.Marks;
        Start(writer, "g", ("class", "marks"), ("fill-opacity", Number(marks.Opacity)));
        foreach ((int cluster, int start, int end) in marks.Groups)
        {
            token.ThrowIfCancellationRequested();
            Start(
                writer,
                "g",
                ("class", cluster >= 0 ? FormattableString.Invariant($"cluster-{cluster}") : cluster == -1 ? "noise" : "plain"),
                ("fill", picture.Colors.Of(cluster).Hex));
            string radius = Number(marks.RadiusOf(start));
            for (int i = start; i < end; i++)
            {
                Start(writer, "circle", ("cx", Number(marks.X[i])), ("cy", Number(marks.Y[i])), ("r", radius));
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteDensity(XmlWriter writer, MapPicture picture, CancellationToken token)
    {
        using SKData data = EncodeDensity(picture, token);
        Start(
            writer,
            "image",
            ("width", Number(picture.Options.Width)),
            ("height", Number(picture.Options.Height)),
            ("href", "data:image/png;base64," + Convert.ToBase64String(data.Span)));
        writer.WriteEndElement();
    }

    private static SKData EncodeDensity(MapPicture picture, CancellationToken token)
    {
        for (int i = 0; ; i++)
        {
            using SKBitmap density = DensityShading.Draw(picture, _densityScales[i], token);
            using SKPixmap pixels = density.PeekPixels();
            SKData data = MapCanvas.Encode(pixels);
            if (data.Size <= MostDensityBytes || i == _densityScales.Length - 1)
            {
                return data;
            }

            data.Dispose();
        }
    }

    private static void WriteLabels(XmlWriter writer, MapPicture picture)
    {
        foreach (LabelKind kind in Enum.GetValues<LabelKind>())
        {
            Start(writer, "g", ("class", kind.ToString().ToLowerInvariant() + "s"), ("font-family", SvgPicture.FontFamilies));
            if (kind is LabelKind.Title or LabelKind.Name)
            {
                Attribute(writer, "font-weight", "bold");
            }

            if (kind is LabelKind.Name or LabelKind.Text)
            {
                Attribute(writer, "paint-order", "stroke");
                Attribute(writer, "stroke", picture.Colors.Theme.Ground.Hex);
                Attribute(writer, "stroke-width", "3");
                Attribute(writer, "stroke-linejoin", "round");
            }

            foreach (MapLabel label in picture.Labels)
            {
                if (label.Kind == kind)
                {
                    WriteLabel(writer, picture, label);
                }
            }

            if (kind == LabelKind.Note && picture.UpwardTitle is { } upward)
            {
                (double x, double y) = (upward.Box.Left + upward.Block.Ascent, upward.Box.Bottom);
                WriteLine(writer, picture, upward, 0, x, y, $"rotate(-90 {Number(x)} {Number(y)})");
            }

            writer.WriteEndElement();
        }
    }

    private static void WriteLabel(XmlWriter writer, MapPicture picture, MapLabel label)
    {
        for (int line = 0; line < label.Block.Lines.Count; line++)
        {
            (double x, double y) = label.Place(line);
            WriteLine(writer, picture, label, line, x, y, null);
        }
    }

    private static void WriteLine(XmlWriter writer, MapPicture picture, MapLabel label, int line, double x, double y, string? transform)
    {
        Start(
            writer,
            "text",
            ("x", Number(x)),
            ("y", Number(y)),
            ("font-size", Number(label.Block.Size)),
            ("fill", MapCanvas.ColorOf(picture, label).Hex),
            ("textLength", Number(label.Block.Widths[line])),
            ("lengthAdjust", "spacingAndGlyphs"));
        if (label.Block.IsFromRight)
        {
            // Its end is at the left.
            Attribute(writer, "direction", "rtl");
            Attribute(writer, "text-anchor", "end");
        }

        if (transform is not null)
        {
            Attribute(writer, "transform", transform);
        }

        writer.WriteString(label.Block.Lines[line]);
        writer.WriteEndElement();
    }

    private static void Start(XmlWriter writer, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        writer.WriteStartElement(name, Namespace);
        foreach ((string attribute, string value) in attributes)
        {
            writer.WriteAttributeString(attribute, value);
        }
    }

    private static void Attribute(XmlWriter writer, string name, string value) => writer.WriteAttributeString(name, value);

    private static string Number(double value) => SvgPicture.Number(value);
}
