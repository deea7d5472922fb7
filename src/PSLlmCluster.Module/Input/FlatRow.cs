using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Xml;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Makes flat objects, for Export-Csv, spreadsheets and JSON: the properties of an object that was piped in, and columns that are added.
/// </summary>
/// <param name="added">
/// The names of the columns that are added; properties of these names, such as those of last week, are left out.
/// </param>
/// <param name="keepFormulas">
/// Whether texts that a spreadsheet takes for formulas, and names of columns, are left as they are.
/// </param>
internal sealed class FlatRow(IReadOnlyList<string> added, bool keepFormulas)
{
    /// <summary>The column of an object that is a text.</summary>
    public const string TextColumn = "Text";

    private const string NoName = "_";

    private readonly string[] _columns = [.. added.Select(name => ColumnOf(name, keepFormulas))];
    private readonly HashSet<string> _added
        = new([.. added, .. added.Select(name => ColumnOf(name, keepFormulas))], StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a row.</summary>
    /// <param name="source">What was piped in.</param>
    /// <param name="values">The values of the added columns.</param>
    /// <returns>The row.</returns>
    public PSObject Of(object? source, ReadOnlySpan<object?> values)
    {
        PSObject row = new();
        Add(row, EntriesOf(source));
        for (int i = 0; i < values.Length; i++)
        {
            row.Properties.Add(new PSNoteProperty(_columns[i], FlatValue.Of(values[i], keepFormulas)));
        }

        return row;
    }

    private static List<(string Name, object? Value)> EntriesOf(object? source)
    {
        if (source is null || TextValue.TryText(source, out _))
        {
            return [(TextColumn, source)];
        }

        object? plain = PropertyReader.Unwrap(source);
        if (FlatValue.TryEntries(plain, out List<(string Name, object? Value)>? entries))
        {
            return entries;
        }

        if (plain is IEnumerable and not XmlNode)
        {
            return [("Value", plain)];
        }

        // What was added to an object may hide a property of it; a name is read once.
        PSObject origin = PSObject.AsPSObject(source);
        return
        [
            .. PropertyReader.Properties(origin).Select(property => property.Name).Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(name => (name, PropertyReader.ReadOrNull(origin, name))),
        ];
    }

    // A property has a name, which a key of JSON need not be; and the line of titles is read by spreadsheets as the others are.
    private static string ColumnOf(string name, bool keepFormulas)
        => name.Length == 0 ? NoName : keepFormulas ? name : FlatValue.WithoutFormulas(name);

    private void Add(PSObject row, List<(string Name, object? Value)> entries)
    {
        foreach ((string name, object? value) in entries)
        {
            if (_added.Contains(name))
            {
                continue;
            }

            // Who has a name keeps it. Another that comes to it gets a number, as keys that differ in case alone do.
            string column = ColumnOf(name, keepFormulas);
            if (column == name ? row.Properties[column] is not null : !IsFree(column))
            {
                int number = 2;
                while (!IsFree(column + number.ToString(CultureInfo.InvariantCulture)))
                {
                    number++;
                }

                column += number.ToString(CultureInfo.InvariantCulture);
            }

            row.Properties.Add(new PSNoteProperty(column, FlatValue.Of(value, keepFormulas)));
        }

        bool IsFree(string column)
            => !_added.Contains(column) && row.Properties[column] is null
                && !entries.Exists(entry => entry.Name.Equals(column, StringComparison.OrdinalIgnoreCase));
    }
}
