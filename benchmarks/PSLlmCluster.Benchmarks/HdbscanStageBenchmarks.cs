using BenchmarkDotNet.Attributes;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Benchmarks;

/// <summary>The stages of HDBSCAN, one by one: core distances, the spanning tree, and the tree of clusters made from it.</summary>
public class HdbscanStageBenchmarks
{
    private const int MinClusterSize = 5;

    private MetricSpace? _space;
    private ReachabilitySearch? _search;
    private CoreDistances? _core;
    private SpanningTree? _spanningTree;

    [Params("2000 x 384", "10000 x 2")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _space = MetricSpace.Create(BenchmarkRows.OfSize(Size), Metric.Euclidean);
        _search = ReachabilitySearch.Choose(_space, null, default);
        _core = MeasureCores();
        _spanningTree = BuildSpanningTree();
    }

    [Benchmark]
    public double[] CoreDistances() => MeasureCores().Distances;

    [Benchmark]
    public double SpanningTreeWeight() => BuildSpanningTree().Weights[^1];

    [Benchmark]
    public int ClusterTree()
    {
        CondensedTree tree = CondensedTree.Build(SingleLinkageTree.Build(_spanningTree!, default), MinClusterSize, default);
        bool[] selected = ClusterSelection.Select(tree, ClusterStability.Compute(tree), new HdbscanOptions());
        return selected.Length;
    }

    private CoreDistances MeasureCores() => ReachabilitySearch.Choose(_space!, null, default).MeasureCores([MinClusterSize], default)[0];

    private SpanningTree BuildSpanningTree()
        => _search!.Span(_core!, alpha: 1, default) ?? new BlockSearch(_space!, null).Span(_core!, alpha: 1, default);
}
