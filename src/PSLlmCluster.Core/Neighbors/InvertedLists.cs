using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Rows sorted by their cells, and for each cell the rows of other cells that look into it. Rows are named by their places in the sorted
/// order.
/// </summary>
internal sealed class InvertedLists
{
    private readonly int[] _starts;
    private readonly long[] _visitorStarts;
    private readonly int[] _visitors;

    private InvertedLists(int[] order, int[] starts, long[] visitorStarts, int[] visitors)
    {
        Order = order;
        _starts = starts;
        _visitorStarts = visitorStarts;
        _visitors = visitors;
    }

    /// <summary>Says how many rows, 1 or more, a part of a cell may have.</summary>
    /// <param name="rows">The cell's rows, in rising order.</param>
    public delegate int PartSize(ReadOnlySpan<int> rows);

    /// <summary>Gets the row at each place: cell by cell, in rising order within a cell.</summary>
    public int[] Order { get; }

    /// <summary>Gets the number of cells; a cell that is too large counts as several.</summary>
    public int CellCount => _starts.Length - 1;

    /// <summary>Gets the number of visits.</summary>
    public int VisitCount => _visitors.Length;

    /// <summary>Sorts rows into cells.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="n">Number of rows.</param>
    /// <param name="votes">How many cells a row looks into, its own included.</param>
    /// <param name="largestPart">Says for a cell how many rows a part of it may have; a row looks into one part only, its own if it is of
    /// that cell.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static InvertedLists Build(ICellGeometry cells, int n, int votes, PartSize largestPart, WorkContext work)
    {
        int[] rows = new int[n];
        for (int row = 0; row < n; row++)
        {
            rows[row] = row;
        }

        ushort[] voted = new ushort[checked(n * votes)];
        Probes.ForEach(cells, rows, work, (row, scores) => Probes.Write(scores, voted.AsSpan(row * votes, votes)));

        int[] sizes = new int[cells.CellCount];
        for (int row = 0; row < n; row++)
        {
            sizes[voted[row * votes]]++;
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
            order[next[voted[row * votes]]++] = row;
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
        long[] visitorStarts = new long[starts.Length];
        for (int place = 0; place < n; place++)
        {
            for (int vote = 1; vote < votes; vote++)
            {
                visitorStarts[PartOf(voted[(order[place] * votes) + vote], place) + 1]++;
            }
        }

        for (int part = 1; part < visitorStarts.Length; part++)
        {
            visitorStarts[part] += visitorStarts[part - 1];
        }

        work.Token.ThrowIfCancellationRequested();
        int[] visitors = new int[visitorStarts[^1]];
        long[] ends = visitorStarts[..^1];
        for (int place = 0; place < n; place++)
        {
            for (int vote = 1; vote < votes; vote++)
            {
                visitors[ends[PartOf(voted[(order[place] * votes) + vote], place)]++] = place;
            }
        }

        return new InvertedLists(order, starts, visitorStarts, visitors);

        int PartOf(int cell, int place) => firstParts[cell] + (place % (firstParts[cell + 1] - firstParts[cell]));
    }

    /// <summary>Returns the places of a cell's rows.</summary>
    public (int Start, int End) RangeOf(int cell) => (_starts[cell], _starts[cell + 1]);

    /// <summary>Returns the places of the rows of other cells that look into a cell.</summary>
    public ReadOnlySpan<int> VisitorsOf(int cell)
        => _visitors.AsSpan((int)_visitorStarts[cell], (int)(_visitorStarts[cell + 1] - _visitorStarts[cell]));
}
