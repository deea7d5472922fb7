using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class NeighborSearchTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(3000, 15)]
    public void Few_rows_are_searched_exactly(int n, int k)
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(n, 6, seed: 1), Metric.Euclidean);
        NeighborLists expected = NeighborSets.BruteForce(space, k);
        NeighborLists found = NeighborSearch.Find(space, k, seed: 1);
        Assert.Equal(expected.Indices, found.Indices);
        Assert.Equal(expected.Distances, found.Distances);
    }

    [Fact]
    public void Rows_just_above_the_threshold_are_searched_with_little_loss()
    {
        MetricSpace space = MetricSpace.Create(
            NeighborSets.Mixture(NeighborSearch.AlwaysExactRows + 1, 200, 100, seed: 1), Metric.Manhattan);
        Assert.InRange(NeighborSets.Recall(space, NeighborSearch.Find(space, 10, seed: 1), step: 97), 0.98, 1);
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Chebyshev)]
    public void Many_rows_of_few_columns_are_searched_exactly(Metric metric)
    {
        const int n = 140_000;
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(n, 3, 20, seed: 2), metric);
        NeighborLists found = NeighborSearch.Find(space, 5, seed: 1);
        double[] measured = new double[n];
        for (int row = 0; row < n; row += 9973)
        {
            space.DistancesFrom(row, 0, measured);
            int[] expected = [.. Enumerable.Range(0, n).OrderBy(other => measured[other]).ThenBy(other => other).Take(5)];
            Assert.Equal(expected, found.IndicesOf(row).ToArray());
            Assert.Equal(expected.Select(other => measured[other]), found.DistancesOf(row).ToArray());
        }
    }

    /// <summary>
    /// Rows that each occur three times are no reason to cut cells finely, nor are few points that each occur very often one for a tree.
    /// </summary>
    [Fact]
    public void Rows_that_occur_several_times_are_found_as_well()
    {
        RowMatrix once = NeighborSets.Mixture(40_000, 30, 20, seed: 3);
        RowMatrix thrice = CanonicalOrder.Apply(once, [.. Enumerable.Range(0, 120_000).Select(row => row % 40_000)]);
        MetricSpace space = MetricSpace.Create(CanonicalOrder.Apply(thrice, CanonicalOrder.Of(thrice)), Metric.Euclidean);
        Assert.InRange(NeighborSets.Recall(space, InvertedFileSearch.Find(space, 10, seed: 1, Work.On(0))!, step: 997), 0.98, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void A_number_of_neighbours_out_of_range_is_refused(int k)
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => NeighborSearch.Find(MetricSpace.Create(TestRows.Random(5, 2, seed: 1), Metric.Euclidean), k, seed: 1));
}
