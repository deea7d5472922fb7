using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Llama;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Embeds the lines of a file with one engine or several in turns, and gives tokens per second of processor time, the share of the
/// processor's peak, and the time that loading takes.
/// </summary>
internal static class EmbedRun
{
    private const int PeakSteps = 20_000_000;

    /// <summary>
    /// Runs it: <c>embed FILE [MODEL] [threads=N] [turns=N] [engines=Managed,Llama] [warm=N] [vectors=FILE] [prompt=P] [pooling=P]</c>.
    /// </summary>
    /// <remarks>
    /// The first <c>warm</c> texts, none by default, pass once uncounted; <c>vectors</c> takes those of the last run, a text a line.
    /// <c>prompt</c> is what each text is put into, and <c>pooling</c> is the prompt's, or the mean, unless given.
    /// </remarks>
    /// <param name="args">The arguments after the word.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        Dictionary<string, string> settings = [];
        List<string> paths = [];
        foreach (string arg in args)
        {
            if (arg.Split('=', 2) is [string key, string value])
            {
                settings[key] = value;
            }
            else
            {
                paths.Add(arg);
            }
        }

        if (paths.Count == 0)
        {
            Console.Error.WriteLine(
                "usage: embed FILE [MODEL] [threads=N] [turns=N] [engines=Managed,Llama] [warm=N] [vectors=FILE] [prompt=P] [pooling=P]");
            return 2;
        }

        EngineFiles.Root = StagedModule.Find();
        string[] texts = File.ReadAllLines(paths[0]);
        string model = paths.Count > 1 ? paths[1] : EngineFiles.DefaultModel;
        string prompt = settings.GetValueOrDefault("prompt", TextPrompt.None);
        EmbeddingOptions options = new()
        {
            ThreadCount = int.Parse(settings.GetValueOrDefault("threads", "1"), CultureInfo.InvariantCulture),
            Prompt = prompt,
            Pooling = settings.TryGetValue("pooling", out string? pooling)
                ? Enum.Parse<PoolingType>(pooling)
                : TextPrompt.Of(prompt)?.DefaultPooling ?? PoolingType.Mean,
        };
        int turns = int.Parse(settings.GetValueOrDefault("turns", "3"), CultureInfo.InvariantCulture);
        EmbeddingEngine[] engines =
            [.. settings.GetValueOrDefault("engines", "Managed,Llama").Split(',').Select(Enum.Parse<EmbeddingEngine>)];
        int warm = int.Parse(settings.GetValueOrDefault("warm", "0"), CultureInfo.InvariantCulture);
        float[]?[] vectors = new float[]?[texts.Length];
        foreach (EmbeddingEngine engine in warm > 0 ? engines : [])
        {
            Once(engine, model, texts[..Math.Min(warm, texts.Length)], options, vectors);
        }

        Console.WriteLine($"peak of one core: {Peak() / 1e9:0.0} GFLOP/s ({Vector<float>.Count * 32} bits and more)");
        for (int turn = 0; turn < turns; turn++)
        {
            foreach (EmbeddingEngine engine in engines)
            {
                Console.WriteLine(Once(engine, model, texts, options, vectors));
            }
        }

        if (settings.TryGetValue("vectors", out string? file))
        {
            File.WriteAllLines(
                file,
                vectors.Select(vector => string.Join(' ', vector!.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))));
        }

        return 0;
    }

    private static string Once(EmbeddingEngine engine, string model, string[] texts, EmbeddingOptions options, float[]?[] vectors)
    {
        ModelCache.Clear();
        TimeSpan before = Processor();
        IEmbeddingModel loaded = ModelCache.Acquire(new ModelOptions(model, ComputeDevice.Cpu, Engine: engine));
        TimeSpan load = Processor() - before;
        using ITextEmbedder embedder = loaded.Open(options);
        before = Processor();
        long start = Stopwatch.GetTimestamp();
        long tokens = 0;
        double firstAfter = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            Count(embedder.Add(i, texts[i]));
        }

        Count(embedder.Flush());
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpu = (Processor() - before).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{engine,-8} load {load.TotalMilliseconds,5:0} ms CPU   {tokens} tokens   {cpu,6:0.000} s CPU   {wall,6:0.000} s wall   "
                + $"{tokens / cpu,6:0} tokens/CPU s   {tokens / wall,6:0} tokens/s   first after {firstAfter * 1000:0} ms");

        void Count(IReadOnlyList<EmbeddingOutcome> outcomes)
        {
            if (outcomes.Count > 0 && tokens == 0)
            {
                firstAfter = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            foreach (EmbeddingOutcome outcome in outcomes)
            {
                tokens += outcome.TokenCount;
                vectors[outcome.Index] = outcome.Vector;
            }
        }
    }

    /// <summary>Returns the processor time of this process, and of the one that runs llama.cpp for it.</summary>
    private static TimeSpan Processor()
    {
        using Process self = Process.GetCurrentProcess();
        using Process? worker = WorkerSession.ProcessId is int number ? Process.GetProcessById(number) : null;
        return self.TotalProcessorTime + (worker?.TotalProcessorTime ?? TimeSpan.Zero);
    }

    /// <summary>
    /// Measures how many fused multiply-adds, of two operations each, a core does in a second: twelve sums that wait for nothing.
    /// </summary>
    private static double Peak()
    {
        double best = 0;
        for (int i = 0; i < 3; i++)
        {
            TimeSpan before = Processor();
            double lanes = Vector512.IsHardwareAccelerated ? Sums512(PeakSteps) : Sums256(PeakSteps);
            double seconds = (Processor() - before).TotalSeconds;
            best = Math.Max(best, 2.0 * 12 * lanes * PeakSteps / seconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Sums512(int steps)
    {
        Vector512<float> x = Vector512.Create(0.5f), y = Vector512.Create(0.25f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0] > 0 ? Vector512<float>.Count : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Sums256(int steps)
    {
        Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(0.25f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0] > 0 ? Vector256<float>.Count : 0;
    }
}
