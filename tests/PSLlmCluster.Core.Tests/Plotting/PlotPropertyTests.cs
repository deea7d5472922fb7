using System.Globalization;
using System.Numerics;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Core.Tests.Plotting;

public class PlotPropertyTests
{
    // As cultures have them; a process of tests may know none by name.
    private static readonly CultureInfo _german = Culture("dd.MM.yyyy", "HH:mm:ss", ",");
    private static readonly CultureInfo _british = Culture("dd/MM/yyyy", "HH:mm:ss", ".");

    [Fact]
    public void Numbers_are_numbers_also_where_a_file_left_them_as_texts()
    {
        PlotProperty property = Of(1, 2.5f, "3.25", null, "-4e1", 5m, 6L);
        Assert.Equal(PlotPropertyKind.Number, property.Kind);
        Assert.Equal([1, 2.5, 3.25, double.NaN, -40, 5, 6], property.Numbers());
        Assert.Equal(["1", "2.5", "3.25", null, "-4e1", "5", "6"], property.Texts());
    }

    [Fact]
    public void Texts_are_numbers_of_the_invariant_culture_or_of_the_one_given()
    {
        Assert.Equal(PlotPropertyKind.Text, Of("0,10001", "2").Kind);
        PlotProperty german = In(_german, "0,10001", "2", "1.5", "-3,5E-2", " 7 ");
        Assert.Equal([0.10001, 2, 1.5, -0.035, 7], german.Numbers());
        Assert.Equal(["0,10001", "2", "1.5", "-3,5E-2", " 7 "], german.Texts());
        Assert.True(german.NeedsTexts);
    }

    [Theory]
    [InlineData("007", "8")]
    [InlineData("12345678901234567890")]
    [InlineData("1,5")]
    [InlineData("1.9", "1.10")]
    [InlineData("1.10", "2")]
    [InlineData("Infinity")]
    [InlineData("1.2.3", "1.2")]
    public void What_only_looks_like_a_number_stays_as_it_is(params string[] texts)
    {
        Assert.Equal(PlotPropertyKind.Text, Of([.. texts]).Kind);
        Assert.Equal(texts, Of([.. texts]).Texts());
    }

    [Fact]
    public void A_version_is_another_than_the_number_that_it_looks_like()
        => Assert.Equal(["1.10", "1.1", "1.2"], Categories(Of("1.10", 1.1, "1.2")));

    [Theory]
    [InlineData("1.10", "22.50", "-3.00")]
    [InlineData("1.0", "2.75", "3")]
    [InlineData(".5", ".05", "0.25")]
    [InlineData("+3", "-2")]
    [InlineData("1E-05", "1E+20", "0.5")]
    [InlineData("1.000000e+05", "2.500000e-03")]
    [InlineData("0", "-0", "0.123456789012345678901")]
    [InlineData("NaN", "1", "-Infinity")]
    public void What_prices_measurements_and_other_programs_write_is_numbers_and_shown_as_written(params string[] texts)
    {
        PlotProperty property = Of([.. texts]);
        Assert.Equal(PlotPropertyKind.Number, property.Kind);
        Assert.Equal(texts, property.Texts());
        double[] wanted = [.. texts.Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(wanted.Select(number => double.IsFinite(number) ? number : double.NaN), property.Numbers());
    }

    [Fact]
    public void Numbers_of_all_types_have_their_shortest_form_and_only_others_need_their_texts()
    {
        PlotProperty short32 = Of(0.1f, (Half)0.1f, 1e20, 1e-7, 3, 4L, 5m, "0.25", "-7", null);
        Assert.False(short32.NeedsTexts);
        Assert.Equal([0.1, 0.1, 1e20, 1e-7, 3, 4, 5, 0.25, -7, double.NaN], short32.Numbers());
        Assert.Equal("0.1", short32.Texts().First());

        Assert.Equal([null, "1e5", null, "1.0", null], Of(0.5, "1e5", "0.25", "1.0", null).OtherTexts());
        PlotProperty large = Of(
            12345678901234567890UL, new BigInteger(7), UInt128.MaxValue, 1.10m, double.PositiveInfinity, float.NaN,
            TimeSpan.FromSeconds(90));
        Assert.Equal(PlotPropertyKind.Number, large.Kind);
        Assert.True(large.NeedsTexts);
        Assert.Equal(
            ["12345678901234567890", "7", UInt128.MaxValue.ToString(CultureInfo.InvariantCulture), "1.10", "Infinity", "NaN", "00:01:30"],
            large.Texts());
        Assert.Equal([12345678901234567890.0, 7, Math.Pow(2, 128), 1.1, double.NaN, double.NaN, 90], large.Numbers());
    }

    [Fact]
    public void Dates_are_read_by_their_own_clock_and_those_with_an_offset_by_UTC()
    {
        DateTime local = new(1970, 1, 2, 0, 0, 0, DateTimeKind.Local);
        PlotProperty property = Of(local, "1970-01-01 00:00:01", new DateOnly(1970, 1, 1), null);
        Assert.Equal(PlotPropertyKind.Date, property.Kind);
        Assert.False(property.NeedsTexts);
        Assert.Equal([86_400_000, 1000, 0, double.NaN], property.Numbers());

        PlotProperty offset = Of(new DateTimeOffset(1969, 12, 31, 16, 0, 0, TimeSpan.FromHours(-8)));
        Assert.Equal([0.0], offset.Numbers());
        Assert.Equal(["1969-12-31 16:00:00 -08:00"], offset.Texts());
        Assert.True(offset.NeedsTexts);
    }

    [Fact]
    public void Dates_stand_as_they_are()
    {
        DateTime noon = new(2021, 6, 1, 12, 0, 0, DateTimeKind.Utc);
        PlotProperty dates = Of(DateTime.MaxValue, DateTime.MinValue, noon, noon.AddMilliseconds(5), "2021-06-01", "2021-06-01T23:30Z");
        Assert.Equal(
            [
                "9999-12-31 23:59:59.9999999", "0001-01-01 00:00:00", "2021-06-01 12:00:00Z", "2021-06-01 12:00:00.005Z", "2021-06-01",
                "2021-06-01T23:30Z",
            ],
            dates.Texts());
        Assert.True(dates.NeedsTexts);
        Assert.Equal(253_402_300_799_999, dates.Numbers()[0]);
        Assert.Equal(["2021-06-01"], Of(noon.Date).Texts());
        Assert.False(Of(noon.Date, "2021-06-02").NeedsTexts);
        Assert.Equal([null, "2021-06-02", null], Of("2021-06-01 12:00:00", "2021-06-02", null).OtherTexts());
    }

    [Theory]
    [InlineData("2021-06-01T23:30:00Z", 0)]
    [InlineData("2021-06-01T23:30:00+02:00", 2)]
    [InlineData("2021-06-01 23:30:00.0000000-08:00", -8)]
    [InlineData("2021-06-01 23:30:00 +05:30", 5.5)]
    [InlineData("2021-06-01 23:30:00+02", 2)]
    [InlineData("2021-06-01T23:30", 0)]
    [InlineData("06/01/2021 23:30:00", 0)]
    [InlineData("06/01/2021 23:30:00 +02:00", 2)]
    [InlineData("6/1/2021 11:30:00 PM", 0)]
    public void Texts_of_dates_are_dates_with_an_offset_and_as_PowerShell_writes_them(string text, double offset)
    {
        PlotProperty property = Of(text);
        Assert.Equal(PlotPropertyKind.Date, property.Kind);
        Assert.Equal([text], property.Texts());
        DateTimeOffset wanted = new(new DateTime(2021, 6, 1, 23, 30, 0), TimeSpan.FromHours(offset));
        Assert.Equal([wanted.ToUnixTimeMilliseconds()], property.Numbers());
    }

    [Theory]
    [InlineData("dd.MM.yyyy", "HH:mm:ss")]
    [InlineData("M/d/yyyy", "h:mm:ss tt")]
    [InlineData("d/M/yyyy", "HH:mm:ss")]
    [InlineData("yyyy/MM/dd", "H:mm:ss")]
    [InlineData("yyyy. M. d.", "tt h:mm:ss")]
    public void Texts_of_dates_may_be_those_of_the_culture_given(string day, string time)
    {
        CultureInfo culture = Culture(day, time, ",");
        DateTimeOffset date = new(2021, 6, 13, 23, 30, 0, TimeSpan.FromHours(2));
        string[] texts = [date.DateTime.ToString(culture), date.ToString(culture), date.DateTime.ToString("d", culture), "2021-06-13"];
        PlotProperty property = In(culture, texts);
        Assert.Equal(PlotPropertyKind.Date, property.Kind);
        double midnight = new DateTimeOffset(2021, 6, 13, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.Equal([midnight + (23.5 * 3_600_000), midnight + (21.5 * 3_600_000), midnight, midnight], property.Numbers());
        Assert.Equal(texts, property.Texts());
    }

    [Fact]
    public void The_dates_of_a_property_have_one_order_of_day_and_month()
    {
        Assert.Equal([Days(2021, 6, 2), Days(2021, 6, 13)], In(_british, "02/06/2021", "13/06/2021").Numbers());
        Assert.Equal([Days(2021, 2, 6), Days(2021, 6, 12)], In(_british, "02/06/2021", "06/12/2021").Numbers());
        Assert.Equal(PlotPropertyKind.Text, In(_british, "06/13/2021", "13/06/2021").Kind);

        static double Days(int year, int month, int day)
            => new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }

    [Fact]
    public void Everything_else_is_text_and_nothing_at_all_is_too()
    {
        Assert.Equal(["True", "2", null], Categories(Of(true, 2, string.Empty)));
        Assert.Equal(["Monday", "1.5", null], Categories(Of(DayOfWeek.Monday, 1.5, " ")));
        Assert.Equal(
            ["2021-06-01", "2021-06-01 12:00:00", "x"],
            Categories(Of(new DateTime(2021, 6, 1), new DateTime(2021, 6, 1, 12, 0, 0), "x")));
        Assert.Equal(PlotPropertyKind.Text, Of(null, null).Kind);
        Assert.Equal(["b", "a"], Of("a", "b").At([1, 0]).Texts());
        Assert.Equal([2.5], In(_german, "a", "2,5").At([1]).Numbers());
    }

    private static IEnumerable<string?> Categories(PlotProperty property)
    {
        Assert.Equal(PlotPropertyKind.Text, property.Kind);
        return property.Texts();
    }

    private static CultureInfo Culture(string day, string time, string point)
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.DateTimeFormat.ShortDatePattern, culture.DateTimeFormat.LongTimePattern) = (day, time);
        culture.NumberFormat.NumberDecimalSeparator = point;
        return culture;
    }

    private static PlotProperty Of(params object?[] values) => In(null, values);

    private static PlotProperty In(CultureInfo? culture, params object?[] values)
    {
        PlotProperty property = new("P", culture);
        foreach (object? value in values)
        {
            property.Add(value);
        }

        return property;
    }
}
