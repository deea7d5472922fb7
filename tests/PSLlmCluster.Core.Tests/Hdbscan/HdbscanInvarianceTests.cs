using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>What must not change a result: threads, the order of the rows, the origin, the unit, the machine.</summary>
public class HdbscanInvarianceTests
{
    public static TheoryData<string> SetNames => [.. HdbscanPinned.Sets().Select(set => set.Name)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Results_have_the_pinned_bytes_for_any_number_of_threads(int threadCount)
        => Assert.Equal(
            HdbscanPinned.Expected.OrderBy(pin => pin.Key, StringComparer.Ordinal),
            HdbscanPinned.Hashes(threadCount).OrderBy(pin => pin.Key, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(SetNames))]
    public void Permuting_the_rows_permutes_the_result(string name)
    {
        (_, RowMatrix rows, HdbscanOptions options) = HdbscanPinned.Sets().Single(set => set.Name == name);
        HdbscanResult expected = HdbscanClustering.Compute(rows, options);
        for (int seed = 0; seed < 4; seed++)
        {
            int[] order = TestRows.Shuffle(rows.RowCount, seed);
            HdbscanResult found = HdbscanClustering.Compute(CanonicalOrder.Apply(rows, order), options);
            Assert.Equal(order.Select(row => expected.Probabilities[row]), found.Probabilities);
            Assert.Equal(order.Select(row => expected.OutlierScores[row]), found.OutlierScores);

            // Clusters of one size are numbered by their smallest row, and only they may change places.
            Assert.Equal(expected.Labels.Count(label => label < 0), found.Labels.Count(label => label < 0));
            int[] numbers = new int[expected.Persistences.Length];
            for (int place = 0; place < order.Length; place++)
            {
                int label = expected.Labels[order[place]];
                Assert.Equal(label < 0, found.Labels[place] < 0);
                if (label >= 0)
                {
                    numbers[label] = found.Labels[place];
                }
            }

            Assert.Equal(order.Select(row => expected.Labels[row] < 0 ? -1 : numbers[expected.Labels[row]]), found.Labels);
            Assert.Equal(expected.Persistences, numbers.Select(number => found.Persistences[number]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void Equal_rows_have_equal_results(int levels)
    {
        RowMatrix once = TestRows.Random(120, 2, seed: 9, levels: levels);
        RowMatrix twice = CanonicalOrder.Apply(once, [.. Enumerable.Range(0, 200).Select(row => row % 120)]);
        foreach (
            HdbscanOptions options in new[]
            {
                new HdbscanOptions { MinClusterSize = 2, MinSampleCount = 1 },
                new HdbscanOptions(),
                new HdbscanOptions { MinClusterSize = 3, Alpha = 2 },
            })
        {
            HdbscanResult result = HdbscanClustering.Compute(twice, options);
            for (int row = 120; row < 200; row++)
            {
                Assert.Equal(result.Labels[row - 120], result.Labels[row]);
                Assert.Equal(result.Probabilities[row - 120], result.Probabilities[row]);
                Assert.Equal(result.OutlierScores[row - 120], result.OutlierScores[row]);
            }
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Chebyshev)]
    public void Moving_all_rows_by_whole_numbers_changes_nothing(Metric metric)
    {
        // Whole numbers this small stay exact when they are moved.
        RowMatrix rows = TestRows.Random(300, 3, seed: 41, levels: 40);
        RowMatrix moved = new(Array.ConvertAll(rows.Values, value => value - 1000), 300, 3);
        AssertSame(
            HdbscanClustering.Compute(rows, new HdbscanOptions { Metric = metric }),
            HdbscanClustering.Compute(moved, new HdbscanOptions { Metric = metric }));
    }

    [Theory]
    [InlineData(1024f)]
    [InlineData(1 / 65536f)]
    public void Scaling_by_a_power_of_2_changes_nothing(float factor)
    {
        RowMatrix rows = TestRows.Random(300, 3, seed: 42);
        RowMatrix scaled = new(Array.ConvertAll(rows.Values, value => value * factor), 300, 3);
        foreach (Metric metric in TestRows.Metrics)
        {
            bool scales = metric is Metric.Euclidean or Metric.Manhattan or Metric.Chebyshev or Metric.Minkowski;
            double epsilon = scales ? 0.4 * factor : 0.01;
            HdbscanOptions options = new() { Metric = metric, MinClusterSize = 3 };
            AssertSame(
                HdbscanClustering.Compute(rows, options with { ClusterSelectionEpsilon = scales ? 0.4 : 0.01 }),
                HdbscanClustering.Compute(scaled, options with { ClusterSelectionEpsilon = epsilon }));
        }
    }

    private static void AssertSame(HdbscanResult expected, HdbscanResult found)
    {
        Assert.Equal(expected.Labels, found.Labels);
        Assert.Equal(expected.Probabilities, found.Probabilities);
        Assert.Equal(expected.OutlierScores, found.OutlierScores);
        Assert.Equal(expected.Persistences, found.Persistences);
    }
}
