using System.Globalization;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>How names and texts are folded, which way they run, and that names are in the window.</summary>
public sealed class MapPageLabelsInChromiumTests(MapPageDriver.Browser browser)
    : MapPageDriver(browser), IClassFixture<MapPageDriver.Browser>
{
    private const int Columns = 24;

    private static readonly string[] _texts =
    [
        "コンピューターグラフィックスのためのライブラリとツールを提供します。",
        "オフィス作業環境スイート, 語パッケージ, GNU",
        "日本語の短い名前と少しだけ",
        "为程序员准备的「开发」文件和国际化支持程序包",
        "리눅스 커널을 위한 그래픽 드라이버 옵션과 문서",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen am Hut",
        "a text, of many words: that has to be cut, at the end of its second line",
        string.Concat(Enumerable.Repeat("e\u0301", 28)),
        string.Concat(Enumerable.Repeat("\U0001F468\u200D\U0001F469\u200D\U0001F467", 15)),
        "แฟ้มข้อมูลสำหรับผู้พัฒนาโปรแกรมภาษาไทย",
    ];

    [ChromiumFact]
    public void Texts_are_folded_and_cut_as_in_a_picture()
    {
        Open(Write(Content([.. _texts.Select((text, i) => new PlotPoint(i, i % 3, 0, text))])));
        for (int row = 0; row < _texts.Length; row++)
        {
            IReadOnlyList<string> two = TextElements.Fold(_texts[row], Columns, 2);
            string[] wanted = [.. new[] { two, TextElements.Fold(_texts[row], Columns, 1) }.Skip(two.Count == 2 ? 0 : 1).Select(Join)];
            Assert.Equal(wanted, Texts($"clusterMap.stage.labels.texts.waysOf({row}).map(way => way.lines.join('|'))"));
        }

        static string Join(IReadOnlyList<string> lines) => string.Join('|', lines);
    }

    [ChromiumFact]
    public void A_name_without_spaces_is_folded_between_its_words()
    {
        string name = _texts[0][..19];
        Open(Write(Content([.. Enumerable.Range(0, 20).Select(i => new PlotPoint(i, i % 3, 0, null, name))])));
        Assert.Equal(
            TextElements.Fold(name, 22, 2), Texts("clusterMap.stage.labels.names.labels[0].name.lines"));
    }

    [ChromiumFact]
    public void All_lines_run_as_the_text_as_a_whole_does()
    {
        const string FromRight = "ספרייה קטנה לעבודה Python ועוד";
        const string FromLeft = "a small library for עבודה and Python";
        Open(Write(Content([new(0, 0, 0, FromRight, FromRight), new(9, 9, 1, FromLeft, FromLeft), new(9, 0, 1, null, FromLeft)])));
        Page.Value(
            """
            (() => {
              const { context } = clusterMap.stage.labels;
              const write = context.fillText;
              globalThis.written = [];
              context.fillText = function (text, ...at) {
                written.push([this.direction, text].join(" "));
                return write.call(this, text, ...at);
              };
              clusterMap.stage.draw();
            })()
            """);
        string[] written = Texts("written");
        Assert.Equal(2, written.Count(line => line.StartsWith("rtl Python", StringComparison.Ordinal)));
        Assert.Equal(4, written.Count(line => line.StartsWith("rtl ", StringComparison.Ordinal)));
        Assert.Equal(4, written.Count(line => line.StartsWith("ltr ", StringComparison.Ordinal)));
    }

    [ChromiumTheory]
    [InlineData(800, 600)]
    [InlineData(700, 500)]
    [InlineData(390, 844)]
    [InlineData(400, 300)]
    public void Names_among_few_points_are_in_the_window_on_the_whole_map(int width, int height)
    {
        string[] names =
        [
            "profiling libraries, Input Method", "fonts for X, driver, manager", "Python", "development files, C++",
            "Perl, IRC client, network", "HTML, XML, parsing", "common files, Grid Community Toolkit", "Rust source code",
        ];
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 296).Select(i => new PlotPoint(
                (Math.Cos(i % 8 * 0.785) * 4) + (i * 0.618034 % 1 * 4),
                (Math.Sin(i % 8 * 0.785) * 4) + (i * 0.754878 % 1 * 4),
                i % 8,
                string.Create(CultureInfo.InvariantCulture, $"text {i}"),
                names[i % 8])),
        ];
        Size(width, height);
        try
        {
            Open(Write(Content(points)));
            Assert.Empty(
                Texts(
                    """
                    clusterMap.stage.labels.drawn.filter(label => label.isName && (label.x < 0 || label.y < 0
                      || label.x + label.width > clusterMap.view.width || label.y + label.height > clusterMap.view.height))
                      .map(label => label.text)
                    """));
            Assert.InRange((int)Page.Value("clusterMap.stage.labels.drawn.filter(label => label.isName).length")!, width < 700 ? 4 : 7, 8);
            AssertNoOverlaps();

            // A window that grows gives a name its longer lines back.
            Size(1200, 800);
            Page.WaitFor("clusterMap.view.width > 900");
            Assert.Equal(
                ["profiling libraries,|Input Method"],
                Texts("clusterMap.stage.labels.names.labels.slice(0, 1).map(label => label.name.lines.join('|'))"));
        }
        finally
        {
            Size(1200, 800);
        }
    }

    [ChromiumFact]
    public void A_name_wider_than_a_narrow_window_is_folded_into_it()
    {
        PlotPoint[] points =
            [.. Enumerable.Range(0, 40).Select(i => new PlotPoint(i % 8, i / 8, 0, null, "Donaudampfschifffahrtsgesellschaft am Hafen"))];
        Size(300, 500);
        try
        {
            Open(Write(Content(points)));
            Assert.Equal(1, (int)Page.Value("clusterMap.stage.labels.drawn.length")!);
            Assert.InRange((double)Page.Value("clusterMap.stage.labels.drawn[0].width")!, 60, 150);
            Assert.InRange((double)Page.Value("clusterMap.stage.labels.drawn[0].x")!, 0, 150);
        }
        finally
        {
            Size(1200, 800);
        }
    }
}
