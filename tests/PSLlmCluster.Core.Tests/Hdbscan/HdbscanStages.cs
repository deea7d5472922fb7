using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Runs the stages one by one, as the tests of single stages need them; on the path that the rows would take, or on another.</summary>
internal static class HdbscanStages
{
    public static double[] Core(RowMatrix rows, HdbscanOptions options, int threadCount = 0, ReachabilityPath? path = null)
        => Reachability(rows, options, threadCount, path).CoreDistances(CoreDistances.SampleCount(options, rows.RowCount), default, default);

    public static SpanningTree Spanning(RowMatrix rows, HdbscanOptions options, int threadCount = 0, ReachabilityPath? path = null)
    {
        MutualReachability reachability = Reachability(rows, options, threadCount, path);
        return reachability.Span(reachability.CoreDistances(CoreDistances.SampleCount(options, rows.RowCount), default, default), options.Alpha, default, default);
    }

    public static CondensedTree Condensed(RowMatrix rows, HdbscanOptions options, ReachabilityPath? path = null)
        => CondensedTree.Build(SingleLinkageTree.Build(Spanning(rows, options, path: path), default), options.MinClusterSize, default);

    private static MutualReachability Reachability(RowMatrix rows, HdbscanOptions options, int threadCount, ReachabilityPath? path)
    {
        MetricSpace space = MetricSpace.Create(rows, options.Metric, options.MinkowskiPower);
        return path is { } chosen ? MutualReachability.Create(space, chosen, threadCount, default) : MutualReachability.Create(space, threadCount, default);
    }
}
