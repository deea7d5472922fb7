using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Spanning;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan.Spanning;

public class CoreDistancesTests
{
    public static TheoryData<string> Cases => HdbscanGoldens.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Core_distances_equal_the_reference(string id)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        HdbscanGoldens.AssertNear(
            golden.Doubles("core_distances"),
            HdbscanStages.Core(HdbscanGoldens.Rows(golden), HdbscanGoldens.Options(golden)),
            relative: 1e-6);
    }

    /// <summary>The reference was given these distances ready-made, in single precision.</summary>
    [Theory]
    [InlineData("glosses300_cosine", "glosses300_unit", Metric.Cosine)]
    [InlineData("glosses300_correlation", "glosses500", Metric.Correlation)]
    public void Core_distances_of_angular_metrics_equal_the_reference(string id, string dataset, Metric metric)
    {
        GoldenFile golden = GoldenSet.Hdbscan.Case(id);
        RowMatrix data = HdbscanGoldens.Data(dataset);
        RowMatrix rows = CanonicalOrder.Apply(data, [.. Enumerable.Range(0, 300)]);
        double[] core = HdbscanStages.Core(rows, new HdbscanOptions { MinClusterSize = 3, Metric = metric });
        HdbscanGoldens.AssertNear(golden.Doubles("core_distances"), core, relative: 1e-6, absolute: 1e-7);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(299)]
    public void Core_distances_are_those_of_sorting_all_others(int sampleCount)
    {
        foreach (Metric metric in TestRows.Metrics)
        {
            MetricSpace space = MetricSpace.Create(TestRows.Random(300, 3, seed: sampleCount, levels: 7), metric);
            double[] core = HdbscanStages.Search(space).Measure(sampleCount).Distances;
            double[] expected = [
                .. Enumerable.Range(0, 300).Select(
                    row => Enumerable.Range(0, 300).Where(other => other != row).Select(
                        other => space.Distance(row, other)).Order().ElementAt(sampleCount - 1))];
            Assert.Equal(expected, core);
        }
    }

    [Theory]
    [InlineData(5, null, 100, 5)]
    [InlineData(5, 3, 100, 3)]
    [InlineData(5, 200, 100, 99)]
    [InlineData(5, null, 2, 1)]
    [InlineData(5, 9, 1, 1)]
    public void The_sample_count_is_that_asked_for_cut_to_the_other_rows(int minClusterSize, int? minSamples, int rows, int expected)
        => Assert.Equal(
            expected, new HdbscanOptions { MinClusterSize = minClusterSize, MinSampleCount = minSamples }.UsedSampleCount(rows));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_sample_count_out_of_range_is_refused(int sampleCount)
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(5, 2, seed: 1), Metric.Euclidean);
        foreach (SearchName name in HdbscanStages.SearchesOf(space))
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => HdbscanStages.Search(space, name).Measure(sampleCount).Distances);
        }
    }

    /// <summary>What counts is the number of rows, also where they are fewer points.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(400)]
    public void Every_search_counts_equal_rows_one_by_one(int levels)
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(500, 2, seed: 5, levels: levels), Metric.Euclidean);
        foreach (int sampleCount in (int[])[1, 30, 140, 499])
        {
            double[] expected = HdbscanStages.Search(space, SearchName.AllPairs).Measure(sampleCount).Distances;
            foreach (SearchName name in HdbscanStages.SearchesOf(space))
            {
                Assert.Equal(expected, HdbscanStages.Search(space, name).Measure(sampleCount).Distances);
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, float.PositiveInfinity)]
    public void Rows_with_too_few_in_reach_have_no_core_distance(int sampleCount, float expected)
    {
        // Two groups of three in a line, which are not connected.
        float[] distances = new float[36];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = i / 6 / 3 == i % 6 / 3 ? Math.Abs((i / 6) - (i % 6)) : float.PositiveInfinity;
        }

        double[] core = HdbscanStages.Search(
            MetricSpace.Create(new RowMatrix(distances, 6, 6), Metric.Precomputed)).Measure(sampleCount).Distances;
        Assert.Equal(expected, core[0]);
        Assert.Equal(expected, core[5]);
    }
}
