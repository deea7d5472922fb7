namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// A graph with weighted edges as compressed rows. Undirected graphs hold each edge in both directions, with the same weight.
/// </summary>
/// <param name="RowCount">Number n of rows.</param>
/// <param name="Offsets">n + 1 places: row i has the entries from Offsets[i] to Offsets[i + 1], the latter excluded.</param>
/// <param name="Columns">The other end of each entry, in rising order within a row.</param>
/// <param name="Weights">The weight of each entry.</param>
internal sealed record WeightedGraph(int RowCount, int[] Offsets, int[] Columns, float[] Weights)
{
    /// <summary>Gets the number of entries.</summary>
    public int EntryCount => Columns.Length;

    /// <summary>Returns the other ends of a row's edges.</summary>
    public ReadOnlySpan<int> ColumnsOf(int row) => Columns.AsSpan(Offsets[row], Offsets[row + 1] - Offsets[row]);

    /// <summary>Returns the weights of a row's edges.</summary>
    public ReadOnlySpan<float> WeightsOf(int row) => Weights.AsSpan(Offsets[row], Offsets[row + 1] - Offsets[row]);

    /// <summary>Gives the memory of the entries of some rows back; they are not there any more.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    public void Drop(int start, int end)
    {
        FreedMemory.Drop(Columns, Offsets[start], Offsets[end]);
        FreedMemory.Drop(Weights, Offsets[start], Offsets[end]);
    }

    /// <summary>Returns the graph of some of the rows and the edges among them.</summary>
    /// <param name="rows">The rows, in rising order.</param>
    /// <param name="places">Scratch of n numbers, which the call overwrites at these rows.</param>
    public WeightedGraph Part(ReadOnlySpan<int> rows, int[] places)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            places[rows[i]] = i;
        }

        int[] offsets = new int[rows.Length + 1];
        for (int i = 0; i < rows.Length; i++)
        {
            int kept = 0;
            foreach (int end in ColumnsOf(rows[i]))
            {
                kept += IsPlaced(places[end], rows, end) ? 1 : 0;
            }

            offsets[i + 1] = offsets[i] + kept;
        }

        int count = 0;
        int[] columns = new int[offsets[^1]];
        float[] weights = new float[offsets[^1]];
        foreach (int row in rows)
        {
            ReadOnlySpan<int> ends = ColumnsOf(row);
            ReadOnlySpan<float> strengths = WeightsOf(row);
            for (int e = 0; e < ends.Length; e++)
            {
                int place = places[ends[e]];
                if (IsPlaced(place, rows, ends[e]))
                {
                    columns[count] = place;
                    weights[count++] = strengths[e];
                }
            }
        }

        return new WeightedGraph(rows.Length, offsets, columns, weights);
    }

    private static bool IsPlaced(int place, ReadOnlySpan<int> rows, int row) => (uint)place < (uint)rows.Length && rows[place] == row;
}
