namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// Makes each row as well connected as before, after a target has weakened its edges: every row is divided by its largest weight, and both
/// directions are joined again, A + A' - A A'
/// (umap_.py, reset_local_connectivity; single precision, as there). Entries that come out as 0 are left out.
/// </summary>
internal static class LocalConnectivity
{
    private const double Union = 1; // the mix of union and intersection

    /// <summary>Returns the graph with the largest weight of each row at 1.</summary>
    /// <param name="graph">The graph; its two directions may differ.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static WeightedGraph Reset(WeightedGraph graph, CancellationToken token)
        => FuzzyGraph.Join(DirectedEdges.Of(graph with { Weights = ByLargest(graph, token) }), Union, new WorkContext(1, default, token));

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
}
