using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Spanning;

public class SpanningTreeTests
{
    public static TheoryData<string> Cases => HdbscanGoldens.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sorted_weights_equal_the_reference(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanGoldens.AssertNear(
            golden.Doubles("mst_weights"),
            HdbscanStages.Spanning(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden)).Weights,
            relative: 1e-6);
    }

    /// <summary>The reference was given these distances ready-made, in single precision.</summary>
    [Theory]
    [InlineData("glosses300_cosine", "glosses300_unit", Metric.Cosine)]
    [InlineData("glosses300_correlation", "glosses500", Metric.Correlation)]
    public void Sorted_weights_of_angular_metrics_equal_the_reference(string id, string dataset, Metric metric)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix rows = CanonicalOrder.Apply(HdbscanGoldens.Data(dataset), [.. Enumerable.Range(0, 300)]);
        double[] weights = HdbscanStages.Spanning(rows, new HdbscanOptions { MinClusterSize = 3, Metric = metric }).Weights;
        HdbscanGoldens.AssertNear(golden.Doubles("mst_weights"), weights, relative: 1e-6, absolute: 1e-7);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    [InlineData(0, 0.3)]
    [InlineData(9, 2.5)]
    public void Weights_are_those_of_Kruskal_over_all_pairs(int levels, double alpha)
    {
        foreach (Metric metric in TestRows.Metrics)
        {
            RowMatrix rows = TestRows.Random(150, 4, seed: 17, levels: levels);
            HdbscanOptions options = new() { MinSampleCount = 4, Alpha = alpha, Metric = metric };
            Assert.Equal(KruskalWeights(rows, options), HdbscanStages.Spanning(rows, options).Weights);
        }
    }

    [Fact]
    public void Edges_join_all_rows_and_weigh_what_they_say()
    {
        RowMatrix rows = TestRows.Random(200, 3, seed: 4, levels: 6);
        HdbscanOptions options = new() { MinSampleCount = 3, Alpha = 1.5 };
        double[] core = HdbscanStages.Core(rows, options);
        MetricSpace space = MetricSpace.Create(rows, options.Metric);
        SpanningTree tree = HdbscanStages.Spanning(rows, options);
        Assert.Equal(199, tree.Weights.Length);
        int[] component = [.. Enumerable.Range(0, 200)];
        for (int edge = 0; edge < tree.Weights.Length; edge++)
        {
            (int a, int b) = (tree.First[edge], tree.Second[edge]);
            Assert.Equal(Math.Max(Math.Max(core[a], core[b]), space.Distance(a, b) / options.Alpha), tree.Weights[edge]);
            (int from, int to) = (component[a], component[b]);
            Assert.NotEqual(from, to);
            component = [.. component.Select(c => c == from ? to : c)];
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_edge()
    {
        // Wide and many enough that steps are shared out among threads.
        RowMatrix rows = TestRows.Random(1400, 400, seed: 8, levels: 3);
        SpanningTree one = HdbscanStages.Spanning(rows, new HdbscanOptions(), threadCount: 1);
        SpanningTree three = HdbscanStages.Spanning(rows, new HdbscanOptions(), threadCount: 3);
        Assert.Equal(one.Weights, three.Weights);
        Assert.Equal(one.First, three.First);
        Assert.Equal(one.Second, three.Second);
    }

    private static double[] KruskalWeights(RowMatrix rows, HdbscanOptions options)
    {
        MetricSpace space = MetricSpace.Create(rows, options.Metric);
        double[] core = HdbscanStages.Core(rows, options);
        int n = rows.RowCount;
        List<(double Weight, int A, int B)> edges = [];
        for (int a = 0; a < n; a++)
        {
            for (int b = 0; b < a; b++)
            {
                edges.Add((Math.Max(Math.Max(core[a], core[b]), space.Distance(a, b) / options.Alpha), a, b));
            }
        }

        int[] component = [.. Enumerable.Range(0, n)];
        List<double> weights = [];
        foreach ((double weight, int a, int b) in edges.OrderBy(edge => edge.Weight))
        {
            (int from, int to) = (component[a], component[b]);
            if (from != to)
            {
                weights.Add(weight);
                component = Array.ConvertAll(component, c => c == from ? to : c);
            }
        }

        return [.. weights];
    }
}
