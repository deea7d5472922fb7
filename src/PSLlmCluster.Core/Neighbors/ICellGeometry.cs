namespace PSLlmCluster.Core.Neighbors;

/// <summary>How near rows are to the centres of cells, with the same bits on every machine.</summary>
internal interface ICellGeometry
{
    /// <summary>The most rows that are scored at once.</summary>
    const int MostRows = Numerics.DotTiles.GroupSize;

    /// <summary>Gets the number of cells.</summary>
    int CellCount { get; }

    /// <summary>Scores rows against all cells; the lowest score is the nearest cell. Called from several threads.</summary>
    /// <param name="rows">Rows of the space, at most <see cref="MostRows"/>.</param>
    /// <param name="scores">Receives <see cref="CellCount"/> scores for each row.</param>
    void Score(ReadOnlySpan<int> rows, Span<float> scores);
}
