using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>What a parameter such as -Property names of a record: one of its properties, or what a script block makes of it.</summary>
internal sealed class PropertySelector
{
    private readonly string _name;
    private readonly ScriptBlock? _script;

    private PropertySelector(string name, ScriptBlock? script)
    {
        _name = name;
        _script = script;
    }

    /// <summary>Gets what is named, as the beginning of a sentence.</summary>
    public string Subject => _script is null ? $"The property {_name}" : $"The script block {{{_name}}}";

    /// <summary>Gets a value indicating whether a script block makes the value.</summary>
    public bool IsScript => _script is not null;

    /// <summary>Makes selectors of a parameter's value.</summary>
    /// <param name="value">A name, a script block, or a list of them; null for none.</param>
    /// <returns>The selectors; empty where nothing is named.</returns>
    public static PropertySelector[] From(object? value) => PropertyReader.Unwrap(value) switch
    {
        null => [],
        object[] several => Array.ConvertAll(several, One),
        object one => [One(one)],
    };

    /// <summary>Reads the value of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="value">
    /// Receives the value, taken out of PowerShell's wrapping; null where there is none. Several values of a script block are a list.
    /// </param>
    /// <returns>Null, or why there is none to be had.</returns>
    public EngineException? Read(PSObject record, out object? value)
        => _script is null ? PropertyReader.Read(record, _name, out value) : Run(_script, record, out value);

    /// <summary>Returns the error of a value that failed while it was read.</summary>
    /// <param name="problem">What it threw.</param>
    /// <returns>The error.</returns>
    public EngineException NotReadable(Exception problem) => PropertyReader.NotReadable(Subject, problem);

    private static PropertySelector One(object value) => PropertyReader.Unwrap(value) switch
    {
        ScriptBlock script => new PropertySelector(script.ToString(), script),
        object name => new PropertySelector(Convert.ToString(name, CultureInfo.InvariantCulture)!, null),
        null => throw new ArgumentNullException(nameof(value)),
    };

    private EngineException? Run(ScriptBlock script, PSObject record, out object? value)
    {
        value = null;
        try
        {
            // What fails within is an error of the record, not a line in the error stream and a blank.
            Collection<PSObject?> results = script.InvokeWithContext(
                null,
                [new PSVariable("_", record), new PSVariable("ErrorActionPreference", ActionPreference.Stop)]);
            value = results.Count switch
            {
                0 => null,
                1 => PropertyReader.Unwrap(results[0]),
                _ => results.Select(PropertyReader.Unwrap).ToArray(),
            };
            return null;
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return NotReadable(problem);
        }
    }
}
