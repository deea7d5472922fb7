using System.Collections;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Reads a parameter whose value is a list of rows of numbers of one length.</summary>
internal static class RowsParameter
{
    /// <summary>Reads the rows.</summary>
    /// <param name="parameter">The parameter's name, for messages.</param>
    /// <param name="value">Its value: a list of lists of numbers, or of results of this module that have coordinates.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="EngineException">It is none, or the rows are of different lengths.</exception>
    public static RowMatrix Read(string parameter, object value)
    {
        RowCollector rows = new(takesNotFinite: true);
        object? plain = PropertyReader.Unwrap(value);
        if (plain is string || plain is not IEnumerable list)
        {
            throw NotRows(parameter, "it is no list", "Give a list that holds a list of numbers for each row.");
        }

        try
        {
            foreach (object? item in list)
            {
                Add(parameter, PropertyReader.Unwrap(item), rows);
            }
        }
        catch (Exception problem) when (problem is not EngineException && RecordErrors.AreTheRecords(problem))
        {
            throw NotRows(
                parameter,
                $"row {rows.RowCount + 1} of it failed: {problem.Message}",
                "Give a list that holds a list of numbers for each row.");
        }

        return rows.ToMatrix();
    }

    /// <summary>Reads neighbours: a list of positions and a list of distances for each row.</summary>
    /// <param name="indexParameter">The name of the positions' parameter.</param>
    /// <param name="indices">The positions.</param>
    /// <param name="distanceParameter">The name of the distances' parameter.</param>
    /// <param name="distances">The distances.</param>
    /// <returns>The neighbours.</returns>
    /// <exception cref="EngineException">One is no list of rows, or they differ in size.</exception>
    public static NeighborLists ReadNeighbors(string indexParameter, object indices, string distanceParameter, object distances)
    {
        RowMatrix places = Read(indexParameter, indices);
        RowMatrix lengths = Read(distanceParameter, distances);
        if (places.RowCount != lengths.RowCount || places.ColumnCount != lengths.ColumnCount)
        {
            throw NotRows(
                distanceParameter,
                $"it has {lengths.RowCount} rows of {lengths.ColumnCount} numbers, and -{indexParameter} has {places.RowCount} of "
                    + $"{places.ColumnCount}",
                "Give a distance for each neighbour.");
        }

        double[] positions = places.ToDouble().DoubleValues;
        int wrong = Array.FindIndex(positions, place => !(place >= -1 && place <= int.MaxValue && place == Math.Floor(place)));
        if (wrong >= 0)
        {
            throw NotRows(
                indexParameter,
                $"row {(wrong / places.ColumnCount) + 1} of it holds a number that is no position of a row",
                "Give the positions of the nearest rows, from 0.");
        }

        return new NeighborLists(
            places.RowCount, places.ColumnCount, Array.ConvertAll(positions, place => (int)place), lengths.ToDouble().DoubleValues);
    }

    private static void Add(string parameter, object? item, RowCollector rows)
    {
        float[]? place = item switch
        {
            UmapPoint point => point.Coordinates,
            ClusterAssignment member => member.Coordinates,
            _ => null,
        };
        NumberRow row = new(place, null);
        if (place is null && !NumberReader.TryVector(item, out row))
        {
            throw NotRows(
                parameter,
                $"row {rows.RowCount + 1} of it is no list of numbers",
                "Give a list that holds a list of numbers for each row.");
        }

        if (row.AddTo(rows) is { } fault)
        {
            throw NotRows(parameter, $"row {rows.RowCount + 1} of it does not fit: {fault.Message}", "Give rows of one length.");
        }
    }

    private static EngineException NotRows(string parameter, string why, string recommendedAction)
        => new(ErrorIds.ParameterNotRows, FailureKind.InvalidArgument, $"-{parameter} cannot be read: {why}.", recommendedAction);
}
