using System.Diagnostics;
using System.Globalization;
using System.Text;
using LLama;
using LLama.Common;
using LLama.Native;
using LlamaSharpEmbedding;
using PSLlmCluster.Benchmarks;

// LLamaSharp on the lines of a file, in the form of the benchmarks' `embed`; before, the first texts pass
// once, which is not counted.
const int WarmTexts = 300;
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
    Console.Error.WriteLine("usage: FILE [MODEL] [threads=N] [turns=N] [batch=TOKENS] [vectors=FILE]");
    return 2;
}

// Without a folder it looks in the current one first. Its log, a line and more for each context, would be timed too.
NativeLibraryConfig.All.WithSearchDirectory(AppContext.BaseDirectory).WithLogCallback((_, _) => { });
string[] texts = File.ReadAllLines(paths[0]);
string model = paths.Count > 1
    ? paths[1]
    : Directory.GetFiles(Path.Combine(StagedModule.Find(), "models"), "*.gguf").Single();
int threads = Number("threads", 1);
int turns = Number("turns", 3);
int batch = Number("batch", 0);

TimeSpan before = Processor();
ModelParams parameters = new(model)
{
    Embeddings = true,
    PoolingType = LLamaPoolingType.Mean,
    GpuLayerCount = 0,
    Threads = threads,
    BatchThreads = threads,
};
using LLamaWeights weights = LLamaWeights.LoadFromFile(parameters);
TimeSpan load = Processor() - before;

// LLamaEmbedder makes a context for each text: the smaller, the faster. It does not tell its tokens, which are counted here for it.
int[] lengths = [.. texts.Select(text => weights.Tokenize(text, add_bos: true, special: true, Encoding.UTF8).Length)];
int longest = lengths.Max();
long tokens = lengths.Sum();
if (longest > weights.ContextSize)
{
    Console.Error.WriteLine($"A text has {longest} tokens, and the model takes {weights.ContextSize}; LLamaSharp does not split texts.");
    return 1;
}

uint room = (uint)Math.Max(batch, longest);
parameters.ContextSize = room;
parameters.BatchSize = room;
parameters.UBatchSize = room;
parameters.SeqMax = batch > 0 ? Math.Min(BatchedTexts.MostTexts, room) : 1;
parameters.KVUnified = batch > 0;

IReadOnlyList<float[]> vectors = [];
if (batch > 0)
{
    using BatchedTexts embedder = new(weights, parameters);
    Repeat("LlSharpB", some => Task.FromResult(embedder.Embed(some)));
}
else
{
    using LLamaEmbedder embedder = new(weights, parameters);
    Repeat("LlSharp", async some =>
    {
        List<float[]> results = [];
        foreach (string text in some)
        {
            results.AddRange(await embedder.GetEmbeddings(text));
        }

        return results;
    });
}

if (settings.TryGetValue("vectors", out string? file))
{
    File.WriteAllLines(
        file,
        vectors.Select(vector => string.Join(' ', vector.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))));
}

return 0;

void Repeat(string name, Func<string[], Task<IReadOnlyList<float[]>>> embed)
{
    embed(texts[..Math.Min(WarmTexts, texts.Length)]).GetAwaiter().GetResult();
    for (int turn = 0; turn < turns; turn++)
    {
        TimeSpan processorBefore = Processor();
        long start = Stopwatch.GetTimestamp();
        vectors = embed(texts).GetAwaiter().GetResult();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpu = (Processor() - processorBefore).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-8} load {load.TotalMilliseconds,5:0} ms CPU   {tokens} tokens   {cpu,6:0.000} s CPU   {wall,6:0.000} s wall   "
                + $"{tokens / cpu,6:0} tokens/CPU s   {tokens / wall,6:0} tokens/s"));
    }
}

int Number(string name, int otherwise)
    => settings.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

static TimeSpan Processor() => Process.GetCurrentProcess().TotalProcessorTime;
