namespace PSLlmCluster.Core.Umap;

/// <summary>
/// In which turn of an epoch each edge is used. Every undirected edge stands in the graph twice, (i, j) and (j, i); each of the two has a turn of its own, in which it moves both of its ends.
/// For each row and turn there is the list of what moves the row: edges of its own, which draw repelling rows too, and edges of others that end at it.
/// </summary>
internal sealed class LayoutTurns
{
    /// <summary>
    /// Turns of an epoch. The reference has as many as there are edges. With 16, two edges that move one row rarely fall into the same turn, as about twelve of them are due in an epoch.
    /// </summary>
    public const int Count = 16;

    /// <summary>Neighbouring rows begin at turns that are this far apart; odd, so that all turns are filled alike.</summary>
    private const int RowStride = 7;

    private readonly int[] _offsets;
    private readonly int[] _moves;

    public LayoutTurns(WeightedGraph graph)
    {
        _offsets = new int[(graph.RowCount * Count) + 1];
        _moves = new int[2 * graph.EntryCount];
        Span<int> next = stackalloc int[Count];
        for (int row = 0; row < graph.RowCount; row++)
        {
            int start = 2 * graph.Offsets[row];
            next.Clear();
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                next[Turn(graph, row, entry)]++;
                next[ReverseTurn(graph, row, entry)]++;
            }

            for (int turn = 0; turn < Count; turn++)
            {
                int length = next[turn];
                _offsets[(row * Count) + turn] = start;
                next[turn] = start;
                start += length;
            }

            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                _moves[next[Turn(graph, row, entry)]++] = entry;
                _moves[next[ReverseTurn(graph, row, entry)]++] = ~entry;
            }
        }

        _offsets[^1] = _moves.Length;
    }

    /// <summary>Returns what moves a row in a turn: the entry of an edge of its own, or the complement of the entry whose reverse moves it.</summary>
    public ReadOnlySpan<int> Moves(int row, int turn)
    {
        int place = (row * Count) + turn;
        return _moves.AsSpan(_offsets[place], _offsets[place + 1] - _offsets[place]);
    }

    private static int Turn(WeightedGraph graph, int row, int entry) => (int)((entry - graph.Offsets[row] + ((long)row * RowStride)) % Count);

    private static int ReverseTurn(WeightedGraph graph, int row, int entry)
    {
        int other = graph.Columns[entry];
        return Turn(graph, other, graph.Offsets[other] + graph.ColumnsOf(other).BinarySearch(row));
    }
}
