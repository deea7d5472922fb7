using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotColorTests
{
    [Theory]
    [InlineData(-1, "rgba(128,128,128,0.8)", 128, 128, 128)]
    [InlineData(0, "hsl(0, 70%, 50%)", 217, 38, 38)]
    [InlineData(1, "hsl(60, 70%, 50%)", 217, 217, 38)]
    [InlineData(2, "hsl(120, 70%, 50%)", 38, 217, 38)]
    [InlineData(5, "hsl(300, 70%, 50%)", 217, 38, 217)]
    [InlineData(6, "hsl(0, 70%, 50%)", 217, 38, 38)]
    [InlineData(int.MaxValue, "hsl(60, 70%, 50%)", 217, 217, 38)]
    public void The_colour_is_the_notebooks(int cluster, string css, byte red, byte green, byte blue)
    {
        PlotColor color = PlotColor.Of(cluster);
        Assert.Equal((css, red, green, blue), (color.Css, color.Red, color.Green, color.Blue));
    }
}
