namespace PSLlmCluster.Core.Tests.Umap;

public class UmapPinnedTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void The_layouts_bytes_are_the_pinned_ones(int threadCount, bool shuffled)
        => Assert.Equal(UmapPinned.Expected.OrderBy(hash => hash.Key), UmapPinned.Hashes(threadCount, shuffled).OrderBy(hash => hash.Key));
}
