using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Page;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>The address, the keys, the steps of a search, and a panel that stays where it is.</summary>
public sealed class MapPageControlsInChromiumTests(MapPageDriver.Browser browser)
    : MapPageDriver(browser), IClassFixture<MapPageDriver.Browser>
{
    private const int Ctrl = 2;

    [ChromiumFact]
    public void Keys_of_the_map_work_from_the_start_and_wherever_no_letters_are_taken()
    {
        Open(Write(Many(3000)));
        Page.Key("+");
        Assert.Equal(1.25, Zoom(), 6);
        Page.Key("-");
        Assert.Equal(1, Zoom(), 6);
        Page.Key("ArrowRight");
        Assert.True((bool)Page.Value("clusterMap.view.isMoved()")!);
        Page.Key("0");
        Assert.False((bool)Page.Value("clusterMap.view.isMoved()")!);
        Page.Key(".");
        int first = (int)Page.Value("clusterMap.stage.marked")!;
        Assert.True(first >= 0, "No point is stepped to.");
        Page.Key(".");
        Page.Key(",");
        Assert.Equal(first, (int)Page.Value("clusterMap.stage.marked")!);

        foreach (string control in new[] { "#noise", "#clear", "#legend button", "summary", "#map" })
        {
            Page.Value($"document.querySelector('{control}').focus()");
            Page.Key("+");
            Assert.Equal(1.25, Zoom(), 6);
            Page.Key("0");
            Assert.Equal(1, Zoom(), 6);
        }

        foreach (string control in new[] { "#search", "#filter", "#color" })
        {
            Page.Value($"document.querySelector('{control}').focus()");
            Page.Key("+");
            Page.Key("-");
            Page.Key("-");
            Assert.Equal(1, Zoom(), 6);
        }

        Assert.Equal("+--", Page.Value("document.getElementById('search').value")!.ToString());

        // Ctrl and + are the browser's.
        Page.Value("document.activeElement.blur()");
        Page.Key("+", Ctrl);
        Assert.Equal(1, Zoom(), 6);

        double Zoom() => (double)Page.Value("clusterMap.view.zoom")!;
    }

    [ChromiumTheory]
    [InlineData("#cluster=2", "", 50)]
    [InlineData("#cluster=2,3", "", 100)]
    [InlineData("#cluster=2,3&group=team%202", "", 50)]
    [InlineData("#cluster=", "", 3000)]
    [InlineData("#cluster=,x,1e0", "", 3000)]
    [InlineData("#q=c++", "c++", 1500)]
    [InlineData("#q=a=b", "a=b", 1500)]
    [InlineData("#q=a%2Bb%20%26%20c%25", "a+b & c%", 0)]
    public void The_address_works_whatever_the_colouring_and_is_read_back(string address, string query, int shown)
    {
        PageContent many = Many(3000);
        PlotPoint[] points = [.. many.Points.Select((point, i) => point with { Text = i % 2 == 0 ? "in c++" : "where a=b" })];
        PlotProperty day = new("Day");
        foreach (PlotPoint point in points)
        {
            day.Add(new DateTime(2026, 1, 1).AddDays(point.X));
        }

        string file = Write(many with { Points = points, Properties = [.. many.Properties, day], HoverCount = 1, ColorBy = "Team" });
        foreach (string color in new[] { string.Empty, "&color=Day", "&color=" })
        {
            if (color.Length > 0 && address.Contains("group", StringComparison.Ordinal))
            {
                continue;
            }

            Open(new Uri(file).AbsoluteUri + address + color);
            string chosen = color == "&color=" ? string.Empty : color.Length == 0 ? "0" : "1";
            Assert.Equal(chosen, Page.Value("document.getElementById('color').value")!.ToString());
            Assert.Equal(query, Page.Value("clusterMap.model.query")!.ToString());
            Assert.Equal(shown, Count());

            // What the page writes itself says the same.
            Page.Value("clusterMap.view.pan(20, 10); clusterMap.viewChanged()");
            Page.WaitFor("location.hash.includes('view=')");
            string written = Page.Value("location.hash")!.ToString();
            Open(new Uri(file).AbsoluteUri + written);
            Assert.Equal(chosen, Page.Value("document.getElementById('color').value")!.ToString());
            Assert.Equal(query, Page.Value("clusterMap.model.query")!.ToString());
            Assert.Equal(shown, Count());
            Page.Key("Escape");
            Assert.Equal(3000, (int)Page.Value("clusterMap.model.countShown()")!);
        }

        int Count() => (int)Page.Value(query.Length > 0 ? "clusterMap.model.found.length" : "clusterMap.model.countShown()")!;
    }

    [ChromiumFact]
    public void The_legend_stays_where_it_is_while_groups_are_isolated()
    {
        Open(Write(Many(3000)));
        double top = Top();
        Page.Click("#legend li:nth-child(2) button");
        Assert.NotEqual(string.Empty, Page.TextOf("#shown"));
        Assert.Equal(top, Top());
        Page.Value("clusterMap.search('text')");
        Assert.Equal(top, Top());
        Page.Value("clusterMap.clear()");
        Assert.Equal(top, Top());

        double Top() => (double)Page.Value("document.querySelector('#legend li:nth-child(2)').getBoundingClientRect().top")!;
    }

    [ChromiumFact]
    public void A_search_steps_through_what_is_shown_and_counts_both()
    {
        PlotPoint[] points =
        [
            .. Enumerable.Range(0, 60).Select(i => new PlotPoint(i % 8, i / 8, (i % 3) - 1, i % 2 == 0 ? $"found {i}" : $"other {i}")),
        ];
        Open(Write(Content(points)));
        Page.Value("clusterMap.search('found')");
        Assert.Equal("30 found", Page.TextOf("#found"));
        Page.Value("clusterMap.step(1)");
        Assert.Equal("1 of 30 found", Page.TextOf("#found"));
        Page.Click("#noise");
        Assert.Equal("20 shown, 30 found", Page.TextOf("#found"));
        HashSet<int> seen = [];
        for (int i = 0; i < 20; i++)
        {
            Page.Click("#next");
            seen.Add((int)Page.Value("clusterMap.tip.row")!);
        }

        Assert.Equal("20 of 20 shown, 30 found", Page.TextOf("#found"));
        Assert.Equal([.. Enumerable.Range(0, 60).Where(row => row % 2 == 0 && row % 3 > 0)], seen.Order());
        Page.Value("clusterMap.isolate(1, false)");
        Page.Value("clusterMap.step(1)");
        Assert.Equal("1 of 10 shown, 30 found", Page.TextOf("#found"));
        int row = (int)Page.Value("clusterMap.tip.row")!;
        Assert.Equal(1, (int)Page.Value($"clusterMap.model.points.cluster[{row}]")!);

        // It goes on from where it is.
        Page.Value("clusterMap.step(1); clusterMap.hideNoise(false)");
        Assert.Equal("2 of 10 shown, 30 found", Page.TextOf("#found"));
        Page.Value("clusterMap.search('other 59'); clusterMap.hideNoise(true); clusterMap.isolate(2, false); clusterMap.isolate(1, false)");
        Assert.Equal("0 shown, 1 found", Page.TextOf("#found"));
        Assert.True((bool)Page.Value("document.getElementById('next').disabled")!);
    }

    [ChromiumFact]
    public void A_long_title_takes_a_few_lines_and_is_whole_in_its_tooltip()
    {
        string title = string.Join(' ', Enumerable.Repeat("a \"long\" title", 45));
        Open(Write(Content(NotebookFigure.Points) with { Title = title }));
        Assert.InRange((double)Page.Value("document.getElementById('title').getBoundingClientRect().height")!, 60, 110);
        Assert.Equal(title, Page.Value("document.getElementById('title').title")!.ToString());
        Assert.Equal(title, Page.TextOf("#title"));
    }
}
