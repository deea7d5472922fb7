using PSLlmCluster.Core.Plotting;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotFontsTests
{
    private static readonly PlotFonts _two = new(
        ["Kana Only", "DejaVu Sans", "Everything"],
        (family, rune) => family == "Everything"
            ? rune.Value < 0x10000
            : family == "Kana Only"
            ? rune.Value is >= 0x3040 and <= 0x30FF
            : rune.Value < 0x3000);

    [Fact]
    public void A_text_takes_the_first_family_that_has_all_of_it()
    {
        Assert.Equal([new FontRun("plain text", "DejaVu Sans")], _two.Split("plain text"));
        Assert.Equal([new FontRun("カナ", "Everything")], _two.Split("カナ"));
        Assert.Equal([new FontRun("mixed カナ", "Everything")], _two.Split("mixed カナ"));
    }

    [Fact]
    public void A_text_that_no_family_has_whole_is_split()
    {
        PlotFonts fonts = new(
            ["Kana Only", "DejaVu Sans"],
            (family, rune) => family == "Kana Only" ? rune.Value is >= 0x3040 and <= 0x30FF : rune.Value < 0x3000);
        Assert.Equal(
            [new FontRun("mixed ", "DejaVu Sans"), new FontRun("カナ ", "Kana Only"), new FontRun("text", "DejaVu Sans")],
            fonts.Split("mixed カナ text"));
    }

    [Fact]
    public void Missing_characters_are_reported_once_with_the_number_of_texts_and_a_cure()
    {
        EngineWarning? warning = NotebookFigure.Fonts(code => code < 0x3000).Missing(["a", "日本", "本日", "b\u200d c\ufe0f"], PlotFormat.Png);
        Assert.Equal("GlyphsMissing", warning?.Id);
        Assert.StartsWith("2 texts", warning!.Message, StringComparison.Ordinal);
        Assert.Contains("日 (U+65E5)", warning.Message, StringComparison.Ordinal);
        Assert.Contains("fonts-noto-cjk", warning.Message, StringComparison.Ordinal);
        Assert.Null(_two.Missing(["a", "日本"], PlotFormat.Svg));
    }

    [Theory]
    [InlineData("map.png", true)]
    [InlineData("map.svg", true)]
    [InlineData("map.html", false)]
    public void Japanese_without_a_font_is_warned_about_in_pictures(string name, bool isWarned)
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<EngineWarning> warnings = NotebookFigure.Save(
            [new(0, 0, 0, "日本語"), new(1, 1, 0, "英語")],
            folder.File(name),
            new ClusterPlotOptions(),
            NotebookFigure.Fonts(code => code < 0x3000));
        Assert.Equal(isWarned ? ["GlyphsMissing"] : Array.Empty<string>(), warnings.Select(warning => warning.Id));
        Assert.True(File.Exists(folder.File(name)));
    }

    [Fact]
    public void The_title_that_runs_upward_is_warned_about_too()
    {
        using TemporaryFolder folder = new();
        EngineWarning warning = Assert.Single(
            NotebookFigure.Save(
                [new(0, 0, 0, "text")],
                folder.File("map.svg"),
                new ClusterPlotOptions { YAxisTitle = "日本語" },
                NotebookFigure.Fonts(code => code < 0x3000)));
        Assert.Equal("GlyphsMissing", warning.Id);
    }

    [Fact]
    public void Japanese_with_a_font_is_not_warned_about()
    {
        using TemporaryFolder folder = new();
        Assert.Empty(
            NotebookFigure.Save(
                [new(0, 0, 0, "日本語")], folder.File("map.png"), new ClusterPlotOptions(), NotebookFigure.Fonts(_ => true)));
    }

    [JapaneseFontFact]
    public void Japanese_is_drawn_in_letters_and_not_in_boxes_where_a_font_is_installed()
    {
        // Boxes are all alike: two texts of as many characters differ only when they are drawn.
        Assert.NotEqual(Picture("日本語の題名"), Picture("東京都千代田"));
    }

    [Fact]
    public void A_machine_without_fonts_gives_a_picture_without_texts_and_a_warning()
    {
        using TemporaryFolder folder = new();
        IReadOnlyList<EngineWarning> warnings = NotebookFigure.Save(
            NotebookFigure.Points,
            folder.File("map.png"),
            new ClusterPlotOptions { Style = PlotStyle.Notebook },
            new PlotFonts([], (_, _) => false));
        Assert.Equal("GlyphsMissing", Assert.Single(warnings).Id);
        using SKBitmap pixels = SKBitmap.Decode(folder.File("map.png"));
        PictureProbe.AssertShowsPoints(pixels, NotebookFigure.Scene(NotebookFigure.Points));
    }

    private static byte[] Picture(string text)
    {
        using TemporaryFolder folder = new();
        Assert.Empty(ClusterPlot.Save([new(0, 0, 0, text)], PlotFile.At(folder.File("map.png")), new ClusterPlotOptions()));
        return File.ReadAllBytes(folder.File("map.png"));
    }
}

/// <summary>A test that needs an installed font with Japanese characters; without one it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class JapaneseFontFactAttribute : FactAttribute
{
    public JapaneseFontFactAttribute()
    {
        if (PlotFonts.Installed.Missing(["日本語の題名東京都千代田"], PlotFormat.Png) is not null)
        {
            Skip = "No installed font has Japanese characters. (Debian: apt install fonts-ipafont-gothic)";
        }
    }
}
