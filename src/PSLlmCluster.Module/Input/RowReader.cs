using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Finds the row of numbers of a record: an array, the vector or the coordinates of a result of this module, or what is named of any other
/// object.
/// </summary>
/// <param name="selectors">What makes the row; empty where the record itself says it.</param>
/// <param name="prefersCoordinates">Whether a place in a layout goes before the vector that it came from.</param>
internal sealed class RowReader(IReadOnlyList<PropertySelector> selectors, bool prefersCoordinates)
{
    private const string SeveralRecommendedAction = "Name properties that hold one number each, or a single one that holds an array.";
    private const string OneRecommendedAction = "Name a property that holds an array of numbers, or several that hold one number each.";

    private PropertySelector? _reading;

    /// <summary>Reads the row of a record.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="position">Its position in the input, from 0.</param>
    /// <param name="row">Receives what goes with the row.</param>
    /// <param name="values">Receives the row's numbers.</param>
    /// <returns>Null, or why there is no row to be had.</returns>
    public EngineException? Read(PSObject? record, int position, out InputRow row, out NumberRow values)
    {
        row = new InputRow(position, null, null, null, null);
        values = default;
        if (record is null)
        {
            return NotRow(record);
        }

        _reading = null;
        try
        {
            return selectors.Count > 0
                ? ReadSelected(record, position, out row, out values)
                : ReadItself(record, position, out row, out values);
        }
        catch (Exception problem) when (RecordErrors.AreTheRecords(problem))
        {
            return _reading?.NotReadable(problem) ?? RecordErrors.NotReadable(problem);
        }
    }

    private EngineException? ReadItself(PSObject record, int position, out InputRow row, out NumberRow values)
    {
        row = new InputRow(position, null, record.BaseObject, null, null);
        if (NumberReader.TryVector(record, out values))
        {
            row = row with { Vector = values.ToSingles() };
            return null;
        }

        row = FromModuleResult(record, position, out NumberRow vector, out NumberRow coordinates);
        bool isPlace = prefersCoordinates && row.Coordinates is not null;
        if (!isPlace && row.Vector is null)
        {
            return NotRow(record);
        }

        // The layout of a reduction that is done again replaces the one before.
        values = isPlace ? coordinates
            : vector.Length > 0 ? vector
            : NumberRow.OfResult(RowVectors.ToArray(row.Vector!.Value), row.Source);
        row = row with
        {
            Coordinates = prefersCoordinates ? row.Coordinates : null,
            Engine = (record.BaseObject as TextEmbedding)?.Engine,
        };
        return null;
    }

    /// <summary>
    /// Takes along what a result of this module says of itself, whose vector is not looked at as it may have to be copied for that, or what
    /// properties of the same names say.
    /// </summary>
    private InputRow FromModuleResult(PSObject record, int position, out NumberRow vector, out NumberRow coordinates)
    {
        InputRow known = record.BaseObject switch
        {
            TextEmbedding embedding => new InputRow(embedding.Index, embedding.Text, embedding.Source, embedding.Vector, null),
            UmapPoint point => new InputRow(point.Index, point.Text, point.Source, point.Row, point.Coordinates),
            ClusterAssignment member => new InputRow(member.Index, member.Text, member.Source, member.Row, member.Coordinates),
            _ => new InputRow(position, TextOf(record), PropertyReader.Unwrap(record), null, null),
        };
        vector = default;
        coordinates = new NumberRow(known.Coordinates, null);
        if (record.BaseObject is TextEmbedding or UmapPoint or ClusterAssignment)
        {
            return known;
        }

        bool hasVector = TryReadVector(record, "Vector", out vector);
        bool hasPlace = TryReadVector(record, "Coordinates", out coordinates);
        return known with
        {
            Vector = hasVector ? RowVectors.OfArray(vector.ToSingles()) : null,
            Coordinates = hasPlace ? coordinates.ToSingles() : null,
        };
    }

    private bool TryReadVector(PSObject record, string name, out NumberRow row)
    {
        row = default;
        try
        {
            return NumberReader.TryVector(PropertyReader.ReadOrNull(record, name), out row);
        }
        catch (Exception problem) when (selectors.Count > 0 && RecordErrors.AreTheRecords(problem))
        {
            // Nobody asked for this property: the named ones are the row.
            return false;
        }
    }

    private static string? TextOf(PSObject record)
        => TextValue.TryText(PropertyReader.ReadOrNull(record, "Text"), out string? text) ? text : null;

    /// <summary>Returns the place that a record's properties X and Y say, as a saved map has it; null where there is none.</summary>
    private static float[]? PlaceOf(PSObject record)
    {
        if (!NumberReader.TryNumber(PropertyReader.ReadOrNull(record, "X"), out double x))
        {
            return null;
        }

        return NumberReader.TryNumber(PropertyReader.ReadOrNull(record, "Y"), out double y) ? [(float)x, (float)y] : [(float)x];
    }

    private EngineException? ReadSelected(PSObject record, int position, out InputRow row, out NumberRow values)
    {
        row = FromModuleResult(record, position, out _, out _);
        double[] numbers = new double[selectors.Count];
        values = new NumberRow(null, numbers);
        for (int i = 0; i < selectors.Count; i++)
        {
            _reading = selectors[i];
            if (_reading.Read(record, out object? value) is { } fault)
            {
                return fault;
            }

            bool mayBeList = selectors.Count == 1 && !PropertyReader.IsBlank(value);
            if (!NumberReader.TryNumber(value, out numbers[i]) && !(mayBeList && NumberReader.TryVector(value, out values)))
            {
                return NotNumeric(_reading, value, selectors.Count > 1);
            }
        }

        float[] singles = values.ToSingles();
        row = prefersCoordinates
            ? row with { Vector = row.Vector ?? singles, Coordinates = row.Coordinates ?? PlaceOf(record) }
            : row with { Vector = singles, Coordinates = null };
        return null;
    }

    private static EngineException NotNumeric(PropertySelector selector, object? value, bool several)
    {
        string what = NumberReader.Describe(value, several ? "no number" : "neither a number nor an array of numbers");
        object? culprit = value;
        if (!several && NumberReader.DescribeElement(value, out object? element) is { } description)
        {
            what = $"is a list whose {description}";
            culprit = element;
        }

        EngineException fault = new(
            ErrorIds.PropertyNotNumeric,
            FailureKind.InvalidData,
            $"{selector.Subject} {what}.",
            (several ? SeveralRecommendedAction : OneRecommendedAction) + NumberReader.RecommendedAction(culprit));
        return MissingProperties.MarkSame(fault, selector.Subject);
    }

    private static EngineException NotRow(PSObject? record)
    {
        if (NumberReader.DescribeElement(record?.BaseObject, out object? element) is { } description)
        {
            EngineException fault = new(
                ErrorIds.InputNotRow,
                FailureKind.InvalidData,
                $"A list came in whose {description}.",
                "Pipe in lists that hold numbers only." + NumberReader.RecommendedAction(element));
            return MissingProperties.MarkSame(fault, "A list");
        }

        bool unrolled = NumberReader.IsNumber(record);
        return MissingProperties.MarkNoRow(new EngineException(
            ErrorIds.InputNotRow,
            FailureKind.InvalidData,
            unrolled
                ? "A single number came in, not a row of numbers."
                : $"{PropertyReader.Describe(record)} came in, which is not a row of numbers.",
            unrolled
                ? "PowerShell takes an array apart in a pipeline: pipe it in as `, $array`, or give it with -InputObject; "
                    + "for properties of objects there is -Property."
                : "Pipe in what Get-TextEmbedding or Invoke-Umap writes, arrays of numbers, or objects "
                    + "whose properties you name with -Property."));
    }
}
