using BenchmarkDotNet.Attributes;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Benchmarks;

/// <summary>The exact search for neighbours, as UMAP asks for it.</summary>
public class NeighborBenchmarks
{
    private MetricSpace? _space;

    [Params("2000 x 384", "10000 x 2")]
    public string Size { get; set; } = "";

    [Params(Metric.Euclidean, Metric.Cosine)]
    public Metric Metric { get; set; }

    [GlobalSetup]
    public void Prepare() => _space = MetricSpace.Create(BenchmarkRows.OfSize(Size), Metric);

    [Benchmark]
    public NeighborLists Find() => ExactNeighbors.Find(_space!, 15);
}
