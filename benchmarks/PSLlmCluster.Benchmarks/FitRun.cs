using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Times one algorithm on one set of rows, in this process, and prints one line that begins with RESULT, in the form that the peers'
/// scripts print theirs.
/// The first fit is not counted: the peers' figures leave compilation out too.
/// </summary>
internal static class FitRun
{
    public const string Usage =
        "fit umap|hdbscan|measure FILE.bin|ROWSxCOLUMNS[xBODY] [--runs N] [--threads N] [--seed N] [--metric NAME] [--min-cluster-size N] "
            + "[--min-samples N] [--epsilon E] [--cold] [--out FILE]";

    /// <summary>Runs what the arguments say; see <see cref="Usage"/>.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 2 || arguments[0] is not ("umap" or "hdbscan" or "measure"))
        {
            Console.Error.WriteLine($"Usage: {Usage}");
            return 2;
        }

        FitArguments fit = FitArguments.Parse(arguments);
        RowMatrix rows = Rows(fit.Source);
        List<double> seconds = [];
        List<double> processor = [];
        byte[] result = [];
        for (int run = fit.IsCold ? 1 : 0; run <= fit.Runs; run++)
        {
            using Process self = Process.GetCurrentProcess();
            TimeSpan before = self.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            result = fit.Algorithm switch
            {
                "umap" => Bytes(
                    UmapReduction.Compute(rows, fit.Umap(), new UmapFitData { TakesRows = fit.IsCold && run == fit.Runs }).Layout.Values),
                "measure" => Bytes<int>(
                    [
                        .. ParameterSweep.Compute(
                            rows, null, fit.Hdbscan(), fit.Grid(rows.RowCount)).Measurements.Select(one => one.ClusterCount)
                    ]),
                _ => Bytes(HdbscanClustering.Compute(rows, fit.Hdbscan()).Labels),
            };
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            self.Refresh();
            if (run > 0)
            {
                seconds.Add(elapsed);
                processor.Add((self.TotalProcessorTime - before).TotalSeconds);
            }
        }

        if (fit.Output is not null)
        {
            File.WriteAllBytes(fit.Output, result);
        }

        using Process whole = Process.GetCurrentProcess();
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new FitResult(
            "PSLlmCluster",
            fit.Algorithm,
            Path.GetFileNameWithoutExtension(fit.Source),
            rows.RowCount,
            rows.ColumnCount,
            Median(seconds),
            Median(processor),
            [.. seconds.Select(value => Math.Round(value, 3))],
            (int)(whole.PeakWorkingSet64 >> 20))));
        return 0;
    }

    /// <summary>
    /// Reads a peers' data set (single precision, row after row, its size in the .json beside it), or makes rows of a size like 10000x50.
    /// </summary>
    internal static RowMatrix Rows(string source)
    {
        if (!File.Exists(source))
        {
            return BenchmarkRows.OfSize(source);
        }

        using JsonDocument size = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(source, ".json")));
        int n = size.RootElement.GetProperty("n").GetInt32();
        int d = size.RootElement.GetProperty("d").GetInt32();
        float[] values = new float[n * d];
        using FileStream stream = File.OpenRead(source);
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new RowMatrix(values, n, d);
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged
        => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return Math.Round(sorted[sorted.Length / 2], 4);
    }

    /// <summary>What was measured; the names are those of the peers' scripts.</summary>
    internal sealed record FitResult(
        string peer, string algorithm, string data, int n, int d, double seconds, double cpu, double[] all, int peak_mb);

    private sealed record FitArguments(string Algorithm, string Source)
    {
        public int Runs { get; init; } = 3;

        public int Threads { get; init; }

        public int Seed { get; init; } = 42;

        public Metric Metric { get; init; } = Metric.Euclidean;

        public int MinClusterSize { get; init; } = 15;

        public int? MinSamples { get; init; }

        public double Epsilon { get; init; }

        public bool IsCold { get; init; }

        public string? Output { get; init; }

        public static FitArguments Parse(ReadOnlySpan<string> arguments)
        {
            FitArguments fit = new(arguments[0], arguments[1]);
            for (int i = 2; i < arguments.Length; i++)
            {
                fit = arguments[i] switch
                {
                    "--runs" => fit with { Runs = Number(arguments[++i]) },
                    "--threads" => fit with { Threads = Number(arguments[++i]) },
                    "--seed" => fit with { Seed = Number(arguments[++i]) },
                    "--metric" => fit with { Metric = Enum.Parse<Metric>(arguments[++i], ignoreCase: true) },
                    "--min-cluster-size" => fit with { MinClusterSize = Number(arguments[++i]) },
                    "--min-samples" => fit with { MinSamples = Number(arguments[++i]) },
                    "--epsilon" => fit with { Epsilon = double.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                    "--cold" => fit with { IsCold = true },
                    "--out" => fit with { Output = arguments[++i] },
                    _ => throw new ArgumentException($"{arguments[i]} is none of the options: {Usage}"),
                };
            }

            return fit;
        }

        public UmapOptions Umap() => new() { Metric = Metric, Seed = Seed, ThreadCount = Threads };

        /// <summary>Usual sizes, four epsilons and both methods; the sample count that is given, or those of the sizes.</summary>
        public ParameterGrid Grid(int rowCount)
            => new(
                ParameterGrid.UsualSizes(rowCount),
                MinSamples is int samples ? [samples] : [],
                [0, 0.05, 0.1, 0.2],
                [ClusterSelectionMethod.Eom, ClusterSelectionMethod.Leaf]);

        public HdbscanOptions Hdbscan() => new()
        {
            MinClusterSize = MinClusterSize,
            MinSampleCount = MinSamples,
            ClusterSelectionEpsilon = Epsilon,
            Metric = Metric,
            ThreadCount = Threads,
        };

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
