using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// Leaves out edges so weak that they would not be sampled once: weight below (largest weight) / (number of epochs), compared in single
/// precision. Source: umap_.py, simplicial_set_embedding. With 10 epochs and fewer the default number takes their place, as there.
/// </summary>
internal static class GraphPruning
{
    /// <summary>Rows of a block, whose memory is given back at a time.</summary>
    internal const int RowsPerBlock = 4096;

    private const int FewEpochs = 10;

    /// <summary>Returns the weight below which edges are left out.</summary>
    /// <param name="largestWeight">The largest weight of the graph.</param>
    /// <param name="epochCount">Number of epochs of the layout.</param>
    /// <param name="rowCount">Number of rows.</param>
    public static float Threshold(float largestWeight, int epochCount, int rowCount)
        => largestWeight / (epochCount > FewEpochs ? epochCount : UmapOptions.DefaultEpochs(rowCount));

    /// <summary>Returns the graph without its weak edges; the graph itself where it has none.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="epochCount">Number of epochs of the layout.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="takesGraph">Whether the graph is not needed any more: its memory is given back as the other one grows.</param>
    public static WeightedGraph Prune(WeightedGraph graph, int epochCount, WorkContext work = default, bool takesGraph = false)
    {
        float largest = 0;
        foreach (float weight in graph.Weights)
        {
            largest = Math.Max(largest, weight);
        }

        int n = graph.RowCount;
        float threshold = Threshold(largest, epochCount, n);
        int[] offsets = new int[n + 1];
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                int kept = 0;
                foreach (float weight in graph.WeightsOf(row))
                {
                    kept += weight >= threshold ? 1 : 0;
                }

                offsets[row + 1] = kept;
            }
        });
        for (int row = 0; row < n; row++)
        {
            offsets[row + 1] += offsets[row];
        }

        if (offsets[n] == graph.EntryCount)
        {
            return graph;
        }

        int[] columns = FreedMemory.NewArray<int>(offsets[n]);
        float[] weights = FreedMemory.NewArray<float>(offsets[n]);
        ParallelBlocks.For(n, RowsPerBlock, work, (start, end) =>
        {
            int count = offsets[start];
            for (int entry = graph.Offsets[start]; entry < graph.Offsets[end]; entry++)
            {
                if (graph.Weights[entry] >= threshold)
                {
                    columns[count] = graph.Columns[entry];
                    weights[count++] = graph.Weights[entry];
                }
            }

            if (takesGraph)
            {
                graph.Drop(start, end);
            }
        });
        return new WeightedGraph(n, offsets, columns, weights);
    }
}
