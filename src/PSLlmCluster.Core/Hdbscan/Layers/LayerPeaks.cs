using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Layers;

/// <summary>
/// The steps at which clusters persist longest: those above 0 that are higher than the steps before and after them. At the first size of
/// each lies a layer.
/// </summary>
internal static class LayerPeaks
{
    /// <summary>Finds the layers of a tree, by their order.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="spans">The sizes at which each of its clusters is a leaf.</param>
    /// <param name="minClusterSize">The size that the tree was made for.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static List<PersistenceStep> Order(CondensedTree tree, LeafSpans spans, int minClusterSize, CancellationToken token)
        => Order(TotalPersistence.Compute(spans, minClusterSize, RowWeights.LargestReached(tree.Size(0)), token));

    /// <summary>
    /// Orders the peaks by total persistence, the highest first, of equal ones that of the smaller size. One whose number of clusters is
    /// within a factor of 1.5 of that of one already taken is passed over: it would show nearly the same.
    /// </summary>
    /// <param name="steps">The steps, by size and without a gap.</param>
    public static List<PersistenceStep> Order(List<PersistenceStep> steps)
    {
        List<PersistenceStep> peaks = Find(steps);
        peaks.Sort((a, b) => a.Total != b.Total ? b.Total.CompareTo(a.Total) : a.First.CompareTo(b.First));

        // Numbers of clusters that are a factor of 1.5 apart are few, so looking through all that are taken costs little.
        List<PersistenceStep> taken = [];
        foreach (PersistenceStep peak in peaks)
        {
            if (taken.TrueForAll(other => !AreNear(peak.ClusterCount, other.ClusterCount)))
            {
                taken.Add(peak);
            }
        }

        return taken;
    }

    /// <summary>Returns the peaks, by size. What lies before the first step and after the last counts as lower.</summary>
    /// <param name="steps">The steps, by size and without a gap.</param>
    public static List<PersistenceStep> Find(List<PersistenceStep> steps)
    {
        List<PersistenceStep> peaks = [];
        for (int i = 0; i < steps.Count; i++)
        {
            long total = steps[i].Total;
            if (
                total > 0
                    && (i == 0 || steps[i - 1].Total < total)
                    && (i == steps.Count - 1 || steps[i + 1].Total < total))
            {
                peaks.Add(steps[i]);
            }
        }

        return peaks;
    }

    private static bool AreNear(int a, int b) => 2L * Math.Max(a, b) < 3L * Math.Min(a, b);
}
