namespace PSLlmCluster.Core.Umap;

/// <summary>A graph with weighted edges as compressed rows. Undirected graphs hold each edge in both directions, with the same weight.</summary>
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
        List<int> columns = [];
        List<float> weights = [];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<int> ends = ColumnsOf(rows[i]);
            ReadOnlySpan<float> strengths = WeightsOf(rows[i]);
            for (int e = 0; e < ends.Length; e++)
            {
                int place = places[ends[e]];
                if (place >= 0 && place < rows.Length && rows[place] == ends[e])
                {
                    columns.Add(place);
                    weights.Add(strengths[e]);
                }
            }

            offsets[i + 1] = columns.Count;
        }

        return new WeightedGraph(rows.Length, offsets, [.. columns], [.. weights]);
    }
}
