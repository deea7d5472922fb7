using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>Cells around rows, for any metric: a row belongs to the nearest pivot.</summary>
internal sealed class PivotCells(MetricSpace space, int[] pivots) : ICellGeometry
{
    public int CellCount => pivots.Length;

    public void Score(ReadOnlySpan<int> rows, Span<float> scores)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> target = scores.Slice(i * pivots.Length, pivots.Length);
            for (int cell = 0; cell < pivots.Length; cell++)
            {
                target[cell] = (float)space.Distance(rows[i], pivots[cell]);
            }
        }
    }
}
