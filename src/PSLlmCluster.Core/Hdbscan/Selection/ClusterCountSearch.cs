using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// The epsilon at which there are as many clusters as were asked for, or as nearly as many as can be (hdbscan's <c>HDBSCAN_flat</c> with
/// <c>n_clusters</c>). A larger epsilon never gives more clusters, so it is looked for by halving. It starts from the clusters of the
/// greatest excess of mass; where those are too few, from the leaves of the tree, which no selection surpasses.
/// </summary>
/// <remarks>
/// Departs from hdbscan in that of several ways to come equally near the one of fewer clusters is taken, and in that the selection of the
/// greatest excess of mass is one of them.
/// </remarks>
internal static class ClusterCountSearch
{
    /// <summary>Finds the options that select such clusters.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="stability">The stability of its clusters.</param>
    /// <param name="options">What was asked for, the number of clusters included.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The options with an epsilon, and perhaps another method, in place of the number of clusters.</returns>
    public static HdbscanOptions Resolve(CondensedTree tree, ClusterStability stability, HdbscanOptions options, CancellationToken token)
    {
        int wanted = options.ClusterCount!.Value;
        HdbscanOptions given = options with { ClusterCount = null };
        int most = Count(tree, stability, given);
        if (wanted <= most || options.ClusterSelectionMethod == ClusterSelectionMethod.Leaf)
        {
            return Search(tree, stability, given, wanted, token);
        }

        HdbscanOptions leaves = Search(tree, stability, given with { ClusterSelectionMethod = ClusterSelectionMethod.Leaf }, wanted, token);
        return IsNearer(Count(tree, stability, leaves), most, wanted) ? leaves : given;
    }

    private static HdbscanOptions Search(
        CondensedTree tree, ClusterStability stability, HdbscanOptions options, int wanted, CancellationToken token)
    {
        double[] distances = BirthDistances(tree);
        int low = 0;
        int high = distances.Length;
        while (low < high)
        {
            token.ThrowIfCancellationRequested();
            int middle = low + ((high - low) / 2);
            (low, high) = Count(tree, stability, At(middle)) > wanted ? (middle + 1, high) : (low, middle);
        }

        // The first epsilon with no more clusters than wanted, or the one before it, with more.
        HdbscanOptions found = At(Math.Min(low, distances.Length - 1));
        return low > 0 && IsNearer(Count(tree, stability, At(low - 1)), Count(tree, stability, found), wanted) ? At(low - 1) : found;

        HdbscanOptions At(int place) => options with { ClusterSelectionEpsilon = distances[place] };
    }

    /// <summary>
    /// Returns the epsilons that make a difference, ascending: none, and just above each distance at which a cluster is born.
    /// </summary>
    private static double[] BirthDistances(CondensedTree tree)
    {
        List<double> distances = [0];
        for (int cluster = 1; cluster < tree.ClusterCount; cluster++)
        {
            double distance = 1 / tree.Birth(cluster);
            if (double.IsFinite(distance))
            {
                distances.Add(Math.BitIncrement(distance));
            }
        }

        distances.Sort();
        return [.. distances.Distinct()];
    }

    private static int Count(CondensedTree tree, ClusterStability stability, HdbscanOptions options)
        => ClusterSelection.Select(tree, stability, options).AsSpan().Count(true);

    private static bool IsNearer(int count, int other, int wanted)
        => Math.Abs(count - wanted) < Math.Abs(other - wanted) || (Math.Abs(count - wanted) == Math.Abs(other - wanted) && count < other);
}
