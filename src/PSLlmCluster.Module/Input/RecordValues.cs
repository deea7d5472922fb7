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
internal sealed class RecordValues(string parameter, object? list, string? property)
{
    private readonly IList? _list = list is null ? null : AsList(list);
    private readonly List<object?> _taken = [];
    private object? _current;

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
            return record is null ? null : PropertyReader.Read(record, property, out _current);
        }

        if (_list is not null && position < _list.Count)
        {
            _current = PropertyReader.Unwrap(_list[position]);
        }

        return null;
    }

    /// <summary>Takes the value that was read last: its record was taken.</summary>
    public void Take() => _taken.Add(_current);

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
                $"-{parameter} has {_list.Count} values, and {records} rows came in.",
                $"Give one value for each row, in the order of the rows; or name the property that holds it, with -{parameter}Property.");
        }
    }

    /// <summary>Returns the values as numbers.</summary>
    /// <returns>A number for each record that was taken.</returns>
    /// <exception cref="EngineException">A value is none.</exception>
    public double[] Numbers()
    {
        double[] numbers = new double[_taken.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!NumberReader.TryNumber(_taken[i], out numbers[i]))
            {
                throw new EngineException(ErrorIds.ValueInvalid, FailureKind.InvalidArgument, $"Value {i + 1} of -{parameter} is {(_taken[i] is null ? "empty" : $"\"{_taken[i]}\"")}, which is no number.", "Give a number for each row.");
            }
        }

        return numbers;
    }

    /// <summary>Returns the values as labels: equal ones have the same number, from 0, in ordinal order of the labels, so that the order of input changes none; an empty one, or -1, has -1.</summary>
    /// <returns>A number for each record that was taken.</returns>
    public int[] Labels()
    {
        string[] labels = [.. _taken.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty)];
        string[] known = [.. labels.Where(IsKnown).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return Array.ConvertAll(labels, label => IsKnown(label) ? Array.BinarySearch(known, label, StringComparer.Ordinal) : -1);
    }

    private static bool IsKnown(string label) => !string.IsNullOrWhiteSpace(label) && label != "-1";

    private static IList AsList(object list) => PropertyReader.Unwrap(list) switch
    {
        IList values => values,
        IEnumerable values and not string => values.Cast<object?>().ToArray(),
        object value => new[] { value },
        null => Array.Empty<object>(),
    };
}
