using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotRangeTests
{
    [Fact]
    public void Every_point_has_the_room_it_needs_and_the_range_is_no_larger_than_that()
    {
        double[] values = [0, 10, 4];
        double[] before = [50, 20, 200];
        double[] after = [10, 30, 100];
        PlotRange range = PlotRange.Around(values, before, after, 500);
        double[] left = [.. values.Select((value, i) => (range.FractionOf(value) * 500) - before[i])];
        double[] right = [.. values.Select((value, i) => 500 - (range.FractionOf(value) * 500) - after[i])];
        Assert.Equal(0, left.Min(), 6);
        Assert.Equal(0, right.Min(), 6);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(0, 0)]
    [InlineData(1e15, 1e15)]
    [InlineData(1e300, 1e300)]
    [InlineData(-1e300, 1e300)]
    [InlineData(0, 5e-324)]
    [InlineData(1e15, 1000000000000005.0)]
    public void Any_two_numbers_give_a_range_that_can_be_drawn(double low, double high)
    {
        PlotRange range = PlotRange.Around([low, high], [10, 10], [10, 10], 500);
        Assert.True(double.IsFinite(range.Span) && range.Span > 0);
        Assert.InRange(range.FractionOf(low), 0, 1);
        Assert.InRange(range.FractionOf(high), 0, 1);
        Assert.NotEmpty(AxisTicks.Across(range, 500, 90));
    }
}
