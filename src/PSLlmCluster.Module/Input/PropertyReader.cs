using System.Collections;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads properties of what a pipeline brings: of objects, and the entries of dictionaries.</summary>
internal static class PropertyReader
{
    /// <summary>Reads a property that has to be there.</summary>
    /// <param name="record">The object.</param>
    /// <param name="name">The property's name, in any case of letters.</param>
    /// <param name="value">Receives the value, taken out of PowerShell's wrapping; it may be null.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static EngineException? Read(PSObject record, string name, out object? value)
    {
        try
        {
            return TryRead(record, name, out value)
                ? null
                : new EngineException(ErrorIds.PropertyMissing, FailureKind.InvalidData, $"{Describe(record)} came in, which has no property {name}.", $"Name a property that every object has. This one has: {Names(record)}.");
        }
        catch (GetValueException problem)
        {
            value = null;
            return new EngineException(ErrorIds.PropertyNotReadable, FailureKind.ReadError, $"The property {name} cannot be read: {problem.Message}", "Name another property.", problem);
        }
    }

    /// <summary>Reads a property that need not be there.</summary>
    /// <param name="record">The object.</param>
    /// <param name="name">The property's name, in any case of letters.</param>
    /// <returns>The value; null where there is no such property, or none that can be read.</returns>
    public static object? ReadOrNull(PSObject record, string name)
    {
        try
        {
            return TryRead(record, name, out object? value) ? value : null;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    /// <summary>Takes PowerShell's wrapping off a .NET object. A custom object is nothing without it, and keeps it.</summary>
    /// <param name="value">A value, wrapped or not.</param>
    /// <returns>What a .NET program would expect.</returns>
    public static object? Unwrap(object? value) => value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;

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

    private static bool TryRead(PSObject record, string name, out object? value)
    {
        if (record.BaseObject is IDictionary dictionary)
        {
            foreach (object key in dictionary.Keys)
            {
                if (string.Equals(key.ToString(), name, StringComparison.OrdinalIgnoreCase))
                {
                    value = Unwrap(dictionary[key]);
                    return true;
                }
            }
        }

        PSPropertyInfo? property = record.Properties[name];
        value = property is null ? null : Unwrap(property.Value);
        return property is not null;
    }

    private static string Names(PSObject record)
    {
        const int Enough = 12;
        IEnumerable<string> all = record.BaseObject is IDictionary dictionary ? dictionary.Keys.Cast<object>().Select(key => $"{key}") : record.Properties.Select(property => property.Name);
        List<string> names = [.. all.Take(Enough + 1)];
        return names.Count == 0 ? "none" : string.Join(", ", names.Take(Enough)) + (names.Count > Enough ? ", …" : string.Empty);
    }
}
