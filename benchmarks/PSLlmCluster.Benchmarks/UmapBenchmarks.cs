using BenchmarkDotNet.Attributes;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Benchmarks;

/// <summary>UMAP whole, on one thread and on all.</summary>
public class UmapBenchmarks
{
    private RowMatrix? _rows;

    [Params("30 x 384", "2000 x 384")]
    public string Size { get; set; } = "";

    [Params(1, 0)]
    public int ThreadCount { get; set; }

    [GlobalSetup]
    public void Prepare() => _rows = BenchmarkRows.OfSize(Size);

    [Benchmark]
    public UmapResult Compute() => UmapReduction.Compute(_rows!, new UmapOptions { ThreadCount = ThreadCount });
}
