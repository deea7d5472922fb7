using System.Xml.Linq;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class SvgPictureTests
{
    [Fact]
    public void Every_text_is_in_the_file_as_characters_even_where_no_font_has_them()
    {
        PlotPoint[] points = [.. NotebookFigure.Points, new(2, 2, 5, "日本語のラベル"), new(3, 3, 5, "絵文字 😀")];
        ClusterPlotOptions options = new() { Style = PlotStyle.Notebook, Title = "数学の公式", XAxisTitle = "横", YAxisTitle = "縦" };
        XElement picture = XElement.Parse(Draw(points, options, NotebookFigure.Fonts(code => code < 0x3000)));
        string[] texts = Texts(picture);
        Assert.Superset(points.Select(point => point.Text!).ToHashSet(), texts.ToHashSet());
        Assert.Superset(new HashSet<string> { "数学の公式", "横", "縦", "Noise", "Cluster 0", "Cluster 5" }, texts.ToHashSet());
        Assert.Equal("数学の公式", picture.Element(picture.Name.Namespace + "title")?.Value);
        Assert.Contains(
            "IPAGothic",
            picture.Descendants().First(element => (string?)element.Attribute("class") == "labels").Attribute("font-family")!.Value,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_texts_leave_the_file_well_formed_and_are_texts()
    {
        string[] texts = Texts(
            XElement.Parse(Draw(HostileTexts.Points, NotebookFigure.Options with { Title = "<i>&\u0001</i>" }, PlotFonts.Installed)));
        Assert.Superset(HostileTexts.All.Select(PlotText.OneLine).ToHashSet(), texts.ToHashSet());
        Assert.Contains("<i>&\ufffd</i>", texts);
    }

    [Fact]
    public void Colours_of_points_and_legend_are_the_notebooks()
    {
        XElement picture = XElement.Parse(Draw(NotebookFigure.Points, NotebookFigure.Options, PlotFonts.Installed));
        string[] legend = [
            .. picture.Descendants(picture.Name.Namespace + "circle")
                .Where(circle => circle.Parent?.Attribute("class")?.Value == "legend")
                .Select(circle => circle.Attribute("fill")!.Value)
        ];
        Assert.Equal(
            ["rgb(128,128,128)", "rgb(217,38,38)", "rgb(217,217,38)", "rgb(38,217,38)", "rgb(38,217,217)", "rgb(38,38,217)"], legend);
    }

    [Fact]
    public void The_same_map_is_the_same_bytes_whatever_was_drawn_before()
    {
        string first = Draw(NotebookFigure.Points, NotebookFigure.Options, PlotFonts.Installed);
        _ = Draw(HostileTexts.Points, NotebookFigure.Options, PlotFonts.Installed);
        Assert.Equal(first, Draw(NotebookFigure.Points, NotebookFigure.Options, PlotFonts.Installed));
    }

    [Fact]
    public void Hidden_texts_are_not_in_the_file()
    {
        string[] texts = Texts(
            XElement.Parse(Draw(NotebookFigure.Points, NotebookFigure.Options with { HideText = true }, PlotFonts.Installed)));
        Assert.DoesNotContain("Chain Rule", texts);
        Assert.Contains("Cluster 0", texts);
    }

    private static string[] Texts(XElement picture) => [.. picture.Descendants(picture.Name.Namespace + "text").Select(text => text.Value)];

    private static string Draw(PlotPoint[] points, ClusterPlotOptions options, PlotFonts fonts)
    {
        using TemporaryFolder folder = new();
        NotebookFigure.Save(points, folder.File("map.svg"), options, fonts);
        return File.ReadAllText(folder.File("map.svg"));
    }
}
