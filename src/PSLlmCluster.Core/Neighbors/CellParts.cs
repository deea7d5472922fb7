namespace PSLlmCluster.Core.Neighbors;

/// <summary>What a <see cref="CellIndex"/> is made of beside the rows: all that takes long to find, to be kept with them.</summary>
/// <param name="CellCount">Number of cells.</param>
/// <param name="ProbeCount">How many of them a row probes.</param>
/// <param name="CellOfRow">The cell of each row.</param>
/// <param name="Means">The upper halves of the bits of the cells' means, one mean after the other (<see cref="HalfBits"/>); null where
/// cells are around rows.</param>
/// <param name="Pivots">The rows that cells are around; null where they are around means.</param>
internal sealed record CellParts(int CellCount, int ProbeCount, int[] CellOfRow, ushort[]? Means, int[]? Pivots)
{
    /// <summary>The most cells that an index has.</summary>
    public const int MostCells = 1 << 16;
}
