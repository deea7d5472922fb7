using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Runs the stages one by one, as the tests of single stages need them.</summary>
internal static class HdbscanStages
{
    public static double[] Core(RowMatrix rows, HdbscanOptions options, int threadCount = 0)
        => CoreDistances.Measure(MetricSpace.Create(rows, options.Metric), CoreDistances.SampleCount(options, rows.RowCount), threadCount, default, default);

    public static SpanningTree Spanning(RowMatrix rows, HdbscanOptions options, int threadCount = 0)
        => SpanningTree.Build(MetricSpace.Create(rows, options.Metric), Core(rows, options), options.Alpha, threadCount, default, default);

    public static CondensedTree Condensed(RowMatrix rows, HdbscanOptions options)
        => CondensedTree.Build(MergeTree.Build(Spanning(rows, options), default), options.MinClusterSize, default);
}
