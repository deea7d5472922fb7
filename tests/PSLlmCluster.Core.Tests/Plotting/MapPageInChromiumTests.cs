using System.Globalization;
using System.Text.Json;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Page;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>The page as a real browser shows it, driven by mouse, keys and fingers.</summary>
public sealed class MapPageInChromiumTests(MapPageDriver.Browser browser)
    : MapPageDriver(browser), IClassFixture<MapPageDriver.Browser>
{
    private const string DrawnNames = "clusterMap.stage.labels.drawn.filter(label => label.isName).map(label => label.text)";
    private const string DrawnTexts = "clusterMap.stage.labels.drawn.filter(label => !label.isName).map(label => label.text)";

    private const string NamesOfScale =
        "clusterMap.stage.labels.names.labels.filter(label => clusterMap.view.scale >= label.from && clusterMap.view.scale < label.to)"
            + ".map(label => label.name.lines.join(' '))";

    private const int Shift = 8;
    private const int Ctrl = 2;

    [ChromiumFact]
    public void Points_are_drawn_by_webgl_names_and_texts_above_them_and_nothing_is_asked_for()
    {
        Open(Write(Notebook()));
        Assert.Equal("webgl2", Page.Value("document.documentElement.dataset.renderer")!.ToString());
        Assert.Empty(Page.Requests);
        Assert.Empty(Page.Problems);
        string[] texts = Texts("clusterMap.stage.labels.drawn.map(label => label.text)");
        string[] missing = [.. NotebookFigure.Points.Select(point => point.Text!).Where(text => !texts.Contains(text))];
        Assert.True(missing.Length == 0, string.Join(", ", missing));
        AssertNoOverlaps();
        using SKBitmap picture = Look();
        AssertMarks(picture, dark: false);
        Assert.Equal("30 points, 5 clusters, 12 (40 %) in none", Page.TextOf("#subtitle"));
        Assert.Equal(6, (int)Page.Value("document.querySelectorAll('#legend button').length")!);
        Assert.Equal(6, (int)Page.Value("document.querySelectorAll('#clusters tbody tr').length")!);
    }

    [ChromiumFact]
    public void Dark_is_by_the_system_and_prints_are_light()
    {
        string file = Write(Notebook());
        Page.Media("screen", "dark");
        Open(file);
        using (SKBitmap picture = Look())
        {
            Assert.Equal(new SKColor(0x14, 0x16, 0x1A), picture.GetPixel(5, 5));
            AssertMarks(picture, dark: true);
        }

        Page.Media("print", "dark");
        Page.Value("dispatchEvent(new Event('beforeprint'))");
        using (SKBitmap print = Look())
        {
            Assert.Equal(SKColors.White, print.GetPixel(5, 5));
            Assert.InRange(Colored(print), 300, 100_000);
        }

        Page.Value("dispatchEvent(new Event('afterprint'))");
        Page.Media("screen", "light");
    }

    [ChromiumFact]
    public void Shaders_that_do_not_link_are_noticed_and_the_canvas_draws_in_their_place()
    {
        PageSource broken = PageSource.Of(
            name => PageSource.Read(name).Replace("flat in vec4 color;", "flat in vec3 color;", StringComparison.Ordinal));
        Open(Write(Notebook(), broken));
        Assert.Equal("canvas2d", Page.Value("document.documentElement.dataset.renderer")!.ToString());
        using SKBitmap picture = Look();
        AssertMarks(picture, dark: false);
    }

    [ChromiumFact]
    public void Hostile_texts_names_and_properties_are_letters()
    {
        PlotProperty property = new("<b onclick=alert(1)>Prop</b>");
        const string Name = "<img src=x onerror=alert(1)>";
        PlotPoint[] points = [.. HostileTexts.Points.Select(point => point with { Cluster = 3, ClusterName = Name })];
        foreach (PlotPoint point in points)
        {
            property.Add(point.Text);
        }

        string file = Write(Content(points) with
        {
            Title = "</title><script>alert(1)</script>",
            Properties = [property],
            HoverCount = 1,
            ColorBy = property.Name,
        });
        Open(file);
        Assert.Empty(Page.Requests);
        Assert.Empty(Page.Problems);
        string[] shown = Texts("[...Array(clusterMap.model.count).keys()].map(row => clusterMap.model.textOf(row))");
        Assert.Equal(points.Select(point => Encode(point.Text!)), shown);
        Page.Value("clusterMap.point(0)");
        Assert.Equal(Name, Page.TextOf("#tip-name"));
        Assert.Equal(property.Name, Page.TextOf("#tip-values dt"));
        Assert.Equal(Encode(points[0].Text!), Page.TextOf("#tip-values dd"));
        Page.Value("clusterMap.selectShown()");
        Assert.Equal(0, (int)Page.Value("document.querySelectorAll('img, b, i, a, iframe, object, svg').length")!);
        Assert.Equal("</title><script>alert(1)</script>", Page.TextOf("#title"));
        Assert.Equal("</title><script>alert(1)</script>", Page.Value("document.title")!.ToString());
    }

    [ChromiumFact]
    public void Dragging_pans_the_wheel_zooms_at_the_pointer_and_a_double_click_resets()
    {
        Open(Write(Many(3000)));
        double x = Screen("X", 10);
        Page.Drag(0, (300, 300), (320, 310), (400, 340));
        Assert.Equal(x + 100, Screen("X", 10), 3);
        string before = Page.Value("clusterMap.view.stored(310, 420).map(Math.round).join()")!.ToString();
        Page.Wheel(310, 420, -200);
        Page.WaitFor("clusterMap.view.zoom > 1");
        Assert.Equal(before, Page.Value("clusterMap.view.stored(310, 420).map(Math.round).join()")!.ToString());
        Page.Click(500, 400, clicks: 2);
        Assert.Equal(1, (double)Page.Value("clusterMap.view.zoom")!);
        Assert.Equal(x, Screen("X", 10), 3);
        Page.Touch("touchStart", (400, 400), (500, 400));
        Page.Touch("touchMove", (350, 400), (550, 400));
        Page.Touch("touchEnd");
        Assert.InRange((double)Page.Value("clusterMap.view.zoom")!, 1.5, 2.5);
        Page.Value("document.getElementById('map').focus()");
        Page.Key("ArrowRight");
        Page.Key("+");
        Assert.True((bool)Page.Value("clusterMap.view.isMoved()")!);
        Page.Key("0");
        Assert.Equal(1, (double)Page.Value("clusterMap.view.zoom")!);
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void Names_and_texts_never_overlap_and_depend_on_the_zoom_alone()
    {
        Open(Write(Many(3000)));
        HashSet<string> seen = [];
        for (int step = 0; step < 24; step++)
        {
            Page.Value("clusterMap.view.zoomAt(400, 300, 1.13); clusterMap.stage.draw()");
            AssertNoOverlaps();
            seen.UnionWith(Texts(DrawnNames));
        }

        Assert.True(seen.Count > 30, $"{seen.Count} names were seen.");
        string[] names = Texts(NamesOfScale);
        Page.Value("clusterMap.view.pan(37, -20); clusterMap.stage.draw()");
        Assert.Equal(names, Texts(NamesOfScale));
        Assert.NotEmpty(Texts(DrawnTexts));
    }

    [ChromiumFact]
    public void What_came_while_zooming_in_stays_where_it_is_until_it_leaves_the_view()
    {
        PlotPoint[] points = [.. Many(300).Points];
        Open(Write(Content(points)));
        int atFirst = Texts(DrawnTexts).Length;
        Assert.True(atFirst >= 10, $"{atFirst} texts of 300 are shown at first.");
        string[] before = [];
        for (int step = 0; step < 30; step++)
        {
            AssertNoOverlaps();
            string[] labels = Texts(
                "[...clusterMap.stage.labels.names.labels, ...clusterMap.stage.labels.texts.labels.values()]"
                    + ".filter(label => clusterMap.view.scale >= label.from && clusterMap.view.scale < label.to)"
                    + ".map(label => [label.x, label.y, label.left, label.top].join())");
            Assert.Empty(before.Except(labels));
            before = labels;
            Page.Value("clusterMap.view.zoomAt(450, 400, 1.1); clusterMap.stage.draw()");
        }

        Assert.True(before.Length > 2 * atFirst, $"{before.Length} labels have come.");
    }

    [ChromiumFact]
    public void Among_few_points_names_hide_no_mark_and_nothing_stands_between_a_text_and_its_mark()
    {
        // Rings of a few points each, with the middle of each on no point.
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 48).Select(i => new PlotPoint(
                (i / 6 % 4 * 10) + (2.5 * Math.Cos(i)),
                (i / 24 * 12) + (2.5 * Math.Sin(i * 1.7)),
                i / 6,
                $"the text {i} of a ticket",
                $"the name {i / 6}")),
        ];
        Open(Write(Content(points)));
        Assert.Equal(8, Texts(DrawnNames).Length);
        Assert.Empty(NamesOverMarks(air: 4, most: 0));
        for (int step = 0; step < 12; step++)
        {
            AssertNoOverlaps();
            Assert.Empty(
                Texts(
                    """
                    (() => { const { view, model, stage } = clusterMap; const { x, y } = model.points; const wrong = [];
                    for (const [row, label] of stage.labels.texts.labels) {
                      if (view.scale < label.from) continue;
                      const [dx, dy] = [view.screenX(x[row]), view.screenY(y[row])];
                      const [nx, ny] = [Math.max(label.left, Math.min(0, label.left + label.width)),
                        Math.max(label.top, Math.min(0, label.top + label.height))];
                      for (let i = 1; i < 20; i++) {
                        const [px, py] = [dx + (nx * i / 20), dy + (ny * i / 20)];
                        for (const other of stage.labels.drawn) {
                          if (other.text !== label.lines.join(' ') && px > other.x && px < other.x + other.width && py > other.y
                            && py < other.y + other.height) wrong.push(other.text + ' before ' + label.lines.join(' '));
                        }
                      }
                    }
                    return wrong; })()
                    """));
            Page.Value("clusterMap.view.zoomAt(450, 400, 1.15); clusterMap.stage.draw()");
        }
    }

    [ChromiumFact]
    public void Among_many_points_names_of_small_clusters_stand_beside_them()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 1_600).Select(i => new PlotPoint(
                (i % 40 % 8 * 10) + (i % 7 / 7.0 * Math.Cos(i * 2.4)),
                (i % 40 / 8 * 10) + (i % 7 / 7.0 * Math.Sin(i * 2.4)),
                i % 40,
                "a text",
                $"cluster {i % 40}")),
        ];
        Open(Write(Content(points)));
        Assert.InRange(Texts(DrawnNames).Length, 38, 40);
        Assert.Empty(NamesOverMarks(air: 0, most: 8));
        AssertNoOverlaps();
    }

    [ChromiumFact]
    public void A_name_from_right_to_left_is_cut_at_its_end_in_the_legend()
    {
        string[] names = ["איי הבתולה ועוד הרבה מאוד מילים שאין להן מקום בשורה", "a name of very many words that have no room on one line"];
        Open(Write(Content([.. Enumerable.Range(0, 20).Select(i => new PlotPoint(i, i % 3, i % 2, "a text", names[i % 2]))])));
        Assert.Equal(
            ["rtl left true", "ltr left true"],
            Texts(
                """
                [...document.querySelectorAll("#legend .name")].slice(0, 2).map(name => {
                  const style = getComputedStyle(name);
                  return [style.direction, style.textAlign, name.scrollWidth > name.clientWidth].join(" ");
                })
                """));
    }

    [ChromiumTheory]
    [InlineData(200)]
    [InlineData(2_000)]
    public void Points_at_one_place_with_one_text_have_it_once_with_their_number(int count)
    {
        string[] kinds = ["VPN down", "Disk full", "CPU high", "Ping lost", "Backup failed"];
        PlotPoint[] points = [.. Enumerable.Range(0, count).Select(i => new PlotPoint(i % 5 * 3, i % 5 % 2, i % 5, kinds[i % 5]))];
        Open(Write(Content([.. points, new PlotPoint(7, 0.5, -1, "VPN down")])));
        Assert.Equal(
            [.. kinds.Select(kind => $"{kind} \u00D7{count / 5}").Append("VPN down").Order(StringComparer.Ordinal)],
            Texts(DrawnTexts).Order(StringComparer.Ordinal));
        Assert.Empty(NamesOverMarks(air: 4, most: 0));
        AssertNoOverlaps();
        Page.Mouse("mouseMoved", Screen("X", 1), Screen("Y", 1));
        Assert.Equal($"Disk full \u00D7{count / 5}", Page.TextOf("#tip-text"));
        Page.Mouse("mouseMoved", Screen("X", count), Screen("Y", count));
        Assert.Equal("VPN down", Page.TextOf("#tip-text"));
    }

    [ChromiumFact]
    public void Names_of_coarse_layers_are_far_out_and_those_of_finer_ones_near()
    {
        PageContent many = Many(3000);
        PlotPoint[] points =
        [
            .. many.Points.Select(point => point with
            {
                LayerClusters = point.Cluster < 0 ? [-1, -1] : [point.Cluster, point.Cluster / 10],
                LayerNames = point.Cluster < 0 ? null : [null, $"coarse {point.Cluster / 10}"],
            }),
        ];
        Open(Write(Content(points)));
        Page.Value("clusterMap.view.zoomAt(450, 400, 0.5); clusterMap.stage.draw()");
        HashSet<string> far = [.. Texts(DrawnNames)];
        Assert.All(far, name => Assert.StartsWith("coarse ", name, StringComparison.Ordinal));
        Assert.InRange(far.Count, 3, 6);
        for (int step = 0; step < 24; step++)
        {
            Page.Value("clusterMap.view.zoomAt(450, 400, 1.13); clusterMap.stage.draw()");
            AssertNoOverlaps();
        }

        Assert.All(Texts(NamesOfScale), name => Assert.StartsWith("the cluster ", name, StringComparison.Ordinal));

        // The legend shows a layer where one is chosen, and the address keeps it.
        Choose("layer1");
        Assert.Equal("coarse 0", Page.Value("document.querySelector('#legend .name').textContent")!.ToString());
        Page.Click("#legend li:nth-child(2) button");
        Assert.Equal(
            points.Count(point => point.Cluster / 10 == 1 && point.Cluster >= 0), (int)Page.Value("clusterMap.model.countShown()")!);
        Page.WaitFor("location.hash.includes('cluster=1&layer=2')");
        Page.Value("clusterMap.restore(); clusterMap.stage.draw()");
        Assert.Equal("layer1", Page.Value("document.getElementById('color').value")!.ToString());
        Assert.Equal(["coarse 1"], Texts(NamesOfScale));
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void The_pointer_shows_a_points_name_whole_text_and_values()
    {
        Open(Write(Many(3000)));
        Page.Mouse("mouseMoved", Screen("X", 17), Screen("Y", 17));
        int row = (int)Page.Value("clusterMap.tip.row")!;
        Assert.True(row >= 0, "No point is shown.");
        Assert.Equal(Page.Value($"clusterMap.model.textOf({row})")!.ToString(), Page.TextOf("#tip-text"));
        Assert.Equal($"team {row % 4}", Page.TextOf("#tip-values dd"));
        Assert.Equal(Page.Value($"clusterMap.model.nameOf({row})")!.ToString(), Page.TextOf("#tip-name"));
        Page.Value("document.getElementById('map').focus()");
        Page.Key(".");
        Page.Key(".");
        Assert.Contains("team", Page.TextOf("#live"), StringComparison.Ordinal);
        Page.Key("Enter");
        Assert.Equal("1 point selected", Page.TextOf("#selected"));
    }

    [ChromiumFact]
    public void The_legend_isolates_adds_and_clears_and_hides_noise()
    {
        Open(Write(Many(3000)));
        Assert.Equal("false", Page.Value("String(document.getElementById('filter-line').hidden)")!.ToString());
        using SKBitmap all = Look();
        Page.Click("#legend li:nth-child(2) button");
        int second = (int)Page.Value("clusterMap.model.clusters[1].size")!;
        int third = (int)Page.Value("clusterMap.model.clusters[2].size")!;
        Assert.Equal(second, (int)Page.Value("clusterMap.model.countShown()")!);
        using SKBitmap one = Look();
        Assert.InRange(Colored(one), 1, Colored(all) / 2);
        Page.Click("#legend li:nth-child(3) button", Ctrl);
        Assert.Equal(second + third, (int)Page.Value("clusterMap.model.countShown()")!);
        Assert.Equal($"{second + third} of 3,000 shown", Page.TextOf("#live"));
        Assert.Equal(2, (int)Page.Value("document.querySelectorAll('#legend [aria-pressed=true]').length")!);
        Page.Key("Escape");
        Assert.Equal(3000, (int)Page.Value("clusterMap.model.countShown()")!);
        Page.Click("#noise");
        Assert.Equal(3000 - (int)Page.Value("clusterMap.head.noise")!, (int)Page.Value("clusterMap.model.countShown()")!);
        Page.Value("document.getElementById('filter').focus()");
        string name = Page.Value("clusterMap.model.clusters[5].name")!.ToString();
        Page.Type(name);
        Assert.Equal(1, (int)Page.Value("document.querySelectorAll('#legend button').length")!);
    }

    [ChromiumFact]
    public void A_search_points_out_counts_and_steps_and_the_address_keeps_it()
    {
        string file = Write(Many(3000));
        Open(file);
        Page.Value("document.body.focus()");
        Page.Key("/");
        Page.Type("TEXT 12");
        int found = Enumerable.Range(0, 3000).Count(i => $"text {i}".Contains("text 12", StringComparison.Ordinal));
        Assert.Equal($"{found} found", Page.TextOf("#found"));
        using SKBitmap picture = Look();
        Assert.InRange(Colored(picture), 100, 100_000);
        Page.Key("Enter");
        Page.Key("Enter");
        Assert.Equal($"2 of {found} found", Page.TextOf("#found"));
        Assert.Contains("text 120 ", Page.TextOf("#tip-text"), StringComparison.Ordinal);
        Page.WaitFor("location.hash.includes('q=TEXT%2012')");
        Open(new Uri(file).AbsoluteUri + "#cluster=0,-1&q=text%207&noise=0");
        Assert.Equal("text 7", Page.Value("document.getElementById('search').value")!.ToString());
        Assert.Equal(1, (int)Page.Value("clusterMap.model.isolated.has(0) ? clusterMap.model.isolated.size - 1 : 0")!);
        Assert.True((bool)Page.Value("clusterMap.model.hidesNoise && document.getElementById('noise').checked")!);
    }

    [ChromiumFact]
    public void A_lasso_selects_rows_that_are_safe_in_a_spreadsheet()
    {
        PlotPoint[] points =
        [
            new(0, 0, 0, "=1+2"), new(1, 0, 0, "+1"), new(0, 1, 0, "-1"), new(1, 1, 0, "@SUM(A1)"), new(2, 2, 1, "\tx"),
            new(3, 2, 1, "\rx"), new(2, 3, 1, "a \"b\", c"), new(9, 9, 1, "far"),
        ];
        Open(Write(Content(points)));
        (double left, double right) = (Screen("X", 0) - 30, Screen("X", 5) + 40);
        (double top, double bottom) = (Screen("Y", 6) - 40, Screen("Y", 0) + 30);
        Page.Drag(Shift, (left, bottom), (left, top), (right, top), (right, bottom));
        Assert.Equal("7 points selected", Page.TextOf("#selected"));
        Assert.Equal(7, (int)Page.Value("document.querySelectorAll('#rows button').length")!);
        Page.Value(
            "(() => { const make = URL.createObjectURL; "
            + "URL.createObjectURL = blob => { globalThis.saved = blob; return make.call(URL, blob); }; })()");
        Page.Click("#save");
        string[] lines = Page.Value("saved.text()")!.ToString().TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Row,Cluster,Name,Text", lines[0]);
        Assert.Equal(
            ["'=1+2", "+1", "-1", "'@SUM(A1)", "\"'\tx\"", "\"'\rx\"", "\"a \"\"b\"\", c\""],
            lines[1..].Select(Last));
        Page.Value("navigator.clipboard.writeText = async text => { globalThis.copied = text; }");
        Page.Click("#copy");
        Assert.StartsWith("Row\tCluster\tName\tText\r\n1\t0\t", Page.Value("copied")!.ToString(), StringComparison.Ordinal);

        static string Last(string line) => line[(Nth(line, 3) + 1)..];

        static int Nth(string line, int count)
        {
            int at = -1;
            bool quoted = false;
            for (int i = 0; i < line.Length && count > 0; i++)
            {
                quoted ^= line[i] == '"';
                if (line[i] == ',' && !quoted)
                {
                    at = i;
                    count--;
                }
            }

            return at;
        }
    }

    [ChromiumFact]
    public void Points_are_coloured_by_numbers_dates_and_categories_chosen_on_the_page()
    {
        PlotProperty team = new("Team");
        PlotProperty year = new("Year");
        PlotProperty day = new("Day");
        PlotPoint[] points = [.. Enumerable.Range(0, 100).Select(i => new PlotPoint(i % 10, i / 10, i % 3, $"text {i}"))];
        for (int i = 0; i < points.Length; i++)
        {
            team.Add("team " + (i % 4));
            year.Add(2000 + i);
            day.Add(new DateTime(2026, 1, 1).AddDays(i));
        }

        Open(Write(Content(points) with { Properties = [team, year, day], ColorBy = "Team" }));
        Assert.Equal("Team", Page.TextOf("#legend-title"));
        Assert.Equal(4, (int)Page.Value("document.querySelectorAll('#legend button').length")!);
        Page.Click("#legend li:nth-child(1) button");
        Assert.Equal(25, (int)Page.Value("clusterMap.model.countShown()")!);
        Choose("1");
        Assert.Equal(["Year", "2000", "2099"], new[] { "#ramp-name", "#ramp-low", "#ramp-high" }.Select(Page.TextOf));
        using SKBitmap ramp = Look();
        Assert.InRange(Colored(ramp), 300, 100_000);
        Choose("2");
        Assert.Equal(["2026-01-01", "2026-04-10"], new[] { "#ramp-low", "#ramp-high" }.Select(Page.TextOf));
        Choose(string.Empty);
        Assert.Equal("Clusters", Page.TextOf("#legend-title"));
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void Maps_of_no_point_of_one_and_of_equal_ones_and_far_strays_open()
    {
        PlotPoint[][] maps =
        [
            [], [new(5, 5, 0, "one")], [new(1, 2, 0, "a"), new(1, 2, 0, "b"), new(1, 2, -1, null)],
            [new(1, 2, PlotPoint.Unclustered, "a"), new(2, 3, PlotPoint.Unclustered, "b")],
            [.. Enumerable.Range(0, 1000).Select(i => new PlotPoint(i == 999 ? 1e9 : i % 30, i / 30, i % 2, null))],
        ];
        foreach (PlotPoint[] points in maps)
        {
            Open(Write(Content(points)));
            Assert.Empty(Page.Problems);
            Assert.Equal(points.Length, (int)Page.Value("clusterMap.model.countShown()")!);
        }

        Assert.Contains("1 far away at the border", Page.TextOf("#subtitle"), StringComparison.Ordinal);
    }

    private static string Encode(string text)
        => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Replace('\0', '\uFFFD')));

    /// <summary>Returns the names that cover more marks than so many, or are nearer to their middles than so many pixels.</summary>
    private string[] NamesOverMarks(int air, int most)
        => Texts(
            $$"""
            (() => { const { view, model, stage } = clusterMap; const { x, y } = model.points;
            return stage.labels.drawn.filter(label => label.isName && Array.from(x).filter((_, row) => {
              const [right, down] = [view.screenX(x[row]) - label.x, view.screenY(y[row]) - label.y];
              return right > -{{air}} && right < label.width + {{air}} && down > -{{air}} && down < label.height + {{air}};
            }).length > {{most}}).map(label => label.text); })()
            """);
}
