using System.Numerics;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// In which turn of an epoch each edge is used. In a turn no row has more than one edge, so all its edges can be used at once, and each row
/// moves as if they were used one after the other.
/// Every undirected edge stands in the graph twice, (i, j) and (j, i); each of the two has a turn of its own, in which it moves both of its
/// ends.
/// </summary>
/// <remarks>
/// An edge colouring by the greedy rule: an edge takes the first turn in which both of its ends are free. Which turns a row has used stands
/// in a few words of bits. A row with so many edges that all of its words are full
/// takes turns beyond them, one after the other; such edges are taken in an order that looks random, so that they form no long chains.
/// The edges are kept in the order of turns, then of rows.
/// </remarks>
internal sealed class EdgeColoring
{
    private const int WordBits = 64;
    private const int WordsPerMean = 3; // three times as many turns as a row needs on average
    private readonly int[] _offsets;

    /// <summary>Initializes a new instance of the <see cref="EdgeColoring"/> class.</summary>
    /// <param name="graph">The graph after pruning.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public EdgeColoring(WeightedGraph graph, CancellationToken token = default)
    {
        int n = graph.RowCount;
        int[] turns = new int[graph.EntryCount];
        int count = Assign(graph, turns, token);
        float largest = 0;
        foreach (float weight in graph.Weights)
        {
            largest = Math.Max(largest, weight);
        }

        _offsets = new int[count + 1];
        foreach (int turn in turns)
        {
            _offsets[turn + 1]++;
        }

        for (int turn = 0; turn < count; turn++)
        {
            _offsets[turn + 1] += _offsets[turn];
        }

        LargestWeight = largest;
        Heads = new int[graph.EntryCount];
        Tails = new int[graph.EntryCount];
        Rates = new uint[graph.EntryCount];
        int[] next = _offsets[..count];
        for (int row = 0; row < n; row++)
        {
            ThrowIfCancelled(row, token);
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                int place = next[turns[entry]]++;
                Heads[place] = row;
                Tails[place] = graph.Columns[entry];
                Rates[place] = EpochSchedule.Rate(graph.Weights[entry], largest);
            }
        }
    }

    /// <summary>Gets the number of turns of an epoch.</summary>
    public int Count => _offsets.Length - 1;

    /// <summary>Gets the largest weight of the graph.</summary>
    public float LargestWeight { get; }

    /// <summary>Gets the first end of each edge, in the order of turns.</summary>
    public int[] Heads { get; }

    /// <summary>Gets the second end of each edge.</summary>
    public int[] Tails { get; }

    /// <summary>Gets how often each edge is used (<see cref="EpochSchedule.Rate(float, float)"/>).</summary>
    public uint[] Rates { get; }

    /// <summary>Returns where a turn's edges begin; they end where those of the next begin.</summary>
    public int Start(int turn) => _offsets[turn];

    /// <summary>Gives each entry its turn, and returns the number of turns.</summary>
    private static int Assign(WeightedGraph graph, int[] turns, CancellationToken token)
    {
        int n = graph.RowCount;
        int words = WordsPerRow(graph);
        ulong[] used = new ulong[(long)n * words];
        int[] reverse = new int[n]; // how many of a row's entries have met their reverse, as rows are visited in rising order
        List<(int Entry, int Reverse, int Row)> crowded = [];
        int count = 0;
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
                int first = TakeTurn(used.AsSpan(row * words, words), used.AsSpan(other * words, words));
                int second = TakeTurn(used.AsSpan(row * words, words), used.AsSpan(other * words, words));
                (turns[entry], turns[back]) = (first, second);
                count = Math.Max(count, Math.Max(first, second) + 1);
                if (second < 0)
                {
                    crowded.Add((entry, back, row));
                }
            }
        }

        return crowded.Count == 0 ? count : AssignCrowded(graph, turns, crowded, words * WordBits);
    }

    private static int WordsPerRow(WeightedGraph graph)
    {
        // An entry takes one turn of each of its ends.
        long needed = graph.RowCount == 0 ? 0 : 2L * graph.EntryCount / graph.RowCount * WordsPerMean;
        return (int)Math.Max(1, (needed + WordBits - 1) / WordBits);
    }

    /// <summary>Takes the first turn that is free for both ends; -1 where there is none.</summary>
    private static int TakeTurn(Span<ulong> one, Span<ulong> other)
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

    private static int AssignCrowded(WeightedGraph graph, int[] turns, List<(int Entry, int Reverse, int Row)> crowded, int firstTurn)
    {
        int[] next = new int[graph.RowCount];
        Array.Fill(next, firstTurn);
        crowded.Sort((a, b) => NegativeSampler.Mix((uint)a.Entry).CompareTo(NegativeSampler.Mix((uint)b.Entry)));
        int count = firstTurn;
        foreach ((int entry, int reverse, int row) in crowded)
        {
            int other = graph.Columns[entry];
            foreach (int move in (ReadOnlySpan<int>)[entry, reverse])
            {
                if (turns[move] < 0)
                {
                    int turn = Math.Max(next[row], next[other]);
                    turns[move] = turn;
                    next[row] = next[other] = turn + 1;
                    count = Math.Max(count, turn + 1);
                }
            }
        }

        return count;
    }

    private static void ThrowIfCancelled(int row, CancellationToken token)
    {
        if ((row & 1023) == 0)
        {
            token.ThrowIfCancellationRequested();
        }
    }
}
