using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>The directed edges of the fuzzy graph, row by row in rising order of the other end.</summary>
/// <param name="Starts">Where each row's edges begin.</param>
/// <param name="Ends">Where they end, the place itself excluded.</param>
/// <param name="Columns">The other end of each edge.</param>
/// <param name="Strengths">The strength of each edge.</param>
internal sealed record DirectedEdges(int[] Starts, int[] Ends, int[] Columns, float[] Strengths)
{
    private const int RowsPerBlock = 256;

    /// <summary>Takes the entries of a graph, whose two directions may differ, as edges.</summary>
    public static DirectedEdges Of(WeightedGraph graph) => new(graph.Offsets[..^1], graph.Offsets[1..], graph.Columns, graph.Weights);

    /// <summary>
    /// Sorts the neighbours of each row by index and leaves out those of strength 0. The places are those of the lists, so that rows need
    /// not wait for one another.
    /// </summary>
    public static DirectedEdges Sorted(NeighborLists neighbors, float[] strengths, WorkContext work)
    {
        int n = neighbors.RowCount;
        int k = neighbors.NeighborCount;
        int[] starts = new int[n];
        int[] ends = new int[n];
        int[] columns = new int[strengths.Length];
        float[] sorted = new float[strengths.Length];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                int first = row * k;
                int last = first;
                for (int place = first; place < first + k; place++)
                {
                    if (strengths[place] > 0)
                    {
                        columns[last] = neighbors.Indices[place];
                        sorted[last++] = strengths[place];
                    }
                }

                Array.Sort(columns, sorted, first, last - first);
                starts[row] = first;
                ends[row] = last;
            }
        });
        return new DirectedEdges(starts, ends, columns, sorted);
    }

    /// <summary>Returns the edges by their other ends. Rows are taken in order, so that the edges of each come in rising order.</summary>
    public DirectedEdges Reversed(CancellationToken token)
    {
        int n = Starts.Length;
        int[] next = new int[n];
        for (int row = 0; row < n; row++)
        {
            foreach (int column in Columns.AsSpan(Starts[row], Ends[row] - Starts[row]))
            {
                next[column]++;
            }
        }

        int count = 0;
        int[] starts = new int[n];
        for (int row = 0; row < n; row++)
        {
            starts[row] = count;
            count += next[row];
            next[row] = starts[row];
        }

        int[] columns = new int[count];
        float[] strengths = new float[count];
        for (int row = 0; row < n; row++)
        {
            if (row % RowsPerBlock == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            for (int edge = Starts[row]; edge < Ends[row]; edge++)
            {
                int place = next[Columns[edge]]++;
                columns[place] = row;
                strengths[place] = Strengths[edge];
            }
        }

        return new DirectedEdges(starts, next, columns, strengths);
    }
}
