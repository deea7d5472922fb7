using System.Diagnostics;
using System.Globalization;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Benchmarks;

/// <summary>
/// Fills a cache with made-up vectors and reads 100,000 of them again, in the order in which they were written and in a random one:
/// <c>cache FILE [rows=N] [width=N] [precision=Single|Half]</c>. A file that is there already is read only.
/// </summary>
internal static class CacheRun
{
    private const int ReadCount = 100_000;

    /// <summary>Runs the verb.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length == 0)
        {
            Console.Error.WriteLine("Usage: cache FILE [rows=N] [width=N] [precision=Single|Half]");
            return 2;
        }

        string path = arguments[0];
        Dictionary<string, string> given = arguments[1..].ToArray().ToDictionary(
            argument => argument.Split('=')[0], argument => argument.Split('=')[1]);
        int rows = int.Parse(given.GetValueOrDefault("rows", "1000000"), CultureInfo.InvariantCulture);
        int width = int.Parse(given.GetValueOrDefault("width", "384"), CultureInfo.InvariantCulture);
        CacheKey key = new(
            "made up",
            EmbeddingEngine.Managed,
            "1",
            PoolingType.Mean,
            256,
            string.Empty,
            null,
            LongTextHandling.Split,
            true,
            Enum.Parse<VectorPrecision>(given.GetValueOrDefault("precision", "Single")));
        if (!File.Exists(path))
        {
            Time($"write {rows:N0} of {width}", path, key, new MadeUp(width), Enumerable.Range(0, rows));
        }

        int count = Math.Min(rows, ReadCount);
        Random random = new(1);
        Time($"read {count:N0} in order", path, key, null, Enumerable.Range(rows - count, count));
        Time($"read {count:N0} at random", path, key, null, [.. Enumerable.Range(0, count).Select(_ => random.Next(rows))]);
        Console.WriteLine(FormattableString.Invariant($"{new FileInfo(path).Length / 1e6:N0} MB"));
        return 0;
    }

    private static void Time(string what, string path, CacheKey key, ITextEmbedder? inner, IEnumerable<int> rows)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Stopwatch watch = Stopwatch.StartNew();
        int found = 0;
        int all = 0;
        VectorStore store = new(CacheFile.Open(path), key);
        using (CachedTextEmbedder embedder = new(
            store, "made up", () => inner ?? throw new InvalidOperationException("A text is missing.")))
        {
            int index = 0;
            foreach (int row in rows)
            {
                all += embedder.Add(index++, TextOf(row)).Count;
            }

            all += embedder.Flush().Count;
            found = embedder.FoundCount;
        }

        process.Refresh();
        Console.WriteLine(FormattableString.Invariant(
            $"{what}: {(process.TotalProcessorTime - before).TotalSeconds:0.00} CPU s, {watch.Elapsed.TotalSeconds:0.00} s, ")
            + FormattableString.Invariant($"{found:N0} of {all:N0} found"));
    }

    private static string TextOf(int row)
        => string.Create(CultureInfo.InvariantCulture, $"ticket {row}: the printer on floor {row % 97} prints blank pages again");

    /// <summary>Gives each text a vector at once.</summary>
    private sealed class MadeUp(int width) : ITextEmbedder
    {
        private readonly float[] _numbers = [.. Enumerable.Range(0, width + 1000).Select(i => MathF.Sin(i * i))];

        public int Width => width;

        public int WindowLength => 256;

        public bool HasRoom => true;

        public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
            => [new(index, _numbers.AsSpan(index % 1000, width).ToArray(), 12, 1, null)];

        public IReadOnlyList<EmbeddingOutcome> TakeReady() => [];

        public IReadOnlyList<EmbeddingOutcome> TakeNext() => [];

        public void Dispose()
        {
        }
    }
}
