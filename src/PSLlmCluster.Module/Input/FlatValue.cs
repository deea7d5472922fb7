using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml;

namespace PSLlmCluster.Module.Input;

/// <summary>Makes of a property's value what one cell of a table can hold.</summary>
internal static partial class FlatValue
{
    private const string Separator = "; ";
    private const int Deepest = 3;
    private static readonly SearchValues<char> _beginnings = SearchValues.Create("=+-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n");

    /// <summary>
    /// Returns a value as a cell: numbers, truths and dates as they are; everything else as a text, of a list the texts of its elements
    /// and of an object its properties, joined.
    /// </summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <param name="keepFormulas">Whether a text that a spreadsheet takes for a formula is left as it is.</param>
    /// <returns>The cell.</returns>
    public static object? Of(object? value, bool keepFormulas)
    {
        object? plain = PropertyReader.Unwrap(value);
        if (plain is null or bool or DateTime or DateTimeOffset || (plain is IConvertible and not (Enum or string or char)))
        {
            return plain;
        }

        string text = TextOf(plain, 0);
        return keepFormulas ? text : WithoutFormulas(text);
    }

    /// <summary>
    /// Puts an apostrophe before all that a spreadsheet may take for a formula: what begins with =, +, - or @, also in full width, and is
    /// no number, and what begins with a tab or a line break. That is the text itself, and what follows a comma, semicolon, tab or line
    /// break in it: a spreadsheet that splits a file at another separator than the one it was written with begins a cell there, whatever
    /// stands in quotes.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, itself where there is nothing of the kind.</returns>
    public static string WithoutFormulas(string text)
        => text.AsSpan().ContainsAny(_beginnings) && !IsNumber(text)
            ? FormulaCell().Replace(text, cell => IsNumber(cell.Value) ? cell.Value : "'" + cell.Value)
            : text;

    /// <summary>Returns the entries of a dictionary in an order that does not change from one session to the next.</summary>
    /// <param name="dictionary">The dictionary.</param>
    /// <returns>The entries as they are; those of a hashtable, whose order is no one's, by name.</returns>
    public static IEnumerable<(string Name, object? Value)> Entries(IDictionary dictionary)
    {
        List<(string Name, object? Value)> entries = [];
        foreach (DictionaryEntry entry in dictionary)
        {
            entries.Add((Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value));
        }

        // What ConvertFrom-Json -AsHashtable makes is a hashtable that has an order.
        return dictionary.GetType() == typeof(Hashtable) ? entries.OrderBy(entry => entry.Name, StringComparer.Ordinal) : entries;
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // A blank beginning before a tab or a line break, a blank cell before a tab or a carriage return, and a cell that begins as a formula.
    [GeneratedRegex(
        @"^[^\S\t\r\n]*(?=[\t\r\n])|(?<=[,;])[^\S\t\r\n]*(?=\t|\r(?!\n))|"
            + @"(?<=^|[,;\t\r\n])[""\s-[\t\r\n]]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20][^,;\t\r\n]*",
        RegexOptions.CultureInvariant)]
    private static partial Regex FormulaCell();

    private static string TextOf(object? value, int depth)
    {
        object? plain = PropertyReader.Unwrap(value);
        if (plain is null)
        {
            return string.Empty;
        }

        if (plain is DateOnly date)
        {
            return date.ToString("O", CultureInfo.InvariantCulture);
        }

        if (TextValue.TryText(plain, out string? text))
        {
            return text ?? plain as string ?? string.Empty;
        }

        switch (plain)
        {
            case XmlNode node:
                return node.InnerText;
            case IDictionary dictionary when depth < Deepest:
                return Join([.. Entries(dictionary)]);
            case PSObject custom when depth < Deepest:
                return Join([.. custom.Properties.Select(property => (property.Name, PropertyReader.ReadOrNull(custom, property.Name)))]);
            case IEnumerable list when depth < Deepest && plain is not (IDictionary or FileSystemInfo):
                return string.Join(Separator, list.Cast<object?>().Select(item => TextOf(item, depth + 1)));
            default:
                return Convert.ToString(plain, CultureInfo.InvariantCulture) ?? string.Empty;
        }

        string Join((string Name, object? Value)[] parts)
            => string.Join(Separator, parts.Select(part => $"{part.Name}={TextOf(part.Value, depth + 1)}"));
    }
}
