using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotPropertyTests
{
    [Fact]
    public void Numbers_are_numbers_also_where_a_file_left_them_as_texts()
    {
        PlotProperty property = Of(1, 2.5f, "3.25", null, "-4e1", 5m, 6L);
        Assert.Equal(PlotPropertyKind.Number, property.Kind);
        Assert.Equal([1, 2.5, 3.25, double.NaN, -40, 5, 6], property.Numbers());
    }

    [Fact]
    public void What_only_looks_like_a_number_stays_as_it_is()
    {
        Assert.Equal(["007", "8"], Of("007", 8).Texts());
        Assert.Equal(PlotPropertyKind.Text, Of("007", 8).Kind);
        Assert.Equal(["12345678901234567890"], Of(12345678901234567890UL).Texts());
        Assert.Equal(PlotPropertyKind.Text, Of("1,5").Kind);
    }

    [Fact]
    public void Dates_are_read_by_their_own_clock()
    {
        DateTime local = new(1970, 1, 2, 0, 0, 0, DateTimeKind.Local);
        PlotProperty property = Of(local, "1970-01-01 00:00:01", new DateOnly(1970, 1, 1), null);
        Assert.Equal(PlotPropertyKind.Date, property.Kind);
        Assert.Equal([86_400_000, 1000, 0, double.NaN], property.Numbers());
        Assert.Equal([0.0], Of(new DateTimeOffset(1970, 1, 1, 9, 0, 0, TimeSpan.FromHours(9))).Numbers());
    }

    [Fact]
    public void Everything_else_is_text_and_nothing_at_all_is_too()
    {
        Assert.Equal(["True", "2", null], Of(true, 2, string.Empty).Texts());
        Assert.Equal(PlotPropertyKind.Text, Of(null, null).Kind);
        Assert.Equal(["b", "a"], Of("a", "b").At([1, 0]).Texts());
    }

    private static PlotProperty Of(params object?[] values)
    {
        PlotProperty property = new("P");
        foreach (object? value in values)
        {
            property.Add(value);
        }

        return property;
    }
}
