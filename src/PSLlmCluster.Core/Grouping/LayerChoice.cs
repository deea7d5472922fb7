using PSLlmCluster.Core.Hdbscan;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Divides a fit by the resolution that is asked for. Auto takes the leaves of the tree at the size of groups that suits the number of
/// rows; the others a layer of the same tree, at which its clusters persist, coarser or finer than that.
/// </summary>
internal static class LayerChoice
{
    /// <summary>How many times larger the groups are that Coarse aims at, and how many times smaller those of Fine.</summary>
    private const double Step = 3;

    /// <summary>Divides a fit.</summary>
    /// <param name="fit">The fit, for the smallest size of a group.</param>
    /// <param name="selection">How often rows of the clusters are moved to the nearest mean.</param>
    /// <param name="size">The size of groups that suits the number of rows.</param>
    /// <param name="resolution">The resolution.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// The clusters, and whether they are as coarse or fine as was asked for; where there is no such layer they are those of Auto. Null
    /// where the tree does not part at all.
    /// </returns>
    public static (HdbscanFit Fit, bool IsMet)? Take(
        HdbscanFit fit, HdbscanOptions selection, int size, GroupResolution resolution, CancellationToken token)
    {
        selection = selection with { ClusterCount = null };
        IReadOnlyList<HdbscanLayer> layers = fit.Layers(int.MaxValue, token);
        if (layers.Count == 0)
        {
            return null;
        }

        // Where nothing parts at that size, what parts at the largest one is nearest to it.
        HdbscanFit auto = HdbscanClustering.TakeLeaves(fit, Math.Max(size, fit.Options.MinClusterSize), selection, token);
        int count = auto.Result.Persistences.Length;
        if (count == 0)
        {
            auto = HdbscanClustering.TakeLeaves(fit, layers[^1].MinClusterSize, selection, token);
            count = auto.Result.Persistences.Length;
        }

        int own = auto.Options.MinClusterSize;
        HdbscanLayer? layer = resolution switch
        {
            GroupResolution.Coarse
                => Nearest([.. layers.Where(layer => layer.MinClusterSize > own && layer.ClusterCount < count)], own * Step),
            GroupResolution.Fine
                => Nearest([.. layers.Where(layer => layer.MinClusterSize < own && layer.ClusterCount > count)], own / Step),
            _ => null,
        };
        return layer is null
            ? (auto, resolution == GroupResolution.Auto)
            : (HdbscanClustering.TakeLeaves(fit, layer.MinClusterSize, selection, token), true);
    }

    private static HdbscanLayer? Nearest(HdbscanLayer[] layers, double size)
        => layers.MinBy(layer => Math.Max(layer.MinClusterSize / size, size / layer.MinClusterSize));
}
