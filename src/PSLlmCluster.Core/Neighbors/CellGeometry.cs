using System.Buffers;
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
/// Cells around means of vectors: some rounds of k-means (Lloyd 1982) on a sample of the rows.
/// </summary>
internal sealed class MeanCells<TArithmetic> : ICellGeometry
    where TArithmetic : DotTiles.IArithmetic
{
    private readonly DotRows _vectors;

    /// <summary>Initializes a new instance of the <see cref="MeanCells{TArithmetic}"/> class.</summary>
    /// <param name="vectors">The rows, in the order of the space.</param>
    /// <param name="sample">Rows in random order; the first of them are the first means.</param>
    /// <param name="cellCount">Number of cells, at most as many as there are rows in the sample.</param>
    /// <param name="rounds">Rounds of k-means. Cells need not be the best ones: more than a few rounds hardly lower the number of cells
    /// that a row has to probe.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public MeanCells(DotRows vectors, int[] sample, int cellCount, int rounds, WorkContext work)
    {
        int columns = vectors.ColumnCount;
        float[] means = new float[cellCount * columns];
        double[] room = new double[columns];
        float[] read = new float[columns];
        _vectors = vectors;
        Numbers = means;
        for (int cell = 0; cell < cellCount; cell++)
        {
            vectors.Read(sample[cell], room, read).CopyTo(means.AsSpan(cell * columns, columns));
        }

        Means = new CellMeans(means, columns);
        double[] sums = new double[means.Length];
        int[] counts = new int[cellCount];
        int[] cells = new int[sample.Length];
        for (int round = 0; round < rounds; round++)
        {
            Probes.ForEach(this, sample, work, (i, scores) => cells[i] = Probes.Nearest(scores));
            Array.Clear(sums);
            Array.Clear(counts);
            for (int i = 0; i < sample.Length; i++)
            {
                counts[cells[i]]++;
                ReadOnlySpan<float> vector = vectors.Read(sample[i], room, read);
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
                means[place] = count > 0 ? (float)(sums[place] / count) : means[place];
            }

            Means = new CellMeans(means, columns);
        }
    }

    /// <summary>Gets the means' numbers, one mean after the other.</summary>
    public float[] Numbers { get; }

    /// <summary>Gets the means.</summary>
    public CellMeans Means { get; private set; }

    public int CellCount => Means.CellCount;

    public void Score(ReadOnlySpan<int> rows, Span<float> scores)
    {
        int columns = _vectors.ColumnCount;
        float[] group = ArrayPool<float>.Shared.Rent(DotTiles.GroupSize * columns);
        double[] room = ArrayPool<double>.Shared.Rent(columns);
        float[] vector = ArrayPool<float>.Shared.Rent(columns);
        try
        {
            for (int i = 0; i < DotTiles.GroupSize; i++)
            {
                // Places without a row repeat the last one.
                int row = rows[Math.Min(i, rows.Length - 1)];
                DotTiles.PackRow(
                    _vectors.Read(row, room.AsSpan(0, columns), vector.AsSpan(0, columns)), i, DotTiles.GroupSize, group);
            }

            Means.Score<TArithmetic>(group, rows.Length, scores);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(group);
            ArrayPool<double>.Shared.Return(room);
            ArrayPool<float>.Shared.Return(vector);
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
