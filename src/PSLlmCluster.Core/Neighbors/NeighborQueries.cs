using System.Collections.Concurrent;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The nearest rows of a space to rows that are not among them, by the method that suits them. Each row finds what it finds whatever comes
/// with it, ties by index.
/// </summary>
/// <remarks>
/// Over few columns a walk through a k-d tree is exact, and so is a product in single precision of every pair, by which most are ruled out;
/// where neither can be, every pair is measured. Beyond the sizes at which <see cref="NeighborSearch"/> is exact, rows probe cells
/// (<see cref="CellIndex"/>).
/// </remarks>
internal sealed class NeighborQueries
{
    /// <summary>Fewer rows than these are measured before a tree or the vectors of all rows would have been made.</summary>
    private const int FewQueries = 64;

    /// <summary>Fewer rows than these are measured before a walk would have ended.</summary>
    private const int LeastTreePoints = 512;

    /// <summary>Rows that are looked for together at most: enough that turning rows into vectors counts little.</summary>
    private const int MostAtOnce = 4096;

    private const int LeastAtOnce = 64;

    /// <summary>Numbers of rows that are looked for together, so that wide ones need no more room.</summary>
    private const int NumbersAtOnce = 1 << 21;

    /// <summary>
    /// Bytes of what one thread holds for the rows that are looked for together: their vectors, the cells that they probe, which may be
    /// thousands, and what they find.
    /// </summary>
    private const int BytesAtOnce = 64 << 20;

    /// <summary>Fewer rows than these that probe a cell are measured before the cell would have been turned into vectors.</summary>
    private const int FewProbing = 12;

    private readonly MetricSpace _space;
    private readonly KdTree? _tree;
    private readonly DotScale? _scale;
    private readonly CellIndex? _cells;

    private NeighborQueries(MetricSpace space, KdTree? tree, DotScale? scale, CellIndex? cells)
    {
        _space = space;
        _tree = tree;
        _scale = scale;
        _cells = cells;
    }

    /// <summary>Gets how the rows are found, as a person would say it.</summary>
    public string Text => _tree is not null ? "a tree"
        : _cells is not null ? $"{_cells.ProbeCount} of {_cells.CellCount} cells"
        : _scale is not null ? "products of all pairs" : "all pairs";

    /// <summary>Takes the nearest rows of a row.</summary>
    /// <param name="query">The row's place among those asked for.</param>
    /// <param name="indices">Its nearest rows, the nearest first.</param>
    /// <param name="distances">The distances to them.</param>
    public delegate void Reader(int query, ReadOnlySpan<int> indices, ReadOnlySpan<double> distances);

    /// <summary>Returns whether new rows are brought to their nearest ones by cells, so that <see cref="CellIndex"/> is needed.</summary>
    public static bool ForCells(MetricSpace space)
        => !NeighborSearch.IsCheap(space) && !TreePolicy.ForQueries(space, space.RowCount, LeastTreePoints);

    /// <summary>Prepares a search by cells.</summary>
    public static NeighborQueries ByCells(MetricSpace space, CellIndex cells) => new(space, null, cells.Scale, cells);

    /// <summary>Prepares an exact search.</summary>
    /// <param name="space">The rows to find.</param>
    /// <param name="queryCount">How many rows will be looked for.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static NeighborQueries Exact(MetricSpace space, int queryCount, WorkContext work)
        => queryCount < FewQueries ? new(space, null, null, null)
            : TreePolicy.ForQueries(space, space.RowCount, LeastTreePoints)
            ? new(space, KdTree.Build(space, work.ThreadCount, work.Token), null, null)
            : new(space, null, DotRows.Suits(space) ? DotScale.Of(space, work) : null, null);

    /// <summary>Prepares an exact search of a space whose scale is known.</summary>
    public static NeighborQueries Exact(MetricSpace space, DotScale? scale) => new(space, null, scale, null);

    /// <summary>Returns how many rows to look for together, which changes nothing in what they find.</summary>
    /// <param name="queryCount">How many there are.</param>
    /// <param name="k">How many rows each is to find.</param>
    /// <param name="work">The threads to use.</param>
    public int BlockSize(int queryCount, int k, WorkContext work)
    {
        const int blocksPerThread = 4;
        int most = Math.Clamp(NumbersAtOnce / Math.Max(1, _space.Rows.ColumnCount), LeastAtOnce, MostAtOnce);
        int size = _scale is null && _cells is null
            ? LeastAtOnce
            : Math.Clamp(queryCount / (blocksPerThread * ParallelBlocks.ThreadsFor(work.ThreadCount)), LeastAtOnce, most);
        return (int)Math.Clamp(BytesAtOnce / BytesOf(k), 1, size);
    }

    /// <summary>Returns the bytes that one row takes of a <see cref="Finder"/>.</summary>
    /// <param name="k">How many rows it is to find.</param>
    private long BytesOf(int k)
    {
        long vector = _scale is null ? 0 : sizeof(float) * (long)_scale.ColumnCount;
        long probed = _cells is null ? sizeof(int) : (sizeof(ushort) + sizeof(int)) * (long)_cells.ProbeCount;
        return vector + probed + ((sizeof(int) + sizeof(double)) * (long)k);
    }

    /// <summary>Makes rows ready to be looked for.</summary>
    public MetricSpace Foreign(RowMatrix rows) => _space.CreateForeign(rows);

    /// <summary>Makes a tool for one thread.</summary>
    /// <param name="k">How many rows to find: from 1 to as many as there are.</param>
    /// <param name="blockSize">The most rows at once.</param>
    public Finder CreateFinder(int k, int blockSize) => new(this, k, blockSize);

    /// <summary>Finds the nearest rows of some rows and hands them on, in any order and several at a time.</summary>
    /// <param name="foreign">The rows' space.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="k">How many to find.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    /// <param name="read">Takes what is found.</param>
    public void ForEach(MetricSpace foreign, int[] rows, int k, WorkContext work, Reader read)
    {
        int size = BlockSize(rows.Length, k, work);
        ConcurrentStack<Finder> finders = [];
        ParallelBlocks.For(rows.Length, size, work, (start, end) =>
        {
            Finder finder = finders.TryPop(out Finder? free) ? free : CreateFinder(k, size);
            finder.Find(foreign, rows.AsSpan(start, end - start), work.Token);
            for (int slot = start; slot < end; slot++)
            {
                read(slot, finder.IndicesOf(slot - start), finder.DistancesOf(slot - start));
            }

            finders.Push(finder);
        });
    }

    /// <summary>Looks for the nearest rows of some rows at a time: one thread's tool.</summary>
    internal sealed class Finder
    {
        private readonly NeighborQueries _owner;
        private readonly QueryRows _queries;
        private readonly QueryScanner? _scanner;
        private readonly ushort[] _probed;
        private readonly int[] _starts;
        private readonly int[] _slots;
        private readonly int[] _rows;
        private readonly int[] _all;

        internal Finder(NeighborQueries owner, int k, int blockSize)
        {
            _owner = owner;
            _queries = new QueryRows(owner._space, owner._scale, k, blockSize);
            _scanner = owner._scale is null ? null : new QueryScanner(owner._space, owner._scale);
            int probes = owner._cells?.ProbeCount ?? 1;
            _probed = new ushort[owner._cells is null ? 0 : blockSize * probes];
            _starts = new int[owner._cells is null ? 0 : owner._cells.CellCount + 1];
            _slots = new int[blockSize * probes];
            _all = new int[blockSize];
            _rows = new int[_scanner is null || owner._cells is not null ? 0 : _scanner.MostRows];
        }

        /// <summary>Returns the nearest rows of a row, the nearest first.</summary>
        /// <param name="slot">The row's place among those that were looked for last.</param>
        public ReadOnlySpan<int> IndicesOf(int slot) => _queries.IndicesOf(slot);

        /// <summary>Returns the distances to the nearest rows of a row.</summary>
        /// <param name="slot">The row's place among those that were looked for last.</param>
        public ReadOnlySpan<double> DistancesOf(int slot) => _queries.DistancesOf(slot);

        /// <summary>Finds the nearest rows of all rows of a foreign space.</summary>
        /// <param name="foreign">The rows' space.</param>
        /// <param name="token">The token to monitor for cancellation.</param>
        public void Find(MetricSpace foreign, CancellationToken token)
        {
            for (int row = 0; row < foreign.RowCount; row++)
            {
                _all[row] = row;
            }

            Find(foreign, _all.AsSpan(0, foreign.RowCount), token);
        }

        /// <summary>Finds the nearest rows of some rows.</summary>
        /// <param name="foreign">The rows' space.</param>
        /// <param name="rows">Which of its rows.</param>
        /// <param name="token">The token to monitor for cancellation.</param>
        public void Find(MetricSpace foreign, ReadOnlySpan<int> rows, CancellationToken token)
        {
            _queries.Set(foreign, rows);
            if (_owner._tree is not null)
            {
                _queries.FindIn(_owner._tree, token);
                return;
            }

            if (_owner._cells is not null)
            {
                FindInCells(_owner._cells, token);
            }
            else if (_scanner is not null)
            {
                FindAmongAll(_scanner, token);
            }

            for (int slot = 0; slot < _queries.Count; slot++)
            {
                // A row whose cells hold too few finds them like one that lies far out.
                if (!_queries.IsFull(slot))
                {
                    _queries.MeasureAll(slot, token);
                }
            }

            _queries.Sort();
        }

        private void FindAmongAll(QueryScanner scanner, CancellationToken token)
        {
            for (int slot = 0; slot < _queries.Count; slot++)
            {
                _slots[slot] = slot;
            }

            for (int start = 0; start < _owner._space.RowCount; start += scanner.MostRows)
            {
                int count = Math.Min(scanner.MostRows, _owner._space.RowCount - start);
                for (int i = 0; i < count; i++)
                {
                    _rows[i] = start + i;
                }

                scanner.SetRows(_rows.AsSpan(0, count));
                scanner.Scan(_queries, _slots.AsSpan(0, _queries.Count), token);
            }
        }

        private void FindInCells(CellIndex cells, CancellationToken token)
        {
            int probes = cells.ProbeCount;
            cells.Probe(_queries, _probed, token);

            // The nearest cells first, so that most of the others' rows can be ruled out.
            FindInCells(cells, 0, 1, token);
            FindInCells(cells, 1, probes, token);
        }

        /// <summary>Looks through the cells of some ranks, cell by cell.</summary>
        private void FindInCells(CellIndex cells, int firstRank, int endRank, CancellationToken token)
        {
            int probes = cells.ProbeCount;
            Array.Clear(_starts);
            for (int slot = 0; slot < _queries.Count; slot++)
            {
                foreach (ushort cell in _probed.AsSpan((slot * probes) + firstRank, endRank - firstRank))
                {
                    _starts[cell + 1]++;
                }
            }

            for (int cell = 0; cell < cells.CellCount; cell++)
            {
                _starts[cell + 1] += _starts[cell];
            }

            // Each start moves to its end, which is the next one's start.
            for (int slot = 0; slot < _queries.Count; slot++)
            {
                foreach (ushort cell in _probed.AsSpan((slot * probes) + firstRank, endRank - firstRank))
                {
                    _slots[_starts[cell]++] = slot;
                }
            }

            int start = 0;
            for (int cell = 0; cell < cells.CellCount; cell++)
            {
                Look(cells.RowsOf(cell), _slots.AsSpan(start, _starts[cell] - start), token);
                start = _starts[cell];
            }
        }

        private void Look(ReadOnlySpan<int> rows, ReadOnlySpan<int> slots, CancellationToken token)
        {
            if (_scanner is not null && slots.Length >= FewProbing)
            {
                for (int start = 0; start < rows.Length; start += _scanner.MostRows)
                {
                    _scanner.SetRows(rows.Slice(start, Math.Min(_scanner.MostRows, rows.Length - start)));
                    _scanner.Scan(_queries, slots, token);
                }

                return;
            }

            foreach (int slot in slots)
            {
                token.ThrowIfCancellationRequested();
                if (!_queries.IsFarOut(slot))
                {
                    _queries.MeasureSome(slot, rows);
                }
            }
        }
    }
}
