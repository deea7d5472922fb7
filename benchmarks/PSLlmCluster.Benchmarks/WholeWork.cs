using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Times the whole work, from texts to the map, stage by stage: the median of several runs in this process, after one that is not counted.
/// </summary>
internal static class WholeWork
{
    private const int DefaultRuns = 5;

    /// <summary>Runs for each text file that is named: <c>whole [--runs N] [--count N] FILE…</c>.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        int runs = DefaultRuns;
        int count = int.MaxValue;
        List<string> files = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--runs":
                    runs = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--count":
                    count = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                default:
                    files.Add(arguments[i]);
                    break;
            }
        }

        if (files.Count == 0)
        {
            Console.Error.WriteLine("Usage: whole [--runs N] [--count N] FILE…, where a FILE holds one text a line.");
            return 2;
        }

        EngineFiles.Root = StagedModule.Find();
        Console.WriteLine(
            $"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {runs} "
                + "runs, medians in milliseconds");
        foreach (string file in files)
        {
            string[] texts = [.. File.ReadLines(file).Where(line => !string.IsNullOrWhiteSpace(line)).Take(count)];
            Console.WriteLine($"{Path.GetFileName(file)}: {texts.Length} texts");
            Measure(texts, runs);
        }

        using Process self = Process.GetCurrentProcess();
        Console.WriteLine($"peak memory {self.PeakWorkingSet64 / (1024 * 1024)} MB");
        return 0;
    }

    private static void Measure(string[] texts, int runs)
    {
        List<(string Stage, double Milliseconds)> all = [];
        for (int run = 0; run <= runs; run++)
        {
            List<(string Stage, double Milliseconds)> stages = RunOnce(texts);
            stages.Add(("whole", stages.Sum(stage => stage.Milliseconds)));
            if (run > 0)
            {
                all.AddRange(stages);
            }
        }

        foreach (IGrouping<string, double> stage in all.GroupBy(entry => entry.Stage, entry => entry.Milliseconds))
        {
            double[] sorted = [.. stage.Order()];
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {stage.Key,-18}{sorted[sorted.Length / 2],10:0.0}   ({sorted[0]:0.0} to {sorted[^1]:0.0})"));
        }
    }

    private static List<(string Stage, double Milliseconds)> RunOnce(string[] texts)
    {
        List<(string Stage, double Milliseconds)> stages = [];
        ModelCache.Clear();
        IEmbeddingModel model = Time(
            "load the model", () => ModelCache.Acquire(new ModelOptions(EngineFiles.DefaultModel, ComputeDevice.Cpu)));
        RowMatrix vectors = Time("embed", () => Embed(model, texts));

        // The notebook's settings for its thirty names, the defaults for more.
        bool few = texts.Length < 100;
        UmapResult layout = Time(
            "UMAP", () => UmapReduction.Compute(vectors, few ? new UmapOptions { NeighborCount = 5 } : new UmapOptions()));
        HdbscanResult clusters = Time(
            "HDBSCAN",
            () => HdbscanClustering.Compute(
                layout.Layout, few ? new HdbscanOptions { MinClusterSize = 2, ClusterSelectionEpsilon = 0.1 } : new HdbscanOptions()));
        PlotPoint[] points = [
            .. texts.Select((text, i) => new PlotPoint(layout.Layout.Row(i)[0], layout.Layout.Row(i)[1], clusters.Labels[i], text))
        ];
        foreach (string ending in new[] { "png", "svg", "html" })
        {
            string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.{ending}");
            Time($"draw the {ending}", () => ClusterPlot.Save(points, PlotFile.At(path), new ClusterPlotOptions()));
            File.Delete(path);
        }

        return stages;

        T Time<T>(string stage, Func<T> work)
        {
            long start = Stopwatch.GetTimestamp();
            T result = work();
            stages.Add((stage, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
            return result;
        }
    }

    private static RowMatrix Embed(IEmbeddingModel model, string[] texts)
    {
        using ITextEmbedder embedder = model.Open(new EmbeddingOptions());
        RowCollector rows = new();
        for (int i = 0; i < texts.Length; i++)
        {
            Take(embedder.Add(i, texts[i]));
        }

        Take(embedder.Flush());
        return rows.ToMatrix();

        void Take(IReadOnlyList<EmbeddingOutcome> outcomes)
        {
            foreach (EmbeddingOutcome outcome in outcomes)
            {
                rows.TryAdd(outcome.Vector ?? throw outcome.Failure!);
            }
        }
    }
}
