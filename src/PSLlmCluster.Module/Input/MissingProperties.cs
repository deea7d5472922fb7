using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Holds the errors of records that lack a property, or are no text, until one can be read. Where the first hundred lack the same, the
/// command is wrong and not the records, and that is one error that ends the work, not one for each record.
/// </summary>
/// <param name="write">Writes the error of a record.</param>
/// <param name="end">Stops the command with an error.</param>
internal sealed class MissingProperties(Action<EngineException, PSObject?> write, Action<EngineException> end)
{
    private const int Limit = 100;
    private const string Key = nameof(MissingProperties);
    private readonly List<(EngineException Fault, PSObject Record)> _held = [];
    private bool _isDecided;

    /// <summary>Marks an error as one of a property that is not there.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="property">The property's name.</param>
    /// <returns>The same error.</returns>
    public static EngineException Mark(EngineException fault, string property) => MarkLack(fault, $"has a property {property}");

    /// <summary>Marks an error as one of an object that is no text, where no property is named.</summary>
    /// <param name="fault">The error.</param>
    /// <returns>The same error.</returns>
    public static EngineException MarkNoText(EngineException fault) => MarkLack(fault, "is a text");

    /// <summary>Takes the error of a record.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="record">The record; one that is null says nothing of properties.</param>
    public void Report(EngineException fault, PSObject? record)
    {
        string? lack = fault.Data[Key] as string;
        bool isAnother = lack is null || (_held.Count > 0 && _held[0].Fault.Data[Key] as string != lack);
        if (record is null || _isDecided || isAnother)
        {
            if (record is not null)
            {
                Found();
            }

            write(fault, record);
            return;
        }

        _held.Add((fault, record));
        if (_held.Count == Limit)
        {
            HashSet<string> names = [.. _held.SelectMany(held => PropertyReader.Names(held.Record))];
            string recommendedAction = fault.ErrorId switch
            {
                ErrorIds.PropertyMissing => "Name a property that they have.",
                ErrorIds.InputNotText => "Name the property that holds the text with -Property.",
                _ => fault.RecommendedAction,
            };
            _held.Clear();
            end(new EngineException(
                fault.ErrorId,
                FailureKind.InvalidArgument,
                $"None of the first {Limit} records {lack}.",
                $"{recommendedAction} They have: {PropertyReader.List(names)}.",
                fault));
        }
    }

    /// <summary>Notes that a record could be read.</summary>
    public void Found()
    {
        if (!_isDecided)
        {
            _isDecided = true;
            Flush();
        }
    }

    /// <summary>Writes the errors that are held: no more records come, or one had the property.</summary>
    public void Flush()
    {
        foreach ((EngineException fault, PSObject record) in _held)
        {
            write(fault, record);
        }

        _held.Clear();
    }

    private static EngineException MarkLack(EngineException fault, string lack)
    {
        fault.Data[Key] = lack;
        return fault;
    }
}
