using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class KdNeighborsTests
{
    public static TheoryData<Metric> Metrics => [Metric.Euclidean, Metric.Manhattan, Metric.Chebyshev];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Lists_are_those_of_measuring_every_pair(Metric metric)
    {
        foreach (int columns in (int[])[1, 2, 3, 5, 10, 15, 16, 17, 33, 50])
        {
            foreach (int levels in (int[])[0, 3, 12])
            {
                AssertSame(TestRows.Random(400, columns, seed: columns, levels: levels), metric, 1, 2, 16, 50);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Lists_of_all_rows_and_of_few_rows_are_exact(Metric metric)
    {
        foreach (int n in (int[])[1, 2, 15, 16, 17, 33, 200])
        {
            AssertSame(TestRows.Random(n, 2, seed: n, levels: 5), metric, 1, (n + 1) / 2, n);
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Rows_in_a_line_far_out_and_of_all_sizes_are_exact(Metric metric)
    {
        RowMatrix normal = TestRows.Random(400, 2, seed: 3);
        AssertSame(Map(normal, (x, _) => (x, x)), metric, 7);
        AssertSame(Map(normal, (x, y) => (x + 1e6f, y - 1e7f)), metric, 7);
        AssertSame(Map(normal, (x, y) => (x * 5e37f, y * 1e-38f)), metric, 7);
        AssertSame(Map(normal, (x, y) => (x * 1e-40f, y * 1e-44f)), metric, 7);
        AssertSame(Map(normal, (x, y) => (MathF.Pow(10, x * 8), y > 0 ? 1 : 0)), metric, 7);
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        KdTree tree = KdTree.Build(MetricSpace.Create(TestRows.Random(3000, 3, seed: 4, levels: 30), Metric.Euclidean), 0, default);
        NeighborLists one = KdNeighbors.Find(tree, 12, WorkContext.Create(1, null, default));
        NeighborLists five = KdNeighbors.Find(tree, 12, WorkContext.Create(5, null, default));
        Assert.Equal(one.Indices, five.Indices);
        Assert.Equal(one.Distances, five.Distances);
    }

    [Fact]
    public void A_million_equal_rows_have_the_smallest_rows_as_neighbours()
    {
        KdTree tree = KdTree.Build(MetricSpace.Create(new RowMatrix(new float[2_000_000], 1_000_000, 2), Metric.Euclidean), 0, default);
        NeighborLists lists = KdNeighbors.Find(tree, 5, default);
        for (int row = 0; row < 1_000_000; row += 9973)
        {
            Assert.Equal([0, 1, 2, 3, 4], lists.IndicesOf(row).ToArray());
        }

        Assert.All(lists.DistancesOf(77).ToArray(), distance => Assert.Equal(0, distance));
    }

    [Fact]
    public void Progress_ends_at_one()
    {
        List<double> shares = [];
        KdTree tree = KdTree.Build(MetricSpace.Create(TestRows.Random(1000, 2, seed: 4), Metric.Euclidean), 1, default);
        KdNeighbors.Find(tree, 3, WorkContext.Create(1, new Recorder(shares), default));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void A_cancelled_token_stops_the_search()
    {
        KdTree tree = KdTree.Build(MetricSpace.Create(TestRows.Random(50, 2, seed: 1), Metric.Euclidean), 1, default);
        Assert.ThrowsAny<OperationCanceledException>(
            () => KdNeighbors.Find(tree, 3, WorkContext.Create(0, null, new CancellationToken(canceled: true))));
    }

    private static RowMatrix Map(RowMatrix rows, Func<float, float, (float X, float Y)> map)
    {
        float[] values = new float[rows.Values.Length];
        for (int row = 0; row < rows.RowCount; row++)
        {
            (values[2 * row], values[(2 * row) + 1]) = map(rows.Row(row)[0], rows.Row(row)[1]);
        }

        return new RowMatrix(values, rows.RowCount, 2);
    }

    private static void AssertSame(RowMatrix rows, Metric metric, params int[] counts)
    {
        MetricSpace space = MetricSpace.Create(rows, metric);
        KdTree tree = KdTree.Build(space, 2, default);
        foreach (int k in counts)
        {
            NeighborLists expected = ExactNeighbors.Find(space, k);
            NeighborLists found = KdNeighbors.Find(tree, k, default);
            Assert.Equal(expected.Distances, found.Distances);
            Assert.Equal(expected.Indices, found.Indices);
        }
    }

    private sealed class Recorder(List<double> shares) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => shares.Add(value.Fraction);
    }
}
