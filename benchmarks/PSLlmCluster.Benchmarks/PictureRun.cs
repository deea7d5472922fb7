using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Tests.Plotting;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Draws made-up maps as pictures: processor time, bytes, and the most memory beyond what the process had with the points. The first
/// picture of a process pays for the runtime's compiling. Linux only, whose /proc forgets the most memory so far when asked.
/// </summary>
internal static class PictureRun
{
    public const string Usage = "picture [POINTS…] [--kinds png,svg,pdf] [--clusters N] [--keep FOLDER]";

    private static readonly int[] _usual = [3000, 100_000, 1_000_000];

    /// <summary>Runs what the arguments say; see <see cref="Usage"/>.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        List<int> sizes = [];
        string[] kinds = ["png", "svg"];
        int clusters = 0;
        string? kept = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--kinds":
                    kinds = arguments[++i].Split(',');
                    break;
                case "--clusters":
                    clusters = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--keep":
                    kept = Path.GetFullPath(arguments[++i]);
                    break;
                default:
                    sizes.Add(int.Parse(arguments[i], CultureInfo.InvariantCulture));
                    break;
            }
        }

        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine($"Usage: {Usage}. It needs Linux.");
            return 2;
        }

        using TemporaryFolder folder = new();
        Console.WriteLine("| points | picture | bytes | CPU s | memory over the points, MB |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (int size in sizes.Count > 0 ? [.. sizes] : _usual)
        {
            int groups = clusters > 0 ? clusters : Math.Clamp(size / 6, 5, size >= 1_000_000 ? 200 : 54);
            PlotPoint[] points = MapPoints.Make(size, groups, hasLayers: false);
            foreach (string kind in kinds)
            {
                string name = $"map{size}.{kind}";
                Draw(points, kept is null ? folder.File(name) : Path.Combine(kept, name));
            }
        }

        return 0;
    }

    private static void Draw(PlotPoint[] points, string path)
    {
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        long memory = self.WorkingSet64;
        TimeSpan before = self.TotalProcessorTime;

        // The kernel's mark of the most memory so far goes back to what is used now (proc(5)).
        File.WriteAllText("/proc/self/clear_refs", "5");
        ClusterPlot.Save(points, PlotFile.At(path), new ClusterPlotOptions { Title = $"{points.Length} points" });
        self.Refresh();
        double seconds = (self.TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant(
            $"| {points.Length:N0} | {Path.GetExtension(path)[1..]} | {new FileInfo(path).Length:N0} | {seconds:0.00} ")
            + FormattableString.Invariant($"| {(self.PeakWorkingSet64 - memory) / 1e6:N0} |"));
    }
}
