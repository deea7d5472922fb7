using System.Net;
using System.Text.RegularExpressions;
using PSLlmCluster.Core.Plotting;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>The page as a real browser shows it.</summary>
public partial class PlotlyPageInChromiumTests
{
    [PlotlyInChromiumFact]
    public void The_notebooks_map_shows_every_point_text_and_name_and_asks_for_nothing()
    {
        using TemporaryFolder folder = new();
        string page = folder.File("map.html");
        ClusterPlot.Save(NotebookFigure.Points, PlotFile.At(page), NotebookFigure.Options);
        OpenedPage opened = Chromium.Open(page);
        Assert.Empty(opened.Requests);
        Assert.InRange(new FileInfo(page).Length, 1, 1_250_000);
        string dom = Drawn(opened.Dom);
        Assert.Equal(30, PointPattern().Count(dom));
        Assert.Equal(
            NotebookFigure.Points.Select(point => point.Text!).Order(StringComparer.Ordinal), Labels(dom).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Noise", "Cluster 0", "Cluster 1", "Cluster 2", "Cluster 3", "Cluster 4"],
            LegendPattern().Matches(dom).Select(match => match.Groups[1].Value));
        Assert.Contains(">UMAP + HDBSCAN Clustering</text>", dom, StringComparison.Ordinal);
        Assert.Contains(">UMAP Component 1</text>", dom, StringComparison.Ordinal);
        Assert.Contains(">UMAP Component 2</text>", dom, StringComparison.Ordinal);
        Assert.Contains("fill: rgb(217, 38, 38)", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("Share chart", dom, StringComparison.Ordinal);
    }

    [PlotlyInChromiumFact]
    public void Hostile_texts_are_shown_letter_by_letter_and_run_no_script()
    {
        using TemporaryFolder folder = new();
        string page = folder.File("map.html");
        ClusterPlot.Save(HostileTexts.Points, PlotFile.At(page), NotebookFigure.Options with { Title = "<i>harmless</i> & $x$" });
        string dom = Drawn(Chromium.Open(page).Dom);

        // plotly makes a space of a line break, and a NUL cannot be in a written page.
        string[] expected = [
            .. HostileTexts.All.Select(
                text => text.Replace("\r\n", " ", StringComparison.Ordinal)
                    .Replace('\n', ' ')
                    .Replace("\0", string.Empty, StringComparison.Ordinal))
        ];
        string[] shown = [.. Labels(dom).Select(text => text.Replace("\0", string.Empty, StringComparison.Ordinal))];
        Assert.Equal(
            expected.Select(
                text => text.Contains("half", StringComparison.Ordinal)
                    ? text.Replace('\ud800', '\ufffd')
                    : text).Order(StringComparer.Ordinal),
            shown.Order(StringComparer.Ordinal));
        Assert.Contains("<title>&lt;i&gt;harmless&lt;/i&gt; &amp; $x$</title>", dom, StringComparison.Ordinal);
        Assert.Contains(">&lt;i&gt;harmless&lt;/i&gt; &amp; $x$</text>", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<a xlink", dom, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public void A_request_of_a_page_would_be_seen()
    {
        using TemporaryFolder folder = new();
        string page = folder.File("other.html");
        File.WriteAllText(page, "<!DOCTYPE html><title>x</title><img src=\"http://example.invalid/x.png\">");
        Assert.Contains("http://example.invalid/x.png", Chromium.Open(page).Requests);
    }

    [PlotlyInChromiumFact]
    public void An_empty_map_has_its_axes_and_titles()
    {
        using TemporaryFolder folder = new();
        string page = folder.File("map.htm");
        ClusterPlot.Save([], PlotFile.At(page), NotebookFigure.Options);
        string dom = Drawn(Chromium.Open(page).Dom);
        Assert.Contains(">UMAP Component 1</text>", dom, StringComparison.Ordinal);
        Assert.Equal(0, PointPattern().Count(dom));
    }

    [ChromiumFact]
    public void The_svg_shows_its_points_and_texts_in_a_browser()
    {
        using TemporaryFolder folder = new();
        string picture = folder.File("map.svg");
        ClusterPlot.Save(NotebookFigure.Points, PlotFile.At(picture), NotebookFigure.Options with { Width = 700, Height = 500 });
        using SKBitmap pixels = SKBitmap.Decode(Chromium.Screenshot(picture, 700, 500));
        PictureProbe.AssertShowsPoints(
            pixels, NotebookFigure.Scene(NotebookFigure.Points, NotebookFigure.Options with { Width = 700, Height = 500 }));
    }

    private static string Drawn(string dom) => DataScriptPattern().Replace(dom, string.Empty);

    private static IEnumerable<string> Labels(string dom)
        => LabelPattern().Matches(dom).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value));

    [GeneratedRegex("<path class=\"point\"")]
    private static partial Regex PointPattern();

    [GeneratedRegex("<g class=\"textpoint\"[^>]*><text[^>]*>([^<]*)</text>")]
    private static partial Regex LabelPattern();

    [GeneratedRegex("<text class=\"legendtext\"[^>]*>([^<]*)</text>")]
    private static partial Regex LegendPattern();

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline)]
    private static partial Regex DataScriptPattern();
}

/// <summary>A test that needs plotly and a real Chromium; without one of them it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PlotlyInChromiumFactAttribute : FactAttribute
{
    public PlotlyInChromiumFactAttribute() => Skip = NodePackages.WithoutPlotly ?? new ChromiumFactAttribute().Skip;
}
