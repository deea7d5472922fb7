using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// Supervision: the graph of the rows is intersected with what the target says. Classes: an edge is weakened by exp(-1) where a class is
/// not known and by exp(-far) where they differ, far = 2.5 / (1 - w), without limit for w = 1. Numbers: the geometric mixture of the
/// weights in the graph of the rows and in that of the target, weight w. After either, the local connectivity is restored.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, section 6.1 names it; the formulas are umap_.py's: discrete_metric_simplicial_set_intersection with
/// fast_intersection, general_simplicial_set_intersection with sparse.general_sset_intersection. Departure: distances of target numbers are
/// exact.
/// </remarks>
internal static class TargetIntersection
{
    private const double UnknownDistance = 1; // unknown_dist
    private const double FarDistance = 2.5;
    private const double SmallestMissing = 1e-8;
    private const double LargestMissing = 1e-4;
    private const double Union = 1; // the mix of union and intersection

    /// <summary>Weakens the edges between different classes.</summary>
    /// <param name="graph">The graph of the rows before pruning.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="weight">The weight w of the target, from 0 to 1.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static WeightedGraph WithClasses(WeightedGraph graph, int[] labels, double weight, CancellationToken token)
    {
        double unknown = DeterministicMath.Exp(-UnknownDistance);
        double far = weight < 1 ? DeterministicMath.Exp(-(FarDistance / (1 - weight))) : 0;
        float[] weights = new float[graph.EntryCount];
        for (int row = 0; row < graph.RowCount; row++)
        {
            token.ThrowIfCancellationRequested();
            for (int entry = graph.Offsets[row]; entry < graph.Offsets[row + 1]; entry++)
            {
                int own = labels[row];
                int other = labels[graph.Columns[entry]];
                double factor = own == UmapTarget.Unlabelled || other == UmapTarget.Unlabelled ? unknown : own != other ? far : 1;
                weights[entry] = (float)(graph.Weights[entry] * factor);
            }
        }

        return ResetLocalConnectivity(graph with { Weights = weights }, token);
    }

    /// <summary>Mixes the graph of the rows with that of the target's numbers.</summary>
    /// <param name="graph">The graph of the rows before pruning.</param>
    /// <param name="target">The neighbours of each row among the numbers.</param>
    /// <param name="strengths">Their directed strengths.</param>
    /// <param name="weight">The weight w of the target, from 0 to 1.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static WeightedGraph WithNumbers(
        WeightedGraph graph, NeighborLists target, float[] strengths, double weight, CancellationToken token)
    {
        int n = graph.RowCount;
        int k = target.NeighborCount;
        double leftMissing = Math.Max(SmallestPositive(graph.Weights) / 2, SmallestMissing);
        double rightMissing = Math.Min(Math.Max(SmallestPositive(strengths) / 2, SmallestMissing), LargestMissing);
        int[] offsets = new int[n + 1];
        int[] columns = new int[checked(graph.EntryCount + strengths.Length)];
        float[] weights = new float[columns.Length];
        int[] ends = new int[k];
        float[] values = new float[k];
        int count = 0;
        for (int row = 0; row < n; row++)
        {
            token.ThrowIfCancellationRequested();
            int ended = 0;
            for (int place = row * k; place < (row + 1) * k; place++)
            {
                if (strengths[place] > 0)
                {
                    (ends[ended], values[ended++]) = (target.Indices[place], strengths[place]);
                }
            }

            Array.Sort(ends, values, 0, ended);
            int l = graph.Offsets[row];
            int lEnd = graph.Offsets[row + 1];
            int r = 0;
            while (l < lEnd || r < ended)
            {
                int column = Math.Min(l < lEnd ? graph.Columns[l] : int.MaxValue, r < ended ? ends[r] : int.MaxValue);
                float there = l < lEnd && graph.Columns[l] == column ? graph.Weights[l++] : 0f;
                float aimed = r < ended && ends[r] == column ? values[r++] : 0f;
                columns[count] = column;
                weights[count++] = Mix(there, aimed, leftMissing, rightMissing, weight);
            }

            offsets[row + 1] = count;
        }

        return ResetLocalConnectivity(new WeightedGraph(n, offsets, columns[..count], weights[..count]), token);
    }

    /// <summary>
    /// Makes each row as well connected as before the target weakened its edges: every row is divided by its largest weight, and both
    /// directions, which may differ, are joined again, A + A' - A A' (umap_.py, reset_local_connectivity; single precision, as there).
    /// Entries that come out as 0 are left out.
    /// </summary>
    private static WeightedGraph ResetLocalConnectivity(WeightedGraph graph, CancellationToken token)
        => FuzzyGraph.Join(
            DirectedEdges.Of(graph with { Weights = ByLargest(graph, token) }),
            Union,
            new WorkContext(1, default, token),
            takesEdges: false);

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

    /// <summary>Mixes two weights, 0 for one that is missing.</summary>
    private static float Mix(float there, float aimed, double leftMissing, double rightMissing, double weight)
    {
        double left = there > 0 ? there : leftMissing;
        double right = aimed > 0 ? aimed : rightMissing;
        if (left <= leftMissing && right <= rightMissing)
        {
            return there + aimed;
        }

        return (float)(weight < 0.5
            ? left * DeterministicMath.Pow(right, weight / (1 - weight))
            : DeterministicMath.Pow(left, (1 - weight) / weight) * right);
    }

    private static double SmallestPositive(float[] weights)
    {
        float smallest = float.PositiveInfinity;
        foreach (float weight in weights)
        {
            smallest = weight > 0 ? Math.Min(smallest, weight) : smallest;
        }

        // Without any entry there is nothing that is missing against it; every number serves.
        return float.IsPositiveInfinity(smallest) ? 0 : smallest;
    }
}
