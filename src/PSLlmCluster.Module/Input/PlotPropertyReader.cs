using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Reads the properties that a page carries beside its points: of the object that was piped in at first (Source), else of the record
/// itself.
/// </summary>
internal sealed class PlotPropertyReader
{
    private readonly List<PlotProperty> _properties = [];
    private readonly HashSet<string> _found = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Initializes a new instance of the <see cref="PlotPropertyReader"/> class.</summary>
    /// <param name="hover">The names of those that show beside a point.</param>
    /// <param name="colorBy">The names of those that the page can be coloured by.</param>
    public PlotPropertyReader(IEnumerable<string> hover, IReadOnlyList<string> colorBy)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        _properties.AddRange(hover.Where(names.Add).Select(name => new PlotProperty(name, CultureInfo.CurrentCulture)));
        HoverCount = _properties.Count;
        _properties.AddRange(colorBy.Where(names.Add).Select(name => new PlotProperty(name, CultureInfo.CurrentCulture)));
        ColorBy = colorBy.Count == 0 ? string.Empty : _properties.First(property => Same(property.Name, colorBy[0])).Name;
    }

    /// <summary>Gets the properties: first those that show beside a point.</summary>
    public IReadOnlyList<PlotProperty> Properties => _properties;

    /// <summary>Gets how many show beside a point.</summary>
    public int HoverCount { get; }

    /// <summary>Gets the name of the property that the page opens coloured by; empty for none.</summary>
    public string ColorBy { get; }

    /// <summary>Reads the values of the next point.</summary>
    /// <param name="record">The record that the point is of.</param>
    public void Add(PSObject record)
    {
        if (_properties.Count == 0)
        {
            return;
        }

        object? source = record.BaseObject is ClusterAssignment member ? member.Source : PropertyReader.ReadOrNull(record, "Source");
        PSObject? origin = source is null ? null : PSObject.AsPSObject(source);
        foreach (PlotProperty property in _properties)
        {
            property.Add(ReadFrom(origin, property.Name, out object? value) || ReadFrom(record, property.Name, out value) ? value : null);
        }
    }

    /// <summary>Warns of properties that no record had.</summary>
    /// <returns>A warning for each.</returns>
    public IEnumerable<EngineWarning> Missing() => _properties.Where(property => property.Count > 0 && !_found.Contains(property.Name))
        .Select(property => new EngineWarning(
            "PlotPropertyMissing", $"No point has a property {property.Name}, so that the page shows no value of it."));

    private static bool Same(string first, string second) => first.Equals(second, StringComparison.OrdinalIgnoreCase);

    private bool ReadFrom(PSObject? record, string name, out object? value)
    {
        value = null;
        if (record is null || PropertyReader.ReadIfThere(record, name, out value, out bool isThere) is not null || !isThere)
        {
            return false;
        }

        _found.Add(name);
        try
        {
            value = PropertyReader.Unwrap(value);
            value = value is string || NumberReader.TryNumber(value, out _) ? value : FlatValue.Of(value, keepFormulas: true);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            // A value that cannot be written shows nothing, as one that cannot be read.
            value = null;
        }

        return true;
    }
}
