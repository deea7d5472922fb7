using System.Collections;
using System.Management.Automation;
using PSLlmCluster.Core;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// The records of one input object. A pipeline brings records one by one; with -InputObject a whole list of them may come as one
/// object, and then each of its elements is a record.
/// </summary>
internal static class RecordList
{
    /// <summary>Returns the records of an input object where no record is itself a list.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <param name="unreadable">Takes the error of a list that cannot be read to its end.</param>
    /// <returns>The object itself, or the elements of a list; an empty list has none.</returns>
    public static IEnumerable<PSObject?> Of(PSObject? input, Action<EngineException> unreadable)
        => ListIn(input) is { } list ? Elements(list, unreadable) : [input];

    /// <summary>Returns the number of records of a list.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <returns>The number; null where it is no list, or one that cannot tell.</returns>
    public static int? CountOf(PSObject? input)
    {
        try
        {
            return ListIn(input)?.Count;
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            // Reading it says what is wrong with it.
            return null;
        }
    }

    /// <summary>Returns the records of an input object where a list of numbers is a record.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <param name="fromPipeline">Whether the pipeline brought it: an empty list is then a record without numbers, and otherwise no record
    /// at all.</param>
    /// <param name="unreadable">Takes the error of a list that cannot be read to its end.</param>
    /// <returns>The object itself, or the elements of a list that does not begin with a number.</returns>
    public static IEnumerable<PSObject?> OfRows(PSObject? input, bool fromPipeline, Action<EngineException> unreadable)
    {
        if (ListIn(input) is not { } list)
        {
            return [input];
        }

        try
        {
            bool isRow = list.Count == 0 ? fromPipeline : NumberReader.IsNumberOrText(list[0]);
            return isRow ? [input] : Elements(list, unreadable);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            unreadable(RecordErrors.NotReadable(problem));
            return [];
        }
    }

    private static IList? ListIn(PSObject? input) => input?.BaseObject is IList list and not Array { Rank: > 1 } ? list : null;

    private static IEnumerable<PSObject?> Elements(IList list, Action<EngineException> unreadable)
    {
        IEnumerator? items = null;
        while (true)
        {
            object? item;
            try
            {
                items ??= list.GetEnumerator();
                if (!items.MoveNext())
                {
                    yield break;
                }

                item = items.Current;
            }
            catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
            {
                unreadable(RecordErrors.NotReadable(problem));
                yield break;
            }

            yield return item is null ? null : PSObject.AsPSObject(item);
        }
    }
}
