using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Finds the text of a record: the record itself, or what is named of it.</summary>
/// <param name="selectors">What is named; empty where the records are texts themselves.</param>
internal sealed class RecordTextReader(IReadOnlyList<PropertySelector> selectors)
{
    private const string Separator = " ";

    /// <summary>Reads the text of a record.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="text">Receives the text; null or blank where there is none, which is no error.</param>
    /// <returns>Null, or why there is no text to be had.</returns>
    public EngineException? Read(PSObject? record, out string? text)
    {
        text = null;
        if (record is null)
        {
            return null;
        }

        try
        {
            return selectors.Count == 0 ? ReadItself(record, out text) : ReadSelected(record, out text);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return RecordErrors.NotReadable(problem);
        }
    }

    private static EngineException? ReadItself(PSObject record, out string? text)
        => TextValue.TryText(record, out text)
            ? null
            : MissingProperties.MarkNoText(new EngineException(
                ErrorIds.InputNotText,
                FailureKind.InvalidData,
                $"{PropertyReader.Describe(record)} came in, which is not a text.",
                record.BaseObject is FileInfo
                    ? "Get-Content reads the texts in a file, one a line, as in `Get-ChildItem *.txt | Get-Content`. -Property makes a "
                        + "text of the file itself, as in `-Property Name`."
                    : "Name the property that holds the text with -Property, or make a text of it first, as in "
                        + $"`| ForEach-Object {{ \"$_\" }}`. This one has: {PropertyReader.List(PropertyReader.Names(record))}."));

    private EngineException? ReadSelected(PSObject record, out string? text)
    {
        text = null;
        List<string> parts = new(selectors.Count);
        foreach (PropertySelector selector in selectors)
        {
            if ((selector.Read(record, out object? value) ?? AddParts(selector, value, parts)) is { } fault)
            {
                return fault;
            }
        }

        text = parts.Count == 1 ? parts[0] : string.Join(Separator, parts);
        return null;
    }

    /// <summary>Adds a value, or each of the values that a script block gave.</summary>
    private static EngineException? AddParts(PropertySelector selector, object? value, List<string> parts)
    {
        foreach (object? part in value is object?[] several && selector.IsScript ? several : [value])
        {
            if (!TextValue.TryText(part, out string? text))
            {
                return MissingProperties.MarkSame(
                    new EngineException(
                        ErrorIds.PropertyNotText,
                        FailureKind.InvalidData,
                        $"{selector.Subject} is of type {PropertyReader.Unwrap(part)!.GetType().Name}, which is not a text.",
                        "Name a property that is a text, or make one with a script block, as in `-Property { \"$($_.Id) $($_.Name)\" }`."),
                    selector.Subject);
            }

            if (!TextValue.IsBlank(text))
            {
                parts.Add(text!);
            }
        }

        return null;
    }
}
