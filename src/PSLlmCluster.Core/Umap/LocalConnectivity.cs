namespace PSLlmCluster.Core.Umap;

/// <summary>
/// Makes each row as well connected as before, after a target has weakened its edges: every row is divided by its largest weight, and both directions are joined again, A + A' - A A'
/// (umap_.py, reset_local_connectivity; single precision, as there). Entries that come out as 0 are left out.
/// </summary>
internal static class LocalConnectivity
{
    /// <summary>Returns the graph with the largest weight of each row at 1.</summary>
    /// <param name="graph">The graph; its two directions may differ.</param>
    /// <param name="token">Ends the work.</param>
    public static WeightedGraph Reset(WeightedGraph graph, CancellationToken token)
    {
        int n = graph.RowCount;
        WeightedGraph forward = graph with { Weights = ByLargest(graph, token) };
        WeightedGraph backward = Transpose(forward, token);
        int[] offsets = new int[n + 1];
        int[] columns = new int[2 * forward.EntryCount];
        float[] weights = new float[columns.Length];
        int count = 0;
        for (int row = 0; row < n; row++)
        {
            token.ThrowIfCancellationRequested();
            int f = forward.Offsets[row];
            int b = backward.Offsets[row];
            int fEnd = forward.Offsets[row + 1];
            int bEnd = backward.Offsets[row + 1];
            while (f < fEnd || b < bEnd)
            {
                int column = Math.Min(f < fEnd ? forward.Columns[f] : int.MaxValue, b < bEnd ? backward.Columns[b] : int.MaxValue);
                float there = f < fEnd && forward.Columns[f] == column ? forward.Weights[f++] : 0f;
                float back = b < bEnd && backward.Columns[b] == column ? backward.Weights[b++] : 0f;
                float weight = there + back - (there * back);
                if (weight > 0)
                {
                    columns[count] = column;
                    weights[count++] = weight;
                }
            }

            offsets[row + 1] = count;
        }

        return new WeightedGraph(n, offsets, columns[..count], weights[..count]);
    }

    private static float[] ByLargest(WeightedGraph graph, CancellationToken token)
    {
        float[] weights = new float[graph.EntryCount];
        for (int row = 0; row < graph.RowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            float largest = 0;
            foreach (float weight in graph.WeightsOf(row))
            {
                largest = Math.Max(largest, weight);
            }

            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1] && largest > 0; entry++)
            {
                weights[entry] = graph.Weights[entry] / largest;
            }
        }

        return weights;
    }

    private static WeightedGraph Transpose(WeightedGraph graph, CancellationToken token)
    {
        int n = graph.RowCount;
        int[] offsets = new int[n + 1];
        foreach (int column in graph.Columns)
        {
            offsets[column + 1]++;
        }

        for (int row = 0; row < n; row++)
        {
            offsets[row + 1] += offsets[row];
        }

        int[] next = offsets[..n];
        int[] columns = new int[graph.EntryCount];
        float[] weights = new float[graph.EntryCount];
        for (int row = 0; row < n; row++)
        {
            token.ThrowIfCancellationRequested();
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                int place = next[graph.Columns[entry]]++;
                columns[place] = row;
                weights[place] = graph.Weights[entry];
            }
        }

        return new WeightedGraph(n, offsets, columns, weights);
    }
}
