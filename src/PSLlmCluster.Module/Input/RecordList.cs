using System.Collections;
using System.Management.Automation;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// The records of one input object. A pipeline brings records one by one; with -InputObject a whole list of them may come as one
/// object, and then each of its elements is a record.
/// </summary>
internal static class RecordList
{
    /// <summary>Returns the records of an input object where no record is itself a list.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <returns>The object itself, or the elements of a list; an empty list has none.</returns>
    public static IEnumerable<PSObject?> Of(PSObject? input) => ListIn(input) is { } list ? Elements(list) : [input];

    /// <summary>Returns the records of an input object where a list of numbers is a record.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <param name="fromPipeline">Whether the pipeline brought it: an empty list is then a record without numbers, and otherwise no record at all.</param>
    /// <returns>The object itself, or the elements of a list that does not begin with a number.</returns>
    public static IEnumerable<PSObject?> OfRows(PSObject? input, bool fromPipeline)
    {
        IList? list = ListIn(input);
        bool isRow = list is null || (list.Count == 0 ? fromPipeline : NumberReader.TryNumber(list[0], out _));
        return isRow ? [input] : Elements(list!);
    }

    private static IList? ListIn(PSObject? input) => input?.BaseObject is IList list and not Array { Rank: > 1 } ? list : null;

    private static IEnumerable<PSObject?> Elements(IList list)
    {
        foreach (object? item in list)
        {
            yield return item is null ? null : PSObject.AsPSObject(item);
        }
    }
}
