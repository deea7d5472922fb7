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

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => Starts.Length;

    /// <summary>Takes the entries of a graph, whose two directions may differ, as edges.</summary>
    public static DirectedEdges Of(WeightedGraph graph) => new(graph.Offsets[..^1], graph.Offsets[1..], graph.Columns, graph.Weights);

    /// <summary>
    /// Sorts the neighbours of each row by index and leaves out those of strength 0. The places are those of the lists, so that rows need
    /// not wait for one another.
    /// </summary>
    /// <param name="neighbors">The neighbours of each row.</param>
    /// <param name="strengths">Their strengths, n x k.</param>
    /// <param name="inPlace">Whether the indices of the lists and the strengths are sorted themselves, and no copies of them.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public static DirectedEdges Sorted(NeighborLists neighbors, float[] strengths, bool inPlace, WorkContext work)
    {
        int n = neighbors.RowCount;
        int k = neighbors.NeighborCount;
        int[] starts = new int[n];
        int[] ends = new int[n];
        int[] columns = inPlace ? neighbors.Indices : new int[strengths.Length];
        float[] sorted = inPlace ? strengths : new float[strengths.Length];
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

    /// <summary>
    /// Joins the strengths of both directions of each edge, in place. An edge that only one of its rows lists gets its joined strength
    /// below 0, so that it is known as one-directional.
    /// </summary>
    /// <param name="join">Joins two strengths, with the same result in either order: 0, which leaves the edge out, or above.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    public void JoinDirections(Func<float, float, float> join, WorkContext work)
        => ParallelBlocks.For(RowCount, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                int copy = 0; // a list that was given may name a row twice
                for (int edge = Starts[row]; edge < Ends[row]; edge++)
                {
                    int column = Columns[edge];
                    copy = edge > Starts[row] && Columns[edge - 1] == column ? copy + 1 : 0;
                    int back = FirstPlace(column, row) + copy;
                    if (back >= Ends[column] || Columns[back] != row)
                    {
                        Strengths[edge] = -join(Strengths[edge], 0);
                    }
                    else if (row < column)
                    {
                        // Both directions are written by one thread, and read by no other.
                        Strengths[edge] = Strengths[back] = join(Strengths[edge], Strengths[back]);
                    }
                }
            }
        });

    /// <summary>
    /// Returns the one-directional edges, reversed, after <see cref="JoinDirections"/>. Rows are taken in order, so that the edges of each
    /// come in rising order.
    /// </summary>
    public DirectedEdges OneWayReversed(CancellationToken token)
    {
        int n = RowCount;
        int[] next = new int[n];
        for (int row = 0; row < n; row++)
        {
            for (int edge = Starts[row]; edge < Ends[row]; edge++)
            {
                next[Columns[edge]] += Strengths[edge] < 0 ? 1 : 0;
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
                if (Strengths[edge] < 0)
                {
                    int place = next[Columns[edge]]++;
                    columns[place] = row;
                    strengths[place] = -Strengths[edge];
                }
            }
        }

        return new DirectedEdges(starts, next, columns, strengths);
    }

    /// <summary>Gives the memory of the edges of some rows back; they are not there any more.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    public void Drop(int start, int end)
    {
        int last = end < RowCount ? Starts[end] : Columns.Length;
        FreedMemory.Drop(Columns, Starts[start], last);
        FreedMemory.Drop(Strengths, Starts[start], last);
    }

    /// <summary>Returns the first place among a row's edges whose other end is not below a given one.</summary>
    private int FirstPlace(int row, int column)
    {
        int low = Starts[row];
        int high = Ends[row];
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = Columns[middle] < column ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
