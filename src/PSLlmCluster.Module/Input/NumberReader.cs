using System.Collections;
using System.Globalization;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads numbers and arrays of numbers, whatever type PowerShell has them in.</summary>
internal static class NumberReader
{
    /// <summary>
    /// Reads a number: any of .NET's; a date (the seconds since 1970-01-01T00:00:00Z; one that does not say its time zone is taken as UTC)
    /// or a span of time (its seconds); or a text that is a number in the invariant culture or, where it is none, in the current one.
    /// Separators of thousands are read in neither, as what is one in one culture is a decimal point in another.
    /// </summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <param name="number">Receives the number.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryNumber(object? value, out double number)
    {
        object? plain = PropertyReader.Unwrap(value);
        return plain is string text ? TryText(text, out number) : NumberValue.TryTyped(plain, out number) || TryTime(plain, out number);
    }

    /// <summary>Says whether a value is a number by its type, or a text that is one; a date is neither.</summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsNumberOrText(object? value)
    {
        object? plain = PropertyReader.Unwrap(value);
        return plain is string text ? TryText(text, out _) : NumberValue.TryTyped(plain, out _);
    }

    /// <summary>Says whether a value is of one of .NET's types of numbers.</summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsNumber(object? value) => NumberValue.TryTyped(PropertyReader.Unwrap(value), out _);

    /// <summary>Reads an array, or any other list, of numbers.</summary>
    /// <param name="value">The value, wrapped or not; a text and a dictionary are no lists.</param>
    /// <param name="row">Receives the numbers; where they are a <c>float[]</c> or a <c>double[]</c> already, that very array.</param>
    /// <returns>Whether it is a list, and all of it numbers.</returns>
    public static bool TryVector(object? value, out NumberRow row)
    {
        row = default;
        object? plain = PropertyReader.Unwrap(value);
        switch (plain)
        {
            case float[] singles:
                row = new NumberRow(singles, null);
                return true;
            case double[] doubles:
                row = new NumberRow(null, doubles);
                return true;
            case Array { Rank: > 1 } or string or IDictionary or null:
                return false;
            case IEnumerable list:
                return TryList(list, out row);
            default:
                return false;
        }
    }

    /// <summary>Says of a value that should have been a number what it is, and in which cultures it was tried.</summary>
    /// <param name="value">The value, taken out of PowerShell's wrapping.</param>
    /// <param name="fault">What it is not, such as "no number".</param>
    /// <returns>
    /// A part of a sentence, such as <c>is the text "1,5", which is no number (in the culture en-US and the invariant one)</c>.
    /// </returns>
    public static string Describe(object? value, string fault)
    {
        const int LongestQuote = 40;
        return value switch
        {
            string { Length: > LongestQuote } text => $"is the text \"{text[..LongestQuote]}…\", which is {fault}{Cultures(text)}",
            object blank when PropertyReader.IsBlank(blank) => $"is empty, which is {fault}",
            string text => $"is the text \"{text}\", which is {fault}{Cultures(text)}",
            null => $"is empty, which is {fault}",
            _ when IsNumber(value) => $"is {Convert.ToString(value, CultureInfo.InvariantCulture)}, which is {fault}",
            _ => $"is of type {value.GetType().Name}, which is {fault}",
        };
    }

    /// <summary>Finds the first element of a list that is no number.</summary>
    /// <param name="value">The value, taken out of PowerShell's wrapping.</param>
    /// <param name="element">Receives the element.</param>
    /// <returns>
    /// A part of a sentence, such as <c>element 2 is the text "x", which is no number</c>; null where the value is no list, or all of it
    /// numbers.
    /// </returns>
    public static string? DescribeElement(object? value, out object? element)
    {
        element = null;
        if (value is Array { Rank: > 1 } || value is not IList list)
        {
            return null;
        }

        for (int place = 0; place < list.Count; place++)
        {
            element = PropertyReader.Unwrap(list[place]);
            if (!TryNumber(element, out _))
            {
                return $"element {place + 1} {Describe(element, "no number")}";
            }
        }

        return null;
    }

    /// <summary>Says in which cultures a text was tried as a number.</summary>
    /// <param name="value">The value, taken out of PowerShell's wrapping.</param>
    /// <returns>
    /// The end of a sentence, with a blank before it; empty where the value is no text, or one that no culture has as a number.
    /// </returns>
    public static string Cultures(object? value)
    {
        CultureInfo current = CultureInfo.CurrentCulture;
        if (!HoldsDigit(value))
        {
            return string.Empty;
        }

        return current.Name.Length > 0
            ? $" (in the culture {current.Name} and the invariant one)"
            : " (in the current culture and the invariant one)";
    }

    /// <summary>Says how texts are read as numbers, as a recommended action for one that is none.</summary>
    /// <param name="value">The value, taken out of PowerShell's wrapping.</param>
    /// <returns>A sentence with a blank before it; empty where the value holds no digit.</returns>
    public static string RecommendedAction(object? value)
    {
        const string Invariant = "1234.5";
        if (!HoldsDigit(value))
        {
            return string.Empty;
        }

        string current = 1234.5.ToString(CultureInfo.CurrentCulture);
        string samples = current == Invariant ? Invariant : $"{Invariant} or {current}";
        return $" A number is written as {samples}, without separators of thousands.";
    }

    private static bool HoldsDigit(object? value) => value is string text && text.AsSpan().IndexOfAnyInRange('0', '9') >= 0;

    private static bool TryText(string text, out double number) => NumberValue.TryText(text, CultureInfo.CurrentCulture, out number);

    private static bool TryList(IEnumerable list, out NumberRow row)
    {
        row = default;
        List<double> numbers = list is ICollection { Count: int count } ? new(count) : [];
        bool areSingles = true;
        foreach (object? item in list)
        {
            if (!TryNumber(item, out double number))
            {
                return false;
            }

            areSingles = areSingles && PropertyReader.Unwrap(item) is float;
            numbers.Add(number);
        }

        row = areSingles ? new NumberRow([.. numbers.ConvertAll(number => (float)number)], null) : new NumberRow(null, [.. numbers]);
        return true;
    }

    private static bool TryTime(object? value, out double number)
    {
        double? seconds = value switch
        {
            DateTime date => Seconds(date.Kind == DateTimeKind.Local ? date.ToUniversalTime() : date),
            DateTimeOffset date => Seconds(date.UtcDateTime),
            DateOnly date => Seconds(date.ToDateTime(TimeOnly.MinValue)),
            TimeOnly time => time.ToTimeSpan().TotalSeconds,
            TimeSpan span => span.TotalSeconds,
            _ => null,
        };
        number = seconds ?? 0;
        return seconds is not null;
    }

    private static double Seconds(DateTime date) => (date.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond;
}
