using System.Globalization;

namespace PSLlmCluster.Core.Plotting;

/// <summary>How dates are written as texts, and how such texts are read.</summary>
internal static class PlotDateText
{
    private const string Day = "yyyy-MM-dd";
    private const string Time = "yyyy-MM-dd HH:mm:ss.FFFFFFF";

    /// <summary>ISO 8601 with a T or a blank: a day, or a time too, with an offset or without (K is Z, an offset, or nothing).</summary>
    private static readonly string[] _isoFormats =
    [
        Day,
        .. from separator in new[] { "'T'", "' '" }
            from time in new[] { "HH:mm:ss.FFFFFFFK", "HH:mmK", "HH:mm:ss.FFFFFFF zzz", "HH:mm:ss.FFFFFFFzz", "HH:mm:ss,FFFFFFFK" }
            select Day + separator + time,
    ];

    /// <summary>What .NET and PowerShell write in the invariant culture: the month first.</summary>
    private static readonly string[] _invariantFormats = With("M/d/yyyy", ["H:mm:ss", "H:mm", "h:mm:ss tt", "h:mm tt"]);

    /// <summary>
    /// Returns how dates may be read, the first way first: those that are not of ISO 8601 by the invariant culture, the month first, or
    /// else by another culture. A column is read in one way as a whole: of 02/06/2021 and 13/06/2021 both have the day first.
    /// </summary>
    /// <param name="culture">The other culture.</param>
    /// <returns>The formats to try and the culture that they are of.</returns>
    public static IEnumerable<(CultureInfo Culture, string[] Formats)> Readings(CultureInfo culture)
    {
        yield return (CultureInfo.InvariantCulture, _invariantFormats);
        if (!ReferenceEquals(culture, CultureInfo.InvariantCulture))
        {
            DateTimeFormatInfo own = culture.DateTimeFormat;
            yield return (culture, With(own.ShortDatePattern, [own.LongTimePattern, own.ShortTimePattern]));
        }
    }

    /// <summary>Reads a date.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reading">The formats beside those of ISO 8601, and their culture.</param>
    /// <param name="date">Receives the date; one without an offset is taken as UTC.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(string text, (CultureInfo Culture, string[] Formats) reading, out DateTimeOffset date)
    {
        const DateTimeStyles Styles
            = DateTimeStyles.AllowLeadingWhite | DateTimeStyles.AllowTrailingWhite | DateTimeStyles.AssumeUniversal;

        // ISO 8601 counts the years in one way, whatever the calendar of a culture.
        return DateTimeOffset.TryParseExact(text, _isoFormats, CultureInfo.InvariantCulture, Styles, out date)
            || DateTimeOffset.TryParseExact(text, reading.Formats, reading.Culture, Styles, out date);
    }

    /// <summary>Writes a date by its own clock, with all of its digits, and with a Z where it says that it is UTC.</summary>
    /// <param name="date">The date.</param>
    /// <param name="hasTime">Whether its time of day is written.</param>
    /// <returns>The text.</returns>
    public static string Of(DateTime date, bool hasTime)
        => !hasTime
            ? date.ToString(Day, CultureInfo.InvariantCulture)
            : date.ToString(date.Kind == DateTimeKind.Utc ? Time + "'Z'" : Time, CultureInfo.InvariantCulture);

    /// <summary>Writes a date by its own clock, with the offset of that from UTC.</summary>
    /// <param name="date">The date.</param>
    /// <returns>The text.</returns>
    public static string Of(DateTimeOffset date) => date.ToString(Time + " zzz", CultureInfo.InvariantCulture);

    private static string[] With(string date, string[] times)
        => [date, .. times.SelectMany(time => new[] { $"{date} {time}", $"{date} {time} zzz" })];
}
