using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ScottPlot;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// How time and memory grow with the rows: each size in a process of its own, so that its peak of memory is its own, as a table and as a
/// plot.
/// </summary>
internal static class Growth
{
    public const string Usage = "growth umap|hdbscan [--columns D,D,…] [--sizes N,N,…] [--most-seconds S] [--out FILE.png]";

    /// <summary>Runs what the arguments say; see <see cref="Usage"/>.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not ["umap" or "hdbscan", ..])
        {
            Console.Error.WriteLine($"Usage: {Usage}");
            return 2;
        }

        string algorithm = arguments[0];
        int[] columns = algorithm == "umap" ? [50] : [2];
        int[] sizes = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000];
        double mostSeconds = double.PositiveInfinity;
        string output = $"growth-{algorithm}.png";
        for (int i = 1; i + 1 < arguments.Length; i += 2)
        {
            switch (arguments[i])
            {
                case "--columns":
                    columns = Numbers(arguments[i + 1]);
                    break;
                case "--sizes":
                    sizes = Numbers(arguments[i + 1]);
                    break;
                case "--most-seconds":
                    mostSeconds = double.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
                    break;
                default:
                    output = arguments[i + 1];
                    break;
            }
        }

        List<FitRun.FitResult> results = [];
        Console.WriteLine("| rows x columns | seconds | seconds of processor time | peak memory |");
        Console.WriteLine("|---|---|---|---|");
        foreach (int width in columns)
        {
            FitRun.FitResult? before = null;
            foreach (int size in sizes)
            {
                // In the worst case time grows with the square of the rows.
                if (before is not null && before.seconds * size / before.n * size / before.n > mostSeconds)
                {
                    break;
                }

                FitRun.FitResult result = Measure(algorithm, size, width);
                before = result;
                results.Add(result);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {size:N0} x {width} | {result.seconds:0.###} | {result.cpu:0.###} | {result.peak_mb} MB |"));
            }
        }

        Draw(algorithm, results, output);
        return 0;
    }

    private static FitRun.FitResult Measure(string algorithm, int size, int columns)
    {
        // Small sizes are over at once, so that the median of several says more; for large ones compilation does not count.
        string runs = size <= 10_000 ? "5" : "1";
        string[] cold = size >= 300_000 ? ["--cold"] : [];
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Growth).Assembly.Location] : [];
        foreach (
            string argument in own.Concat(
                ["fit", algorithm, string.Create(CultureInfo.InvariantCulture, $"{size}x{columns}"), "--runs", runs, .. cold]))
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        string line = child.StandardOutput.ReadToEnd().Split('\n').Single(text => text.StartsWith("RESULT ", StringComparison.Ordinal));
        child.WaitForExit();
        return JsonSerializer.Deserialize<FitRun.FitResult>(line["RESULT ".Length..])!;
    }

    private static void Draw(string algorithm, List<FitRun.FitResult> results, string path)
    {
        Multiplot pictures = new();
        pictures.AddPlots(2);
        pictures.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Fill(pictures.GetPlot(0), results, result => result.seconds, $"{(algorithm == "umap" ? "UMAP" : "HDBSCAN")}: seconds");
        Fill(pictures.GetPlot(1), results, result => result.peak_mb, "peak memory of the process, MB");
        pictures.SavePng(path, 1200, 500);
    }

    /// <summary>Both axes by powers of ten: a straight line of slope 1 is linear growth.</summary>
    private static void Fill(Plot plot, List<FitRun.FitResult> results, Func<FitRun.FitResult, double> value, string title)
    {
        foreach (IGrouping<int, FitRun.FitResult> width in results.GroupBy(result => result.d))
        {
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
                width.Select(result => Math.Log10(result.n)).ToArray(),
                width.Select(result => Math.Log10(Math.Max(value(result), 1e-4))).ToArray());
            line.LegendText = $"{width.Key} columns";
            line.MarkerSize = 7;
            line.LineWidth = 2;
        }

        plot.Title(title);
        plot.XLabel("rows");
        plot.Axes.Bottom.TickGenerator = PowersOfTen();
        plot.Axes.Left.TickGenerator = PowersOfTen();
        plot.ShowLegend(Alignment.UpperLeft);
    }

    private static ScottPlot.TickGenerators.NumericAutomatic PowersOfTen() => new()
    {
        IntegerTicksOnly = true,
        LabelFormatter = power => Math.Pow(10, power).ToString("#,0.####", CultureInfo.InvariantCulture),
    };

    private static int[] Numbers(string list) => [.. list.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
}
