using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Writes made-up embeddings to a file, reads them block by block, and loads them into a matrix: <c>shards FILE [rows=N] [width=N]
/// [precision=Single|Half] [step=out|in|load]</c>. The file's ending says the format. Each step runs in a process of its own, so that its
/// peak memory is its own. With <c>like=FILE</c> the rows lie between those of a file of real embeddings, with <c>body=N</c> in a curved
/// body of N dimensions; <c>first=N</c> is the first key, and rows go by their keys: several files make up the same rows as one.
/// </summary>
internal static class ShardRun
{
    public const string Usage =
        "shards FILE [rows=N] [width=N] [precision=Single|Half] [step=out|in|load] [like=FILE] [body=N] [first=N]";

    private const int Kilobytes = 10;

    // A made-up text is a real one in other words: up to half of the way to one of its nearest, and some noise of its own.
    private const int LikeNeighbors = 8;
    private const double LargestShare = 0.5;
    private const double NoiseLength = 0.2;
    private static readonly string[] _steps = ["out", "in", "load"];

    /// <summary>Runs the verb.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length == 0)
        {
            Console.Error.WriteLine($"Usage: {Usage}");
            return 2;
        }

        string path = arguments[0];
        Dictionary<string, string> given = arguments[1..].ToArray().ToDictionary(
            argument => argument.Split('=')[0], argument => argument.Split('=')[1]);
        if (given.TryGetValue("step", out string? step))
        {
            Measure(path, step, given);
            return 0;
        }

        foreach (string next in _steps)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!);
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            {
                start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
            }

            start.ArgumentList.Add("shards");
            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            start.ArgumentList.Add("step=" + next);
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                return process.ExitCode;
            }
        }

        return 0;
    }

    private static void Measure(string path, string step, Dictionary<string, string> given)
    {
        int rows = int.Parse(given.GetValueOrDefault("rows", "1000000"), CultureInfo.InvariantCulture);
        int width = int.Parse(given.GetValueOrDefault("width", "384"), CultureInfo.InvariantCulture);
        VectorPrecision precision = Enum.Parse<VectorPrecision>(given.GetValueOrDefault("precision", "Single"));
        Func<int, float[]> vectors = step != "out" ? _ => []
            : given.TryGetValue("like", out string? real) ? Like(EmbeddingFileRows.Load([real]).Rows)
            : given.TryGetValue("body", out string? body) ? BenchmarkRows.Body(width, int.Parse(body, CultureInfo.InvariantCulture))
            : MadeUp(width);
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Stopwatch watch = Stopwatch.StartNew();
        switch (step)
        {
            case "out":
                Write(path, int.Parse(given.GetValueOrDefault("first", "0"), CultureInfo.InvariantCulture), rows, vectors, precision);
                break;
            case "in":
                rows = Read(path);
                break;
            default:
                RowMatrix matrix = EmbeddingFileRows.Load([path]).Rows;
                (rows, width) = (matrix.RowCount, matrix.ColumnCount);
                break;
        }

        process.Refresh();
        Console.WriteLine(FormattableString.Invariant(
            $"{step,-5}{Path.GetExtension(path),-9}{rows,10:N0} rows  {(process.TotalProcessorTime - before).TotalSeconds,6:0.00} CPU s  ")
            + FormattableString.Invariant($"{watch.Elapsed.TotalSeconds,6:0.00} s  ")
            + FormattableString.Invariant($"peak {process.PeakWorkingSet64 >> (2 * Kilobytes):N0} MB  ")
            + FormattableString.Invariant($"file {new FileInfo(path).Length >> (2 * Kilobytes):N0} MB"));
    }

    // More numbers than a block has, begun at another place by each row: nothing repeats that a file could make use of.
    private static Func<int, float[]> MadeUp(int width)
    {
        const int Seed = 1;
        float[] numbers = new float[(width * 1000) + 1009];
        CounterRandom random = new(Seed, default);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)random.Uniform((uint)i, 0, 0) - 0.5f;
        }

        return row => numbers.AsSpan((int)(row * 7919L % (numbers.Length - width)), width).ToArray();
    }

    /// <summary>Returns vectors of length 1 that crowd where real ones do: every real one, and then rows between them.</summary>
    private static Func<int, float[]> Like(RowMatrix real)
    {
        const int Seed = 1;
        for (int row = 0; row < real.RowCount; row++)
        {
            ToLengthOne(real.Row(row));
        }

        CounterRandom random = new(Seed, default);
        NeighborLists near = NeighborSearch.Find(
            MetricSpace.Create(real, Metric.Cosine), LikeNeighbors, Seed, WorkContext.Create(0, null, CancellationToken.None));
        return row =>
        {
            int from = row % real.RowCount;
            uint draw = (uint)row;
            float[] vector = real.Row(from).ToArray();
            if (row >= real.RowCount)
            {
                int to = near.IndicesOf(from)[random.Below(LikeNeighbors, draw, 0, 0)];
                double share = LargestShare * random.Uniform(draw, 0, 1);
                double noise = NoiseLength / Math.Sqrt(vector.Length);
                for (int i = 0; i < vector.Length; i++)
                {
                    vector[i] = (float)((vector[i] * (1 - share)) + (real.Row(to)[i] * share) + (noise * random.Normal(draw, 1, (uint)i)));
                }
            }

            ToLengthOne(vector);
            return vector;
        };
    }

    private static void ToLengthOne(Span<float> vector)
    {
        double sum = 0;
        foreach (float number in vector)
        {
            sum += (double)number * number;
        }

        double length = Math.Sqrt(sum);
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] / length);
        }
    }

    private static void Write(string path, int first, int rows, Func<int, float[]> vectors, VectorPrecision precision)
    {
        using EmbeddingFileWriter writer = EmbeddingFile.At(path).Begin(new EmbeddingWriteOptions(precision));
        for (int row = first; row < first + rows; row++)
        {
            if (writer.Add(row, $"the text of row {row}, some sixty letters as titles are", 17, vectors(row)) is { } fault)
            {
                throw fault;
            }

            if (writer.IsFull)
            {
                writer.Flush();
            }
        }

        writer.Complete();
    }

    private static int Read(string path)
    {
        using EmbeddingFileReader reader = EmbeddingFile.Open(path);
        int rows = 0;
        while (reader.Read(CancellationToken.None) is { } block)
        {
            rows += block.Count;
        }

        return rows;
    }
}
