using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>How near rows are to the centres of cells, with the same bits on every machine.</summary>
internal interface ICellGeometry
{
    /// <summary>The most rows that are scored at once.</summary>
    const int MostRows = DotTiles.GroupSize;

    /// <summary>Gets the number of cells.</summary>
    int CellCount { get; }

    /// <summary>Scores rows against all cells; the lowest score is the nearest cell. Called from several threads.</summary>
    /// <param name="rows">Rows of the space, at most <see cref="MostRows"/>.</param>
    /// <param name="scores">Receives <see cref="CellCount"/> scores for each row.</param>
    void Score(ReadOnlySpan<int> rows, Span<float> scores);
}

/// <summary>
/// Cells around means of vectors: some rounds of k-means (Lloyd 1982) on a sample of the rows. A score is |c|² / 2 - y·c, in single
/// precision without fused operations, so that it has the same bits everywhere.
/// </summary>
internal sealed class MeanCells : ICellGeometry
{
    /// <summary>
    /// Rounds of k-means. Cells need not be the best ones: more rounds hardly lower the number of cells that a row has to probe.
    /// </summary>
    private const int Rounds = 3;

    private readonly DotRows _vectors;
    private readonly float[] _means;
    private readonly float[] _panels;
    private readonly float[] _halves;

    /// <summary>Initializes a new instance of the <see cref="MeanCells"/> class.</summary>
    /// <param name="vectors">The rows, in the order of the space.</param>
    /// <param name="sample">Rows in random order; the first of them are the first means.</param>
    /// <param name="cellCount">Number of cells, at most as many as there are rows in the sample.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public MeanCells(DotRows vectors, int[] sample, int cellCount, WorkContext work)
    {
        int columns = vectors.ColumnCount;
        _vectors = vectors;
        CellCount = cellCount;
        _means = new float[cellCount * columns];
        _halves = new float[cellCount];
        _panels = new float[(cellCount + DotTiles.PanelSize - 1) / DotTiles.PanelSize * DotTiles.PanelSize * columns];
        for (int cell = 0; cell < cellCount; cell++)
        {
            vectors.Values.AsSpan(sample[cell] * columns, columns).CopyTo(_means.AsSpan(cell * columns, columns));
        }

        Pack();
        double[] sums = new double[_means.Length];
        int[] counts = new int[cellCount];
        int[] cells = new int[sample.Length];
        for (int round = 0; round < Rounds; round++)
        {
            Probes.ForEach(this, sample, work, (i, scores) => cells[i] = Probes.Nearest(scores));
            Array.Clear(sums);
            Array.Clear(counts);
            for (int i = 0; i < sample.Length; i++)
            {
                counts[cells[i]]++;
                ReadOnlySpan<float> vector = vectors.Values.AsSpan(sample[i] * columns, columns);
                Span<double> sum = sums.AsSpan(cells[i] * columns, columns);
                for (int column = 0; column < columns; column++)
                {
                    sum[column] += vector[column];
                }
            }

            for (int place = 0; place < sums.Length; place++)
            {
                // A cell that has become empty stays where it is.
                int count = counts[place / columns];
                _means[place] = count > 0 ? (float)(sums[place] / count) : _means[place];
            }

            Pack();
        }
    }

    public int CellCount { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score(ReadOnlySpan<int> rows, Span<float> scores)
    {
        int columns = _vectors.ColumnCount;
        Span<float> tile = stackalloc float[DotTiles.TileSize];
        float[] group = System.Buffers.ArrayPool<float>.Shared.Rent(DotTiles.GroupSize * columns);
        try
        {
            for (int i = 0; i < DotTiles.GroupSize; i++)
            {
                // Places without a row repeat the last one.
                DotTiles.PackRow(
                    _vectors.Values.AsSpan(rows[Math.Min(i, rows.Length - 1)] * columns, columns), i, DotTiles.GroupSize, group);
            }

            for (int panel = 0; panel < CellCount; panel += DotTiles.PanelSize)
            {
                DotTiles.Multiply<DotTiles.Plain>(group, _panels.AsSpan(panel * columns, DotTiles.PanelSize * columns), columns, tile);
                int count = Math.Min(DotTiles.PanelSize, CellCount - panel);
                for (int i = 0; i < rows.Length; i++)
                {
                    Span<float> target = scores.Slice((i * CellCount) + panel, count);
                    for (int cell = 0; cell < count; cell++)
                    {
                        target[cell] = _halves[panel + cell] - tile[(i * DotTiles.PanelSize) + cell];
                    }
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<float>.Shared.Return(group);
        }
    }

    private void Pack()
    {
        int columns = _vectors.ColumnCount;
        for (int first = 0; first < CellCount; first += DotTiles.PanelSize)
        {
            int count = Math.Min(DotTiles.PanelSize, CellCount - first);
            DotTiles.Pack(
                _means.AsSpan(first * columns, count * columns),
                columns,
                count,
                DotTiles.PanelSize,
                _panels.AsSpan(first * columns, DotTiles.PanelSize * columns));
        }

        for (int cell = 0; cell < CellCount; cell++)
        {
            ReadOnlySpan<float> mean = _means.AsSpan(cell * columns, columns);
            _halves[cell] = (float)(LaneKernels.Reduce<LaneKernels.Product>(mean, mean) / 2);
        }
    }
}

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
