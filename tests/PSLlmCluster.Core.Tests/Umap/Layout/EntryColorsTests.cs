using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class EntryColorsTests
{
    /// <summary>One, two and four bytes for an entry.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(1 << 20)]
    public void Every_color_comes_back_as_it_was_given(int usual)
    {
        EntryColors colors = new(5, usual);
        colors.Set(0, 0);
        colors.Set(1, usual - 1);
        colors.Set(2, usual / 2);
        colors.Set(3, -1);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(colors.Has));
        colors.SetOver(3, usual);
        colors.SetOver(4, int.MaxValue);
        Assert.Equal([0, usual - 1, usual / 2, usual, int.MaxValue], Enumerable.Range(0, 5).Select(entry => colors[entry]));
    }
}
