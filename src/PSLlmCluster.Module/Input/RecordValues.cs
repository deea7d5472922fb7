using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Values that go with the records, one for each: a list in the order of the records, or a property that each of them has. Records that are left out as
/// bad leave their values out too.
/// </summary>
/// <param name="parameter">The name of the list's parameter, for messages.</param>
/// <param name="list">The list, or null.</param>
/// <param name="property">The property, or null.</param>
/// <param name="numbers">What numbers the values have to be; null where they may be anything.</param>
internal sealed class RecordValues(string parameter, object? list, string? property, NumberRule? numbers = null)
{
    private readonly IList? _list = list is null ? null : AsList(list);
    private readonly List<object?> _taken = [];
    private readonly List<double> _takenNumbers = [];
    private object? _current;
    private double _currentNumber;

    /// <summary>Gets a value indicating whether there are values at all.</summary>
    public bool Exist => _list is not null || property is not null;

    /// <summary>Reads the value of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="position">Its position in the input, from 0.</param>
    /// <returns>Null, or why there is none.</returns>
    public EngineException? Read(PSObject? record, int position)
    {
        _current = null;
        if (property is not null)
        {
            return record is null ? null : PropertyReader.Read(record, property, out _current) ?? RequireNumber($"The property {property} of the record at position {position}");
        }

        if (_list is null || position >= _list.Count)
        {
            return null;
        }

        _current = PropertyReader.Unwrap(_list[position]);
        return RequireNumber($"-{parameter} at position {position}");
    }

    /// <summary>Takes the value that was read last: its record was taken.</summary>
    public void Take()
    {
        if (numbers is null)
        {
            _taken.Add(_current);
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
                $"-{parameter} has {_list.Count} {(_list.Count == 1 ? "value" : "values")}, and {records} {(records == 1 ? "row" : "rows")} came in.",
                $"Give one value for each row, in the order of the rows; or name the property that holds it, with -{parameter}Property.");
        }
    }

    /// <summary>Returns the values as numbers, where there is a rule for them.</summary>
    /// <returns>A number for each record that was taken.</returns>
    public double[] Numbers() => [.. _takenNumbers];

    /// <summary>Returns the values as labels: equal ones have the same number, from 0, in ordinal order of the labels, so that the order of input changes none; an empty one, or -1, has -1.</summary>
    /// <returns>A number for each record that was taken.</returns>
    public int[] Labels()
    {
        string[] labels = [.. _taken.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty)];
        string[] known = [.. labels.Where(IsKnown).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return Array.ConvertAll(labels, label => IsKnown(label) ? Array.BinarySearch(known, label, StringComparer.Ordinal) : -1);
    }

    private EngineException? RequireNumber(string what)
    {
        if (numbers is null || (NumberReader.TryNumber(_current, out _currentNumber) && numbers.Holds(_currentNumber)))
        {
            return null;
        }

        string value = _current is null or "" ? "empty" : $"\"{Convert.ToString(_current, CultureInfo.InvariantCulture)}\"";
        return new EngineException(ErrorIds.ValueInvalid, FailureKind.InvalidData, $"{what} is {value}, which is {numbers.Fault}.", numbers.RecommendedAction);
    }

    private static bool IsKnown(string label) => !string.IsNullOrWhiteSpace(label) && label != "-1";

    private static IList AsList(object list) => PropertyReader.Unwrap(list) switch
    {
        Array { Rank: > 1 } values => values.Cast<object?>().ToArray(),
        IList values => values,
        IEnumerable values and not string => values.Cast<object?>().ToArray(),
        object value => new[] { value },
        null => Array.Empty<object>(),
    };
}

/// <summary>What numbers some values have to be.</summary>
/// <param name="Holds">Whether a number will do.</param>
/// <param name="Fault">What a value that will not is, in words.</param>
/// <param name="RecommendedAction">What to do about it.</param>
internal sealed record NumberRule(Predicate<double> Holds, string Fault, string RecommendedAction);
