using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class KdTreeTests
{
    public static TheoryData<int, int, int> Shapes
        => new()
        {
            { 1, 1, 0 },
            { 16, 2, 0 },
            { 17, 2, 0 },
            { 1000, 1, 0 },
            { 1000, 3, 0 },
            { 1000, 20, 0 },
            { 1000, 2, 4 },
            { 5000, 2, 40 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_row_belongs_to_one_point_and_lies_in_the_boxes_above_it(int n, int columns, int levels)
    {
        RowMatrix rows = TestRows.Random(n, columns, seed: 5, levels: levels);
        KdTree tree = KdTree.Build(MetricSpace.Create(rows, Metric.Euclidean), threadCount: 2, default);
        int[] seen = new int[n];
        for (int point = 0; point < tree.PointCount; point++)
        {
            foreach (int row in tree.Points.RowsOf(point))
            {
                seen[row]++;
                Assert.Equal(rows.Row(tree.Points.FirstRowOf(point)).ToArray(), rows.Row(row).ToArray());
            }

            Assert.Equal(tree.Points.RowsOf(point).ToArray().Order(), tree.Points.RowsOf(point).ToArray());
            for (int column = 0; column < columns; column++)
            {
                Assert.Equal(
                    rows.Row(tree.Points.FirstRowOf(point))[column], tree.Coordinates[tree.OffsetOf(point) + (column * KdTree.LeafSize)]);
            }
        }

        Assert.All(seen, count => Assert.Equal(1, count));
        Assert.Equal(Enumerable.Range(0, n).Select(row => string.Join(' ', rows.Row(row).ToArray())).Distinct().Count(), tree.PointCount);
        for (int node = 0; node < tree.NodeCount; node++)
        {
            for (
                int point = tree.FirstLeaf[node] * KdTree.LeafSize; point < Math.Min(
                    tree.PointCount, tree.EndLeaf[node] * KdTree.LeafSize); point++)
            {
                for (int column = 0; column < columns; column++)
                {
                    Assert.InRange(
                        rows.Row(tree.Points.FirstRowOf(point))[column],
                        tree.Low[(node * columns) + column],
                        tree.High[(node * columns) + column]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Children_divide_the_leaves_of_their_parent(int n, int columns, int levels)
    {
        KdTree tree = KdTree.Build(
            MetricSpace.Create(TestRows.Random(n, columns, seed: 6, levels: levels), Metric.Manhattan), threadCount: 1, default);
        Assert.Equal((0, tree.LeafCount), (tree.FirstLeaf[0], tree.EndLeaf[0]));
        for (int node = 0; node < tree.NodeCount; node++)
        {
            if (tree.EndLeaf[node] - tree.FirstLeaf[node] == 1)
            {
                Assert.Equal(node, tree.NodeOfLeaf[tree.FirstLeaf[node]]);
                Assert.InRange(tree.CountOf(tree.FirstLeaf[node]), 1, KdTree.LeafSize);
                continue;
            }

            int second = tree.SecondChild(node);
            Assert.Equal(tree.FirstLeaf[node], tree.FirstLeaf[node + 1]);
            Assert.Equal(tree.EndLeaf[node + 1], tree.FirstLeaf[second]);
            Assert.Equal(tree.EndLeaf[node], tree.EndLeaf[second]);
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_place()
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(20_000, 3, seed: 8, levels: 50), Metric.Euclidean);
        KdTree one = KdTree.Build(space, threadCount: 1, default);
        KdTree five = KdTree.Build(space, threadCount: 5, default);
        Assert.Equal(one.Coordinates, five.Coordinates);
        Assert.Equal(one.Points.PointsOfRows(), five.Points.PointsOfRows());
    }

    /// <summary>The order of rows has no say but for which of them carry which index.</summary>
    [Fact]
    public void Permuted_rows_make_the_same_tree()
    {
        RowMatrix rows = TestRows.Random(3000, 3, seed: 9, levels: 20);
        int[] order = TestRows.Shuffle(3000, seed: 2);
        KdTree tree = KdTree.Build(MetricSpace.Create(rows, Metric.Euclidean), threadCount: 2, default);
        KdTree permuted = KdTree.Build(MetricSpace.Create(CanonicalOrder.Apply(rows, order), Metric.Euclidean), threadCount: 2, default);
        Assert.Equal(tree.Coordinates, permuted.Coordinates);
    }

    [Fact]
    public void A_million_equal_rows_are_one_point()
    {
        KdTree tree = KdTree.Build(
            MetricSpace.Create(new RowMatrix(new float[2_000_000], 1_000_000, 2), Metric.Euclidean), threadCount: 0, default);
        Assert.Equal((1, 1, 1), (tree.PointCount, tree.LeafCount, tree.NodeCount));
        Assert.Equal(1_000_000, tree.Points.RowsOf(0).Length);
    }

    [Fact]
    public void Both_zeros_are_one_value()
    {
        KdTree tree = KdTree.Build(
            MetricSpace.Create(new RowMatrix([0f, -0f, 1f, 0f, -0f], 5, 1), Metric.Euclidean), threadCount: 1, default);
        Assert.Equal(2, tree.PointCount);
    }

    /// <summary>Keys that rise to the middle and fall again are bad for a median of three.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sorted_and_folded_rows_are_split_in_the_middle(int shape)
    {
        const int N = 4096;
        float[] values = [
            .. Enumerable.Range(0, N).Select(i => shape switch { 1 => i, 2 => N - i, _ => i < N / 2 ? 2f * i : (2f * (N - i)) - 1 })
        ];
        KdTree tree = KdTree.Build(MetricSpace.Create(new RowMatrix(values, N, 1), Metric.Euclidean), threadCount: 1, default);
        for (int leaf = 1; leaf < tree.LeafCount; leaf++)
        {
            Assert.True(tree.High[tree.NodeOfLeaf[leaf - 1]] < tree.Low[tree.NodeOfLeaf[leaf]]);
        }
    }

    [Fact]
    public void A_metric_without_a_tree_is_refused()
        => Assert.Throws<ArgumentException>(
            () => KdTree.Build(MetricSpace.Create(TestRows.Random(5, 2, seed: 1), Metric.Cosine), threadCount: 1, default));

    [Fact]
    public void A_cancelled_token_stops_the_construction()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => KdTree.Build(
                MetricSpace.Create(TestRows.Random(500, 2, seed: 1), Metric.Euclidean),
                threadCount: 1,
                new CancellationToken(canceled: true)));
}
