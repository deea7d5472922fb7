namespace PSLlmCluster.Core.Tests.Umap;

public class UmapPinnedTests
{
    /// <summary>A change here means that layouts of the same seed have changed for every user: say so in the changelog.</summary>
    [Fact]
    public void The_layouts_bytes_are_the_pinned_ones()
    {
        Dictionary<string, string> pinned = new()
        {
        };
        Assert.Equal(pinned.OrderBy(hash => hash.Key), UmapPinned.Hashes().OrderBy(hash => hash.Key));
    }
}
