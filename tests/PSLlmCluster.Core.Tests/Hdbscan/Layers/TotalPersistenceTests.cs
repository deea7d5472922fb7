using PSLlmCluster.Core.Hdbscan.Layers;

namespace PSLlmCluster.Core.Tests.Hdbscan.Layers;

public class TotalPersistenceTests
{
    [Fact]
    public void Steps_cover_all_sizes_and_those_of_one_total_are_one()
    {
        // Two leaves from 2 to 4, of which one gives way to another of the same persistence, and one from 7 to 8.
        LeafSpans spans = new([1, 2, 2, 5, 7], [0, 4, 4, 7, 8]);

        Assert.Equal(
            [new(2, 4, 6, 2), new(5, 6, 3, 1), new(7, 7, 5, 2), new(8, 8, 2, 1), new(9, 12, 0, 0)],
            TotalPersistence.Compute(spans, 2, 12, default));
        Assert.Equal(
            [new(2, 7, 3, 1), new(8, 8, 0, 0)], TotalPersistence.Compute(new LeafSpans([2, 5], [4, 7]), 2, 8, default));
        Assert.Empty(TotalPersistence.Compute(new LeafSpans([5], [0]), 5, 4, default));
    }

    [Fact]
    public void Sizes_go_as_far_as_whole_numbers_do()
        => Assert.Equal(
            [new(2, int.MaxValue, 2L * (int.MaxValue - 1), 2)],
            TotalPersistence.Compute(new LeafSpans([2, 2], [int.MaxValue, int.MaxValue]), 2, int.MaxValue, default));
}
