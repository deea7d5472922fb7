using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads what Invoke-Hdbscan writes, as it is, saved and read again, or as the rows of a table.</summary>
internal static class ClusterRecords
{
    /// <summary>What rows of no cluster are called.</summary>
    public const string Noise = "Noise";

    private const int WidestPlace = 3;
    private const string ClusterCure = "Pipe in what Invoke-Hdbscan writes, or objects with a property Cluster that is a whole number; "
        + "-1 is noise.";

    /// <summary>Returns the records of an input object.</summary>
    /// <param name="input">What was bound to -InputObject; may be null.</param>
    /// <param name="unreadable">Takes the error of a list that cannot be read to its end.</param>
    /// <returns>The object itself, the elements of a list, and of what Invoke-Hdbscan -PassTree writes the rows.</returns>
    public static IEnumerable<PSObject?> Of(PSObject? input, Action<EngineException> unreadable)
    {
        foreach (PSObject? record in RecordList.Of(input, unreadable))
        {
            object? rows = record is not null && IsHierarchy(record)
                ? PropertyReader.ReadOrNull(record, nameof(ClusterHierarchy.Assignments))
                : null;
            foreach (PSObject? row in rows is null ? [record] : RecordList.Of(PSObject.AsPSObject(rows), unreadable))
            {
                yield return row;
            }
        }
    }

    /// <summary>Reads the number of a record's cluster.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="cluster">Receives the number; -1 for anything below 0.</param>
    /// <returns>Null, or why there is none.</returns>
    public static EngineException? ReadCluster(PSObject? record, out int cluster)
    {
        cluster = ClusterAssignment.Noise;
        if (record?.BaseObject is ClusterAssignment member)
        {
            cluster = Math.Max(ClusterAssignment.Noise, member.Cluster);
            return null;
        }

        object? value = null;
        bool isThere = false;
        if (record is not null && PropertyReader.ReadIfThere(record, "Cluster", out value, out isThere) is { } fault)
        {
            return fault;
        }

        if (isThere && TryCluster(value, out cluster))
        {
            return null;
        }

        string what = isThere
            ? $"whose property Cluster {NumberReader.Describe(value, "no whole number")}"
            : "which has no property Cluster";
        EngineException missing = new(
            ErrorIds.ClusterMissing, FailureKind.InvalidData, $"{PropertyReader.Describe(record)} came in, {what}.", ClusterCure);
        return isThere ? missing : MissingProperties.Mark(missing, "Cluster");
    }

    /// <summary>Reads the number of a cluster.</summary>
    /// <param name="value">A whole number, or a text that is one.</param>
    /// <param name="cluster">Receives the number; -1 for anything below 0, and for the text Noise.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryCluster(object? value, out int cluster)
    {
        cluster = ClusterAssignment.Noise;
        if (PropertyReader.Unwrap(value) is string text && text.Trim().Equals(Noise, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!NumberReader.IsNumberOrText(value) || !NumberReader.TryNumber(value, out double number) || number != Math.Floor(number)
            || number is < int.MinValue or > int.MaxValue)
        {
            return false;
        }

        cluster = Math.Max(ClusterAssignment.Noise, (int)number);
        return true;
    }

    /// <summary>Reads a property that holds a number.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">The property's name.</param>
    /// <returns>The number; null where there is none.</returns>
    public static double? ReadNumber(PSObject record, string name)
        => NumberReader.TryNumber(PropertyReader.ReadOrNull(record, name), out double number) ? number : null;

    /// <summary>
    /// Says whether a row was clustered as it came and is a place in a plane or in space, of up to three numbers, and no vector whose
    /// direction counts, as an embedding is.
    /// </summary>
    /// <param name="member">The row.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsPlace(ClusterAssignment member) => member is { Coordinates: null, Row.Length: <= WidestPlace };

    /// <summary>Reads a property that holds a list of numbers.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">The property's name.</param>
    /// <returns>The numbers; null where there are none.</returns>
    public static float[]? ReadVector(PSObject record, string name)
        => NumberReader.TryVector(PropertyReader.ReadOrNull(record, name), out NumberRow row) ? row.ToSingles() : null;

    /// <summary>Reads a property that holds a list of numbers, in double precision.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">The property's name.</param>
    /// <returns>The numbers; null where there are none.</returns>
    public static double[]? ReadDoubles(PSObject record, string name)
        => NumberReader.TryVector(PropertyReader.ReadOrNull(record, name), out NumberRow row)
            ? [.. Enumerable.Range(0, row.Length).Select(row.At)]
            : null;

    private static bool IsHierarchy(PSObject record)
        => record.BaseObject is not ClusterAssignment
            && record.TypeNames.Any(name => name.EndsWith("PSLlmCluster.ClusterHierarchy", StringComparison.Ordinal));

    /// <summary>Reads whole numbers, such as the clusters of a record's layers.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">The property.</param>
    /// <returns>The numbers, or null where it has none that are whole.</returns>
    public static int[]? ReadWhole(PSObject record, string name)
        => ReadVector(record, name) is { } numbers && Array.TrueForAll(numbers, float.IsInteger)
            ? Array.ConvertAll(numbers, number => (int)number)
            : null;
}
