using System.Buffers;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Rows of a space sorted by their cells, so that rows that are not among them can be brought to their nearest ones by way of the cells
/// nearest to them (an inverted file; Jegou, Douze and Schmid 2011, section IV), with exact distances. How many cells a row probes is
/// measured on a sample of the space's own rows, whose neighbours are known exactly.
/// </summary>
/// <remarks>
/// <para>What <see cref="InvertedFileSearch"/> is for the rows among themselves. There a pair is found if either of the two probes the
/// other's cell, here only the new row looks, so more of them are probed.</para>
/// <para>It depends on the rows, in their order, the number of neighbours and the seed alone. It holds no vectors: cells are turned into
/// vectors when rows probe them, which many do at once.</para>
/// </remarks>
internal sealed class CellIndex
{
    /// <summary>The share of neighbours that the search is set up for, as in <see cref="InvertedFileSearch"/>.</summary>
    public const double WantedRecall = InvertedFileSearch.WantedRecall;

    /// <summary>
    /// Cells are some times the root of the rows: more of them than for the rows among themselves, as products with means are made once
    /// for a row, and those with the rows of cells cost more.
    /// </summary>
    private const int CellsPerRoot = 12;

    private const int SampleSize = 960;
    private const int TrainingRowsPerCell = 8;
    private const int MeanRounds = 3;
    private const int RowsPerBlock = 256;

    private readonly QueryCells _cells;
    private readonly int[] _order;
    private readonly int[] _starts;

    private CellIndex(CellParts parts, DotScale? scale, QueryCells cells)
    {
        Parts = parts;
        Scale = scale;
        _cells = cells;
        (_order, _starts) = CountingSort.ByGroup(parts.CellOfRow, cells.CellCount);
    }

    /// <summary>Gets what it is made of beside the rows.</summary>
    public CellParts Parts { get; }

    /// <summary>Gets how the rows become vectors; null where no products are used.</summary>
    public DotScale? Scale { get; }

    /// <summary>Gets the number of cells.</summary>
    public int CellCount => _cells.CellCount;

    /// <summary>Gets the number of cells that a row probes.</summary>
    public int ProbeCount => Parts.ProbeCount;

    /// <summary>Sorts the rows of a space into cells.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="k">How many neighbours are to be found, at most a quarter of the rows.</param>
    /// <param name="seed">The seed of the random choices.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The index, or null if a row would have to probe so many cells that measuring all is no slower.</returns>
    public static CellIndex? Create(MetricSpace space, int k, int seed, WorkContext work)
    {
        int n = space.RowCount;
        int cellCount = Math.Min(CellParts.MostCells, CellsPerRoot * (int)Math.Sqrt(n));
        DotScale? scale = DotRows.Suits(space) ? DotScale.Of(space, work) : null;
        work.Progress.Report(0.05);
        int training = Math.Min(n - Math.Min(SampleSize, n / 4), cellCount * TrainingRowsPerCell);
        int[] shuffled = InvertedFileSearch.Draw(n, Math.Min(n, training + SampleSize), seed);
        CellParts parts = new(
            cellCount,
            0,
            new int[n],
            scale is null ? null : HalfBits.Of(Train(space, scale, shuffled[..training], cellCount, work)),
            scale is null ? shuffled[..cellCount] : null);
        QueryCells cells = CellsOf(parts, scale);
        work.Progress.Report(0.3);
        ForEach(space, scale, cells, Numbers(n), work, (row, scores) => parts.CellOfRow[row] = Probes.Nearest(scores));
        work.Progress.Report(0.7);
        int probes = ProbesFor(space, scale, cells, parts.CellOfRow, shuffled[training..], k, work);
        if (probes > cellCount / 4)
        {
            return null;
        }

        work.Progress.Report(1);
        return new CellIndex(parts with { ProbeCount = probes }, scale, cells);
    }

    /// <summary>Makes the index of what was kept of it.</summary>
    /// <param name="space">The rows that it was made of.</param>
    /// <param name="parts">What was kept; means where <see cref="DotRows.Suits"/> says so.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static CellIndex Of(MetricSpace space, CellParts parts, WorkContext work)
    {
        DotScale? scale = parts.Means is null ? null : DotScale.Of(space, work);
        return new CellIndex(parts, scale, CellsOf(parts, scale));
    }

    /// <summary>Returns the rows of a cell, rising.</summary>
    public ReadOnlySpan<int> RowsOf(int cell) => _order.AsSpan(_starts[cell], _starts[cell + 1] - _starts[cell]);

    /// <summary>
    /// Writes the cells that rows probe, <see cref="ProbeCount"/> for each: the nearest first, and the others in no order.
    /// </summary>
    /// <param name="queries">The rows.</param>
    /// <param name="target">Receives the cells, row after row.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void Probe(QueryRows queries, Span<ushort> target, CancellationToken token)
    {
        float[] scores = ArrayPool<float>.Shared.Rent(QueryCells.MostRows * CellCount);
        ulong[] room = ArrayPool<ulong>.Shared.Rent(CellCount);
        for (int first = 0; first < queries.Count; first += QueryCells.MostRows)
        {
            token.ThrowIfCancellationRequested();
            int count = Math.Min(QueryCells.MostRows, queries.Count - first);
            _cells.Score(queries, first, count, scores);
            for (int i = 0; i < count; i++)
            {
                Probes.WriteNearest(scores.AsSpan(i * CellCount, CellCount), room, target.Slice((first + i) * ProbeCount, ProbeCount));
            }
        }

        ArrayPool<ulong>.Shared.Return(room);
        ArrayPool<float>.Shared.Return(scores);
    }

    private static QueryCells CellsOf(CellParts parts, DotScale? scale)
        => parts.Means is null
            ? new QueryCells.OfPivots(parts.Pivots!)
            : new QueryCells.OfMeans(new CellMeans(HalfBits.ToSingles(parts.Means), scale!.ColumnCount), scale.ColumnCount);

    private static float[] Train(MetricSpace space, DotScale scale, int[] training, int cellCount, WorkContext work)
        => new MeanCells<DotTiles.FusedEverywhere>(
            DotRows.Create(space, training, scale, work), Numbers(training.Length), cellCount, MeanRounds, work).Numbers;

    /// <summary>Scores rows of the space as if they came from elsewhere, several threads at once.</summary>
    private static void ForEach(
        MetricSpace space, DotScale? scale, QueryCells cells, int[] rows, WorkContext work, Probes.ScoreReader read)
        => ParallelBlocks.For(rows.Length, RowsPerBlock, work, (start, end) =>
        {
            QueryRows queries = new(space, scale, 1, QueryCells.MostRows);
            float[] scores = ArrayPool<float>.Shared.Rent(QueryCells.MostRows * cells.CellCount);
            for (int first = start; first < end; first += QueryCells.MostRows)
            {
                work.Token.ThrowIfCancellationRequested();
                int count = Math.Min(QueryCells.MostRows, end - first);
                queries.Set(space, rows.AsSpan(first, count));
                cells.Score(queries, 0, count, scores);
                for (int i = 0; i < count; i++)
                {
                    read(first + i, scores.AsSpan(i * cells.CellCount, cells.CellCount));
                }
            }

            ArrayPool<float>.Shared.Return(scores);
        });

    /// <summary>Returns how many cells each row has to probe for the wanted share of the sample's neighbours.</summary>
    private static int ProbesFor(
        MetricSpace space, DotScale? scale, QueryCells cells, int[] cellOfRow, int[] sample, int k, WorkContext work)
    {
        // A row of the sample is not its own neighbour: a new one has none like that.
        int[] ranks = new int[sample.Length * k];
        NeighborQueries exact = NeighborQueries.Exact(space, scale);
        int[] neighbors = new int[ranks.Length];
        exact.ForEach(space, sample, k + 1, work, (slot, found, _) =>
        {
            int count = 0;
            foreach (int row in found)
            {
                if (row != sample[slot] && count < k)
                {
                    neighbors[(slot * k) + count++] = row;
                }
            }
        });
        ForEach(space, scale, cells, sample, work, (slot, scores) =>
        {
            for (int i = slot * k; i < (slot + 1) * k; i++)
            {
                ranks[i] = Probes.RankOf(cellOfRow[neighbors[i]], scores);
            }
        });
        Array.Sort(ranks);
        return 1 + ranks[(int)(WantedRecall * (ranks.Length - 1))];
    }

    private static int[] Numbers(int count)
    {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        return numbers;
    }
}
