using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Finds the text of a record: the record itself, or one of its properties.</summary>
/// <param name="property">The property's name, or null where the records are texts themselves.</param>
internal sealed class RecordTextReader(string? property)
{
    /// <summary>Reads the text of a record.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="text">Receives the text; null where there is none, which is no error.</param>
    /// <returns>Null, or why there is no text to be had.</returns>
    public EngineException? Read(PSObject? record, out string? text)
    {
        text = null;
        if (record is null)
        {
            return null;
        }

        return property is null ? ReadItself(record, out text) : ReadProperty(record, property, out text);
    }

    private static EngineException? ReadItself(PSObject record, out string? text)
    {
        text = record.BaseObject as string;
        return text is not null
            ? null
            : new EngineException(ErrorIds.InputNotText, FailureKind.InvalidData, $"{PropertyReader.Describe(record)} came in, which is not a text.", "Name the property that holds the text with -Property, or make a text of it first, as in `| ForEach-Object { \"$_\" }`.");
    }

    private static EngineException? ReadProperty(PSObject record, string property, out string? text)
    {
        text = null;
        if (PropertyReader.Read(record, property, out object? value) is { } fault)
        {
            return fault;
        }

        text = value as string;
        return text is not null || value is null
            ? null
            : new EngineException(ErrorIds.PropertyNotText, FailureKind.InvalidData, $"The property {property} is of type {value.GetType().Name}, which is not a text.", "Name a property that is a text, or make one first, as in `| Select-Object *, @{ n = 'Label'; e = { \"$($_.Id) $($_.Name)\" } }`.");
    }
}
