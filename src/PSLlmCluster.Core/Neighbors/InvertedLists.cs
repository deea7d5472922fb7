using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Rows sorted by their cells, and for each cell the rows of other cells that probe it. Rows are named by their places in the sorted
/// order.
/// </summary>
/// <remarks>
/// What each row probes takes two bytes a probe; the rows that probe a cell take four, and are there for some cells at a time.
/// </remarks>
internal sealed class InvertedLists
{
    /// <summary>Probes of a group of cells at least, so that few rows are gone through once only.</summary>
    private const long LeastProbesOfGroup = 1 << 21;

    private const int MostGroups = 8;

    private readonly int[] _starts;
    private readonly int[] _firstParts;
    private readonly ushort[] _probed;
    private readonly int _probes;
    private readonly long[] _probingStarts;
    private int[] _probing = [];
    private int _firstCell;

    private InvertedLists(int[] order, int[] starts, int[] firstParts, ushort[] probed, int probes)
    {
        Order = order;
        _starts = starts;
        _firstParts = firstParts;
        _probed = probed;
        _probes = probes;
        _probingStarts = new long[starts.Length];
    }

    /// <summary>Says how many rows, 1 or more, a part of a cell may have.</summary>
    /// <param name="rows">The cell's rows, in rising order.</param>
    public delegate int PartSize(ReadOnlySpan<int> rows);

    /// <summary>Gets the row at each place: cell by cell, in rising order within a cell.</summary>
    public int[] Order { get; }

    /// <summary>Gets the number of cells; a cell that is too large counts as several.</summary>
    public int CellCount => _starts.Length - 1;

    /// <summary>Gets the number of probes of other cells, all rows together.</summary>
    public long ProbeCount => _probingStarts[^1];

    /// <summary>Sorts rows into cells.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="n">Number of rows.</param>
    /// <param name="probes">The cells that a row probes, its own included.</param>
    /// <param name="largestPart">Says for a cell how many rows a part of it may have; a row probes one part only, its own if it is of
    /// that cell.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static InvertedLists Build(ICellGeometry cells, int n, int probes, PartSize largestPart, WorkContext work)
    {
        int[] rows = new int[n];
        for (int row = 0; row < n; row++)
        {
            rows[row] = row;
        }

        ushort[] probed = new ushort[checked(n * probes)];
        Probes.ForEach(cells, rows, work, (row, scores) => Probes.Write(scores, probed.AsSpan(row * probes, probes)));

        int[] sizes = new int[cells.CellCount];
        for (int row = 0; row < n; row++)
        {
            sizes[probed[row * probes]]++;
        }

        int[] offsets = new int[cells.CellCount + 1];
        for (int cell = 0; cell < cells.CellCount; cell++)
        {
            offsets[cell + 1] = offsets[cell] + sizes[cell];
        }

        // The rows are in rising order already; from here on they are the order of the places.
        int[] order = rows;
        int[] next = offsets[..^1];
        for (int row = 0; row < n; row++)
        {
            order[next[probed[row * probes]]++] = row;
        }

        int[] largest = new int[cells.CellCount];
        int[] firstParts = new int[cells.CellCount + 1];
        for (int cell = 0; cell < cells.CellCount; cell++)
        {
            largest[cell] = largestPart(order.AsSpan(offsets[cell], sizes[cell]));
            firstParts[cell + 1] = firstParts[cell] + Math.Max(1, (sizes[cell] + largest[cell] - 1) / largest[cell]);
        }

        int[] starts = new int[firstParts[^1] + 1];
        for (int cell = 0; cell < cells.CellCount; cell++)
        {
            for (int part = firstParts[cell]; part < firstParts[cell + 1]; part++)
            {
                starts[part] = Math.Min(offsets[cell + 1], offsets[cell] + ((part - firstParts[cell]) * largest[cell]));
            }
        }

        starts[^1] = n;

        InvertedLists lists = new(order, starts, firstParts, probed, probes);
        lists.CountProbes(work.Token);
        return lists;
    }

    /// <summary>Makes ready the next cells whose <see cref="ProbingRowsOf"/> are then known; those before are no more.</summary>
    /// <param name="start">The first of them: 0, or the end of those before.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The cell after the last of them.</returns>
    public int Prepare(int start, CancellationToken token)
    {
        long most = Math.Max(LeastProbesOfGroup, ProbeCount / MostGroups);
        int end = start;
        do
        {
            end++;
        }
        while (end < CellCount && _probingStarts[end + 1] - _probingStarts[start] <= most);

        long first = _probingStarts[start];
        int count = checked((int)(_probingStarts[end] - first));
        if (_probing.Length < count)
        {
            // As much as any group takes, unless one cell alone takes more.
            _probing = new int[Math.Max(count, Math.Min(most, ProbeCount))];
        }

        long[] ends = _probingStarts[start..end];
        for (int place = 0; place < Order.Length; place++)
        {
            token.ThrowIfCancellationRequested();
            foreach (ushort cell in ProbedFrom(place))
            {
                int slot = PartOf(cell, place) - start;
                if ((uint)slot < (uint)ends.Length)
                {
                    _probing[ends[slot]++ - first] = place;
                }
            }
        }

        _firstCell = start;
        return end;
    }

    /// <summary>Returns the places of a cell's rows.</summary>
    public (int Start, int End) RangeOf(int cell) => (_starts[cell], _starts[cell + 1]);

    /// <summary>Returns the places of the rows of other cells that probe a cell, rising. The cell has to be a prepared one.</summary>
    public ReadOnlySpan<int> ProbingRowsOf(int cell)
        => _probing.AsSpan(
            (int)(_probingStarts[cell] - _probingStarts[_firstCell]), (int)(_probingStarts[cell + 1] - _probingStarts[cell]));

    /// <summary>Returns the cells, those that are parts counted as one, that the row at a place probes beside its own.</summary>
    private ReadOnlySpan<ushort> ProbedFrom(int place) => _probed.AsSpan((Order[place] * _probes) + 1, _probes - 1);

    private int PartOf(int cell, int place) => _firstParts[cell] + (place % (_firstParts[cell + 1] - _firstParts[cell]));

    private void CountProbes(CancellationToken token)
    {
        for (int place = 0; place < Order.Length; place++)
        {
            token.ThrowIfCancellationRequested();
            foreach (ushort cell in ProbedFrom(place))
            {
                _probingStarts[PartOf(cell, place) + 1]++;
            }
        }

        for (int part = 1; part < _probingStarts.Length; part++)
        {
            _probingStarts[part] += _probingStarts[part - 1];
        }
    }
}
