using System.Globalization;
using System.Text.Json.Nodes;
using PSLlmCluster.Core.Plotting;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>The page without WebGL2, after its context was lost, on a phone, by fingers and keys alone, and in print.</summary>
public sealed class MapPageElsewhereInChromiumTests(MapPageDriver.Browser browser)
    : MapPageDriver(browser), IClassFixture<MapPageDriver.Browser>
{
    private const int Ctrl = 2;

    [ChromiumTheory]
    [InlineData(30)]
    [InlineData(3000)]
    public void Without_WebGL2_the_same_points_are_drawn_at_the_same_places(int count)
    {
        string file = Write(Many(count));
        Open(file);
        using SKBitmap wanted = Look();
        WithoutWebGl(file, () =>
        {
            using SKBitmap picture = Look();
            AssertAlike(wanted, picture);
            Page.Value("clusterMap.search('text 1')");
            using SKBitmap found = Look();
            Assert.NotEqual(Colored(picture), Colored(found));
        });
    }

    [ChromiumFact]
    public void Values_of_properties_are_shown_and_saved_as_they_are_and_have_their_place_on_a_ramp()
    {
        CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        PlotProperty number = Property("Number", german, "0,10001", "1,5E3", "-1,5", null);
        PlotProperty single = Property("Single", null, 0.1f, 1e20, -2, null);
        PlotProperty wide = Property("Wide", null, double.MaxValue, double.MinValue, 0, double.PositiveInfinity);
        PlotProperty last = Property("Last", null, DateTime.MaxValue, new DateTime(2021, 6, 1), null, "2021-06-01");
        PlotProperty date = Property(
            "Date", null, "2021-06-01T23:30:00-08:00", new DateTimeOffset(2021, 6, 1, 23, 30, 0, TimeSpan.FromHours(2)), null,
            "06/02/2021");
        Open(Write(Content([new(0, 0, 0, "a"), new(1, 0, 0, "b"), new(0, 1, 0, "c"), new(1, 1, 0, "d")]) with
        {
            Properties = [number, single, wide, last, date],
            HoverCount = 5,
            ColorBy = "Date",
        }));
        Assert.Equal(["2021-06-01 23:30:00 +02:00", "2021-06-01T23:30:00-08:00"], Ramp());
        Page.Value("clusterMap.point(0)");
        string[] first = ["0,10001", "0.1", "1.7976931348623157e+308", "9999-12-31 23:59:59.9999999", "2021-06-01T23:30:00-08:00"];
        Assert.Equal(first, Texts("[...document.querySelectorAll('#tip-values dd')].map(value => value.textContent)"));
        Assert.Equal(
            ["", "", "Infinity", "2021-06-01", "06/02/2021"], Texts("clusterMap.model.columns.map(column => column.at(3))"));
        Assert.Equal(["1", "0", "0.5", "NaN"], Texts("[0, 1, 2, 3].map(row => String(clusterMap.model.columns[2].shareOf(row)))"));

        Choose("0");
        Assert.Equal(["-1,5", "1,5E3"], Ramp());
        Page.Value("clusterMap.selectShown()");
        Page.Value(
            "(() => { const make = URL.createObjectURL; "
            + "URL.createObjectURL = blob => { globalThis.saved = blob; return make.call(URL, blob); }; })()");
        Page.Click("#save");
        string[] lines = Page.Value("saved.text()")!.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith(
            ",\"0,10001\",0.1,1.7976931348623157e+308,9999-12-31 23:59:59.9999999,2021-06-01T23:30:00-08:00",
            lines[1],
            StringComparison.Ordinal);
        Assert.EndsWith(",\"-1,5\",-2,0,,", lines[3], StringComparison.Ordinal);
        Assert.Empty(Page.Problems);

        string[] Ramp() => [Page.TextOf("#ramp-low"), Page.TextOf("#ramp-high")];

        static PlotProperty Property(string name, CultureInfo? culture, params object?[] values)
        {
            PlotProperty property = new(name, culture);
            foreach (object? value in values)
            {
                property.Add(value);
            }

            return property;
        }
    }

    [ChromiumFact]
    public void A_context_that_was_lost_is_set_up_again_with_what_is_shown_by_then()
    {
        Open(Write(Many(3000)));
        using SKBitmap wanted = Look();
        Page.Value("globalThis.lost = clusterMap.stage.renderer.gl.getExtension('WEBGL_lose_context'); lost.loseContext()");
        Page.WaitFor("clusterMap.stage.renderer.gl.isContextLost()");
        Page.Value("clusterMap.isolate(1, false)");
        Page.Settle();
        Page.Value("lost.restoreContext()");
        Page.WaitFor("!clusterMap.stage.renderer.gl.isContextLost()");
        using SKBitmap one = Look();
        Assert.InRange(Colored(one), 1, Colored(wanted) / 2);
        Page.Value("clusterMap.clear()");
        using SKBitmap picture = Look();
        AssertAlike(wanted, picture);
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void On_a_phone_the_panel_is_below_and_fingers_pan_pinch_and_pick()
    {
        Size(390, 844, isPhone: true);
        try
        {
            Open(Write(Many(3000)));
            Assert.Equal(390, (int)Page.Value("document.getElementById('map').clientWidth")!);
            Assert.InRange((int)Page.Value("document.getElementById('map').clientHeight")!, 420, 844);
            Assert.InRange(
                (double)Page.Value("document.getElementById('panel').getBoundingClientRect().top - clusterMap.view.height")!, -1, 1);
            Assert.Equal(390, (int)Page.Value("document.documentElement.scrollWidth")!);
            AssertNoOverlaps();

            double x = Screen("X", 10);
            Page.Touch("touchStart", (200, 200));
            Page.Touch("touchMove", (240, 230));
            Page.Touch("touchMove", (260, 240));
            Page.Touch("touchEnd");
            Assert.Equal(x + 60, Screen("X", 10), 1);

            Page.Touch("touchStart", (150, 250), (250, 250));
            Page.Touch("touchMove", (100, 250), (300, 250));
            Page.Touch("touchEnd");
            Assert.InRange((double)Page.Value("clusterMap.view.zoom")!, 1.5, 2.5);
            Assert.Equal(0, (int)Page.Value("clusterMap.input.pointers.size")!);

            Page.Value("clusterMap.reset()");
            double left = Screen("X", 17);
            double top = Screen("Y", 17);
            Page.Touch("touchStart", (left, top));
            Page.Touch("touchEnd");
            Assert.Equal("1 point selected", Page.TextOf("#selected"));
            Assert.False((bool)Page.Value("document.getElementById('tip').hidden")!);
            Assert.Empty(Page.Problems);
        }
        finally
        {
            Size(1200, 800, isPhone: false);
        }
    }

    [ChromiumFact]
    public void Everything_is_reached_and_done_by_keys()
    {
        Open(Write(Many(3000)));
        Page.Value("document.body.focus()");
        List<string> reached = [];
        for (int i = 0; i < 16; i++)
        {
            Page.Key("Tab");
            reached.Add(Page.Value("document.activeElement.id || document.activeElement.className")!.ToString());
            Assert.True((bool)Page.Value("document.activeElement.matches(':focus-visible')")!, $"{reached[^1]} shows no focus.");
        }

        string[] controls = ["map", "search", "color", "noise", "select-shown", "clear", "filter", "group"];
        Assert.Equal(controls, controls.Intersect(reached));

        Page.Value("document.getElementById('map').focus()");
        double x = Screen("X", 10);
        Page.Key("ArrowLeft");
        Assert.Equal(x + 60, Screen("X", 10), 3);
        Page.Key("ArrowUp");
        Page.Key("ArrowDown");
        Page.Key("ArrowRight");
        Assert.Equal(x, Screen("X", 10), 3);
        Page.Key("+");
        Page.Key("-");
        Assert.Equal(1, (double)Page.Value("clusterMap.view.zoom")!, 6);
        Page.Key("a", Ctrl);
        Assert.Equal("3,000 points selected", Page.TextOf("#selected"));
        Page.Key("Escape");
        Assert.Equal("All 3,000 points are shown.", Page.TextOf("#live"));

        Page.Value("document.querySelector('#legend button').focus()");
        Page.Key("Enter");
        Assert.Equal("true", Page.Value("document.querySelector('#legend button').getAttribute('aria-pressed')")!.ToString());
        Page.Key("/");
        Page.Type("text 5");
        Page.Key("Enter");
        Assert.StartsWith("1 of ", Page.TextOf("#found"), StringComparison.Ordinal);
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void Print_has_the_map_and_the_legend_on_white_and_no_controls()
    {
        Open(Write(Many(3000)));
        Page.Media("print", "dark");
        Page.Value("dispatchEvent(new Event('beforeprint'))");
        using (SKBitmap print = Look())
        {
            Assert.Equal(SKColors.White, print.GetPixel(5, 5));
            Assert.InRange(Colored(print), 1000, 500_000);
        }

        foreach (string control in new[] { "#search", "#clear", "#noise", "#keys" })
        {
            Assert.Equal(0, (int)Page.Value($"document.querySelector('{control}').getClientRects().length")!);
        }

        Assert.True((int)Page.Value("document.querySelector('#legend button').getClientRects().length")! > 0, "The legend is not printed.");
        Page.Value("dispatchEvent(new Event('afterprint'))");
        Page.Media("screen", "light");
    }
}
