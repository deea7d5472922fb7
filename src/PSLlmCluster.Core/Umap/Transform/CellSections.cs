using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// The part of a model file that holds how the fitted rows nearest to new ones are found (<see cref="CellIndex"/>). Settings: "cells",
/// their number, 0 where all rows are measured; else "probes". Sections: "cell_of_row", for each row a whole number; "cell_means", the
/// upper halves of the bits of numbers of single precision, cells x columns, two in a whole number, the first in its lower half; or, for
/// a metric without vectors, "cell_pivots", a row for each cell.
/// </summary>
internal static class CellSections
{
    private const string CountName = "cells";
    private const string ProbesName = "probes";
    private const string RowsName = "cell_of_row";
    private const string MeansName = "cell_means";
    private const string PivotsName = "cell_pivots";

    /// <summary>Writes the settings.</summary>
    public static void Write(ModelSettings settings, CellParts? cells)
    {
        settings.Set(CountName, cells?.CellCount ?? 0);
        if (cells is not null)
        {
            settings.Set(ProbesName, cells.ProbeCount);
        }
    }

    /// <summary>Writes the sections.</summary>
    public static void Write(ModelFileWriter file, CellParts? cells)
    {
        if (cells is null)
        {
            return;
        }

        file.Add(RowsName, cells.CellOfRow);
        if (cells.Means is { } means)
        {
            file.Add(MeansName, HalfBits.Pack(means));
        }
        else
        {
            file.Add(PivotsName, cells.Pivots!);
        }
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="rowCount">Number of fitted rows.</param>
    /// <returns>How many cells there are, 0 for none, and how many of them a row probes.</returns>
    /// <exception cref="EngineException">They are missing or out of range (ModelFileDamaged).</exception>
    public static (int CellCount, int ProbeCount) ReadSettings(ModelSettings settings, int rowCount)
    {
        int count = settings.Int32(CountName, 0, Math.Min(rowCount, CellParts.MostCells));
        return (count, count == 0 ? 0 : settings.Int32(ProbesName, 1, count));
    }

    /// <summary>Reads the sections.</summary>
    /// <param name="file">The file.</param>
    /// <param name="space">The fitted rows.</param>
    /// <param name="cellCount">Number of cells, 1 or more.</param>
    /// <param name="probeCount">How many of them a row probes.</param>
    /// <exception cref="EngineException">They are missing, or hold what they cannot (ModelFileDamaged).</exception>
    public static CellParts Read(ModelFileReader file, MetricSpace space, int cellCount, int probeCount)
    {
        int[] cellOfRow = file.Int32s(RowsName, space.RowCount, 0, cellCount - 1);
        if (!DotRows.Suits(space))
        {
            return new CellParts(cellCount, probeCount, cellOfRow, null, file.Int32s(PivotsName, cellCount, 0, space.RowCount - 1));
        }

        long count = (long)cellCount * space.Rows.ColumnCount;
        ushort[] means = HalfBits.Unpack(file.Int32s(MeansName, (count + 1) / 2), (int)count);

        // Vectors are scaled so that no number of a mean is beyond 1.
        return RowMatrix.IndexOfNotFinite(HalfBits.ToSingles(means), 2) < 0
            ? new CellParts(cellCount, probeCount, cellOfRow, means, null)
            : throw file.Damaged($"its section '{MeansName}' holds a number out of its range");
    }
}
