using System.Globalization;
using System.Text.RegularExpressions;

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
/// where all are (also those that a CSV file left as texts), dates where all are, and texts otherwise.
/// </summary>
/// <param name="name">The property's name.</param>
public sealed partial class PlotProperty(string name)
{
    /// <summary>Up to this number doubles hold every whole number.</summary>
    private const double LargestWhole = 9_007_199_254_740_992;

    private static readonly string[] _dateFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd' 'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd' 'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFF",
    ];

    private readonly List<object?> _values = [];
    private PlotPropertyKind? _kind;

    /// <summary>Gets the property's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets how many points have been given a value.</summary>
    public int Count => _values.Count;

    /// <summary>Gets what the values are.</summary>
    internal PlotPropertyKind Kind => _kind ??= FindKind();

    /// <summary>Gives the next point its value.</summary>
    /// <param name="value">A number, a date, a text, or anything that can be written as one; null where there is none.</param>
    public void Add(object? value)
    {
        _kind = null;
        _values.Add(value switch
        {
            null or DBNull => null,
            string text => text.Length == 0 ? null : text,
            DateTime date => date,

            // The same instant everywhere, whatever the offset that it was written with.
            DateTimeOffset date => date.UtcDateTime,
            DateOnly date => date.ToDateTime(TimeOnly.MinValue),
            byte or sbyte or short or ushort or int or uint or float or double => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            long or ulong or decimal => NumberOrText(value),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        });
    }

    /// <summary>Returns a property with the values of some of the points.</summary>
    /// <param name="rows">Which points, by index, in the order to take them.</param>
    /// <returns>The property.</returns>
    internal PlotProperty At(IEnumerable<int> rows)
    {
        PlotProperty property = new(Name);
        property._values.AddRange(rows.Select(row => _values[row]));
        return property;
    }

    /// <summary>Returns the values as numbers: dates are milliseconds since 1970 by their own clock.</summary>
    /// <returns>A number for each point; NaN where there is none.</returns>
    internal double[] Numbers()
    {
        double[] numbers = new double[_values.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Kind == PlotPropertyKind.Date
                ? TryDate(_values[i], out DateTime date) ? MillisecondsOf(date) : double.NaN
                : TryNumber(_values[i], out double number) && double.IsFinite(number) ? number : double.NaN;
        }

        return numbers;
    }

    /// <summary>Returns the values as texts.</summary>
    /// <returns>A text for each point; null where there is none.</returns>
    internal IEnumerable<string?> Texts() => _values.Select(value => value switch
    {
        DateTime date => date.ToString(
            date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string?)value,
    });

    private static object? NumberOrText(object value)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return Math.Abs(number) <= LargestWhole ? number : Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    private static double MillisecondsOf(DateTime date)
        => Math.Round((date.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerMillisecond);

    private static bool TryNumber(object? value, out double number)
    {
        number = 0;
        if (value is double known)
        {
            number = known;
            return true;
        }

        // 007 and numbers of more digits than a double holds are names, not numbers.
        return value is string text
            && NumberPattern().IsMatch(text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && Math.Abs(number) <= LargestWhole;
    }

    private static bool TryDate(object? value, out DateTime date)
    {
        date = default;
        if (value is DateTime known)
        {
            date = known;
            return true;
        }

        return value is string text
            && DateTime.TryParseExact(text, _dateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();

    private PlotPropertyKind FindKind()
    {
        bool isNumber = true;
        bool isDate = true;
        bool isEmpty = true;
        foreach (object? value in _values)
        {
            if (value is not null)
            {
                isEmpty = false;
                isNumber = isNumber && TryNumber(value, out _);
                isDate = isDate && TryDate(value, out _);
                if (!isNumber && !isDate)
                {
                    return PlotPropertyKind.Text;
                }
            }
        }

        return isEmpty ? PlotPropertyKind.Text : isNumber ? PlotPropertyKind.Number : PlotPropertyKind.Date;
    }
}
