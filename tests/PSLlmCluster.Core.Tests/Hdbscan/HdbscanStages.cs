using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>The searches for core distances and spanning trees, by name.</summary>
public enum SearchName
{
    AllPairs,
    KdTree,
    Blocks,
}

/// <summary>
/// Runs the stages one by one, as the tests of single stages need them; by the search that the rows would take, or by another.
/// </summary>
internal static class HdbscanStages
{
    /// <summary>Returns every search that is possible for some rows.</summary>
    public static IEnumerable<SearchName> SearchesOf(MetricSpace space)
    {
        yield return SearchName.AllPairs;
        if (KdTree.Supports(space))
        {
            yield return SearchName.KdTree;
        }

        if (DotRows.Suits(space))
        {
            yield return SearchName.Blocks;
        }
    }

    /// <summary>Creates a search, or, without a name, the one that is chosen for the rows.</summary>
    public static ReachabilitySearch Search(MetricSpace space, SearchName? name = null, double[]? weights = null) => name switch
    {
        SearchName.AllPairs => new AllPairsSearch(space, weights),
        SearchName.KdTree => new KdTreeSearch(KdTree.Build(space, 2, default), weights, double.PositiveInfinity),
        SearchName.Blocks => new BlockSearch(space, weights),
        _ => ReachabilitySearch.Choose(space, weights, default),
    };

    /// <summary>Returns a context with some threads, and whoever listens.</summary>
    public static WorkContext Work(int threadCount = 0, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => WorkContext.Create(threadCount, progress, token);

    /// <summary>Measures the core distances of one sample count.</summary>
    public static CoreDistances Measure(this ReachabilitySearch search, int sampleCount, int threadCount = 0)
        => search.MeasureCores([sampleCount], Work(threadCount)).Single();

    /// <summary>Returns core distances as they are known without a search.</summary>
    public static CoreDistances Known(double[] core) => new(1, core, null);

    /// <summary>Returns for each cluster, by its number, the rows that stand for it, ascending.</summary>
    public static int[][] Exemplars(this HdbscanFit fit)
    {
        bool[] areExemplars = fit.AreExemplars();
        return [.. Enumerable.Range(0, fit.Result.Persistences.Length)
            .Select(
                number => Enumerable.Range(0, areExemplars.Length).Where(
                    row => areExemplars[row] && fit.Result.Labels[row] == number).ToArray())];
    }

    public static double[] Core(RowMatrix rows, HdbscanOptions options, int threadCount = 0, SearchName? name = null)
        => Search(Space(rows, options), name).Measure(options.UsedSampleCount(rows.RowCount), threadCount).Distances;

    public static SpanningTree Spanning(RowMatrix rows, HdbscanOptions options, int threadCount = 0, SearchName? name = null)
    {
        ReachabilitySearch search = Search(Space(rows, options), name);
        return search.Span(search.Measure(options.UsedSampleCount(rows.RowCount), threadCount), options.Alpha, Work(threadCount))!;
    }

    public static CondensedTree Condensed(RowMatrix rows, HdbscanOptions options, SearchName? name = null)
        => CondensedTree.Build(SingleLinkageTree.Build(Spanning(rows, options, name: name), default), options.MinClusterSize, default);

    private static MetricSpace Space(RowMatrix rows, HdbscanOptions options)
        => MetricSpace.Create(rows, options.Metric, options.MinkowskiPower);
}
