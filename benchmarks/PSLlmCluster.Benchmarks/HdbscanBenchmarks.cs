using BenchmarkDotNet.Attributes;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Benchmarks;

/// <summary>HDBSCAN whole, on one thread and on all.</summary>
public class HdbscanBenchmarks
{
    private RowMatrix? _rows;

    [Params("30 x 2", "2000 x 2", "2000 x 384", "10000 x 2")]
    public string Size { get; set; } = "";

    [Params(1, 0)]
    public int ThreadCount { get; set; }

    [GlobalSetup]
    public void Prepare() => _rows = BenchmarkRows.OfSize(Size);

    [Benchmark]
    public HdbscanResult Compute() => HdbscanClustering.Compute(_rows!, new HdbscanOptions { ThreadCount = ThreadCount });
}
