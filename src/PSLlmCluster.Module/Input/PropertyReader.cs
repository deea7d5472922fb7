using System.Collections;
using System.Data;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Language;
using System.Xml;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads properties of what a pipeline brings: of objects, and the entries of dictionaries.</summary>
internal static class PropertyReader
{
    // What Get-Content and Get-ChildItem add to each line and each file.
    private static readonly HashSet<string> _ofProviders = new(StringComparer.OrdinalIgnoreCase)
    {
        "PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer", "ReadCount",
    };

    /// <summary>Reads a property that has to be there.</summary>
    /// <param name="record">The object.</param>
    /// <param name="name">The property's name, in any case of letters.</param>
    /// <param name="value">Receives the value, taken out of PowerShell's wrapping; it may be null.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static EngineException? Read(PSObject record, string name, out object? value)
    {
        if (ReadIfThere(record, name, out value, out bool isThere) is { } fault)
        {
            return fault;
        }

        return isThere
            ? null
            : MissingProperties.Mark(
                new EngineException(
                    ErrorIds.PropertyMissing,
                    FailureKind.InvalidData,
                    $"{Describe(record)} came in, which has no property {name}.",
                    $"Name a property that every object has. This one has: {List(Names(record))}."),
                name);
    }

    /// <summary>Reads a property that need not be there.</summary>
    /// <param name="record">The object.</param>
    /// <param name="name">The property's name, in any case of letters.</param>
    /// <param name="value">Receives the value, taken out of PowerShell's wrapping; null where there is none.</param>
    /// <param name="isThere">Receives whether there is such a property.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static EngineException? ReadIfThere(PSObject record, string name, out object? value, out bool isThere)
    {
        try
        {
            isThere = TryRead(record, name, out value);
            return null;
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            value = null;
            isThere = true;
            return NotReadable($"The property {name}", problem);
        }
    }

    /// <summary>Reads a property that need not be there, nor be readable.</summary>
    /// <param name="record">The object.</param>
    /// <param name="name">The property's name, in any case of letters.</param>
    /// <returns>The value; null where there is no such property, or none that can be read.</returns>
    public static object? ReadOrNull(PSObject record, string name)
        => ReadIfThere(record, name, out object? value, out _) is null ? value : null;

    /// <summary>Says whether an object has a property, whatever its value.</summary>
    /// <param name="record">The object.</param>
    /// <param name="name">The property's name, in any case of letters.</param>
    /// <returns>Whether it has; not where that cannot be told.</returns>
    public static bool Has(PSObject record, string name)
    {
        try
        {
            return KeyOf(record, name) is not null || record.Properties[name] is not null;
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return false;
        }
    }

    /// <summary>Returns the error of a value that failed while it was read.</summary>
    /// <param name="subject">What it is, as the beginning of a sentence.</param>
    /// <param name="problem">What it threw.</param>
    /// <returns>The error.</returns>
    public static EngineException NotReadable(string subject, Exception problem)
        => MissingProperties.MarkSame(
            new EngineException(
                ErrorIds.PropertyNotReadable,
                FailureKind.ReadError,
                $"{subject} cannot be read: {problem.Message}",
                "Leave such records out, or name another property.",
                problem),
            $"{subject} {RecordErrors.KindOf(problem)}");

    /// <summary>
    /// Takes PowerShell's wrapping off a .NET object. A custom object is nothing without it, and keeps it. The nulls of databases and of
    /// PowerShell become null.
    /// </summary>
    /// <param name="value">A value, wrapped or not.</param>
    /// <returns>What a .NET program would expect.</returns>
    public static object? Unwrap(object? value)
    {
        if (ReferenceEquals(value, AutomationNull.Value))
        {
            return null;
        }

        object? plain = value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;
        return plain is DBNull or NullString ? null : plain;
    }

    /// <summary>Says whether a value is blank: null, a text that shows nothing, or a list without elements.</summary>
    /// <param name="value">The value, taken out of PowerShell's wrapping.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsBlank(object? value) => value switch
    {
        null => true,
        string text => TextValue.IsBlank(text),
        IDictionary => false,
        ICollection { Count: 0 } => true,
        _ => false,
    };

    /// <summary>Says what an object is, for the beginning of a message.</summary>
    /// <param name="record">The object; may be null.</param>
    /// <returns>Its type, with the article.</returns>
    public static string Describe(PSObject? record)
    {
        string type = record?.BaseObject switch
        {
            null => "null",
            PSCustomObject => "custom object",
            object other => $"object of type {other.GetType().Name}",
        };
        return type[0] == 'o' ? $"An {type}" : $"A {type}";
    }

    /// <summary>Returns the names of an object's properties, or of a dictionary's entries.</summary>
    /// <param name="record">The object.</param>
    /// <returns>The names, without what Get-Content and Get-ChildItem add; none where they cannot be had.</returns>
    public static IReadOnlyList<string> Names(PSObject record)
    {
        try
        {
            return record.BaseObject is IDictionary dictionary
                ? [.. dictionary.Keys.Cast<object>().Select(key => $"{key}")]
                : [.. Properties(record).Where(property => !IsOfProvider(property)).Select(property => property.Name)];
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return [];
        }
    }

    /// <summary>
    /// Returns the properties that an object shows: of a row of a database or an element of XML its columns, or attributes and elements,
    /// without those of the .NET class that PowerShell lists behind them.
    /// </summary>
    /// <param name="record">The object.</param>
    /// <returns>The properties, in their order; what was added to the object last.</returns>
    public static IEnumerable<PSPropertyInfo> Properties(PSObject record)
        => record.BaseObject is DataRow or DataRowView or XmlNode
            ? [.. PropertiesOf(record, "psadapted"), .. PropertiesOf(record, "psextended")]
            : record.Properties;

    /// <summary>Lists some names, for the end of a message.</summary>
    /// <param name="names">The names.</param>
    /// <returns>The first few of them.</returns>
    public static string List(IReadOnlyCollection<string> names)
    {
        const int Enough = 12;
        return names.Count == 0 ? "none" : string.Join(", ", names.Take(Enough)) + (names.Count > Enough ? ", …" : string.Empty);
    }

    private static bool IsOfProvider(PSPropertyInfo property)
        => property.MemberType == PSMemberTypes.NoteProperty && _ofProviders.Contains(property.Name);

    private static PSMemberInfoCollection<PSPropertyInfo> PropertiesOf(PSObject record, string view)
        => ((PSMemberSet)record.Members[view]).Properties;

    private static bool TryRead(PSObject record, string name, out object? value)
    {
        if (KeyOf(record, name) is { } key)
        {
            value = Unwrap(((IDictionary)record.BaseObject)[key]);
            return true;
        }

        PSPropertyInfo? property = record.Properties[name];
        value = property is null ? null : Unwrap(property.Value);
        return property is not null;
    }

    private static object? KeyOf(PSObject record, string name)
    {
        if (record.BaseObject is IDictionary dictionary)
        {
            foreach (object key in dictionary.Keys)
            {
                if (string.Equals(key.ToString(), name, StringComparison.OrdinalIgnoreCase))
                {
                    return key;
                }
            }
        }

        return null;
    }
}
