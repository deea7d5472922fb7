using System.Globalization;
using System.Text;
using System.Text.Json;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>
/// Writes a map as one page that works with no network: the page's own script and style, and the points and texts as packed blocks. The
/// page's security policy forbids every request, and every script and style but these two, by their hashes; texts of users are data that
/// the script shows letter by letter.
/// </summary>
internal static class MapPage
{
    private const string NoiseName = "In no cluster";

    /// <summary>Writes the page.</summary>
    /// <param name="content">What to show.</param>
    /// <param name="source">The page's source.</param>
    /// <param name="page">Takes the page.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Write(PageContent content, PageSource source, Stream page, CancellationToken token)
    {
        PagePlaces places = PagePlaces.Of(content);
        int strays = content.Points.Count(places.IsBeyond);
        int noise = content.Points.Count - content.Clusters.Sum(cluster => cluster.Size);
        string subtitle = Subtitle(content, noise, strays);
        string title = PlotText.OneLine(content.Title);
        string description = title.Length > 0 ? $"{title}: {subtitle}." : $"{subtitle}.";
        foreach (string part in source.Shell.Split("{{"))
        {
            token.ThrowIfCancellationRequested();
            int end = part.IndexOf("}}", StringComparison.Ordinal);
            if (end < 0)
            {
                WriteText(page, part);
                continue;
            }

            switch (part[..end])
            {
                case "policy":
                    WriteText(
                        page,
                        $"default-src 'none'; script-src {source.ScriptHash}; style-src {source.StyleHash}; "
                            + "base-uri 'none'; form-action 'none'");
                    break;
                case "theme":
                    WriteText(page, NameOf(content.Theme));
                    break;
                case "title":
                    WriteText(page, PageText.Html.Encode(title.Length > 0 ? title : ClusterPlotOptions.Untitled));
                    break;
                case "heading":
                    WriteText(page, PageText.Html.Encode(title));
                    break;
                case "subtitle":
                    WriteText(page, subtitle);
                    break;
                case "description":
                    WriteText(page, PageText.Html.Encode(description));
                    break;
                case "style":
                    WriteText(page, source.Style);
                    break;
                case "script":
                    WriteText(page, source.Script);
                    break;
                case "head":
                    WriteHead(content, places, noise, page);
                    break;
                case "points":
                    PackedBlock.Write(page, block => PageBlocks.WritePoints(content, places, block, token));
                    break;
                case "texts":
                    PackedBlock.Write(page, block => PageBlocks.WriteTexts(content.Points.Select(point => point.Text), block, token));
                    break;
                case "properties":
                    WriteProperties(content.Properties, page, token);
                    break;
                default:
                    throw new InvalidOperationException($"The shell of the page asks for '{part[..end]}'.");
            }

            WriteText(page, part[(end + 2)..]);
        }
    }

    /// <summary>Writes a block for each property, and one of texts where the page would write its numbers or dates otherwise.</summary>
    private static void WriteProperties(IReadOnlyList<PlotProperty> properties, Stream page, CancellationToken token)
    {
        void WriteBlock(string id, Action<Stream> write)
        {
            WriteText(page, $"<script type=\"text/plain\" id=\"{id}\">");
            PackedBlock.Write(page, write);
            WriteText(page, "</script>\n");
        }

        for (int i = 0; i < properties.Count; i++)
        {
            PlotProperty property = properties[i];
            string id = string.Create(CultureInfo.InvariantCulture, $"property{i}");
            WriteBlock(id, block => PageBlocks.WriteProperty(property, block, token));
            if (property.NeedsTexts)
            {
                WriteBlock(id + "-texts", block => PageBlocks.WriteTexts(property.OtherTexts(), block, token));
            }
        }
    }

    private static string NameOf(PlotTheme theme) => theme switch
    {
        PlotTheme.Light => "light",
        PlotTheme.Dark => "dark",
        _ => "auto",
    };

    private static string Subtitle(PageContent content, int noise, int strays)
    {
        int points = content.Points.Count;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{points:N0} {(points == 1 ? "point" : "points")}");
        if (content.Clusters is [{ Number: PlotPoint.Unclustered }])
        {
            return text.ToString();
        }

        int clusters = content.Clusters.Count;
        text.Append(CultureInfo.InvariantCulture, $", {clusters:N0} {(clusters == 1 ? "cluster" : "clusters")}");
        if (noise > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {noise:N0} ({100.0 * noise / points:0} %) in none");
        }

        if (strays > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {strays:N0} far away at the border");
        }

        return text.ToString();
    }

    private static void WriteHead(PageContent content, PagePlaces places, int noise, Stream page)
    {
        using Utf8JsonWriter json = new(page, new JsonWriterOptions { Encoder = PageText.Data });
        json.WriteStartObject();
        json.WriteNumber("count", content.Points.Count);
        json.WriteBoolean("isSpatial", places.IsSpatial);
        json.WriteNumber("clusterBytes", PageBlocks.ClusterBytes(content));
        json.WriteNumber("noise", noise);
        json.WriteString("noiseName", NoiseName);
        json.WriteStartObject("noiseColor");
        json.WriteString("light", MapTheme.Light.Noise.Hex);
        json.WriteString("dark", MapTheme.Dark.Noise.Hex);
        json.WriteEndObject();
        PageText.WriteNumbers(json, "world", [places.Width, places.Height]);
        PageText.WriteNumbers(json, "frame", places.Frame);
        json.WriteString("theme", NameOf(content.Theme));
        json.WriteBoolean("hideText", content.HideText);
        json.WriteBoolean("hideName", content.HideName);
        json.WriteNumber("hoverCount", content.HoverCount);
        json.WriteString("colorBy", content.ColorBy);
        json.WriteStartArray("properties");
        foreach (PlotProperty property in content.Properties)
        {
            json.WriteStartObject();
            json.WriteString("name", property.Name);
            json.WriteString("kind", property.Kind switch
            {
                PlotPropertyKind.Number => "number",
                PlotPropertyKind.Date => "date",
                _ => "text",
            });
            if (property.NeedsTexts)
            {
                json.WriteBoolean("hasTexts", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteClusters(json, content.Clusters, places);
        json.WriteNumber("setBytes", content.Layers is { } sets ? PageBlocks.SetBytes(sets) : 0);
        json.WriteStartArray("layers");
        foreach (PageLayer layer in content.Layers?.Layers ?? [])
        {
            json.WriteStartObject();
            WriteClusters(json, layer.Clusters, places);
            json.WriteStartArray("of");
            foreach (int cluster in layer.ClusterOfSet)
            {
                json.WriteNumberValue(cluster);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteClusters(Utf8JsonWriter json, IReadOnlyList<PageCluster> clusters, PagePlaces places)
    {
        json.WriteStartArray("clusters");
        foreach (PageCluster cluster in clusters)
        {
            json.WriteStartObject();
            json.WriteNumber("number", cluster.Number);
            json.WriteString("name", cluster.Name);
            json.WriteNumber("size", cluster.Size);
            json.WriteNumber("x", places.X(cluster.X));
            json.WriteNumber("y", places.Y(cluster.Y));
            if (places.IsSpatial)
            {
                json.WriteNumber("z", places.Z(cluster.Z));
            }

            json.WriteString("light", cluster.Mark.Light);
            json.WriteString("dark", cluster.Mark.Dark);
            json.WriteString("lightText", cluster.Text.Light);
            json.WriteString("darkText", cluster.Text.Dark);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(Stream page, string text) => page.Write(System.Text.Encoding.UTF8.GetBytes(text));
}
