namespace PSLlmCluster.Core.Tests.Umap;

public class UmapPinnedTests
{
    /// <summary>A change here means that layouts of the same seed have changed for every user: say so in the changelog.</summary>
    [Fact]
    public void The_layouts_bytes_are_the_pinned_ones()
    {
        Dictionary<string, string> pinned = new()
        {
            ["chebyshev150"] = "6607A0DAEE3D281BC8F856B9F3794AA60F62E7CAB303C1D4237004ABC236E783",
            ["correlation100"] = "AC043A40A6D1C3A2F4CFE5F530E150314D510672FC868ECBF392CF231EFD879B",
            ["cosine300"] = "574D62D53665B93014271E6D4B56237188571D4C3112A7BF780831556133E99C",
            ["few3"] = "5E1B0A7F998CDC8C242A115605115ABBA9EE0B19627A60C8A52F2C9270A762FB",
            ["manhattan150"] = "9A4F1ED4653BAF21AEA4D99035B90AA267D6CA31FB402B20F38C08CB68E5D759",
            ["normal200"] = "01C13D8CD8392C39FCF2BAA3A76038A1EA5239D2A09FD87C5F8A47E25EC13C16",
            ["pieces140"] = "D2D1871728D77A37B5842931652AEF503CE6FF07ACF9E5BFA6139EA083E92021",
        };
        Assert.Equal(pinned.OrderBy(hash => hash.Key), UmapPinned.Hashes().OrderBy(hash => hash.Key));
    }
}
