using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class ExactNeighborsTests
{
    public static TheoryData<string> GoldenCases => [.. GoldenSet.Umap.CaseIds().Where(IsPlainFit)];

    /// <summary>umap-learn's neighbours of every case whose metric is ours: distances place by place, indices but for near ties.</summary>
    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void Neighbours_equal_the_reference(string id)
    {
        GoldenFile golden = GoldenSet.Umap.Case(id);
        RowMatrix rows = Rows(golden);
        int[] expected = golden.Ints("knn_indices");
        double[] distances = golden.Doubles("knn_dists");
        double[] next = golden.Doubles("next_dists");
        int k = golden.Shape("knn_indices")[1];
        NeighborLists found = ExactNeighbors.Find(MetricSpace.Create(rows, MetricOf(golden)), k);
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<double> foundDistances = found.DistancesOf(row);
            ReadOnlySpan<double> expectedDistances = distances.AsSpan(row * k, k);
            for (int place = 0; place < k; place++)
            {
                double tolerance = Math.Max(1e-6 * expectedDistances[place], 1e-12);
                Assert.True(Math.Abs(foundDistances[place] - expectedDistances[place]) <= tolerance, $"row {row}, place {place}: {foundDistances[place]:R} is not {expectedDistances[place]:R}");
                if (found.IndicesOf(row)[place] != expected[(row * k) + place])
                {
                    bool nearBefore = place > 0 && expectedDistances[place] - expectedDistances[place - 1] <= tolerance;
                    double after = place + 1 < k ? expectedDistances[place + 1] : next[row];
                    Assert.True(nearBefore || after - expectedDistances[place] <= tolerance, $"row {row}, place {place}: {found.IndicesOf(row)[place]} is not {expected[(row * k) + place]}");
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

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(500, 20, seed: 3), Metric.Cosine);
        NeighborLists one = ExactNeighbors.Find(space, 10, threadCount: 1);
        NeighborLists four = ExactNeighbors.Find(space, 10, threadCount: 4);
        Assert.Equal(one.Indices, four.Indices);
        Assert.Equal(one.Distances, four.Distances);
    }

    [Fact]
    public void A_cancelled_token_ends_the_search()
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(50, 2, seed: 1), Metric.Euclidean);
        Assert.ThrowsAny<OperationCanceledException>(() => ExactNeighbors.Find(space, 3, token: new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void A_number_of_neighbours_out_of_range_is_refused(int k)
        => Assert.Throws<ArgumentOutOfRangeException>(() => ExactNeighbors.Find(MetricSpace.Create(TestRows.Random(5, 2, seed: 1), Metric.Euclidean), k));

    private static bool IsPlainFit(string id)
    {
        GoldenFile golden = GoldenSet.Umap.Case(id);
        return golden.Json.GetProperty("kind").GetString() == "fit"
            && golden.Has("knn_indices") && golden.Has("next_dists")
            && !golden.Json.GetProperty("params").TryGetProperty("disconnection_distance", out _)
            && !golden.Json.GetProperty("params").TryGetProperty("unique", out _)
            && Enum.TryParse<Metric>(MetricName(golden), ignoreCase: true, out _);
    }

    private static string MetricName(GoldenFile golden)
        => golden.Json.GetProperty("params").TryGetProperty("metric", out System.Text.Json.JsonElement metric) ? metric.GetString()! : "euclidean";

    private static Metric MetricOf(GoldenFile golden) => Enum.Parse<Metric>(MetricName(golden), ignoreCase: true);

    private static RowMatrix Rows(GoldenFile golden)
    {
        GoldenFile data = GoldenSet.Umap.Data(golden.Json.GetProperty("dataset").GetString()!);
        int[] shape = data.Shape("X");
        int n = golden.Json.GetProperty("n").GetInt32();
        return new RowMatrix(data.Floats("X")[..(n * shape[1])], n, shape[1]);
    }
}
