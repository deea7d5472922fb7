using System.Collections;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads names that a person gave to clusters.</summary>
internal static class GivenNames
{
    /// <summary>What can be given.</summary>
    public const string Cure = "Give a hashtable such as @{ 3 = 'VPN' }, the path of a CSV file with the columns Cluster (or Group) and "
        + "Name, or objects with properties of these names, such as Import-Csv makes.";

    /// <summary>Reads names.</summary>
    /// <param name="value">
    /// A dictionary of numbers and names, objects with Cluster or Group and Name, or the path of a CSV file of them; null for none.
    /// </param>
    /// <param name="resolve">Returns the full path of a file, or throws.</param>
    /// <returns>The names by number, of one that is given twice the last; blank ones are left out.</returns>
    /// <exception cref="EngineException">Something else was given.</exception>
    public static Dictionary<int, string> From(object? value, Func<string, string> resolve)
    {
        Dictionary<int, string> names = [];
        object? given = PropertyReader.Unwrap(value);
        given = given switch
        {
            string path when TextValue.IsBlank(path) => throw Invalid("it is a blank text"),
            string path => NameFile.Read(resolve(path)),
            FileInfo file => NameFile.Read(file.FullName),
            _ => given,
        };
        bool isList = given is IEnumerable and not (IDictionary or string);
        foreach (object? item in isList ? (IEnumerable)given! : given is null ? Array.Empty<object>() : [given])
        {
            if (PropertyReader.Unwrap(item) is IDictionary dictionary && !IsRow(dictionary))
            {
                foreach (DictionaryEntry entry in dictionary)
                {
                    Add(names, entry.Key, entry.Value);
                }

                continue;
            }

            PSObject? row = item is null ? null : PSObject.AsPSObject(item);
            if (row is null
                || !(TryRead(row, "Cluster", out object? cluster) || TryRead(row, "Group", out cluster))
                || !TryRead(row, "Name", out object? name))
            {
                throw Invalid($"{PropertyReader.Describe(row)} is in it");
            }

            Add(names, cluster, name);
        }

        return names;
    }

    private static bool IsRow(IDictionary dictionary)
        => dictionary.Keys.Cast<object>().Any(key => key is string name
            && (name.Equals("Cluster", StringComparison.OrdinalIgnoreCase) || name.Equals("Group", StringComparison.OrdinalIgnoreCase)));

    private static bool TryRead(PSObject row, string name, out object? value)
        => PropertyReader.ReadIfThere(row, name, out value, out bool isThere) is null && isThere;

    private static void Add(Dictionary<int, string> names, object? cluster, object? name)
    {
        if (!ClusterRecords.TryCluster(cluster, out int number))
        {
            throw Invalid($"a cluster in it {ClusterRecords.DescribeNoCluster(cluster)}");
        }

        if (!TextValue.TryText(name, out string? text))
        {
            throw Invalid($"the name of cluster {number} is no text");
        }

        if (!TextValue.IsBlank(text))
        {
            names[number] = text!.Trim();
        }
    }

    private static EngineException Invalid(string why)
        => new(ErrorIds.ClusterNameInvalid, FailureKind.InvalidArgument, $"-Name cannot be read: {why}.", Cure);
}
