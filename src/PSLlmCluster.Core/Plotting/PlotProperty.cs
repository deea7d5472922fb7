using System.Globalization;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Plotting;

/// <summary>What the values of a property are.</summary>
internal enum PlotPropertyKind
{
    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Dates, with or without a time of day.</summary>
    Date,

    /// <summary>Texts.</summary>
    Text,
}

/// <summary>
/// A property of what was drawn, with a value for each point, which a page shows beside the point or colours it by. Its values are numbers
/// where all are, dates where all are, also those that a CSV file left as texts, and texts otherwise. Each is shown as what it says.
/// </summary>
/// <param name="name">The property's name.</param>
/// <param name="culture">
/// The culture that a text may be a number or a date of, where it is none of the invariant one; null, the default, for that alone.
/// </param>
public sealed class PlotProperty(string name, CultureInfo? culture = null)
{
    private const double DayMilliseconds = 86_400_000;
    private const double SecondMilliseconds = 1000;

    private readonly CultureInfo _culture = culture ?? CultureInfo.InvariantCulture;
    private readonly List<object?> _values = [];
    private PropertyReading? _reading;

    /// <summary>Gets the property's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets how many points have been given a value.</summary>
    public int Count => _values.Count;

    /// <summary>Gets what the values are.</summary>
    internal PlotPropertyKind Kind => Reading.Kind;

    /// <summary>Gets a value indicating whether a page needs texts beside the numbers or dates (<see cref="OtherTexts"/>).</summary>
    internal bool NeedsTexts
    {
        get
        {
            PropertyReading reading = Reading;
            for (int row = 0; row < _values.Count; row++)
            {
                if (!IsOwn(_values[row], row, reading))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private PropertyReading Reading => _reading ??= Read();

    /// <summary>Gives the next point its value.</summary>
    /// <param name="value">A number, a date, a text, or anything that can be written as one; null or blank where there is none.</param>
    public void Add(object? value)
    {
        _reading = null;
        _values.Add(value switch
        {
            null or DBNull => null,
            string text => string.IsNullOrWhiteSpace(text) ? null : text,
            DateTime or DateTimeOffset => value,
            DateOnly date => date.ToDateTime(TimeOnly.MinValue),
            TimeSpan span => new Written(span.TotalSeconds, span.ToString("c", CultureInfo.InvariantCulture)),
            TimeOnly time => new Written(
                time.ToTimeSpan().TotalSeconds, time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
            IFormattable other => Typed(other),
            _ => value.ToString(),
        });
    }

    /// <summary>Returns a property with the values of some of the points.</summary>
    /// <param name="rows">Which points, by index, in the order to take them.</param>
    /// <returns>The property.</returns>
    internal PlotProperty At(IEnumerable<int> rows)
    {
        PlotProperty property = new(Name, _culture);
        property._values.AddRange(rows.Select(row => _values[row]));
        return property;
    }

    /// <summary>
    /// Returns the values as numbers: dates are milliseconds since 1970, of those with an offset by UTC, of others by their own clock.
    /// </summary>
    /// <returns>A number for each point; NaN where there is none, or one that is not finite. Empty where the values are texts.</returns>
    internal double[] Numbers() => Reading.Numbers;

    /// <summary>Returns the values as texts.</summary>
    /// <returns>A text for each point; null where there is none.</returns>
    internal IEnumerable<string?> Texts()
    {
        PropertyReading reading = Reading;
        return _values.Select(value => TextOf(value, reading.Kind == PlotPropertyKind.Date ? reading.HasTime : null));
    }

    /// <summary>Returns the texts of the numbers or dates that a page would write otherwise.</summary>
    /// <returns>A text for each point; null where there is none, or the page writes it by itself.</returns>
    internal IEnumerable<string?> OtherTexts()
    {
        PropertyReading reading = Reading;
        return Texts().Select((text, row) => IsOwn(_values[row], row, reading) ? null : text);
    }

    /// <summary>Keeps a number, or the text of what is none.</summary>
    private static object? Typed(IFormattable value)
    {
        if (!NumberValue.TryTyped(value, out double number))
        {
            return value.ToString(null, CultureInfo.InvariantCulture);
        }

        if (value is double && double.IsFinite(number))
        {
            return value;
        }

        string text = value.ToString(null, CultureInfo.InvariantCulture);
        if (value is float or Half)
        {
            // The shortest number that is the same one in its own precision: 0.1, and not the double nearest to it.
            number = double.Parse(text, CultureInfo.InvariantCulture);
            return double.IsFinite(number) ? number : new Written(number, text);
        }

        return PlotNumberText.IsShortest(text, number) ? number : new Written(number, text);
    }

    // The last moment of 9999 stays in that year.
    private static double MillisecondsOf(long ticks)
        => (ticks / TimeSpan.TicksPerMillisecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMillisecond);

    private static DateTime Unspecified(double milliseconds)
        => new(DateTime.UnixEpoch.Ticks + ((long)milliseconds * TimeSpan.TicksPerMillisecond), DateTimeKind.Unspecified);

    private static string? TextOf(object? value, bool? hasTime) => value switch
    {
        DateTime date => PlotDateText.Of(date, hasTime ?? date.TimeOfDay != TimeSpan.Zero),
        DateTimeOffset date => PlotDateText.Of(date),
        double number => number.ToString(CultureInfo.InvariantCulture),
        Written written => written.Text,
        _ => (string?)value,
    };

    private PropertyReading Read()
    {
        if (TryNumbers(out double[] numbers))
        {
            return new PropertyReading(PlotPropertyKind.Number, numbers, false);
        }

        foreach ((CultureInfo Culture, string[] Formats) reading in PlotDateText.Readings(_culture))
        {
            if (TryDates(reading, out double[] dates))
            {
                bool hasTime = Array.Exists(dates, date => Math.Abs(date % DayMilliseconds) > 0);
                return new PropertyReading(PlotPropertyKind.Date, dates, hasTime);
            }
        }

        return new PropertyReading(PlotPropertyKind.Text, [], false);
    }

    private bool TryNumbers(out double[] numbers)
    {
        numbers = [];
        double[] found = new double[_values.Count];
        bool isAny = false;
        bool isPadded = false;
        for (int i = 0; i < found.Length; i++)
        {
            double number;
            switch (_values[i])
            {
                case null:
                    number = double.NaN;
                    break;
                case double known:
                    number = known;
                    break;
                case Written written:
                    number = written.Number;
                    break;
                case string text when NumberValue.TryText(text, _culture, out number) && !PlotNumberText.IsName(text, number):
                    PlotNumberText.Decimals(text, out bool ends);
                    isPadded |= ends;
                    break;
                default:
                    return false;
            }

            found[i] = double.IsFinite(number) ? number : double.NaN;
            isAny |= double.IsFinite(number);
        }

        if (!isAny || (isPadded && !HaveEqualDecimals()))
        {
            return false;
        }

        numbers = found;
        return true;
    }

    /// <summary>
    /// Says whether all values have as many decimals, as prices do: then a zero at the end fills them up. Else it says something, as in the
    /// versions 1.1, 1.9 and 1.10, which are no numbers.
    /// </summary>
    private bool HaveEqualDecimals()
    {
        int? decimals = null;
        foreach (object? value in _values)
        {
            if (value is not null)
            {
                int own = PlotNumberText.Decimals(TextOf(value, null), out _);
                if (own != (decimals ??= own))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool TryDates((CultureInfo Culture, string[] Formats) reading, out double[] dates)
    {
        dates = [];
        double[] found = new double[_values.Count];
        bool isAny = false;
        for (int i = 0; i < found.Length; i++)
        {
            switch (_values[i])
            {
                case null:
                    found[i] = double.NaN;
                    continue;
                case DateTime date:
                    found[i] = MillisecondsOf(date.Ticks);
                    break;
                case DateTimeOffset date:
                    found[i] = MillisecondsOf(date.UtcTicks);
                    break;
                case string text when PlotDateText.TryRead(text, reading, out DateTimeOffset date):
                    found[i] = MillisecondsOf(date.UtcTicks);
                    break;
                default:
                    return false;
            }

            isAny = true;
        }

        dates = found;
        return isAny;
    }

    private static bool IsOwnNumber(object? value, double number) => value switch
    {
        Written => false,
        string text => PlotNumberText.IsShortest(text, number),
        _ => true,
    };

    // A page writes days, or where any date has a time of day, seconds.
    private static bool IsOwnDate(object? value, double milliseconds, bool hasTime) => value switch
    {
        null => true,
        DateTime date => !hasTime || (date.Kind != DateTimeKind.Utc && date.Ticks % TimeSpan.TicksPerSecond == 0),
        string text => milliseconds % SecondMilliseconds == 0 && text == PlotDateText.Of(Unspecified(milliseconds), hasTime),
        _ => false,
    };

    private static bool IsOwn(object? value, int row, PropertyReading reading) => reading.Kind switch
    {
        PlotPropertyKind.Number => IsOwnNumber(value, reading.Numbers[row]),
        PlotPropertyKind.Date => IsOwnDate(value, reading.Numbers[row], reading.HasTime),
        _ => true,
    };

    /// <summary>A number, and how it is written.</summary>
    private sealed record Written(double Number, string Text);

    /// <summary>What the values were read as.</summary>
    private sealed record PropertyReading(PlotPropertyKind Kind, double[] Numbers, bool HasTime);
}
