using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Finds what is drawn of a record: its properties X, Y, Cluster and Text.</summary>
internal static class PlotPointReader
{
    /// <summary>Reads a record's point.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="point">Receives the point.</param>
    /// <returns>Null, or why it cannot be drawn.</returns>
    public static EngineException? Read(PSObject? record, out PlotPoint point)
    {
        point = default;

        // A row of two numbers that was clustered as it came is its own place.
        float[]? place = record?.BaseObject is ClusterAssignment { Coordinates: null, Vector: { Length: 2 } vector } ? vector : null;
        if (record is null || !TryNumber(record, "X", place?[0], out double x) || !TryNumber(record, "Y", place?[1], out double y))
        {
            return new EngineException(
                ErrorIds.PlotCoordinatesMissing,
                FailureKind.InvalidData,
                $"{PropertyReader.Describe(record)} came in, which has no numbers in its properties X and Y.",
                "Pipe through Invoke-Umap and Invoke-Hdbscan first, with two components or more, or give each object the properties X, Y and Cluster.");
        }

        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return new EngineException(ErrorIds.PlotCoordinatesNotFinite, FailureKind.InvalidData, FormattableString.Invariant($"The place ({x}, {y}) is not finite, and cannot be drawn."), "Leave such records out, or put numbers in their place.");
        }

        if (!TryNumber(record, "Cluster", null, out double cluster) || cluster != Math.Floor(cluster) || cluster is < int.MinValue or > int.MaxValue)
        {
            return new EngineException(
                ErrorIds.PlotClusterMissing,
                FailureKind.InvalidData,
                $"{PropertyReader.Describe(record)} came in, which has no whole number in its property Cluster.",
                "Pipe through Invoke-Hdbscan first, or give each object a property Cluster; -1 is noise.");
        }

        point = new PlotPoint(x, y, (int)cluster, PropertyReader.ReadOrNull(record, "Text")?.ToString());
        return null;
    }

    private static bool TryNumber(PSObject record, string name, double? known, out double number)
    {
        number = known ?? 0;
        return known is not null || NumberReader.TryNumber(PropertyReader.ReadOrNull(record, name), out number);
    }
}
