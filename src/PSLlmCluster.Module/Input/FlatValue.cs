using System.Buffers;
using System.Collections;
using System.Collections.Immutable;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Dynamic;
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

    // What ConvertFrom-Json -AsHashtable makes; PowerShell's reference assembly does not have it.
    private const string OrderedHashtable = "System.Management.Automation.OrderedHashtable";

    // The dictionaries, and what is derived of them, whose entries have an order: that in which they were added, or one of their keys.
    private static readonly HashSet<Type> _ordered =
    [
        typeof(Dictionary<,>), typeof(OrderedDictionary<,>), typeof(SortedDictionary<,>), typeof(SortedList<,>),
        typeof(ImmutableSortedDictionary<,>), typeof(OrderedDictionary), typeof(SortedList), typeof(ListDictionary), typeof(ExpandoObject),
    ];

    private static readonly char[] _parts = [',', ';', '\t', '\r', '\n'];
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
    /// Puts an apostrophe before all that a spreadsheet may take for a formula: a text that begins with =, +, - or @, also in full width,
    /// and is no number and no list of numbers, or with a tab or a line break. A spreadsheet that splits a file at another separator than
    /// the one it was written with begins a cell after a comma, semicolon, tab or line break in a text, whatever stands in quotes. There it
    /// may run what begins with = or @, with + or - before a letter or an opening bracket, and with + or - where a call such as SUM(, a |
    /// or a reference to another file follows in the cell; lists of dashes and numbers such as those of telephones are left as they are.
    /// A map's page has the same rule, in web/map/csv.js.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, itself where there is nothing of the kind.</returns>
    public static string WithoutFormulas(string text)
        => text.AsSpan().ContainsAny(_beginnings) && !AreNumbers(text) ? FormulaCell().Replace(text, "'$0") : text;

    /// <summary>Finds the entries of a dictionary, in an order that does not change from one session to the next.</summary>
    /// <param name="value">Any value, taken out of PowerShell's wrapping.</param>
    /// <param name="entries">
    /// Receives the entries in the order of the dictionary; where it has none that lasts, as a hashtable, by name.
    /// </param>
    /// <returns>Whether it is a dictionary.</returns>
    public static bool TryEntries(object? value, [NotNullWhen(true)] out List<(string Name, object? Value)>? entries)
    {
        List<(object Key, object? Value)>? pairs = value switch
        {
            IDictionary dictionary => PairsOf(dictionary),
            IDictionary<string, object?> dictionary => [.. dictionary.Select(pair => ((object)pair.Key, pair.Value))],
            _ => null,
        };
        entries = pairs?.ConvertAll(pair => (NameOf(pair.Key), pair.Value));
        if (entries is not null && !KeepsOrder(value!.GetType()))
        {
            // The number 1 and the text "1" are two keys of one name.
            entries =
            [
                .. pairs!.OrderBy(pair => NameOf(pair.Key), StringComparer.Ordinal)
                    .ThenBy(pair => pair.Key.GetType().FullName, StringComparer.Ordinal)
                    .Select(pair => (NameOf(pair.Key), pair.Value)),
            ];
        }

        return entries is not null;

        static string NameOf(object key) => Convert.ToString(key, CultureInfo.InvariantCulture)!;
    }

    private static List<(object Key, object? Value)> PairsOf(IDictionary dictionary)
    {
        List<(object Key, object? Value)> pairs = [];
        foreach (DictionaryEntry entry in dictionary)
        {
            pairs.Add((entry.Key, entry.Value));
        }

        return pairs;
    }

    private static bool KeepsOrder(Type? type)
    {
        while (type is not null)
        {
            if (_ordered.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type) || type.FullName == OrderedHashtable)
            {
                return true;
            }

            type = type.BaseType;
        }

        return false;
    }

    // As the list -1.5; 2; -3 is. Where a comma is the decimal point, -1,5+A1 is a formula as a whole.
    private static bool AreNumbers(string text) => Array.TrueForAll(text.Split(_parts), IsNumber);

    // Infinity and NaN are numbers to .NET, and names to a spreadsheet.
    private static bool IsNumber(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && !text.Contains('N', StringComparison.OrdinalIgnoreCase);

    // A blank beginning before a tab or a line break, a beginning as that of a formula, and a cell within the text that could be run.
    [GeneratedRegex(
        @"^[^\S\t\r\n]*(?=[\t\r\n])|^[""\s\uFEFF-[\t\r\n]]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|"
            + @"(?<=[,;\t\r\n])[""\s\uFEFF-[\t\r\n]]*(?:[=@\uFF1D\uFF20]|[+\-\uFF0B\uFF0D](?:[\p{L}(\uFF08]|"
            + @"[^,;\t\r\n]*(?:[\p{L}\p{N}_.][(\uFF08]|\||'[!#]|\][\p{L}\p{N}_.]*!)|"
            + @"(?:[^,;\t\r\n]*[^\p{L}\p{N}_.\s,;])?[^\S\t\r\n]*[\p{L}_][\p{L}\p{N}_.]*[^\S\t\r\n]+[(\uFF08]))",
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
                return depth < Deepest && ElementsOf(node) is { Count: > 0 } elements
                    ? string.Join(Separator, elements.Select(element => TextOf(element, depth + 1)))
                    : node.InnerText;
            case not null when depth < Deepest && TryEntries(plain, out List<(string Name, object? Value)>? entries):
                return Join(entries);
            case PSObject custom when depth < Deepest:
                return Join([.. custom.Properties.Select(property => (property.Name, PropertyReader.ReadOrNull(custom, property.Name)))]);
            case IEnumerable list when depth < Deepest && plain is not (IDictionary or FileSystemInfo):
                return string.Join(Separator, list.Cast<object?>().Select(item => TextOf(item, depth + 1)));
            default:
                return Convert.ToString(plain, CultureInfo.InvariantCulture) ?? string.Empty;
        }

        string Join(IReadOnlyList<(string Name, object? Value)> parts)
            => string.Join(Separator, parts.Select(part => $"{part.Name}={TextOf(part.Value, depth + 1)}"));
    }

    // None of a text with marked words in it, which is read as it stands.
    private static List<XmlElement> ElementsOf(XmlNode node)
        => node.ChildNodes.OfType<XmlNode>().Any(child => child is XmlText or XmlCDataSection or XmlEntityReference)
            ? []
            : [.. node.ChildNodes.OfType<XmlElement>()];
}
