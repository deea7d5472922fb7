using BenchmarkDotNet.Attributes;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;

namespace PSLlmCluster.Benchmarks;

/// <summary>A hundred texts of some ten words through the bundled model, for several numbers of threads.</summary>
public class EmbeddingBenchmarks
{
    private const int TextCount = 100;
    private readonly string[] _texts = new string[TextCount];
    private IEmbeddingModel? _model;

    [Params(1, 2)]
    public int ThreadCount { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        EngineFiles.Root = StagedModule.Find();
        _model = ModelCache.Acquire(new ModelOptions(EngineFiles.DefaultModel, PSLlmCluster.ComputeDevice.Cpu));
        for (int i = 0; i < TextCount; i++)
        {
            _texts[i] = $"Ticket {i}: the {(i % 2 == 0 ? "printer" : "network")} on floor {i % 7} does not answer since {i % 24} o'clock";
        }
    }

    [GlobalCleanup]
    public void Free()
    {
        _model = null;
        ModelCache.Clear();
    }

    [Benchmark]
    public int Embed()
    {
        using ITextEmbedder embedder = _model!.Open(new EmbeddingOptions { ThreadCount = ThreadCount });
        int done = 0;
        for (int i = 0; i < TextCount; i++)
        {
            done += embedder.Add(i, _texts[i]).Count;
        }

        return done + embedder.Flush().Count;
    }
}
