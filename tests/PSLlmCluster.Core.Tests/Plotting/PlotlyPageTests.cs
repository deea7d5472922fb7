using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public partial class PlotlyPageTests
{
    private static readonly PlotlyPage.Script _bundle = PlotlyPage.Script.From("const Plotly = {};");

    [Fact]
    public void The_notebooks_figure_is_plotlys_own_trace_by_trace()
    {
        JsonElement figure = Figure(Page(NotebookFigure.Scene(NotebookFigure.Points)));
        JsonElement[] expected = [.. NotebookFigure.Figure.GetProperty("data").EnumerateArray()];
        JsonElement[] actual = [.. figure.GetProperty("data").EnumerateArray()];
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(JsonElement.DeepEquals(expected[i], actual[i]), $"Trace {i}: {actual[i]} instead of {expected[i]}");
        }

        JsonElement layout = NotebookFigure.Figure.GetProperty("layout");
        foreach (string name in new[] { "title", "showlegend", "hovermode" })
        {
            Assert.True(JsonElement.DeepEquals(layout.GetProperty(name), figure.GetProperty("layout").GetProperty(name)), name);
        }

        foreach (string name in new[] { "xaxis", "yaxis" })
        {
            Assert.True(
                JsonElement.DeepEquals(
                    layout.GetProperty(name).GetProperty("title"), figure.GetProperty("layout").GetProperty(name).GetProperty("title")),
                name);
        }
    }

    [Fact]
    public void Texts_are_data_that_nothing_takes_for_a_tag_or_an_entity()
    {
        string page = Page(NotebookFigure.Scene(HostileTexts.Points, new ClusterPlotOptions { Title = "<i>title</i> & \"more\"" }));
        Assert.Equal(3, Occurrences(page, "</script>"));
        Assert.Equal(3, Occurrences(page, "<script"));
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u2028', page);

        // What plotly makes of the escaped text is the text again; half a character is the replacement character.
        string[] shown = [
            .. Figure(page)
                .GetProperty("data")
                .EnumerateArray()
                .SelectMany(trace => trace.GetProperty("text").EnumerateArray())
                .Select(text => text.GetString()!)
        ];
        Assert.DoesNotContain(shown, text => text.Contains('<', StringComparison.Ordinal));
        Assert.Equal(
            HostileTexts.All.Select(text => text.Replace('\ud800', '\ufffd')).Order(StringComparer.Ordinal),
            shown.Select(
                text => text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)).Order(
                    StringComparer.Ordinal));
    }

    [Fact]
    public void Numbers_are_written_so_that_reading_them_gives_the_same_number_in_any_culture()
    {
        double[] values = [0.1, 1 / 3.0, -0.0, 1e300, 5e-324, 123456789.125];
        PlotPoint[] points = [.. values.Select(value => new PlotPoint(value, -value, 0, null))];
        double[] read = [
            .. Figure(Page(NotebookFigure.Scene(points)))
                .GetProperty("data")[0]
                .GetProperty("x")
                .EnumerateArray()
                .Select(value => value.GetDouble())
        ];
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read.Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void The_policy_names_the_two_scripts_by_their_hashes_and_allows_no_request()
    {
        string page = Page(NotebookFigure.Scene(NotebookFigure.Points));
        string policy = PolicyPattern().Match(page).Groups[1].Value;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        string[] scripts = [.. ScriptPattern().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(2, scripts.Length);
        Assert.All(
            scripts,
            script => Assert.Contains(
                "'sha256-" + Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(script))) + "'",
                policy,
                StringComparison.Ordinal));
    }

    [Fact]
    public void A_bundle_cannot_end_the_element_that_holds_it()
    {
        PlotlyPage.Script script = PlotlyPage.Script.From("a = '</SCRIPT>';\r\nb = '<!--';");
        Assert.Equal("a = '\\x3C/script>';\nb = '\\x3C!--';", script.Text);
    }

    [Fact]
    public void A_page_says_its_language_its_characters_its_title_and_what_it_shows_without_scripts()
    {
        string page = Page(NotebookFigure.Scene(NotebookFigure.Points, new ClusterPlotOptions { Title = "日本の地図 & more" }));
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">", page, StringComparison.Ordinal);
        Assert.Contains("<title>日本の地図 &amp; more</title>", page, StringComparison.Ordinal);
        Assert.Contains("<noscript><p>日本の地図 &amp; more: 30 points. Noise (12), Cluster 0 (5),", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_texts_still_show_beside_the_pointer()
    {
        JsonElement trace = Figure(
            Page(NotebookFigure.Scene(NotebookFigure.Points, new ClusterPlotOptions { HideText = true }))).GetProperty("data")[1];
        Assert.Equal("markers", trace.GetProperty("mode").GetString());
        Assert.Equal("Chain Rule", trace.GetProperty("text")[0].GetString());
    }

    [Fact]
    public void Long_texts_are_folded_beside_the_pointer_only()
    {
        string text = string.Join(' ', Enumerable.Repeat("<seven>", 30));
        JsonElement trace = Figure(
            Page(NotebookFigure.Scene([new PlotPoint(0, 0, 0, text), new PlotPoint(1, 1, 0, "short")]))).GetProperty("data")[0];
        Assert.Equal(text.Replace("<", "&lt;", StringComparison.Ordinal), trace.GetProperty("text")[0].GetString());
        string[] lines = trace.GetProperty("hovertext")[0].GetString()!.Split("<br>");
        Assert.Equal(3, lines.Length);
        Assert.Equal(text, string.Join(' ', lines).Replace("&lt;", "<", StringComparison.Ordinal));
        Assert.Equal("short", trace.GetProperty("hovertext")[1].GetString());
        Assert.EndsWith("<br>…", PlotlyText.Folded(new string('x', 10_000)), StringComparison.Ordinal);
        Assert.DoesNotContain(
            '\ufffd',
            System.Text.Encoding.UTF8.GetString(
                System.Text.Encoding.UTF8.GetBytes(PlotlyText.Folded("x" + string.Concat(Enumerable.Repeat("😀", 100))))));
    }

    [Fact]
    public void A_missing_bundle_is_named()
    {
        using TemporaryFolder folder = new();
        EngineException failure = Assert.Throws<EngineException>(() => PlotlyPage.ReadBundle(folder.Path));
        Assert.Equal(("PlotBundleMissing", FailureKind.NotInstalled), (failure.ErrorId, failure.Kind));
        Assert.Contains(folder.File("plotly-basic.min.js"), failure.Message, StringComparison.Ordinal);

        EngineException before = Assert.Throws<EngineException>(() => PlotlyPage.RequireBundle(folder.Path));
        Assert.Equal(("PlotBundleMissing", failure.RecommendedAction), (before.ErrorId, before.RecommendedAction));
        Assert.Contains("Install Node.js", before.RecommendedAction, StringComparison.Ordinal);
    }

    private static string Page(ClusterPlotScene scene)
    {
        using MemoryStream stream = new();
        PlotlyPage.Write(scene, _bundle, stream, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static JsonElement Figure(string page) => JsonDocument.Parse(DataPattern().Match(page).Groups[1].Value).RootElement;

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("<script type=\"application/json\" id=\"figure\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataPattern();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptPattern();

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex PolicyPattern();
}
