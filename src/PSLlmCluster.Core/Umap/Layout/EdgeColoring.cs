using System.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// An edge colouring of the graph. In a colour class no row has more than one edge, so all edges of a class can be used at once, and each
/// row moves as if they were used one after the other. An epoch goes through the classes one by one. Every undirected edge stands in the
/// graph twice, (i, j) and (j, i); each of the two has a colour of its own, its row as the head and its column as the tail, and moves both.
/// </summary>
/// <remarks>
/// The greedy rule: an edge takes the first colour that is free at both of its ends. Which colours a row has used stands in a few words of
/// bits. Edges of a row whose words are all full overflow: they take colours beyond the words, in rising order; such edges are taken in an
/// order that looks random, so that they form no long chains. The edges are kept in the order of colour classes, then of rows; of the
/// heads, which rise within a class, the lower 16 bits are kept, and where the upper ones change.
/// </remarks>
internal sealed class EdgeColoring
{
    /// <summary>Rows whose memory is given back at a time.</summary>
    internal const int RowsPerDrop = 4096;

    private const int WordBits = 64;
    private const int WordsPerMean = 3; // three times as many colours as a row needs on average
    private const int LowBits = 16;
    private readonly int[] _offsets;
    private readonly ushort[] _lowHeads;

    // The edges from which on the heads have other upper bits, rising, and those bits.
    private readonly int[] _highStarts;
    private readonly int[] _highs;

    /// <summary>Initializes a new instance of the <see cref="EdgeColoring"/> class.</summary>
    /// <param name="graph">The graph after pruning.</param>
    /// <param name="work">The token; one thread does it, and nothing is reported.</param>
    /// <param name="takesGraph">Whether the graph's entries are not needed any more: their memory is given back as the classes
    /// grow.</param>
    public EdgeColoring(WeightedGraph graph, WorkContext work = default, bool takesGraph = false)
    {
        int n = graph.RowCount;
        EntryColors colors = Assign(graph, work.Token, out int count);
        float largest = 0;
        foreach (float weight in graph.Weights)
        {
            largest = Math.Max(largest, weight);
        }

        _offsets = new int[count + 1];
        for (int entry = 0; entry < graph.EntryCount; entry++)
        {
            _offsets[colors[entry] + 1]++;
        }

        for (int color = 0; color < count; color++)
        {
            _offsets[color + 1] += _offsets[color];
        }

        LargestWeight = largest;
        _lowHeads = FreedMemory.NewArray<ushort>(graph.EntryCount);
        Tails = FreedMemory.NewArray<int>(graph.EntryCount);
        Rates = FreedMemory.NewArray<uint>(graph.EntryCount);
        int[] next = _offsets[..count];
        int[] highOfClass = new int[count];
        Array.Fill(highOfClass, -1);
        List<int> highStarts = [];
        List<int> highs = [];
        for (int start = 0; start < n; start += RowsPerDrop)
        {
            work.Token.ThrowIfCancellationRequested();
            int end = Math.Min(n, start + RowsPerDrop);
            for (int row = start; row < end; row++)
            {
                int high = row >> LowBits << LowBits;
                for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
                {
                    int color = colors[entry];
                    int place = next[color]++;
                    _lowHeads[place] = (ushort)row;
                    Tails[place] = graph.Columns[entry];
                    Rates[place] = EpochSchedule.Rate(graph.Weights[entry], largest);
                    if (high != highOfClass[color])
                    {
                        highOfClass[color] = high;
                        highStarts.Add(place);
                        highs.Add(high);
                    }
                }
            }

            colors.Drop(graph.Offsets[start], graph.Offsets[end]);
            if (takesGraph)
            {
                graph.Drop(start, end);
            }
        }

        _highStarts = [.. highStarts];
        _highs = [.. highs];
        Array.Sort(_highStarts, _highs);
    }

    /// <summary>Gets the number of colour classes.</summary>
    public int Count => _offsets.Length - 1;

    /// <summary>Gets the largest weight of the graph.</summary>
    public float LargestWeight { get; }

    /// <summary>Gets the tail of each edge, in the order of colour classes.</summary>
    public int[] Tails { get; }

    /// <summary>Gets how often each edge is used (<see cref="EpochSchedule.Rate(float, float)"/>).</summary>
    public uint[] Rates { get; }

    /// <summary>Returns where the edges of a colour class begin; they end where those of the next begin.</summary>
    public int Start(int colorClass) => _offsets[colorClass];

    /// <summary>Returns the upper bits of the head of an edge, and the edge from which on they are others.</summary>
    /// <param name="edge">The edge.</param>
    public (int High, int End) HighOf(int edge)
    {
        int place = Array.BinarySearch(_highStarts, edge);
        place = place >= 0 ? place : ~place - 1;
        return (_highs[place], place + 1 < _highStarts.Length ? _highStarts[place + 1] : _lowHeads.Length);
    }

    /// <summary>Returns the head of an edge.</summary>
    /// <param name="edge">The edge.</param>
    /// <param name="high">Its upper bits.</param>
    public int Head(int edge, int high) => high | _lowHeads[edge];

    /// <summary>Gives each entry its colour.</summary>
    private static EntryColors Assign(WeightedGraph graph, CancellationToken token, out int count)
    {
        int n = graph.RowCount;
        int words = WordsPerRow(graph);
        EntryColors colors = new(graph.EntryCount);
        ulong[] used = new ulong[(long)n * words];
        int[] reverse = new int[n]; // how many of a row's entries have met their reverse, as rows are visited in rising order
        List<int> overflow = [];
        count = 0;
        for (int row = 0; row < n; row++)
        {
            ThrowIfCancelled(row, token);
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                int other = graph.Columns[entry];
                if (other < row)
                {
                    continue;
                }

                // Columns rise, so the reverse entries of a row's first columns come up in order.
                int back = graph.Offsets[other] + reverse[other]++;
                int first = TakeColor(used.AsSpan(row * words, words), used.AsSpan(other * words, words));
                int second = TakeColor(used.AsSpan(row * words, words), used.AsSpan(other * words, words));
                if (first >= 0)
                {
                    colors.Set(entry, first);
                }

                if (second >= 0)
                {
                    colors.Set(back, second);
                }
                else
                {
                    overflow.Add(entry);
                }

                count = Math.Max(count, Math.Max(first, second) + 1);
            }
        }

        FreedMemory.Drop(used, 0, used.Length);
        FreedMemory.Drop(reverse, 0, n);
        if (overflow.Count > 0)
        {
            count = AssignOverflow(graph, colors, overflow, words * WordBits);
        }

        return colors;
    }

    private static int WordsPerRow(WeightedGraph graph)
    {
        // An entry takes one colour at each of its ends.
        long needed = graph.RowCount == 0 ? 0 : 2L * graph.EntryCount / graph.RowCount * WordsPerMean;
        return (int)Math.Max(1, (needed + WordBits - 1) / WordBits);
    }

    /// <summary>Takes the first colour that is free at both ends; -1 where there is none.</summary>
    private static int TakeColor(Span<ulong> one, Span<ulong> other)
    {
        for (int word = 0; word < one.Length; word++)
        {
            ulong free = ~(one[word] | other[word]);
            if (free != 0)
            {
                ulong bit = free & (~free + 1);
                one[word] |= bit;
                other[word] |= bit;
                return (word * WordBits) + BitOperations.TrailingZeroCount(free);
            }
        }

        return -1;
    }

    /// <summary>Gives edges that lack a colour one beyond the usual ones; returns how many colours there are then.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="colors">The colours.</param>
    /// <param name="overflow">The edges, each by the entry of its lower row. The other end is found again: where many rows have many edges
    /// these are about half of all.</param>
    /// <param name="firstColor">The first colour beyond the usual ones.</param>
    private static int AssignOverflow(WeightedGraph graph, EntryColors colors, List<int> overflow, int firstColor)
    {
        int[] next = new int[graph.RowCount];
        Array.Fill(next, firstColor);
        overflow.Sort((a, b) => NegativeSampler.Mix((uint)a).CompareTo(NegativeSampler.Mix((uint)b)));
        int count = firstColor;
        foreach (int entry in overflow)
        {
            int row = RowOf(graph, entry);
            int other = graph.Columns[entry];
            int reverse = graph.Offsets[other] + graph.ColumnsOf(other).BinarySearch(row);
            foreach (int move in (ReadOnlySpan<int>)[entry, reverse])
            {
                if (!colors.Has(move))
                {
                    int color = Math.Max(next[row], next[other]);
                    colors.Set(move, color);
                    next[row] = next[other] = color + 1;
                    count = Math.Max(count, color + 1);
                }
            }
        }

        return count;
    }

    /// <summary>Returns the row of an entry; rows without entries begin where the next one does.</summary>
    private static int RowOf(WeightedGraph graph, int entry)
    {
        int low = 0;
        int high = graph.RowCount;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = graph.Offsets[middle] <= entry ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static void ThrowIfCancelled(int row, CancellationToken token)
    {
        if ((row & 1023) == 0)
        {
            token.ThrowIfCancellationRequested();
        }
    }
}
