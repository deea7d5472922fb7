using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Finds what is drawn of a record: its properties X, Y, Cluster, Text, ClusterName, LayerClusters and LayerNames. What Invoke-Hdbscan
/// writes is read as it is, as by all commands of the module; other objects by what PowerShell says of them.
/// </summary>
internal sealed class PlotPointReader
{
    private const string Noise = "Noise";
    private const string CoordinatesCure = "Pipe through Invoke-Umap and Invoke-Hdbscan first, with two components or more, or give "
        + "each object the properties X, Y and Cluster.";
    private const string GroupCure = "Group-Text -Map draws the texts with their groups.";
    private const string SummaryCure = "Pipe in the rows that it sums up, as Invoke-Hdbscan writes them of what Invoke-Umap writes.";
    private const string ClusterCure = "Pipe through Invoke-Hdbscan first, or give each object a property Cluster; -1 is noise.";
    private readonly string _nameProperty;
    private readonly int[] _components;
    private readonly int _lastComponent;
    private readonly bool _isChosen;
    private readonly bool _isUsualName;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private int _largest = -1;
    private int _read;
    private bool _isStrip;

    /// <summary>Initializes a new instance of the <see cref="PlotPointReader"/> class.</summary>
    /// <param name="nameProperty">The property that names a point's cluster.</param>
    /// <param name="components">Which two components of a layout are drawn, from 0; null for the first two.</param>
    public PlotPointReader(string nameProperty, int[]? components)
    {
        _nameProperty = nameProperty;
        _isUsualName = nameProperty.Equals(nameof(ClusterAssignment.ClusterName), StringComparison.OrdinalIgnoreCase);
        _components = components ?? [0, 1];
        _lastComponent = _components.Max();
        _isChosen = components is not null;
    }

    /// <summary>Gets the largest number of components that a point came with.</summary>
    public int ComponentCount { get; private set; }

    /// <summary>Takes the vectors off points that have become too many to be named by them, so that nothing keeps those.</summary>
    /// <param name="points">The points, which are changed.</param>
    public static void ForgetVectors(List<PlotPoint> points)
    {
        for (int i = 0; i < points.Count; i++)
        {
            points[i] = points[i] with { Vector = default };
        }
    }

    /// <summary>
    /// Gives clusters that are named by texts their numbers, those that follow the largest number, in the order in which they came; and
    /// spreads points of a single component over a strip.
    /// </summary>
    /// <param name="points">The points, which are changed.</param>
    public void Finish(List<PlotPoint> points)
    {
        // Behind the largest number, unless there is no room for all.
        HashSet<int>? taken = _largest > int.MaxValue - _places.Count ? [.. points.Select(point => point.Cluster)] : null;
        int[] numbers = new int[_places.Count];
        for (int place = 0, next = taken is null ? _largest + 1 : 0; place < numbers.Length; place++, next++)
        {
            while (taken?.Contains(next) == true)
            {
                next++;
            }

            numbers[place] = next;
        }

        double span = _isStrip && points.Count > 0 ? points.Max(point => point.X) - points.Min(point => point.X) : 0;
        for (int i = 0; i < points.Count; i++)
        {
            PlotPoint point = points[i];
            if (point.Cluster is < -1 and not PlotPoint.Unclustered)
            {
                point = point with { Cluster = numbers[-2 - point.Cluster] };
            }

            // The golden ratio spreads any number of points evenly, and without chance.
            points[i] = _isStrip ? point with { Y = (((i * 0.6180339887498949) % 1) - 0.5) * (span > 0 ? span : 1) * 0.1 } : point;
        }
    }

    /// <summary>Reads a record's point; what <see cref="Finish"/> does is still to be done.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="point">Receives the point.</param>
    /// <returns>Null, or why it cannot be drawn.</returns>
    public EngineException? Read(PSObject? record, out PlotPoint point)
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
            float[]? coordinates = record.BaseObject switch
            {
                ClusterAssignment assignment => assignment.Coordinates,
                UmapPoint reduced => reduced.Coordinates,
                _ => null,
            };
            double? z = null;
            ComponentCount = Math.Max(ComponentCount, coordinates?.Length ?? 0);
            if (coordinates is { Length: 1 })
            {
                _isStrip = true;
                x = coordinates[0];
            }
            else if (coordinates is { Length: > 1 })
            {
                if (_lastComponent >= coordinates.Length)
                {
                    return new EngineException(
                        ErrorIds.PlotCoordinatesMissing,
                        FailureKind.InvalidData,
                        $"The point has {coordinates.Length} components; -Component asks for number {_lastComponent}, counted from 0.",
                        $"Give two or three numbers from 0 to {coordinates.Length - 1}.");
                }

                (x, y) = (coordinates[_components[0]], coordinates[_components[1]]);
                z = _components.Length == 3 ? coordinates[_components[2]] : coordinates.Length == 3 && !_isChosen ? coordinates[2] : null;
            }
            else if ((place is null ? ReadPlace(record, "X", out x) ?? ReadPlace(record, "Y", out y) : null) is { } fault)
            {
                return fault;
            }

            if (!double.IsFinite(x) || !double.IsFinite(y) || !double.IsFinite(z ?? 0))
            {
                string third = z is null ? string.Empty : FormattableString.Invariant($", {z}");
                return new EngineException(
                    ErrorIds.PlotCoordinatesNotFinite,
                    FailureKind.InvalidData,
                    FormattableString.Invariant($"The place ({x}, {y}{third}) is not finite, and cannot be drawn."),
                    "Leave such records out, or put numbers in their place.");
            }

            if (!new PlotPoint(x, y, 0, null) { Z = z }.CanBeDrawn)
            {
                return new EngineException(
                    ErrorIds.PlotCoordinatesTooLarge,
                    FailureKind.InvalidData,
                    FormattableString.Invariant($"The place ({x}, {y}) is beyond 1e300, where nothing can be drawn."),
                    "Leave such records out, or divide X and Y of all records by one number, such as 1e10: the map is the same.");
            }

            return ReadCluster(record, out int cluster, out string? name)
                ?? ReadText(record, new PlotPoint(x, y, cluster, null, name) { Z = z, Vector = NextVector(record) }, out point)
                ?? ReadName(record, point, out point)
                ?? ReadLayers(record, point, out point);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return RecordErrors.NotReadable(problem);
        }
    }

    private ReadOnlyMemory<float> NextVector(PSObject record)
    {
        bool mayHave = ++_read <= PlotPoint.MostWithVectors;
        return mayHave && record.BaseObject is ClusterAssignment { Row: { } row } member && !ClusterRecords.IsPlace(member) ? row : default;
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
            : MissingProperties.MarkSame(
                new EngineException(
                    ErrorIds.PlotCoordinatesMissing,
                    FailureKind.InvalidData,
                    $"The property {name} {NumberReader.Describe(value, "no number")}.",
                    CoordinatesCure + NumberReader.RecommendedAction(value)),
                name);
    }

    private EngineException? ReadCluster(PSObject record, out int cluster, out string? name)
    {
        cluster = PlotPoint.Unclustered;
        name = null;
        if (record.BaseObject is ClusterAssignment member)
        {
            cluster = Math.Max(ClusterAssignment.Noise, member.Cluster);
            _largest = Math.Max(_largest, cluster);
            return null;
        }

        if (PropertyReader.ReadIfThere(record, ClusterRecords.ColumnOf(record), out object? value, out bool isThere) is { } fault)
        {
            return fault;
        }

        // A date or a span of time has a number, but is no number of a cluster.
        double number = 0;
        bool isNumber = NumberReader.IsNumberOrText(value) && NumberReader.TryNumber(value, out number);
        if (isThere && isNumber && number == Math.Floor(number) && number is > double.NegativeInfinity and <= int.MaxValue)
        {
            cluster = (int)Math.Max(-1, number);
            _largest = Math.Max(_largest, cluster);
            return null;
        }

        // A whole number that is too large for one, such as an identifier, is a name, and so is a choice, a truth or a date.
        string? named = isNumber ? WholeNumber(value, number) : TextValue.TryText(value, out string? text) ? text?.Trim() : null;
        if (isThere && named is not null)
        {
            cluster = NumberOf(named);
            name = cluster < -1 ? named : null;
            return null;
        }

        // A layout that was never clustered can be drawn, in one colour.
        if (!isThere && record.BaseObject is UmapPoint)
        {
            return null;
        }

        EngineException missing = new(
            ErrorIds.PlotClusterMissing,
            FailureKind.InvalidData,
            $"{PropertyReader.Describe(record)} came in, which has neither a whole number nor a name in its property Cluster.",
            ClusterCure);
        return isThere ? MissingProperties.MarkSame(missing, "Cluster") : MissingProperties.Mark(missing, "Cluster");
    }

    // Written in full, so that a number is one name whatever its type.
    private static string? WholeNumber(object? value, double number)
    {
        if (number != Math.Floor(number) || !double.IsFinite(number))
        {
            return null;
        }

        return PropertyReader.Unwrap(value) switch
        {
            double or float => number.ToString("F0", CultureInfo.InvariantCulture),
            decimal exact => exact.ToString("F0", CultureInfo.InvariantCulture),
            object other => Convert.ToString(other, CultureInfo.InvariantCulture)?.Trim(),
            null => null,
        };
    }

    // Places below -1 stand for names until all numbers are known.
    private int NumberOf(string name)
    {
        if (name.Length == 0 || name.Equals(Noise, StringComparison.OrdinalIgnoreCase))
        {
            return -1;
        }

        if (!_places.TryGetValue(name, out int place))
        {
            _places.Add(name, place = _places.Count);
        }

        return -2 - place;
    }

    private EngineException? ReadName(PSObject record, PlotPoint unnamed, out PlotPoint point)
    {
        point = unnamed;
        if (_isUsualName && record.BaseObject is ClusterAssignment member)
        {
            point = string.IsNullOrWhiteSpace(member.ClusterName) ? unnamed : unnamed with { ClusterName = member.ClusterName };
            return null;
        }

        if (PropertyReader.ReadIfThere(record, _nameProperty, out object? value, out bool isThere) is { } fault)
        {
            return fault;
        }

        if (_isUsualName && !isThere)
        {
            value = ClusterRecords.NameOf(record);
            isThere = value is not null;
        }

        if (isThere && TextValue.TryText(value, out string? text) && !string.IsNullOrWhiteSpace(text))
        {
            point = unnamed with { ClusterName = text };
        }

        return null;
    }

    // A list of whole numbers is layers; anything else that has the name, such as what a CSV file kept of one, is passed over.
    private static EngineException? ReadLayers(PSObject record, PlotPoint flat, out PlotPoint point)
    {
        point = flat;
        if (record.BaseObject is ClusterAssignment assignment)
        {
            point = flat with { LayerClusters = assignment.LayerClusters };
        }
        else if (PropertyReader.ReadIfThere(record, "LayerClusters", out object? value, out _) is { } fault)
        {
            return fault;
        }
        else if (NumberReader.TryVector(value, out NumberRow row))
        {
            int[] layers = new int[row.Length];
            for (int i = 0; i < layers.Length; i++)
            {
                double cluster = row.At(i);
                if (cluster != Math.Floor(cluster) || Math.Abs(cluster) > int.MaxValue)
                {
                    return null;
                }

                layers[i] = (int)cluster;
            }

            point = flat with { LayerClusters = layers };
        }

        if (point.LayerClusters is null)
        {
            return null;
        }

        if (PropertyReader.ReadIfThere(record, "LayerNames", out object? names, out _) is { } unreadable)
        {
            return unreadable;
        }

        if (PropertyReader.Unwrap(names) is IEnumerable list and not string)
        {
            point = point with
            {
                LayerNames = [.. list.Cast<object?>().Select(name => TextValue.TryText(name, out string? text) ? text : null)],
            };
        }

        return null;
    }

    private static EngineException? ReadText(PSObject record, PlotPoint place, out PlotPoint point)
    {
        point = place;
        if (record.BaseObject is ClusterAssignment member)
        {
            point = place with { Text = member.Text };
            return null;
        }

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
            record is not null && (ClusterRecords.IsGroup(record) || ClusterRecords.IsMemberOfGroup(record)) ? GroupCure
            : record is not null && ClusterRecords.IsSummary(record) ? SummaryCure
            : CoordinatesCure);
}
