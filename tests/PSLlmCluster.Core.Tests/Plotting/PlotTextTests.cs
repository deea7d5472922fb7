using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotTextTests
{
    [Fact]
    public void A_label_is_one_line_that_xml_can_hold()
        => Assert.Equal("a b c d\ufffde\ufffdf\ufffd😀", PlotText.OneLine("a\r\nb\tc\u2028d\u0001e\ud800f\uffff😀"));

    [Fact]
    public void Wide_characters_count_as_wide_and_marks_as_nothing()
    {
        Assert.Equal(30, PlotText.EstimateWidth("日本語", 10), 6);
        Assert.Equal(6, PlotText.EstimateWidth("e\u0301", 10), 6);
        Assert.Equal(10, PlotText.EstimateWidth("😀\ufe0f", 10), 6);
    }
}
