using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Values that go with the records, one for each: a list in the order of the records, or a property that each of them has. Records that are
/// left out as bad leave their values out too.
/// </summary>
/// <param name="parameter">The name of the list's parameter, for messages.</param>
/// <param name="list">The list, or null.</param>
/// <param name="property">The property's name or a script block, or null.</param>
/// <param name="numbers">What numbers the values have to be; null where they may be anything.</param>
internal sealed class RecordValues(string parameter, object? list, object? property, NumberRule? numbers = null)
{
    private readonly IList? _list = list is null ? null : AsList(parameter, list);
    private readonly PropertySelector? _selector = PropertySelector.From(property).FirstOrDefault();
    private readonly List<string> _takenLabels = [];
    private readonly List<double> _takenNumbers = [];
    private string _currentLabel = string.Empty;
    private double _currentNumber;

    /// <summary>Gets a value indicating whether there are values at all.</summary>
    public bool HasValues => _list is not null || _selector is not null;

    /// <summary>Reads the value of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="position">Its position in the input, from 0.</param>
    /// <returns>Null, or why there is none.</returns>
    public EngineException? Read(PSObject? record, int position)
    {
        if (_selector is not null)
        {
            object? value = null;
            return record is null
                ? null
                : _selector.Read(record, out value)
                    ?? Convert(value, $"{_selector.Subject} of the record at position {position}", _selector.Subject);
        }

        return _list is null || position >= _list.Count
            ? null
            : Convert(_list[position], $"-{parameter} at position {position}", parameter);
    }

    /// <summary>Keeps the value that was read last, as its record was taken.</summary>
    public void Commit()
    {
        if (numbers is null)
        {
            _takenLabels.Add(_currentLabel);
        }
        else
        {
            _takenNumbers.Add(_currentNumber);
        }
    }

    /// <summary>Checks that a list has as many values as records came in.</summary>
    /// <param name="records">How many came in, bad ones included.</param>
    /// <exception cref="EngineException">It has more, or fewer.</exception>
    public void RequireCount(int records)
    {
        if (_list is not null && _list.Count != records)
        {
            throw new EngineException(
                ErrorIds.ValueCountMismatch,
                FailureKind.InvalidArgument,
                $"-{parameter} has {_list.Count} "
                    + $"{(_list.Count == 1 ? "value" : "values")}, and {records} {(records == 1 ? "row" : "rows")} came in.",
                $"Give one value for each row, in the order of the rows; or name the property that holds it, with -{parameter}Property.");
        }
    }

    /// <summary>Returns the values as numbers, where there is a rule for them.</summary>
    /// <returns>A number for each record that was taken.</returns>
    public double[] Numbers() => [.. _takenNumbers];

    /// <summary>
    /// Returns the values as labels: equal ones have the same number, from 0, in ordinal order of the labels, so that the order of input
    /// changes none; a blank one, or -1, has -1.
    /// </summary>
    /// <returns>A number for each record that was taken.</returns>
    public int[] Labels()
    {
        string[] known = [.. _takenLabels.Where(IsKnown).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return [.. _takenLabels.Select(label => IsKnown(label) ? Array.BinarySearch(known, label, StringComparer.Ordinal) : -1)];
    }

    /// <summary>Keeps a value as the number or the label that it is.</summary>
    private EngineException? Convert(object? value, string what, string kind)
    {
        EngineException? fault = ConvertAs(value, what);
        return fault is null ? null : MissingProperties.MarkSame(fault, kind);
    }

    private EngineException? ConvertAs(object? value, string what)
    {
        try
        {
            object? plain = PropertyReader.Unwrap(value);
            return numbers is null ? ConvertLabel(plain) : ConvertNumber(plain, what, numbers);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return new EngineException(
                ErrorIds.ValueInvalid,
                FailureKind.InvalidData,
                $"{what} cannot be read: {problem.Message}",
                "Leave such records out with their values, or give texts or numbers.",
                problem);
        }
    }

    private EngineException? ConvertLabel(object? value)
    {
        string? label = TextValue.TryText(value, out string? text) ? text : System.Convert.ToString(value, CultureInfo.InvariantCulture);
        _currentLabel = label ?? string.Empty;
        return null;
    }

    private EngineException? ConvertNumber(object? value, string what, NumberRule rule)
    {
        if (!NumberReader.TryNumber(value, out _currentNumber))
        {
            string? quoted = System.Convert.ToString(value, CultureInfo.InvariantCulture);
            string description = PropertyReader.IsBlank(value) ? "empty" : $"\"{quoted}\"";
            return new EngineException(
                ErrorIds.ValueInvalid,
                FailureKind.InvalidData,
                $"{what} is {description}, which is {rule.Fault}{NumberReader.Cultures(value)}.",
                rule.RecommendedAction + NumberReader.RecommendedAction(value));
        }

        return rule.Holds(_currentNumber)
            ? null
            : new EngineException(
                ErrorIds.ValueInvalid,
                FailureKind.InvalidData,
                $"{what} is \"{System.Convert.ToString(value, CultureInfo.InvariantCulture)}\", which is {rule.Fault}.",
                rule.RecommendedAction);
    }

    private static bool IsKnown(string label) => !TextValue.IsBlank(label) && label != "-1";

    private static IList AsList(string parameter, object list)
    {
        try
        {
            return PropertyReader.Unwrap(list) switch
            {
                Array { Rank: > 1 } values => values.Cast<object?>().ToArray(),
                IList values => values,
                IEnumerable values and not string => values.Cast<object?>().ToArray(),
                object value => new[] { value },
                null => Array.Empty<object>(),
            };
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            throw new EngineException(
                ErrorIds.ValueInvalid,
                FailureKind.InvalidArgument,
                $"-{parameter} cannot be read: {problem.Message}",
                "Give a list of one value for each row.",
                problem);
        }
    }
}

/// <summary>What numbers some values have to be.</summary>
/// <param name="Holds">Whether a number will do.</param>
/// <param name="Fault">What a value that will not is, in words.</param>
/// <param name="RecommendedAction">What to do about it.</param>
internal sealed record NumberRule(Predicate<double> Holds, string Fault, string RecommendedAction);
