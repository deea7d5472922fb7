using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Tests.Umap;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class ExactNeighborsTests
{
    public static TheoryData<string> GoldenCases => [.. UmapGolden.Ids("knn_indices", "next_dists")];

    /// <summary>umap-learn's neighbours of every case: distances place by place, indices but for near ties.</summary>
    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void Neighbours_equal_the_reference(string id)
    {
        UmapGolden golden = UmapGolden.Load(id);
        RowMatrix rows = golden.Rows();
        int[] expected = golden.File.Ints("knn_indices");
        double[] distances = golden.File.Doubles("knn_dists");
        double[] next = golden.File.Doubles("next_dists");
        int k = golden.File.Shape("knn_indices")[1];
        NeighborLists found = ExactNeighbors.Find(golden.Space(), k);
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<double> foundDistances = found.DistancesOf(row);
            ReadOnlySpan<double> expectedDistances = distances.AsSpan(row * k, k);
            for (int place = 0; place < k; place++)
            {
                if (expected[(row * k) + place] < 0)
                {
                    // Dropped there at once; here it is the graph that drops it.
                    Assert.True((float)foundDistances[place] >= golden.Disconnection);
                    continue;
                }

                double tolerance = Math.Max(1e-6 * expectedDistances[place], 1e-12);
                Assert.True(
                    Math.Abs(foundDistances[place] - expectedDistances[place]) <= tolerance,
                    $"row {row}, place {place}: {foundDistances[place]:R} is not {expectedDistances[place]:R}");
                if (found.IndicesOf(row)[place] != expected[(row * k) + place])
                {
                    bool nearBefore = place > 0 && expectedDistances[place] - expectedDistances[place - 1] <= tolerance;
                    double after = place + 1 < k ? expectedDistances[place + 1] : next[row];
                    Assert.True(
                        nearBefore || after - expectedDistances[place] <= tolerance,
                        $"row {row}, place {place}: {found.IndicesOf(row)[place]} is not {expected[(row * k) + place]}");
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(300, 1)]
    [InlineData(300, 7)]
    [InlineData(300, 300)]
    public void Lists_are_those_of_sorting_all_pairs(int n, int k)
    {
        // Whole numbers, so that many distances are equal.
        RowMatrix rows = TestRows.Random(n, 2, seed: n + k, levels: 9);
        MetricSpace space = MetricSpace.Create(rows, Metric.Euclidean);
        NeighborLists found = ExactNeighbors.Find(space, k);
        for (int row = 0; row < n; row++)
        {
            int[] sorted = [.. Enumerable.Range(0, n).OrderBy(other => space.Distance(row, other)).ThenBy(other => other).Take(k)];
            Assert.Equal(sorted, found.IndicesOf(row).ToArray());
            Assert.Equal(sorted.Select(other => space.Distance(row, other)), found.DistancesOf(row).ToArray());
        }
    }

    public static TheoryData<string, Metric> NastyCases
    {
        get
        {
            TheoryData<string, Metric> cases = [];
            foreach (string name in NeighborSets.Names)
            {
                foreach (Metric metric in new[] { Metric.Euclidean, Metric.Cosine, Metric.Correlation, Metric.Manhattan })
                {
                    cases.Add(name, metric);
                }
            }

            return cases;
        }
    }

    /// <summary>The filter of products may never lose a neighbour, however useless the products are.</summary>
    [Theory]
    [MemberData(nameof(NastyCases))]
    public void Lists_are_those_of_brute_force_to_the_bit(string name, Metric metric)
    {
        RowMatrix rows = NeighborSets.Nasty(name);
        MetricSpace space = MetricSpace.Create(rows, metric);
        foreach (int k in new[] { 1, 15, 90 })
        {
            NeighborLists expected = NeighborSets.BruteForce(space, k);
            NeighborLists found = ExactNeighbors.Find(space, k);
            Assert.Equal(expected.Indices, found.Indices);
            Assert.Equal(expected.Distances, found.Distances);
            double[] kth = ExactNeighbors.KthDistances(space, k, Work.On(2));
            Assert.Equal(Enumerable.Range(0, rows.RowCount).Select(row => expected.DistancesOf(row)[^1]), kth);
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Chebyshev)]
    public void Permuted_rows_have_permuted_lists(Metric metric)
    {
        RowMatrix rows = TestRows.Random(1300, 25, seed: 8);
        int[] order = TestRows.Shuffle(1300, seed: 9);
        NeighborLists plain = ExactNeighbors.Find(MetricSpace.Create(rows, metric), 12);
        NeighborLists permuted = ExactNeighbors.Find(MetricSpace.Create(CanonicalOrder.Apply(rows, order), metric), 12);
        for (int place = 0; place < order.Length; place++)
        {
            Assert.Equal(plain.IndicesOf(order[place]).ToArray(), permuted.IndicesOf(place).ToArray().Select(other => order[other]));
            Assert.Equal(plain.DistancesOf(order[place]).ToArray(), permuted.DistancesOf(place).ToArray());
        }
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(2500, 20, seed: 3), Metric.Cosine);
        NeighborLists one = ExactNeighbors.Find(space, 10, Work.On(1));
        foreach (int threads in new[] { 2, 5 })
        {
            NeighborLists several = ExactNeighbors.Find(space, 10, Work.On(threads));
            Assert.Equal(one.Indices, several.Indices);
            Assert.Equal(one.Distances, several.Distances);
        }
    }

    [Fact]
    public void A_cancelled_token_stops_the_search()
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(50, 2, seed: 1), Metric.Euclidean);
        Assert.ThrowsAny<OperationCanceledException>(() => ExactNeighbors.Find(space, 3, Work.Cancelled));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void A_number_of_neighbours_out_of_range_is_refused(int k)
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => ExactNeighbors.Find(MetricSpace.Create(TestRows.Random(5, 2, seed: 1), Metric.Euclidean), k));
}
