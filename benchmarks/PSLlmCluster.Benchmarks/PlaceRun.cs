using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Times the placing of new rows: the first rows of a set are fitted, the next ones placed. Or, with <c>sample</c>, fits a map of the
/// first rows whole and on samples, and says how trustworthy each is.
/// </summary>
internal static class PlaceRun
{
    private const int CheckedRows = 500;
    private const int TrustedRows = 2000;
    private const int TrustNeighbors = 15;

    public const string Usage =
        "place umap|hdbscan FILE.bin|ROWSxCOLUMNS[xBODY] fitted=N [rows=M] [runs=N] [threads=N] [metric=NAME] [min-samples=N] [model=FILE] "
            + "[sample=N,N,...] [start=NAME]";

    /// <summary>Runs what the arguments say; see <see cref="Usage"/>.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 3 || arguments[0] is not ("umap" or "hdbscan"))
        {
            Console.Error.WriteLine($"Usage: {Usage}");
            return 2;
        }

        Dictionary<string, string> settings = [];
        foreach (string argument in arguments[2..])
        {
            if (argument.Split('=', 2) is [string key, string value])
            {
                settings[key] = value;
            }
        }

        RowMatrix all = FitRun.Rows(arguments[1]);
        int fitted = Number(settings, "fitted", all.RowCount);
        RowMatrix old = Part(all, 0, fitted);
        UmapOptions umap = new()
        {
            Metric = Enum.Parse<Metric>(settings.GetValueOrDefault("metric", nameof(Metric.Euclidean)), ignoreCase: true),
            ThreadCount = Number(settings, "threads", 0),
            Initialization = Enum.Parse<UmapInitialization>(
                settings.GetValueOrDefault("start", nameof(UmapInitialization.Spectral)), ignoreCase: true),
        };
        if (settings.TryGetValue("sample", out string? samples))
        {
            Trust(old, umap, samples.Split(','));
            return 0;
        }

        RowMatrix rows = Part(all, fitted, Number(settings, "rows", all.RowCount - fitted));
        if (arguments[0] == "umap")
        {
            PlaceInMap(old, rows, umap, settings);
        }
        else
        {
            PlaceInClusters(old, rows, umap, settings);
        }

        return 0;
    }

    private static void PlaceInMap(RowMatrix old, RowMatrix rows, UmapOptions options, Dictionary<string, string> settings)
    {
        string? path = settings.GetValueOrDefault("model");
        if (path is null || !File.Exists(path))
        {
            UmapModel made = Timed($"fit of {old.RowCount} rows", () => UmapReduction.Fit(old, options)).Model;
            path ??= Path.Combine(Path.GetTempPath(), "place.umap");
            made.Save(ModelFileTarget.At(path));
        }

        UmapModel model = Timed("loading", () => UmapModel.Load(path));
        Timed("the first row, the search prepared", () => model.Transform(Part(rows, 0, 1), options.ThreadCount));
        for (int run = 0; run < Number(settings, "runs", 3); run++)
        {
            Timed($"{rows.RowCount} rows", () => model.Transform(rows, options.ThreadCount), rows.RowCount);
        }

        WorkContext work = WorkContext.Create(options.ThreadCount, null, default);
        NeighborQueries queries = model.Queries(rows.RowCount, work);
        MetricSpace foreign = queries.Foreign(rows);
        int[] numbers = [.. Enumerable.Range(0, rows.RowCount)];
        Timed(
            "of that the search",
            () =>
            {
                queries.ForEach(foreign, numbers, model.NeighborCount, work, (_, _, _) => { });
                return 0;
            },
            rows.RowCount);
        Console.WriteLine(Recall(queries, NeighborQueries.Exact(model.Space, CheckedRows, work), foreign, model.NeighborCount, work));
    }

    private static void PlaceInClusters(RowMatrix old, RowMatrix rows, UmapOptions options, Dictionary<string, string> settings)
    {
        HdbscanOptions hdbscan = new()
        {
            MinClusterSize = 15,
            MinSampleCount = Number(settings, "min-samples", 5),
            Metric = options.Metric,
            ThreadCount = options.ThreadCount,
        };
        string? path = settings.GetValueOrDefault("model");
        if (path is null || !File.Exists(path))
        {
            HdbscanModel made = HdbscanModel.Of(Timed($"fit of {old.RowCount} rows", () => HdbscanClustering.Fit(old, hdbscan)));
            path ??= Path.Combine(Path.GetTempPath(), "place.hdbscan");
            made.Save(ModelFileTarget.At(path));
        }

        HdbscanModel model = Timed("loading", () => HdbscanModel.Load(path));
        for (int run = 0; run < Number(settings, "runs", 3); run++)
        {
            Timed($"{rows.RowCount} rows", () => model.Predict(rows, options.ThreadCount), rows.RowCount);
        }
    }

    /// <summary>Fits the rows whole and on samples of them, and measures how trustworthy each map of all rows is.</summary>
    private static void Trust(RowMatrix rows, UmapOptions options, string[] samples)
    {
        int[] checkedRows = InvertedFileSearch.Draw(rows.RowCount, TrustedRows, seed: 7);
        foreach (int sample in samples.Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Prepend(rows.RowCount).Distinct())
        {
            UmapFit fit = Timed($"map of {rows.RowCount} rows by {sample}", () => SampledReduction.Fit(rows, options, sample));
            double trust = Trustworthiness(
                MetricSpace.Create(rows, options.Metric), MetricSpace.Create(fit.Result.Layout, Metric.Euclidean), checkedRows);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  trustworthiness {trust:0.0000} (k = {TrustNeighbors})"));
        }
    }

    /// <summary>Trustworthiness (Venna and Kaski 2001) of some rows, each against all others, exact.</summary>
    private static double Trustworthiness(MetricSpace space, MetricSpace layout, int[] rows)
    {
        int n = space.RowCount;
        long excess = 0;
        Parallel.ForEach(rows, row =>
        {
            double[] inMap = new double[n];
            double[] inSpace = new double[n];
            layout.DistancesFrom(row, 0, inMap);
            space.DistancesFrom(row, 0, inSpace);
            int[] near = [.. Enumerable.Range(0, n).Where(other => other != row)];
            double[] keys = Array.ConvertAll(near, other => inMap[other]);
            Array.Sort(keys, near);
            long own = 0;
            foreach (int other in near.AsSpan(0, TrustNeighbors))
            {
                int rank = 1;
                for (int third = 0; third < n; third++)
                {
                    rank += third != row && inSpace[third] < inSpace[other] ? 1 : 0;
                }

                own += Math.Max(0, rank - TrustNeighbors);
            }

            Interlocked.Add(ref excess, own);
        });
        return 1 - (2.0 * excess / ((double)rows.Length * TrustNeighbors * ((2.0 * n) - (3 * TrustNeighbors) - 1)));
    }

    private static string Recall(
        NeighborQueries queries, NeighborQueries exact, MetricSpace foreign, int k, WorkContext work)
    {
        int[] numbers = [.. Enumerable.Range(0, Math.Min(CheckedRows, foreign.RowCount))];
        double[][] nearest = new double[numbers.Length][];
        exact.ForEach(foreign, numbers, k, work, (slot, _, distances) => nearest[slot] = distances.ToArray());
        int held = 0;
        queries.ForEach(foreign, numbers, k, work, (slot, _, distances) =>
        {
            foreach (double distance in distances)
            {
                Interlocked.Add(ref held, distance <= nearest[slot][^1] ? 1 : 0);
            }
        });
        return string.Create(CultureInfo.InvariantCulture, $"recall@{k} {held / (double)(numbers.Length * k):0.0000}: {queries.Text}");
    }

    private static RowMatrix Part(RowMatrix rows, int start, int count)
        => new(rows.Values.AsSpan(start * rows.ColumnCount, count * rows.ColumnCount).ToArray(), count, rows.ColumnCount);

    private static T Timed<T>(string what, Func<T> work, int rowCount = 0)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        T result = work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        double processor = (self.TotalProcessorTime - before).TotalSeconds;
        string perRow = rowCount == 0
            ? string.Empty
            : string.Create(
                CultureInfo.InvariantCulture, $", {rowCount / seconds:0} rows/s, {1000 * processor / rowCount:0.000} s CPU per 1,000");
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what}: {seconds:0.00} s, {processor:0.00} s CPU{perRow}"));
        return result;
    }

    private static int Number(Dictionary<string, string> settings, string name, int otherwise)
        => settings.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
