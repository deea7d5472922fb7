namespace PSLlmCluster.Core.Hdbscan.Layers;

/// <summary>A run of values of min_cluster_size over which the leaves together persist equally long.</summary>
/// <param name="First">The smallest size.</param>
/// <param name="Last">The largest size.</param>
/// <param name="Total">The sum of the persistences of the leaves at each of these sizes.</param>
/// <param name="ClusterCount">The number of leaves at the smallest.</param>
internal readonly record struct PersistenceStep(int First, int Last, long Total, int ClusterCount);

/// <summary>The sum of the persistences of the leaves as a function of min_cluster_size, which is a step function.</summary>
internal static class TotalPersistence
{
    /// <summary>Lists the steps.</summary>
    /// <param name="spans">The sizes at which each cluster is a leaf.</param>
    /// <param name="smallest">The smallest size.</param>
    /// <param name="largest">The largest size: the number of rows.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// The runs from the smallest size to the largest, without a gap, those without leaves included; none where no size is possible.
    /// </returns>
    public static List<PersistenceStep> Compute(LeafSpans spans, int smallest, int largest, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        int[] leaves = [.. Enumerable.Range(0, spans.First.Length).Where(cluster => spans.Persistence(cluster) > 0)];
        int[] ending = (int[])leaves.Clone();
        Array.Sort(Array.ConvertAll(leaves, cluster => spans.First[cluster]), leaves);
        Array.Sort(Array.ConvertAll(ending, cluster => spans.Last[cluster]), ending);
        List<PersistenceStep> steps = [];
        long total = 0;
        int begun = 0;
        int ended = 0;
        for (long size = smallest, next; size <= largest; size = next)
        {
            for (; begun < leaves.Length && spans.First[leaves[begun]] == size; begun++)
            {
                total += spans.Persistence(leaves[begun]);
            }

            for (; ended < ending.Length && spans.Last[ending[ended]] < size; ended++)
            {
                total -= spans.Persistence(ending[ended]);
            }

            next = largest + 1L;
            next = begun < leaves.Length ? Math.Min(next, spans.First[leaves[begun]]) : next;
            next = ended < ending.Length ? Math.Min(next, spans.Last[ending[ended]] + 1) : next;
            if (steps.Count > 0 && steps[^1].Total == total)
            {
                steps[^1] = steps[^1] with { Last = (int)(next - 1) };
            }
            else
            {
                steps.Add(new PersistenceStep((int)size, (int)(next - 1), total, begun - ended));
            }
        }

        return steps;
    }
}
