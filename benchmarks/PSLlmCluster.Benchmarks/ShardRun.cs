using System.Diagnostics;
using System.Reflection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Writes made-up embeddings to a file, reads them block by block, and loads them into a matrix: <c>shards FILE [rows=N] [width=N]
/// [precision=Single|Half] [step=out|in|load]</c>. The file's ending says the format. Each step runs in a process of its own, so that its
/// peak memory is its own.
/// </summary>
internal static class ShardRun
{
    private const int Kilobytes = 10;
    private static readonly string[] _steps = ["out", "in", "load"];

    /// <summary>Runs the verb.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length == 0)
        {
            Console.Error.WriteLine("Usage: shards FILE [rows=N] [width=N] [precision=Single|Half] [step=out|in|load]");
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
        int rows = int.Parse(given.GetValueOrDefault("rows", "1000000"), System.Globalization.CultureInfo.InvariantCulture);
        int width = int.Parse(given.GetValueOrDefault("width", "384"), System.Globalization.CultureInfo.InvariantCulture);
        VectorPrecision precision = Enum.Parse<VectorPrecision>(given.GetValueOrDefault("precision", "Single"));
        float[] numbers = step == "out" ? Numbers(width) : [];
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Stopwatch watch = Stopwatch.StartNew();
        switch (step)
        {
            case "out":
                Write(path, rows, width, numbers, precision);
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
    private static float[] Numbers(int width)
    {
        const int Seed = 1;
        float[] numbers = new float[(width * 1000) + 1009];
        CounterRandom random = new(Seed, default);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)random.Uniform((uint)i, 0, 0) - 0.5f;
        }

        return numbers;
    }

    private static void Write(string path, int rows, int width, float[] numbers, VectorPrecision precision)
    {
        using EmbeddingFileWriter writer = EmbeddingFile.At(path).Begin(new EmbeddingWriteOptions(precision));
        for (int row = 0; row < rows; row++)
        {
            int start = (int)(row * 7919L % (numbers.Length - width));
            if (writer.Add(row, $"the text of row {row}, some sixty letters as titles are", 17, numbers.AsSpan(start, width)) is { } fault)
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
