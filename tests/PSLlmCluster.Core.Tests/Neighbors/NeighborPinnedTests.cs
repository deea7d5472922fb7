namespace PSLlmCluster.Core.Tests.Neighbors;

public class NeighborPinnedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_pinned_lists_are_the_same_for_any_number_of_threads(int threads)
        => Assert.Equal(NeighborPinned.Expected, NeighborPinned.Hashes(threads));
}
