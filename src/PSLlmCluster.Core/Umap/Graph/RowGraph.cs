using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The graph that is laid out, before pruning: the fuzzy graph of the rows, intersected with the target where there is one (umap_.py,
/// UMAP.fit).
/// </summary>
internal static class RowGraph
{
    private const double TargetConnectivity = 1; // local_connectivity of the target's graph, whatever that of the rows is

    /// <summary>Builds the graph.</summary>
    /// <param name="neighbors">The neighbours of each row.</param>
    /// <param name="labels">The class of each row, or null.</param>
    /// <param name="numbers">The target number of each row, or null.</param>
    /// <param name="options">The parameters of the graph and of the target.</param>
    /// <param name="disconnection">Neighbours at this distance or beyond are dropped.</param>
    /// <param name="warnings">Receives a warning where the target's neighbours are fewer than asked for.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="takesNeighbors">Whether the lists are not needed any more: their memory is given back as the graph grows.</param>
    public static WeightedGraph Build(
        NeighborLists neighbors,
        int[]? labels,
        double[]? numbers,
        UmapOptions options,
        float disconnection,
        List<EngineWarning> warnings,
        WorkContext work,
        bool takesNeighbors = false)
    {
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, options.LocalConnectivity, disconnection, work);
        float[] strengths = FuzzyGraph.Memberships(neighbors, smoothed, disconnection, work, takesNeighbors);
        WeightedGraph graph = FuzzyGraph.Join(neighbors, strengths, options.SetOperationMixRatio, work, takesNeighbors);
        if (labels is not null)
        {
            return TargetIntersection.WithClasses(graph, labels, options.TargetWeight, work.Token);
        }

        return numbers is null ? graph : WithNumbers(graph, numbers, neighbors.NeighborCount, options, warnings, work);
    }

    private static WeightedGraph WithNumbers(
        WeightedGraph graph, double[] numbers, int neighborCount, UmapOptions options, List<EngineWarning> warnings, WorkContext work)
    {
        int n = graph.RowCount;
        int k = Math.Min(n, options.TargetNeighborCount ?? neighborCount);
        if (options.TargetNeighborCount > n)
        {
            warnings.Add(
                new EngineWarning(
                    "TargetNeighborCountClamped",
                    $"TargetNeighborCount was cut from {options.TargetNeighborCount} to {k}: there are only {n} rows."));
        }

        NeighborLists near = TargetNeighbors.Find(numbers, k, work);
        SmoothedDistances smoothed = SmoothedDistances.Compute(near, TargetConnectivity, float.PositiveInfinity, work);
        float[] strengths = FuzzyGraph.Memberships(near, smoothed, float.PositiveInfinity, work);
        return TargetIntersection.WithNumbers(graph, near, strengths, options.TargetWeight, work.Token);
    }
}
