namespace PSLlmCluster.Core.Umap;

/// <summary>
/// Leaves out edges so weak that they would not be sampled once: weight below (largest weight) / (number of epochs), compared in single precision.
/// Source: umap_.py, simplicial_set_embedding. With 10 epochs and fewer the default number takes their place, as there.
/// </summary>
internal static class GraphPruning
{
    private const int FewEpochs = 10;

    /// <summary>Returns the weight below which edges are left out.</summary>
    /// <param name="largestWeight">The largest weight of the graph.</param>
    /// <param name="epochCount">Number of epochs of the layout.</param>
    /// <param name="rowCount">Number of rows.</param>
    public static float Threshold(float largestWeight, int epochCount, int rowCount)
        => largestWeight / (epochCount > FewEpochs ? epochCount : UmapOptions.DefaultEpochs(rowCount));

    /// <summary>Returns the graph without its weak edges.</summary>
    public static WeightedGraph Prune(WeightedGraph graph, int epochCount)
    {
        float largest = 0;
        foreach (float weight in graph.Weights)
        {
            largest = Math.Max(largest, weight);
        }

        float threshold = Threshold(largest, epochCount, graph.RowCount);
        int[] offsets = new int[graph.RowCount + 1];
        int[] columns = new int[graph.EntryCount];
        float[] weights = new float[graph.EntryCount];
        int count = 0;
        for (int row = 0; row < graph.RowCount; row++)
        {
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                if (graph.Weights[entry] >= threshold)
                {
                    columns[count] = graph.Columns[entry];
                    weights[count++] = graph.Weights[entry];
                }
            }

            offsets[row + 1] = count;
        }

        return new WeightedGraph(graph.RowCount, offsets, columns[..count], weights[..count]);
    }
}
