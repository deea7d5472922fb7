using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>What the page shows of a point beside it and in the panel, and what is copied and saved.</summary>
public sealed partial class MapPageSelectionInChromiumTests(MapPageDriver.Browser browser)
    : MapPageDriver(browser), IClassFixture<MapPageDriver.Browser>
{
    private static readonly SearchValues<char> _quotedFor = SearchValues.Create(",\";\t\r\n");

    /// <summary>Texts, and what is written of each: the same as ConvertTo-ClusterRow writes.</summary>
    public static IEnumerable<object[]> Formulas
        => JsonSerializer.Deserialize<string[][]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "formulas.json")))!;

    [ChromiumTheory]
    [MemberData(nameof(Formulas))]
    public void A_cell_is_safe_wherever_a_spreadsheet_splits(string text, string plain)
    {
        string wanted = plain.AsSpan().ContainsAny(_quotedFor) ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
        PlotProperty note = new("Note;=1+1");
        PlotProperty number = new("Number");
        note.Add(text);
        number.Add(-1.5);
        Open(Write(Content([new(0, 0, 0, text, "a name")]) with { Properties = [note, number] }));
        Page.Value("clusterMap.selectShown()");
        Page.Value(
            """
            (() => {
              const make = URL.createObjectURL;
              URL.createObjectURL = blob => { globalThis.saved = blob; return make.call(URL, blob); };
              navigator.clipboard.writeText = async text => { globalThis.copied = text; };
            })()
            """);
        foreach (string separator in new[] { ",", "\t" })
        {
            string take = separator == "," ? "clusterMap.save(), saved.text()" : "clusterMap.copy().then(() => copied)";
            string table = Page.Value(take)!.ToString();
            Assert.Equal(
                string.Join(separator, "Row", "Cluster", "Name", "Text", "\"Note;'=1+1\"", "Number") + "\r\n"
                    + string.Join(separator, "1", "0", "a name", wanted, wanted, "-1.5") + "\r\n",
                table.TrimStart('\uFEFF'));
            foreach (string splitAt in new[] { ",", ";", "\t" })
            {
                Assert.All(
                    table.Split(["\r\n", "\r", "\n", splitAt], StringSplitOptions.None).Select(cell => cell.Trim('"', ' ')),
                    cell => Assert.False(Formula().IsMatch(cell) && !Number().IsMatch(cell), cell));
            }
        }
    }

    [ChromiumTheory]
    [InlineData(1200, 800, 1700, 1, true)]
    [InlineData(1200, 800, 20_000, 1, false)]
    [InlineData(1200, 800, 1700, 14, true)]
    [InlineData(700, 400, 1700, 9, false)]
    [InlineData(390, 844, 1700, 1, false)]
    public void Values_are_always_seen_and_the_whole_text_is_there_or_in_the_panel(
        int width, int height, int length, int longValues, bool isWhole)
    {
        string text = string.Concat(Enumerable.Range(0, length).Select(i => i % 7 == 6 ? " " : "a")).TrimEnd() + " end";
        PlotProperty[] properties =
            [new("First"), new("Second"), .. Enumerable.Range(0, longValues).Select(i => new PlotProperty($"Long {i}"))];
        string[] values = ["one", "2", .. Enumerable.Repeat(text, longValues)];
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 9).Select(i => new PlotPoint(i % 3, i / 3, 0, i == 4 ? text : "a text")),
        ];
        foreach (PlotPoint point in points)
        {
            properties[0].Add("one");
            properties[1].Add(2);
            foreach (PlotProperty property in properties[2..])
            {
                property.Add(point.Text);
            }
        }

        Size(width, height);
        try
        {
            Open(Write(Content(points) with { Properties = properties, HoverCount = properties.Length }));
            Page.Mouse("mouseMoved", Screen("X", 4), Screen("Y", 4));
            Assert.Equal(text, Page.TextOf("#tip-text"));
            Assert.Equal(values, Texts("[...document.querySelectorAll('#tip-values dd')].map(value => value.textContent)"));
            Assert.True(
                (bool)Page.Value(
                    """
                    (() => {
                      const tip = document.getElementById("tip").getBoundingClientRect();
                      const map = document.getElementById("map").getBoundingClientRect();
                      return tip.top >= map.top && tip.bottom <= map.bottom && tip.left >= map.left && tip.right <= map.right
                        && [...document.querySelectorAll("#tip-values > *")].every((value) => {
                          const { top, bottom, height } = value.getBoundingClientRect();
                          return height > 10 && top >= tip.top && bottom <= tip.bottom;
                        });
                    })()
                    """)!,
                "A value is not seen.");
            Assert.True((double)Page.Value("document.getElementById('tip-text').clientHeight")! > 30, "The text is not seen.");
            Assert.Equal(
                isWhole, (bool)Page.Value("(text => text.scrollHeight <= text.clientHeight + 1)(document.getElementById('tip-text'))")!);
            Assert.False((bool)Page.Value("document.getElementById('tip-more').hidden")!);

            // The panel has all of it, and can be scrolled to its end.
            Page.Click(Screen("X", 4), Screen("Y", 4));
            Assert.Equal(text, Page.TextOf(".row-text"));
            Assert.Equal(values, Texts("[...document.querySelectorAll('#rows dd')].map(value => value.textContent)"));
            Assert.True(
                (bool)Page.Value(
                    """
                    (() => {
                      const rows = document.getElementById("rows");
                      rows.scrollTop = 1e9;
                      const inner = document.querySelector(".row-text");
                      return inner.scrollHeight <= inner.clientHeight + 1
                        && document.querySelector("#rows .values").getBoundingClientRect().bottom
                          <= rows.getBoundingClientRect().bottom + 1;
                    })()
                    """)!,
                "The end of the text is out of reach.");
        }
        finally
        {
            Size(1200, 800);
        }
    }

    [ChromiumFact]
    public void A_double_click_leaves_the_selection_as_it_was()
    {
        Open(Write(Many(3000)));
        (double x, double y) = (Screen("X", 17), Screen("Y", 17));
        Page.Click(x, y, clicks: 2);
        Assert.Equal(3000, (int)Page.Value("clusterMap.model.countShown()")!);
        Assert.Equal(string.Empty, Page.TextOf("#shown"));
        Assert.True((bool)Page.Value("clusterMap.model.selection === null && document.getElementById('selection').hidden")!);
        Page.Value("clusterMap.selectRows(Uint32Array.of(17, 77, 137))");
        Page.Click(x, y, clicks: 2);
        Assert.Equal("3 points selected", Page.TextOf("#selected"));
        Page.Value("clusterMap.clear()");
        Page.Click(x, y);
        Assert.Equal("1 point selected", Page.TextOf("#selected"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"1 of {3000:N0} shown"), Page.TextOf("#shown"));
        Assert.Empty(Page.Problems);
    }

    [GeneratedRegex("^(?:[=@\uFF1D\uFF20]|[+\\-\uFF0B\uFF0D](?:[\\p{L}(]|.*(?:\\w\\(|\\||'[!#])))")]
    private static partial Regex Formula();

    [GeneratedRegex("^[-+]?[0-9.]+(e[-+]?[0-9]+)?$")]
    private static partial Regex Number();
}
