using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Approximate nearest rows for many rows: each row probes the cells nearest to it only (an inverted file; Jegou, Douze and Schmid 2011,
/// "Product quantization for nearest neighbor search", section IV), with exact distances, and how many cells are needed is measured on a
/// sample whose neighbours are known exactly.
/// </summary>
/// <remarks>
/// <para>Why not nearest-neighbour descent (Dong, Moses, Li 2011; pynndescent), as in the reference: here all pairs of a cell and the rows
/// that probe it are one blocked product, some ten times as fast as the same number of single distances; the recall is set in advance; and
/// the pairs that are looked at do not depend on the order of work.</para>
/// <para>Which pairs are looked at depends on scores with fixed bits, and which of them are kept on exact distances; so the lists are the
/// same for any number of threads and width of vectors.</para>
/// <para>At the end the sample's lists are checked. If they hold less than <see cref="LeastRecall"/> of the neighbours, there is no result,
/// and the caller has to search exactly.</para>
/// </remarks>
internal static class InvertedFileSearch
{
    /// <summary>
    /// The share of neighbours that the search is set up for. Rows far from all groups have most of the losses and are few in the sample,
    /// so that the share comes out within some thousandths of it.
    /// </summary>
    public const double WantedRecall = 0.992;

    /// <summary>The share of neighbours below which the search has no result.</summary>
    public const double LeastRecall = 0.98;

    /// <summary>The most cells that a row probes.</summary>
    public const int MostProbes = 256;

    /// <summary>The rows by which the search is set up and checked.</summary>
    public const int SampleSize = 1920;

    /// <summary>The rows of which a cell is made.</summary>
    public const int TrainingRowsPerCell = 16;

    /// <summary>Cells are some times the root of the rows, which keeps finding cells and probing them about as costly.</summary>
    private const int CellsPerRoot = 4;

    /// <summary>The most cells, which is what a ushort can tell apart.</summary>
    private const int MostCells = 1 << 16;

    private const int MeanRounds = 3;

    /// <summary>
    /// A cell of more than this many times the mean size is probed in part only. Large cells are no exception: rows far from all
    /// groups come together around a mean near 0.
    /// </summary>
    private const int LargestShare = 64;

    /// <summary>
    /// Parts of a cell of mostly equal rows have at least that many rows, and several times k, so that equal rows find k of their like at
    /// distance 0 in their own part.
    /// </summary>
    private const int EqualRowsPerPart = 256;

    private const string Stage = "Finding neighbours";

    /// <summary>Returns the number of cells for a number of rows.</summary>
    public static int CellsFor(int n) => Math.Min(MostCells, CellsPerRoot * (int)Math.Sqrt(n));

    /// <summary>Searches.</summary>
    /// <returns>The lists, or null if too many neighbours would be missed.</returns>
    public static NeighborLists? Find(MetricSpace space, int k, int seed, WorkContext work)
    {
        int n = space.RowCount;
        int cellCount = CellsFor(n);
        DotRows? vectors = DotRows.Suits(space) ? DotRows.Create(space, work) : null;

        // The rows that set the search up are others than those that make the cells, which fit the latter better than the rest.
        int training = Math.Min(n - Math.Min(SampleSize, n / 4), cellCount * TrainingRowsPerCell);
        int[] shuffled = Draw(n, Math.Min(n, training + SampleSize), seed);
        ICellGeometry cells = vectors is null
            ? new PivotCells(space, shuffled[..cellCount])
            : new MeanCells<DotTiles.Plain>(vectors, shuffled[..training], cellCount, MeanRounds, work);
        work.Progress.Report(0.05);
        FreedMemory.Return(space.Rows.ByteCount);
        SampledNeighbors sample = SampledNeighbors.Find(space, vectors, shuffled[training..], k, work);
        int probes = ProbesFor(cells, sample, work);
        if (probes > Math.Min(MostProbes, cellCount / 4))
        {
            return null;
        }

        work.Progress.Report(0.15);
        FreedMemory.Return(space.Rows.ByteCount);
        InvertedLists lists = InvertedLists.Build(cells, n, probes, PartSize, work);
        vectors?.Permute(lists.Order, work.Token);
        work.Progress.Report(0.3);
        FreedMemory.Return(space.Rows.ByteCount);
        NearestTable table = new(space, k, vectors, lists.Order);
        Fill(space, table, vectors, lists, work);
        return sample.RecallOf(table) >= LeastRecall && table.IsFull ? table.ToLists(work) : null;

        int PartSize(ReadOnlySpan<int> rows)
        {
            work.Token.ThrowIfCancellationRequested();
            int fine = Math.Max(EqualRowsPerPart, 4 * k);
            return rows.Length > fine && RowsInRuns(space, rows, k) > rows.Length / 2 ? fine : LargestShare * (n / cellCount);
        }
    }

    /// <summary>Returns how many rows have as many equal ones that all their neighbours are among them.</summary>
    private static int RowsInRuns(MetricSpace space, ReadOnlySpan<int> rows, int k)
    {
        int inRuns = 0;
        for (int start = 0, end; start < rows.Length; start = end)
        {
            end = CanonicalOrder.EndOfEqual(space.Rows, rows, start);
            inRuns += end - start >= k ? end - start : 0;
        }

        return inRuns;
    }

    /// <summary>Draws different rows in random order: those of the smallest random keys.</summary>
    internal static int[] Draw(int n, int count, int seed)
    {
        CounterRandom random = new(seed, RandomPurpose.NeighborSample);
        ulong[] keys = new ulong[n];
        for (int row = 0; row < n; row++)
        {
            keys[row] = ((ulong)random.UInt32((uint)row, 0, 0) << 32) | (uint)row;
        }

        Array.Sort(keys);
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            drawn[i] = (int)(uint)keys[i];
        }

        return drawn;
    }

    /// <summary>
    /// Returns how many cells each row has to probe for the wanted share of the sample's neighbours. A neighbour is found if either of
    /// the two probes the other's cell.
    /// </summary>
    private static int ProbesFor(ICellGeometry cells, SampledNeighbors sample, WorkContext work)
    {
        const int mostNeighbors = 32;
        int k = sample.NeighborCount;
        int step = (k + mostNeighbors - 1) / mostNeighbors;
        int[] ownCells = new int[sample.Rows.Length];
        float[] scoresOfSample = new float[(long)sample.Rows.Length * cells.CellCount];
        Probes.ForEach(cells, sample.Rows, work, (i, scores) =>
        {
            ownCells[i] = Probes.Nearest(scores);
            scores.CopyTo(scoresOfSample.AsSpan(i * cells.CellCount, cells.CellCount));
        });
        List<int> neighbors = [];
        for (int i = 0; i < sample.Indices.Length; i += step)
        {
            neighbors.Add(sample.Indices[i]);
        }

        int[] ranks = new int[neighbors.Count];
        Probes.ForEach(cells, [.. neighbors], work, (i, scores) =>
        {
            int slot = i * step / k;
            int there = Probes.RankOf(ownCells[slot], scores);
            int here = Probes.RankOf(Probes.Nearest(scores), scoresOfSample.AsSpan(slot * cells.CellCount, cells.CellCount));
            ranks[i] = Math.Min(here, there);
        });
        Array.Sort(ranks);
        return 1 + ranks[(int)(WantedRecall * (ranks.Length - 1))];
    }

    private static void Fill(MetricSpace space, NearestTable table, DotRows? vectors, InvertedLists lists, WorkContext work)
    {
        ConcurrentStack<PairScanner> scanners = [];
        long done = 0;

        // The cells' own pairs first, so that most others can be ruled out.
        Pass(0, lists.CellCount, own: true);
        for (int start = 0; start < lists.CellCount;)
        {
            int end = lists.Prepare(start, work.Token);
            Pass(start, end, own: false);
            start = end;
        }

        void Pass(int first, int last, bool own) => ParallelBlocks.For(last - first, 1, work, (offset, _) =>
        {
            int cell = first + offset;
            if (vectors is null)
            {
                MeasureAll(space, table, lists, cell, own, work.Token);
            }
            else
            {
                if (!scanners.TryPop(out PairScanner? scanner))
                {
                    scanner = new PairScanner(vectors);
                }

                Scan(scanner, PairScanner.SideSize(vectors), table, lists, cell, own, work.Token);
                scanners.Push(scanner);
            }

            if (!own)
            {
                long now = Interlocked.Add(ref done, lists.ProbingRowsOf(cell).Length);
                work.Progress.Report(0.35 + (0.65 * now / Math.Max(1, lists.ProbeCount)));
            }
        });
    }

    private static void Scan(
        PairScanner scanner, int side, NearestTable table, InvertedLists lists, int cell, bool own, CancellationToken token)
    {
        (int start, int end) = lists.RangeOf(cell);
        CellPairs pairs = new(table, own);
        ReadOnlySpan<int> probing = own ? [] : lists.ProbingRowsOf(cell);
        for (int right = start; right < end; right += side)
        {
            scanner.SetRight(right, Math.Min(end, right + side));
            if (own)
            {
                for (int left = start; left < end; left += side)
                {
                    scanner.SetLeft(left, Math.Min(end, left + side));
                    scanner.Scan(table.Limits, bothWays: true, ref pairs, token);
                }
            }
            else
            {
                for (int left = 0; left < probing.Length; left += side)
                {
                    scanner.SetLeft(probing.Slice(left, Math.Min(side, probing.Length - left)));
                    scanner.Scan(table.Limits, bothWays: true, ref pairs, token);
                }
            }
        }
    }

    private static void MeasureAll(MetricSpace space, NearestTable table, InvertedLists lists, int cell, bool own, CancellationToken token)
    {
        (int start, int end) = lists.RangeOf(cell);
        ReadOnlySpan<int> probing = own ? [] : lists.ProbingRowsOf(cell);
        for (int i = 0; i < (own ? end - start : probing.Length); i++)
        {
            token.ThrowIfCancellationRequested();
            int left = own ? start + i : probing[i];
            int leftRow = lists.Order[left];
            for (int right = own ? left + 1 : start; right < end; right++)
            {
                int rightRow = lists.Order[right];
                double distance = space.Distance(leftRow, rightRow);
                table.TryAdd(left, leftRow, rightRow, distance);
                table.TryAdd(right, rightRow, leftRow, distance);
            }
        }
    }

    private readonly struct CellPairs(NearestTable table, bool own) : IPairVisitor
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Visit(int left, int right)
        {
            if (!own || left < right)
            {
                table.Measure(left, right);
            }
        }
    }
}
