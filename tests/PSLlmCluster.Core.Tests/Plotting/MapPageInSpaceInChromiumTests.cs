using System.Globalization;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Page;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>The page of points in three dimensions, which is turned.</summary>
public sealed class MapPageInSpaceInChromiumTests(MapPageDriver.Browser browser)
    : MapPageDriver(browser), IClassFixture<MapPageDriver.Browser>
{
    private const int Shift = 8;

    [ChromiumFact]
    public void Dragging_turns_the_right_button_moves_and_a_double_click_resets()
    {
        Open(Write(Ball(500)));
        Assert.StartsWith("Drag or arrow keys: turn.", Page.TextOf("#keys-text"), StringComparison.Ordinal);
        AssertPlaces(0, 0);
        Page.Drag(0, (300, 300), (320, 310), (400, 340));
        AssertPlaces(100 * 0.008, 40 * 0.008);
        Assert.False((bool)Page.Value("clusterMap.view.isMoved()")!);
        double x = Screen("X", 10);
        Page.Drag("right", 0, (300, 300), (320, 310), (360, 340));
        Assert.Equal(x + 60, Screen("X", 10), 3);
        AssertPlaces(100 * 0.008, 40 * 0.008);
        Page.Drag(0, (300, 300), (300, 900));
        AssertPlaces(100 * 0.008, Math.PI / 2);
        Page.Click(500, 400, clicks: 2);
        AssertPlaces(0, 0);
        Assert.False((bool)Page.Value("clusterMap.view.isMoved()")!);

        Page.Value("document.getElementById('map').focus()");
        Page.Key("ArrowRight");
        AssertPlaces(16 * 0.008, 0);
        Page.Key("ArrowUp");
        AssertPlaces(16 * 0.008, -16 * 0.008);
        Page.Key("ArrowLeft", Shift);
        AssertPlaces(16 * 0.008, -16 * 0.008);
        Assert.True((bool)Page.Value("clusterMap.view.isMoved()")!);
        Page.Key("0");
        AssertPlaces(0, 0);

        Page.Touch("touchStart", (400, 400));
        Page.Touch("touchMove", (420, 400));
        Page.Touch("touchMove", (450, 400));
        Page.Touch("touchEnd");
        AssertPlaces(50 * 0.008, 0);
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void The_nearest_points_lie_above_and_are_larger()
    {
        List<PlotPoint> points = [];
        for (int i = 0; i < 20; i++)
        {
            // Two in a line of sight: the first one's cluster is in front.
            points.Add(new PlotPoint(i % 5, i / 5, 0, null, "front") { Z = 2 });
            points.Add(new PlotPoint(i % 5, i / 5, 1, null, "back") { Z = -2 });
        }

        Open(Write(Content(points) with { HideName = true }));
        Assert.Equal(ColorsOf(0), ColorsSeen(Enumerable.Range(0, 40)));
        using SKBitmap front = Look();
        Page.Value("clusterMap.turning.turnTo(Math.PI, 0); clusterMap.turned()");
        Page.WaitFor("!clusterMap.stage.isTurning");
        Assert.Equal(ColorsOf(1), ColorsSeen(Enumerable.Range(0, 40)));

        // From the side, no point hides another.
        Page.Value("clusterMap.turning.turnTo(Math.PI / 2, 0); clusterMap.turned()");
        Page.WaitFor("!clusterMap.stage.isTurning");
        using SKBitmap side = Look();
        Assert.InRange(Colored(side), Colored(front) / 4, Colored(front) * 2);

        string[] ColorsOf(int cluster)
            => [Page.Value($"clusterMap.model.clusters.find(one => one.number === {cluster}).light")!.ToString().ToUpperInvariant()];

        string[] ColorsSeen(IEnumerable<int> rows)
        {
            using SKBitmap picture = Look();
            return
            [
                .. rows.Select(row => picture.GetPixel((int)Screen("X", row), (int)Screen("Y", row)))
                    .Select(color => Nearest(color)).Distinct(),
            ];
        }

        string Nearest(SKColor color)
            => Texts("clusterMap.model.clusters.map(one => one.light)")
                .MinBy(hex =>
                {
                    SKColor one = SKColor.Parse(hex);
                    return Math.Abs(one.Red - color.Red) + Math.Abs(one.Green - color.Green) + Math.Abs(one.Blue - color.Blue);
                })!
                .ToUpperInvariant();
    }

    [ChromiumFact]
    public void Names_and_texts_keep_apart_from_each_side_and_texts_come_back_at_rest()
    {
        Open(Write(Ball(300)));
        for (int step = 0; step < 12; step++)
        {
            // In one expression, as the points may rest before the next.
            string[] drawn = Texts(
                "(() => { clusterMap.turn(40, 15); clusterMap.stage.draw(); "
                + "return clusterMap.stage.labels.drawn.map(label => String(label.isName)); })()");
            Assert.NotEmpty(drawn);
            Assert.All(drawn, isName => Assert.Equal("true", isName));
            AssertNoOverlaps();
        }

        Page.WaitFor("!clusterMap.stage.isTurning");
        Page.Settle();
        AssertNoOverlaps();
        Assert.Contains("false", Texts("clusterMap.stage.labels.drawn.map(label => String(label.isName))"));
        Assert.Empty(Page.Problems);
    }

    [ChromiumFact]
    public void What_is_under_the_pointer_is_picked_from_each_side_and_the_address_keeps_it()
    {
        string file = Write(Ball(500));
        Open(file);
        Page.Value("clusterMap.turn(150, -60)");
        Page.WaitFor("!clusterMap.stage.isTurning");
        Page.WaitFor("location.hash.includes('turn=68.8,-27.5')");
        Page.Mouse("mouseMoved", Screen("X", 7), Screen("Y", 7));
        Page.WaitFor("clusterMap.stage.marked >= 0");
        double far = (double)Page.Value(
            "(() => { const { x, y } = clusterMap.model.points; const row = clusterMap.stage.marked; const view = clusterMap.view; return "
            + "Math.hypot(view.screenX(x[row]) - view.screenX(x[7]), view.screenY(y[row]) - view.screenY(y[7])); })()")!;
        Assert.InRange(far, 0, 1);

        string place = Page.Value("[clusterMap.model.points.x[7], clusterMap.model.points.y[7]].join()")!.ToString();
        string hash = Page.Value("location.hash")!.ToString();
        Page.Open(new Uri(file).AbsoluteUri + hash, IsReady);

        // The address keeps tenths of a degree.
        int[] was = [.. place.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        Assert.InRange((int)Page.Value("clusterMap.model.points.x[7]")!, was[0] - 60, was[0] + 60);
        Assert.InRange((int)Page.Value("clusterMap.model.points.y[7]")!, was[1] - 60, was[1] + 60);
    }

    [ChromiumFact]
    public void Without_WebGL2_the_same_points_are_drawn_from_the_same_side()
    {
        string file = Write(Ball(3000));
        Open(file);
        Page.Value("clusterMap.turn(60, 30)");
        Page.WaitFor("!clusterMap.stage.isTurning");
        using SKBitmap wanted = Look();
        WithoutWebGl(file, () =>
        {
            Page.Value("clusterMap.turn(60, 30)");
            Page.WaitFor("!clusterMap.stage.isTurning");
            using SKBitmap picture = Look();
            AssertAlike(wanted, picture);
        });
    }

    [ChromiumFact]
    public void One_point_equal_points_huge_numbers_and_strays_open()
    {
        PlotPoint[][] maps =
        [
            [new(5, 5, 0, "one") { Z = 5 }], [new(1, 2, 0, "a") { Z = 3 }, new(1, 2, 0, "b") { Z = 3 }],
            [new(-1e300, 2, 0, "a") { Z = 1e300 }, new(1e300, 2, 0, "b") { Z = -1e300 }],
            [.. Enumerable.Range(0, 1000).Select(i => new PlotPoint(i % 10, i / 10 % 10, i % 2, null) { Z = i == 999 ? 1e9 : i / 100 })],
        ];
        foreach (PlotPoint[] points in maps)
        {
            Open(Write(Content(points)));
            Page.Value("clusterMap.turn(33, 44)");
            Page.WaitFor("!clusterMap.stage.isTurning");
            Assert.Empty(Page.Problems);
            Assert.Equal(points.Length, (int)Page.Value("clusterMap.model.countShown()")!);
        }

        Assert.Contains("1 far away at the border", Page.TextOf("#subtitle"), StringComparison.Ordinal);
    }

    private static PageContent Ball(int count)
    {
        Random random = new(11);
        List<PlotPoint> points = [];
        for (int i = 0; i < count; i++)
        {
            int cluster = i % 6;
            points.Add(new PlotPoint(
                (cluster % 2 * 6) + random.NextDouble(),
                (cluster / 2 * 5) + random.NextDouble(),
                cluster,
                string.Create(CultureInfo.InvariantCulture, $"text {i}"),
                string.Create(CultureInfo.InvariantCulture, $"the cluster {cluster}"))
            {
                Z = (cluster % 3 * 4) + random.NextDouble(),
            });
        }

        return Content(points);
    }

    /// <summary>Holds the places of the page against the turn worked out plainly.</summary>
    private void AssertPlaces(double yaw, double pitch)
    {
        for (int row = 0; row < 20; row++)
        {
            double x = (double)Page.Value($"clusterMap.turning.home[0][{row}]")! - 32767.5;
            double y = (double)Page.Value($"clusterMap.turning.home[1][{row}]")! - 32767.5;
            double z = (double)Page.Value($"clusterMap.turning.home[2][{row}]")! - 32767.5;
            double deep = (z * Math.Cos(yaw)) - (x * Math.Sin(yaw));
            double seenX = (x * Math.Cos(yaw)) + (z * Math.Sin(yaw)) + 32767.5;
            double seenY = (y * Math.Cos(pitch)) - (deep * Math.Sin(pitch)) + 32767.5;
            Assert.InRange((double)Page.Value($"clusterMap.model.points.x[{row}]")!, seenX - 0.51, seenX + 0.51);
            Assert.InRange((double)Page.Value($"clusterMap.model.points.y[{row}]")!, seenY - 0.51, seenY + 0.51);
        }
    }
}
