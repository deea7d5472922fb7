using PSLlmCluster.Core.Umap.Layout;

namespace PSLlmCluster.Core.Tests.Umap.Layout;

public class EntryColorsTests
{
    /// <summary>The largest colours of one, two, three and four bytes, and the next ones.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(16_777_214)]
    [InlineData(16_777_215)]
    [InlineData(int.MaxValue - 1)]
    public void Every_color_comes_back_as_it_was_given(int largest)
    {
        EntryColors colors = new(5);
        colors.Set(0, 0);
        colors.Set(1, largest);
        colors.Set(2, largest / 2);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(colors.Has));
        colors.Set(4, 1);
        Assert.Equal([0, largest, largest / 2, 1], new[] { 0, 1, 2, 4 }.Select(entry => colors[entry]));
        Assert.False(colors.Has(3));
    }
}
