using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Neighbors;

public class SampledNeighborsTests
{
    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Manhattan)]
    public void The_neighbours_of_some_rows_are_those_of_the_exact_search(Metric metric)
    {
        MetricSpace space = MetricSpace.Create(NeighborSets.Mixture(700, 12, 10, seed: 3), metric);
        DotRows? vectors = DotRows.Suits(space) ? DotRows.Create(space, Work.On(2)) : null;
        int[] rows = [5, 699, 0, 321];
        SampledNeighbors found = SampledNeighbors.Find(space, vectors, rows, 9, Work.On(2));
        NeighborLists expected = ExactNeighbors.Find(space, 9);
        for (int slot = 0; slot < rows.Length; slot++)
        {
            Assert.Equal(expected.DistancesOf(rows[slot]).ToArray(), found.Distances[(slot * 9)..((slot + 1) * 9)].Order());
            Assert.Equal(expected.IndicesOf(rows[slot]).ToArray().Order(), found.Indices[(slot * 9)..((slot + 1) * 9)].Order());
        }
    }

    /// <summary>Numbers for each row of all are for products alone.</summary>
    [Fact]
    public void Without_products_nothing_is_held_for_the_other_rows()
    {
        MetricSpace space = MetricSpace.Create(TestRows.Random(100_000, 1, seed: 4), Metric.Manhattan);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SampledNeighbors.Find(space, null, [1, 2, 3], 5, Work.On(1));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 100_000);
    }
}
