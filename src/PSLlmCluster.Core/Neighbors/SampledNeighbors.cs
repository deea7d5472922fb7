using System.Collections.Concurrent;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>The exact neighbours of some rows among all, by which an approximate search is set up and checked.</summary>
internal sealed class SampledNeighbors : IPairVisitor
{
    private const int RowsPerTile = 256;

    private readonly MetricSpace _space;
    private readonly DotRows? _vectors;
    private readonly int[] _counts;
    private readonly object[] _locks;

    // A number for each row of all, of which only the products make use: there while the neighbours are found by them, and else empty.
    private int[] _slots;
    private float[] _limits;

    private SampledNeighbors(MetricSpace space, DotRows? vectors, int[] rows, int k)
    {
        _space = space;
        _vectors = vectors;
        Rows = rows;
        NeighborCount = k;
        Indices = new int[rows.Length * k];
        Distances = new double[rows.Length * k];
        _counts = new int[rows.Length];
        _slots = new int[vectors is null ? 0 : space.RowCount];
        _limits = new float[vectors is null ? 0 : space.RowCount + DotTiles.PanelSize];
        _limits.AsSpan().Fill(float.NegativeInfinity);
        _locks = new object[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            _locks[i] = new object();
            if (vectors is not null)
            {
                _slots[rows[i]] = i;
            }
        }
    }

    /// <summary>Gets the rows.</summary>
    public int[] Rows { get; }

    /// <summary>Gets the number of neighbours of each, itself included.</summary>
    public int NeighborCount { get; }

    /// <summary>Gets the neighbours, the farthest first.</summary>
    public int[] Indices { get; }

    /// <summary>Gets their distances.</summary>
    public double[] Distances { get; }

    /// <summary>Finds the neighbours of rows.</summary>
    public static SampledNeighbors Find(MetricSpace space, DotRows? vectors, int[] rows, int k, WorkContext work)
    {
        SampledNeighbors found = new(space, vectors, rows, k);
        int n = space.RowCount;
        if (vectors is null)
        {
            ParallelBlocks.For(rows.Length, 1, work, (slot, _) =>
            {
                double[] measured = new double[RowsPerTile];
                for (int start = 0; start < n; start += RowsPerTile)
                {
                    work.Token.ThrowIfCancellationRequested();
                    Span<double> tile = measured.AsSpan(0, Math.Min(RowsPerTile, n - start));
                    space.DistancesFrom(rows[slot], start, tile);
                    for (int i = 0; i < tile.Length; i++)
                    {
                        found.TryAdd(slot, start + i, tile[i]);
                    }
                }
            });
            return found;
        }

        int side = PairScanner.SideSize(vectors);
        const int tilesPerBlock = 16;
        ConcurrentStack<PairScanner> scanners = []; // a million rows are hundreds of blocks, and a scanner has megabytes
        ParallelBlocks.For(n, side * tilesPerBlock, work, (start, end) =>
        {
            if (!scanners.TryPop(out PairScanner? scanner))
            {
                scanner = new PairScanner(vectors);
            }

            for (int left = 0; left < rows.Length; left += side)
            {
                scanner.SetLeft(rows.AsSpan(left, Math.Min(side, rows.Length - left)));
                for (int right = start; right < end; right += side)
                {
                    scanner.SetRight(right, Math.Min(end, right + side));
                    scanner.Scan(found._limits, bothWays: false, ref found, work.Token);
                }
            }

            scanners.Push(scanner);
        });
        found._slots = [];
        found._limits = [];
        return found;
    }

    /// <summary>Returns the share of the neighbours that lists hold as well, or others as near.</summary>
    public double RecallOf(NearestTable table)
    {
        long held = 0;
        for (int slot = 0; slot < Rows.Length; slot++)
        {
            double farthest = Distances[slot * NeighborCount];
            foreach (double distance in table.DistancesOf(Rows[slot]))
            {
                held += distance <= farthest ? 1 : 0;
            }
        }

        return (double)held / Distances.Length;
    }

    public void Visit(int left, int right)
    {
        int slot = _slots[left];
        TryAdd(slot, right, _space.Distance(left, right));
    }

    private void TryAdd(int slot, int row, double distance)
    {
        if (Volatile.Read(ref _counts[slot]) == NeighborCount && distance > Distances[slot * NeighborCount])
        {
            return;
        }

        lock (_locks[slot])
        {
            NearestHeap heap = new(
                Indices.AsSpan(slot * NeighborCount, NeighborCount), Distances.AsSpan(slot * NeighborCount, NeighborCount), _counts[slot]);
            heap.TryAdd(row, distance);
            Volatile.Write(ref _counts[slot], heap.Count);
            if (_vectors is not null && heap.Count == NeighborCount)
            {
                _limits[Rows[slot]] = _vectors.LimitFor(Rows[slot], heap.Limit);
            }
        }
    }
}
