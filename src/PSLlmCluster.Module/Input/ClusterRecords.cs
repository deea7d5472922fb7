using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Reads what Invoke-Hdbscan writes, as it is, saved and read again, or as the rows of a table; and the rows of Group-Text -AsMember, whose
/// Group counts as their cluster.
/// </summary>
internal static class ClusterRecords
{
    /// <summary>What rows of no cluster are called.</summary>
    public const string Noise = "Noise";

    /// <summary>What texts of no group are called.</summary>
    public const string NoGroup = "No group";

    /// <summary>The columns of the rows of Group-Text -AsMember.</summary>
    public static readonly IReadOnlyList<string> GroupColumns = ["Group", "GroupName", "GroupScore"];

    /// <summary>What to do where groups of Group-Text come in place of rows.</summary>
    public const string GroupCure = "Group-Text -AsMember writes a row for each text. Groups of Group-Text are summed up and named "
        + "already: its -Name and -NameModel say how, and its -Map draws them.";

    private const int WidestPlace = 3;
    private const string ClusterCure = "Pipe in what Invoke-Hdbscan or Group-Text -AsMember writes, or objects with a property Cluster "
        + "that is a whole number; -1 is noise.";

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
        string column = record is null ? nameof(ClusterAssignment.Cluster) : ColumnOf(record);
        if (record is not null && PropertyReader.ReadIfThere(record, column, out value, out isThere) is { } fault)
        {
            return fault;
        }

        if (isThere && TryCluster(value, out cluster))
        {
            return null;
        }

        bool isGroup = record is not null && IsGroup(record);
        string what = isThere ? $"whose property {column} {DescribeNoCluster(value)}"
            : isGroup ? "which is a whole group and no row"
            : "which has no property Cluster";
        EngineException missing = new(
            ErrorIds.ClusterMissing,
            FailureKind.InvalidData,
            $"{PropertyReader.Describe(record)} came in, {what}.",
            isGroup ? GroupCure : ClusterCure);
        return isThere ? MissingProperties.MarkSame(missing, "Cluster") : MissingProperties.Mark(missing, "Cluster");
    }

    /// <summary>Returns which property of a record is the number of its cluster.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Cluster; or Group, of a row of Group-Text -AsMember whose Cluster is the number of none.</returns>
    public static string ColumnOf(PSObject record) => IsMemberOfGroup(record) ? GroupColumns[0] : nameof(ClusterAssignment.Cluster);

    /// <summary>Reads the name that a record's cluster has already.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The name as the record has it; null where it has none.</returns>
    public static object? NameOf(PSObject record)
        => record.BaseObject is ClusterAssignment member ? member.ClusterName
            : PropertyReader.ReadOrNull(record, nameof(ClusterAssignment.ClusterName))
                ?? (IsMemberOfGroup(record) ? PropertyReader.ReadOrNull(record, GroupColumns[1]) : null);

    /// <summary>Reads how clearly a record is a member of its cluster.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The strength as the record has it; null where it has none.</returns>
    public static object? StrengthOf(PSObject record)
        => record.BaseObject is ClusterAssignment member ? member.Probability
            : PropertyReader.ReadOrNull(record, nameof(ClusterAssignment.Probability))
                ?? (IsMemberOfGroup(record) ? PropertyReader.ReadOrNull(record, GroupColumns[2]) : null);

    /// <summary>Returns what a record of no cluster is called.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The name, which the command that wrote it gives too.</returns>
    public static string NoiseNameOf(PSObject record) => IsMemberOfGroup(record) ? NoGroup : Noise;

    /// <summary>Says whether a record is a group that Group-Text writes, saved and read again or not.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsGroup(PSObject record) => IsOfType(record, "PSLlmCluster.TextGroup");

    /// <summary>Says whether a record is what Get-ClusterSummary writes, saved and read again or not.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsSummary(PSObject record) => IsOfType(record, "PSLlmCluster.ClusterSummary");

    /// <summary>
    /// Says whether a record is a row of Group-Text -AsMember, and no cluster was found for it otherwise. A column Cluster of the user's
    /// own, such as the name of a cluster of servers, is none.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsMemberOfGroup(PSObject record)
        => record.BaseObject is not ClusterAssignment
            && PropertyReader.Has(record, GroupColumns[0]) && PropertyReader.Has(record, GroupColumns[1])
            && !TryCluster(PropertyReader.ReadOrNull(record, nameof(ClusterAssignment.Cluster)), out _);

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

        if (!TryWhole(value, out double number) || number > int.MaxValue)
        {
            return false;
        }

        cluster = number < 0 ? ClusterAssignment.Noise : (int)number;
        return true;
    }

    /// <summary>Says why a value is the number of no cluster.</summary>
    /// <param name="value">The value, wrapped or not.</param>
    /// <returns>A part of a sentence, such as <c>is 1.5, which is no whole number</c>.</returns>
    public static string DescribeNoCluster(object? value) => NumberReader.Describe(
        PropertyReader.Unwrap(value),
        TryWhole(value, out _) ? $"more than the number of any cluster, up to {int.MaxValue}" : "no whole number");

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

    private static bool TryWhole(object? value, out double number)
    {
        number = double.NaN;
        return NumberReader.IsNumberOrText(value) && NumberReader.TryNumber(value, out number) && double.IsInteger(number);
    }

    private static bool IsHierarchy(PSObject record) => IsOfType(record, "PSLlmCluster.ClusterHierarchy");

    // What is saved and read again, or selected of, has a word before the name of its type.
    private static bool IsOfType(PSObject record, string type)
        => record.BaseObject is not ClusterAssignment && record.TypeNames.Any(name => name.EndsWith(type, StringComparison.Ordinal));

    /// <summary>Reads whole numbers, such as the clusters of a record's layers.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">The property.</param>
    /// <returns>The numbers, or null where it has none that are whole.</returns>
    public static int[]? ReadWhole(PSObject record, string name)
        => ReadVector(record, name) is { } numbers && Array.TrueForAll(numbers, float.IsInteger)
            ? Array.ConvertAll(numbers, number => (int)number)
            : null;
}
