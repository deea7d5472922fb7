using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Rows sorted by their cells, and for each cell the rows of other cells that probe it. Rows are named by their places in the sorted
/// order.
/// </summary>
internal sealed class InvertedLists
{
    private readonly int[] _starts;
    private readonly long[] _probingStarts;
    private readonly int[] _probing;

    private InvertedLists(int[] order, int[] starts, long[] probingStarts, int[] probing)
    {
        Order = order;
        _starts = starts;
        _probingStarts = probingStarts;
        _probing = probing;
    }

    /// <summary>Says how many rows, 1 or more, a part of a cell may have.</summary>
    /// <param name="rows">The cell's rows, in rising order.</param>
    public delegate int PartSize(ReadOnlySpan<int> rows);

    /// <summary>Gets the row at each place: cell by cell, in rising order within a cell.</summary>
    public int[] Order { get; }

    /// <summary>Gets the number of cells; a cell that is too large counts as several.</summary>
    public int CellCount => _starts.Length - 1;

    /// <summary>Gets the number of probes of other cells, all rows together.</summary>
    public int ProbeCount => _probing.Length;

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

        work.Token.ThrowIfCancellationRequested();
        long[] probingStarts = new long[starts.Length];
        for (int place = 0; place < n; place++)
        {
            for (int probe = 1; probe < probes; probe++)
            {
                probingStarts[PartOf(probed[(order[place] * probes) + probe], place) + 1]++;
            }
        }

        for (int part = 1; part < probingStarts.Length; part++)
        {
            probingStarts[part] += probingStarts[part - 1];
        }

        work.Token.ThrowIfCancellationRequested();
        int[] probing = new int[probingStarts[^1]];
        long[] ends = probingStarts[..^1];
        for (int place = 0; place < n; place++)
        {
            for (int probe = 1; probe < probes; probe++)
            {
                probing[ends[PartOf(probed[(order[place] * probes) + probe], place)]++] = place;
            }
        }

        return new InvertedLists(order, starts, probingStarts, probing);

        int PartOf(int cell, int place) => firstParts[cell] + (place % (firstParts[cell + 1] - firstParts[cell]));
    }

    /// <summary>Returns the places of a cell's rows.</summary>
    public (int Start, int End) RangeOf(int cell) => (_starts[cell], _starts[cell + 1]);

    /// <summary>Returns the places of the rows of other cells that probe a cell.</summary>
    public ReadOnlySpan<int> ProbingRowsOf(int cell)
        => _probing.AsSpan((int)_probingStarts[cell], (int)(_probingStarts[cell + 1] - _probingStarts[cell]));
}
