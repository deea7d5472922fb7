using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Finds what is drawn of a record: its properties X, Y, Cluster and Text.</summary>
internal static class PlotPointReader
{
    private const string CoordinatesCure = "Pipe through Invoke-Umap and Invoke-Hdbscan first, with two components or more, or give "
        + "each object the properties X, Y and Cluster.";
    private const string ClusterCure = "Pipe through Invoke-Hdbscan first, or give each object a property Cluster; -1 is noise.";

    /// <summary>Reads a record's point.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="point">Receives the point.</param>
    /// <returns>Null, or why it cannot be drawn.</returns>
    public static EngineException? Read(PSObject? record, out PlotPoint point)
    {
        point = default;
        if (record is null)
        {
            return CoordinatesMissing(record);
        }

        try
        {
            // A row of two numbers that was clustered as it came is its own place.
            NumberRow? place = record.BaseObject is ClusterAssignment { Coordinates: null, Vector: { Length: 2 } vector } member
                ? NumberRow.OfResult(vector, member.Source)
                : null;
            double x = place?.At(0) ?? 0;
            double y = place?.At(1) ?? 0;
            if ((place is null ? ReadPlace(record, "X", out x) ?? ReadPlace(record, "Y", out y) : null) is { } fault)
            {
                return fault;
            }

            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                return new EngineException(
                    ErrorIds.PlotCoordinatesNotFinite,
                    FailureKind.InvalidData,
                    FormattableString.Invariant($"The place ({x}, {y}) is not finite, and cannot be drawn."),
                    "Leave such records out, or put numbers in their place.");
            }

            return ReadCluster(record, out int cluster) ?? ReadText(record, new PlotPoint(x, y, cluster, null), out point);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return RecordErrors.NotReadable(problem);
        }
    }

    private static EngineException? ReadPlace(PSObject record, string name, out double number)
    {
        number = 0;
        if (PropertyReader.ReadIfThere(record, name, out object? value, out bool isThere) is { } fault)
        {
            return fault;
        }

        if (!isThere)
        {
            return MissingProperties.Mark(CoordinatesMissing(record), name);
        }

        return NumberReader.TryNumber(value, out number)
            ? null
            : new EngineException(
                ErrorIds.PlotCoordinatesMissing,
                FailureKind.InvalidData,
                $"The property {name} {NumberReader.Describe(value, "no number")}.",
                CoordinatesCure + NumberReader.RecommendedAction(value));
    }

    private static EngineException? ReadCluster(PSObject record, out int cluster)
    {
        cluster = 0;
        if (PropertyReader.ReadIfThere(record, "Cluster", out object? value, out bool isThere) is { } fault)
        {
            return fault;
        }

        bool isNumber = NumberReader.TryNumber(value, out double number);
        if (isThere && isNumber && number == Math.Floor(number) && number is >= int.MinValue and <= int.MaxValue)
        {
            cluster = (int)number;
            return null;
        }

        EngineException missing = new(
            ErrorIds.PlotClusterMissing,
            FailureKind.InvalidData,
            $"{PropertyReader.Describe(record)} came in, which has no whole number in its property Cluster.",
            ClusterCure);
        return isThere ? missing : MissingProperties.Mark(missing, "Cluster");
    }

    private static EngineException? ReadText(PSObject record, PlotPoint place, out PlotPoint point)
    {
        point = place;
        if (PropertyReader.ReadIfThere(record, "Text", out object? value, out _) is { } fault)
        {
            return fault;
        }

        try
        {
            point = place with { Text = TextValue.TryText(value, out string? text) ? text : value!.ToString() };
            return null;
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return PropertyReader.NotReadable("The property Text", problem);
        }
    }

    private static EngineException CoordinatesMissing(PSObject? record)
        => new(
            ErrorIds.PlotCoordinatesMissing,
            FailureKind.InvalidData,
            $"{PropertyReader.Describe(record)} came in, which has no numbers in its properties X and Y.",
            CoordinatesCure);
}
