using PSLlmCluster.Core.Hdbscan;

namespace PSLlmCluster.Core.Grouping;

/// <summary>Takes one of the layers of a tree by the resolution that is asked for.</summary>
internal static class LayerChoice
{
    /// <summary>How many times larger the groups are that Coarse aims at, and how many times smaller those of Fine.</summary>
    private const double Step = 3;

    /// <summary>Takes a layer.</summary>
    /// <param name="layers">All layers of the tree, the finest first; one at least.</param>
    /// <param name="size">The size of groups that Auto aims at.</param>
    /// <param name="resolution">The resolution.</param>
    /// <returns>
    /// For Auto the layer whose size is nearest to the one aimed at, by their ratio; for the others the one among those that are coarser or
    /// finer than that which is nearest to three times the size, or a third of it; null where there is none of those.
    /// </returns>
    public static HdbscanLayer? Take(IReadOnlyList<HdbscanLayer> layers, double size, GroupResolution resolution)
    {
        HdbscanLayer auto = Nearest(layers, size)!;
        return resolution switch
        {
            GroupResolution.Coarse => Nearest([.. layers.Where(layer => layer.MinClusterSize > auto.MinClusterSize)], size * Step),
            GroupResolution.Fine => Nearest([.. layers.Where(layer => layer.MinClusterSize < auto.MinClusterSize)], size / Step),
            _ => auto,
        };
    }

    private static HdbscanLayer? Nearest(IReadOnlyList<HdbscanLayer> layers, double size)
    {
        HdbscanLayer? nearest = null;
        double least = double.PositiveInfinity;
        foreach (HdbscanLayer layer in layers)
        {
            double ratio = Math.Max(layer.MinClusterSize / size, size / layer.MinClusterSize);
            if (ratio < least)
            {
                (nearest, least) = (layer, ratio);
            }
        }

        return nearest;
    }
}
