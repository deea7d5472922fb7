using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Page;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>Writes pages, opens them in one browser, and looks at what it shows.</summary>
public abstract class MapPageDriver
{
    private protected const string IsReady = "document.documentElement.dataset.ready === 'all'";
    private readonly Browser _browser;

    private protected MapPageDriver(Browser browser) => _browser = browser;

    private protected ChromiumSession Page => _browser.Session;

    private protected static PageContent Content(IReadOnlyList<PlotPoint> points)
        => PageContent.Of(points, MapPalette.Read([])) with { Title = "Test" };

    private protected static PageContent Notebook() => Content(NotebookFigure.Points);

    private protected static PageContent Many(int count)
    {
        PlotProperty team = new("Team");
        List<PlotPoint> points = [];
        for (int i = 0; i < count; i++)
        {
            int cluster = i % 5 == 4 ? -1 : i % 60;
            double angle = i * 2.399963;
            double reach = cluster < 0 ? 30 * Math.Sqrt((i % 997) / 997.0) : 1 + (i % 7 / 7.0);
            double middleX = cluster < 0 ? 0 : (cluster % 8 * 7) - 24;
            double middleY = cluster < 0 ? 0 : (cluster / 8 * 7) - 24;
            points.Add(new PlotPoint(
                middleX + (reach * Math.Cos(angle)),
                middleY + (reach * Math.Sin(angle)),
                cluster,
                string.Create(CultureInfo.InvariantCulture, $"text {i} of a map"),
                cluster < 0 ? null : $"the cluster {cluster} with a name"));
            team.Add($"team {i % 4}");
        }

        return Content(points) with { Properties = [team], HoverCount = 1 };
    }

    /// <summary>Gives the window a size; a phone has fingers and finer pixels.</summary>
    private protected void Size(int width, int height, bool isPhone = false)
    {
        Page.Send("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["deviceScaleFactor"] = isPhone ? 2 : 1,
            ["mobile"] = isPhone,
        });
        Page.Send("Emulation.setTouchEmulationEnabled", new JsonObject { ["enabled"] = isPhone });
    }

    private protected void Choose(string value) => Page.Value(
        $"(() => {{ const select = document.getElementById('color'); select.value = '{value}'; "
        + "select.dispatchEvent(new Event('change')); })()");

    private protected string Write(PageContent content, PageSource? source = null)
    {
        string file = _browser.NewFile();
        using FileStream stream = File.Create(file);
        MapPage.Write(content, source ?? PageSource.Own, stream, CancellationToken.None);
        return file;
    }

    private protected void Open(string file) => Page.Open(file, IsReady);

    /// <summary>Opens a page in a browser that has no WebGL2, and looks at it there.</summary>
    private protected void WithoutWebGl(string file, Action look)
    {
        string script = Page.Send("Page.addScriptToEvaluateOnNewDocument", new JsonObject
        {
            ["source"] = "const get = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = "
                + "function (kind, ...rest) { return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };",
        })["identifier"]!.ToString();
        try
        {
            Open(file);
            Assert.Equal("canvas2d", Page.Value("document.documentElement.dataset.renderer")!.ToString());
            look();
        }
        finally
        {
            Page.Send("Page.removeScriptToEvaluateOnNewDocument", new JsonObject { ["identifier"] = script });
        }
    }

    private protected double Screen(string axis, int row)
        => (double)Page.Value($"clusterMap.view.screen{axis}(clusterMap.model.points.{axis.ToLowerInvariant()}[{row}])")!;

    private protected string[] Texts(string expression) => [.. Page.Value(expression)!.AsArray().Select(text => text!.ToString())];

    private protected SKBitmap Look()
    {
        Page.Settle();
        return SKBitmap.Decode(Page.Screenshot());
    }

    /// <summary>Holds each point's colour against the pixels at its place.</summary>
    private protected void AssertMarks(SKBitmap picture, bool dark)
    {
        int seen = 0;
        int rows = (int)Page.Value("clusterMap.model.count")!;
        for (int row = 0; row < rows; row++)
        {
            int cluster = (int)Page.Value($"clusterMap.model.points.cluster[{row}]")!;
            if (cluster > 0)
            {
                string theme = dark ? "dark" : "light";
                SKColor wanted = SKColor.Parse(Page.Value($"clusterMap.model.clusters[{cluster - 1}].{theme}")!.ToString());
                SKColor pixel = picture.GetPixel((int)Screen("X", row), (int)Screen("Y", row));
                int far = Math.Abs(wanted.Red - pixel.Red) + Math.Abs(wanted.Green - pixel.Green) + Math.Abs(wanted.Blue - pixel.Blue);
                seen += far < 90 ? 1 : 0;
            }
        }

        Assert.True(seen >= 15, $"Only {seen} of 18 marks have their colour.");
    }

    /// <summary>Counts the pixels of the map that have a colour, and are no grey.</summary>
    private protected static int Colored(SKBitmap picture)
    {
        int count = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < Math.Min(900, picture.Width); x++)
            {
                SKColor pixel = picture.GetPixel(x, y);
                int most = Math.Max(pixel.Red, Math.Max(pixel.Green, pixel.Blue));
                int least = Math.Min(pixel.Red, Math.Min(pixel.Green, pixel.Blue));
                count += most - least > 60 ? 1 : 0;
            }
        }

        return count;
    }

    // Two renderers need not agree in every pixel of a mark's rim.
    private protected static void AssertAlike(SKBitmap wanted, SKBitmap picture)
    {
        const int Side = 20;
        double most = 0;
        for (int top = 0; top + Side <= wanted.Height; top += Side)
        {
            for (int left = 0; left + Side <= Math.Min(900, wanted.Width); left += Side)
            {
                double difference = 0;
                for (int i = 0; i < Side * Side; i++)
                {
                    SKColor one = wanted.GetPixel(left + (i % Side), top + (i / Side));
                    SKColor other = picture.GetPixel(left + (i % Side), top + (i / Side));
                    difference += one.Red - other.Red + one.Green - other.Green + one.Blue - other.Blue;
                }

                most = Math.Max(most, Math.Abs(difference) / (3 * Side * Side));
            }
        }

        Assert.True(most < 24, $"A square of {Side} pixels differs by {most:0.0} of 255.");
    }

    private protected void AssertNoOverlaps()
    {
        string drawn = Page.Value("clusterMap.stage.labels.drawn")!.ToJsonString();
        JsonElement[] boxes = [.. JsonDocument.Parse(drawn).RootElement.EnumerateArray()];
        for (int i = 0; i < boxes.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.False(
                    Low(boxes[i], "x") < High(boxes[j], "x", "width")
                        && Low(boxes[j], "x") < High(boxes[i], "x", "width")
                        && Low(boxes[i], "y") < High(boxes[j], "y", "height")
                        && Low(boxes[j], "y") < High(boxes[i], "y", "height"),
                    $"{boxes[i]} overlaps {boxes[j]}");
            }
        }

        static double Low(JsonElement box, string name) => box.GetProperty(name).GetDouble();

        static double High(JsonElement box, string name, string size)
            => box.GetProperty(name).GetDouble() + box.GetProperty(size).GetDouble();
    }

    /// <summary>One browser for all tests.</summary>
    public sealed class Browser : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private ChromiumSession? _session;
        private int _files;

        internal ChromiumSession Session => _session ??= Start();

        public string NewFile() => _folder.File($"map{++_files}.html");

        public void Dispose()
        {
            _session?.Dispose();
            _folder.Dispose();
        }

        private static ChromiumSession Start()
        {
            ChromiumSession session = new();
            session.Media("screen", "light");
            session.Send("Emulation.setDeviceMetricsOverride", new()
            {
                ["width"] = 1200,
                ["height"] = 800,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            });
            return session;
        }
    }
}
