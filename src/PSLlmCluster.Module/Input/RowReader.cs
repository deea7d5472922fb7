using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>
/// Finds the row of numbers of a record: an array, the vector or the coordinates of a result of this module, or properties of any
/// other object.
/// </summary>
/// <param name="properties">The names of the properties that make the row; empty where the record itself says it.</param>
/// <param name="prefersCoordinates">Whether a place in a layout goes before the vector that it came from.</param>
internal sealed class RowReader(IReadOnlyList<string> properties, bool prefersCoordinates)
{
    /// <summary>Reads the row of a record.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <param name="position">Its position in the input, from 0.</param>
    /// <param name="row">Receives the row.</param>
    /// <returns>Null, or why there is no row to be had.</returns>
    public EngineException? Read(PSObject? record, int position, out InputRow row)
    {
        row = new InputRow([], position, null, null, null, null);
        if (record is null)
        {
            return NotRow(record);
        }

        if (properties.Count > 0)
        {
            return ReadProperties(record, position, out row);
        }

        if (NumberReader.TryVector(record, out float[] vector))
        {
            row = row with { Values = vector, Vector = vector, Source = record.BaseObject };
            return null;
        }

        InputRow known = Known(record, position);
        float[]? values = prefersCoordinates ? known.Coordinates ?? known.Vector : known.Vector;
        if (values is null)
        {
            return NotRow(record);
        }

        // The layout of a reduction that is done anew replaces the one before.
        row = known with { Values = values, Coordinates = prefersCoordinates ? known.Coordinates : null };
        return null;
    }

    /// <summary>Takes along what a result of this module says of itself, or what properties of the same names say.</summary>
    private static InputRow Known(PSObject record, int position) => record.BaseObject switch
    {
        TextEmbedding embedding => new InputRow([], embedding.Index, embedding.Text, embedding.Source, embedding.Vector, null),
        UmapPoint point => new InputRow([], point.Index, point.Text, point.Source, point.Vector, point.Coordinates),
        ClusterAssignment member => new InputRow([], member.Index, member.Text, member.Source, member.Vector, member.Coordinates),
        _ => new InputRow([], position, PropertyReader.ReadOrNull(record, "Text") as string, PropertyReader.Unwrap(record), VectorOf(record, "Vector"), VectorOf(record, "Coordinates")),
    };

    private static float[]? VectorOf(PSObject record, string name) => NumberReader.TryVector(PropertyReader.ReadOrNull(record, name), out float[] vector) ? vector : null;

    private EngineException? ReadProperties(PSObject record, int position, out InputRow row)
    {
        row = Known(record, position);
        float[] values = new float[properties.Count];
        for (int i = 0; i < properties.Count; i++)
        {
            if (PropertyReader.Read(record, properties[i], out object? value) is { } fault)
            {
                return fault;
            }

            if (NumberReader.TryNumber(value, out double number))
            {
                values[i] = (float)number;
            }
            else if (properties.Count > 1 || !NumberReader.TryVector(value, out values))
            {
                return NotNumeric(properties[i], value, properties.Count > 1);
            }
        }

        row = row with { Values = values, Vector = prefersCoordinates ? row.Vector ?? values : values, Coordinates = prefersCoordinates ? row.Coordinates : null };
        return null;
    }

    private static EngineException NotNumeric(string property, object? value, bool several)
    {
        const int LongestQuote = 40;
        string what = value switch
        {
            null => "is empty",
            string { Length: > LongestQuote } text => $"is the text \"{text[..LongestQuote]}…\"",
            string text => $"is the text \"{text}\"",
            _ => $"is of type {value.GetType().Name}",
        };
        return new EngineException(
            ErrorIds.PropertyNotNumeric,
            FailureKind.InvalidData,
            $"The property {property} {what}, which is {(several ? "no number" : "neither a number nor an array of numbers")}.",
            several ? "Name properties that hold one number each, or a single one that holds an array." : "Name a property that holds an array of numbers, or several that hold one number each.");
    }

    private static EngineException NotRow(PSObject? record)
    {
        bool unrolled = NumberReader.IsNumber(record);
        return new EngineException(
            ErrorIds.InputNotRow,
            FailureKind.InvalidData,
            unrolled ? "A single number came in, not a row of numbers." : $"{PropertyReader.Describe(record)} came in, which is not a row of numbers.",
            unrolled
                ? "PowerShell takes an array apart in a pipeline: pipe it in as `, $array`, or give it with -InputObject; for properties of objects there is -Property."
                : "Pipe in what Get-TextEmbedding or Invoke-Umap writes, arrays of numbers, or objects whose properties you name with -Property.");
    }
}
