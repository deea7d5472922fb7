using System.Collections;
using System.Management.Automation;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// The records of one input object. A pipeline brings records one by one; with -InputObject a whole list of them may come as one
/// object, and then each of its elements is a record.
/// </summary>
internal static class RecordList
{
    /// <summary>Returns the records of an input object.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <returns>The object itself, or the elements of a list that is not itself a row of numbers.</returns>
    public static IEnumerable<PSObject?> Of(PSObject? input)
    {
        if (input?.BaseObject is not IList { Count: > 0 } list || list is Array { Rank: > 1 } || NumberReader.IsNumber(list[0]))
        {
            yield return input;
            yield break;
        }

        foreach (object? item in list)
        {
            yield return item is null ? null : PSObject.AsPSObject(item);
        }
    }
}
