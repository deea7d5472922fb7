using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Writes maps as pages and opens them in Chromium: sizes, the processor time of all of its processes until the page is ready and for each
/// frame while it is panned and zoomed, their memory (the proportional set size, in which shared pages count once), and what the page's
/// script takes for hovering, searching, a lasso and isolating a cluster. The pages and pictures of them can be kept. Linux only, whose
/// /proc says what processes use.
/// </summary>
internal static class PageRun
{
    public const string Usage = "page [POINTS…] [--clusters N] [--layers] [--gpu-process] [--keep FOLDER]";

    private const int Frames = 60;
    private static readonly int[] _usual = [30, 3000, 100_000, 1_000_000];

    private const string Tools =
        """
        globalThis.timed = (times, act) => {
          const all = [];
          for (let i = 0; i < times; i++) {
            const start = performance.now();
            act(i);
            all.push(performance.now() - start);
          }
          return all.sort((a, b) => a - b)[times >> 1];
        };
        globalThis.frames = (count, act) => new Promise(done => {
          let left = count;
          const next = () => {
            if (left-- === 0) {
              done(true);
              return;
            }
            act(left);
            clusterMap.viewChanged();
            requestAnimationFrame(next);
          };
          requestAnimationFrame(next);
        });
        """;

    /// <summary>Runs what the arguments say; see <see cref="Usage"/>.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        List<int> sizes = [];
        int clusters = 0;
        bool hasLayers = false;
        bool hasGpuProcess = false;
        string? kept = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--clusters":
                    clusters = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--layers":
                    hasLayers = true;
                    break;
                case "--gpu-process":
                    hasGpuProcess = true;
                    break;
                case "--keep":
                    kept = Path.GetFullPath(arguments[++i]);
                    break;
                default:
                    sizes.Add(int.Parse(arguments[i], CultureInfo.InvariantCulture));
                    break;
            }
        }

        if (!OperatingSystem.IsLinux() || ChromiumProgram.Path is null)
        {
            Console.Error.WriteLine($"Usage: {Usage}. It needs Linux and a Chromium on the PATH or in CHROME_PATH.");
            return 2;
        }

        using TemporaryFolder folder = new();
        Console.WriteLine("| points | bytes | written, CPU s | ready, CPU s | PSS, MB (empty) | pan, CPU ms | zoom, CPU ms | hover, ms | "
            + "search, ms (the first) | lasso, ms | isolate, ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (int size in sizes.Count > 0 ? [.. sizes] : _usual)
        {
            string page = kept is null ? folder.File($"map{size}.html") : Path.Combine(kept, $"map{size}.html");
            int groups = clusters > 0 ? clusters : Math.Clamp(size / 6, 5, size >= 1_000_000 ? 200 : 50);
            double written = Write(page, size, groups, hasLayers);
            Measure(page, size, written, hasGpuProcess ? [] : ["--disable-gpu"], hasPictures: kept is not null);
        }

        return 0;
    }

    private static double Write(string page, int size, int groups, bool hasLayers)
    {
        PlotPoint[] points = MapPoints.Make(size, groups, hasLayers);
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        ClusterPlot.Save(points, PlotFile.At(page), new ClusterPlotOptions { Title = $"{size} points" });
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds;
    }

    private static void Measure(string page, int size, double written, string[] arguments, bool hasPictures)
    {
        using ChromiumSession chromium = new(arguments);

        // What watches requests keeps a copy of the page.
        chromium.Send("Network.disable");
        Thread.Sleep(2000);
        int root = chromium.ProcessId;
        double empty = ProcessTree.Pss(root) / 1e6;
        double start = ProcessTree.CpuSeconds(root);
        chromium.Open(page, "document.documentElement.dataset.ready === 'all'");
        chromium.Settle();
        double ready = ProcessTree.CpuSeconds(root) - start;
        Thread.Sleep(3000);
        double memory = ProcessTree.Pss(root) / 1e6;
        chromium.Value(Tools);
        double pan = FrameCost(chromium, root, "clusterMap.view.pan(i % 20 < 10 ? 8 : -8, 3 - (i % 7))");
        double zoom = FrameCost(chromium, root, "clusterMap.view.zoomAt(400, 300, i < 30 ? 1.07 : 1 / 1.07)");
        double hover = Script(chromium, 25, "clusterMap.hover(100 + (i * 23), 90 + (i * 19), 10)");
        double first = Script(chromium, 1, "clusterMap.search('st')");
        double search = Script(chromium, 5, "clusterMap.search(['ta', 'an', 'ben', 'or', 'pres'][i])");
        chromium.Value("clusterMap.clear()");
        double lasso = Script(chromium, 5, "clusterMap.select([[200 + i, 150], [650, 120], [700, 600], [180, 580]])");
        chromium.Value("clusterMap.clear()");
        double isolate = Script(chromium, 5, "clusterMap.isolate(1 + i, false), clusterMap.stage.draw()");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {size:N0} | {new FileInfo(page).Length:N0} | {written:0.00} | {ready:0.00} | {memory:0} ({empty:0}) | {pan:0.0} | "
                + $"{zoom:0.0} | {hover:0.00} | {search:0.0} ({first:0}) | {lasso:0.0} | {isolate:0.0} |"));
        if (hasPictures)
        {
            chromium.Value("clusterMap.clear(); clusterMap.reset()");
            foreach (string theme in new[] { "light", "dark" })
            {
                chromium.Media("screen", theme);
                chromium.Settle();
                File.WriteAllBytes(Path.ChangeExtension(page, $".{theme}.png"), chromium.Screenshot());
            }
        }
    }

    private static double FrameCost(ChromiumSession chromium, int root, string act)
    {
        double before = ProcessTree.CpuSeconds(root);
        chromium.Value($"frames({Frames}, i => {{ {act}; }})");
        double cost = (ProcessTree.CpuSeconds(root) - before) / Frames * 1000;
        chromium.Settle();
        return cost;
    }

    private static double Script(ChromiumSession chromium, int times, string act)
        => (double)chromium.Value($"timed({times}, i => {{ {act}; }})")!;
}
