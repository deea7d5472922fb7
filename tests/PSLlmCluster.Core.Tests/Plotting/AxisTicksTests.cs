using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class AxisTicksTests
{
    [Theory]
    [InlineData(0.0, 1.0, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(-1.6, 3.1, "−1 0 1 2 3")]
    [InlineData(-20.0, 70.0, "−20 0 20 40 60")]
    [InlineData(0.0, 2e-9, "0 5e−10 1e−9 1.5e−9 2e−9")]
    [InlineData(-3e10, 3e10, "−2e+10 0 2e+10")]
    public void Marks_are_round_numbers(double low, double high, string labels)
        => Assert.Equal(labels, string.Join(' ', AxisTicks.Across(new PlotRange(low, high), 500, 90).Select(tick => tick.Label)));

    [Fact]
    public void Long_labels_leave_each_other_room()
    {
        IReadOnlyList<AxisTick> ticks = AxisTicks.Across(new PlotRange(1e15, 1e15 + 9), 1000, 90);
        Assert.InRange(ticks.Count, 2, 8);
        Assert.Equal(ticks.Count, ticks.Select(tick => tick.Label).Distinct().Count());
    }

    /// <summary>There a double plus the step may be the same double.</summary>
    [Fact]
    public void An_axis_that_spans_next_to_nothing_has_few_marks()
        => Assert.InRange(AxisTicks.Up(new PlotRange(1, 1.0000000000000027), 8000, 30).Count, 0, 8000 / 30);
}
