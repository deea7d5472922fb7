using System.Collections;
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

    private readonly HashSet<string> _added = new(added, StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a row.</summary>
    /// <param name="source">What was piped in.</param>
    /// <param name="values">The values of the added columns.</param>
    /// <returns>The row.</returns>
    public PSObject Of(object? source, ReadOnlySpan<object?> values)
    {
        PSObject row = new();
        AddSource(row, source);
        for (int i = 0; i < values.Length; i++)
        {
            row.Properties.Add(new PSNoteProperty(added[i], FlatValue.Of(values[i], keepFormulas)));
        }

        return row;
    }

    private void AddSource(PSObject row, object? source)
    {
        if (source is null || TextValue.TryText(source, out _))
        {
            Add(row, TextColumn, source);
        }
        else if (PropertyReader.Unwrap(source) is IDictionary dictionary)
        {
            foreach ((string name, object? value) in FlatValue.Entries(dictionary))
            {
                Add(row, name, value);
            }
        }
        else if (PropertyReader.Unwrap(source) is IEnumerable list and not XmlNode)
        {
            Add(row, "Value", list);
        }
        else
        {
            PSObject origin = PSObject.AsPSObject(source);
            foreach (PSPropertyInfo property in PropertyReader.Properties(origin))
            {
                Add(row, property.Name, PropertyReader.ReadOrNull(origin, property.Name));
            }
        }
    }

    private void Add(PSObject row, string name, object? value)
    {
        if (_added.Contains(name))
        {
            return;
        }

        // A property has a name, which a key of JSON need not be; and the line of titles is read by spreadsheets as the others are.
        string column = name.Length == 0 ? NoName : keepFormulas ? name : FlatValue.WithoutFormulas(name);
        if (row.Properties[column] is null)
        {
            row.Properties.Add(new PSNoteProperty(column, FlatValue.Of(value, keepFormulas)));
        }
    }
}
