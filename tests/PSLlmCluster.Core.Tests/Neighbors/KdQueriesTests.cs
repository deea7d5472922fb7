using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class KdQueriesTests
{
    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Chebyshev)]
    public void Rows_that_are_not_in_the_tree_find_what_measuring_every_row_finds(Metric metric)
    {
        foreach (int columns in (int[])[1, 2, 3, 10, 16, 33, 64])
        {
            foreach (int levels in (int[])[0, 4])
            {
                MetricSpace space = MetricSpace.Create(TestRows.Random(600, columns, seed: columns, levels: levels), metric);
                RowMatrix queries = TestRows.Random(40, columns, seed: 1000 + columns, levels: levels);
                foreach (int k in (int[])[1, 7, 600])
                {
                    AssertSame(space, queries, k);
                }
            }
        }
    }

    [Fact]
    public void Rows_far_out_and_trees_of_few_rows_are_exact()
    {
        RowMatrix far = new([1e30f, -1e30f, 3e38f, 3e38f, 0, 0, 1e-40f, -1e-44f], 4, 2);
        foreach (int n in (int[])[1, 2, 15, 16, 17, 33])
        {
            AssertSame(MetricSpace.Create(TestRows.Random(n, 2, seed: n, levels: 5), Metric.Euclidean), far, n);
        }
    }

    private static void AssertSame(MetricSpace space, RowMatrix queries, int k)
    {
        KdTree tree = KdTree.Build(space, 1, default);
        MetricSpace foreign = space.CreateForeign(queries);
        int[] indices = new int[k];
        double[] distances = new double[k];
        for (int query = 0; query < queries.RowCount; query++)
        {
            KdQueries.Find(tree, queries, query, indices, distances, default);
            (double Distance, int Row)[] expected = [
                .. Enumerable.Range(0, space.RowCount).Select(row => (space.DistanceFrom(foreign, query, row), row)).Order().Take(k)
            ];
            Assert.Equal(expected.Select(pair => pair.Row), indices);
            Assert.Equal(expected.Select(pair => pair.Distance), distances);
        }
    }
}
