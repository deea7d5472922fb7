using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Divides a fit by the resolution that is asked for. Auto takes the leaves of the tree at the size of groups that suits the number of
/// rows, or coarser or finer ones of the same tree where they part far more clearly; the others a layer, at which the tree's
/// clusters persist, coarser or finer than that.
/// </summary>
internal static class LayerChoice
{
    /// <summary>How many times larger the groups are that Coarse aims at, and how many times smaller those of Fine.</summary>
    private const double Step = 3;

    /// <summary>
    /// By how much less than 1 the silhouette of other clusters has to fall short, as a share, for Auto to take them. Coarser ones of texts
    /// whose categories are vague gain 0.09 at most, those of clear topics that Auto has split 0.18 to 0.7.
    /// </summary>
    private const double LeastGain = 0.15;

    /// <summary>
    /// The share of the clusters that coarser ones must be at least, and finer ones at most of which: few that lie far apart always part
    /// clearly, and so do pairs.
    /// </summary>
    private const double LeastCountShare = 0.3;

    /// <summary>
    /// How many times larger or smaller other groups may be, and by how much the sizes that are tried differ from one to the next; with
    /// finer ones, which take longer, by more.
    /// </summary>
    private const double MostSizes = 4;
    private const double CoarserStep = 1.2;
    private const double FinerStep = 1.4;

    /// <summary>The smallest size of finer groups: pairs and threes part clearly wherever rows lie by chance.</summary>
    private const int SmallestFiner = 4;

    /// <summary>
    /// By how much more the silhouette of clusters nearer to those of Auto may fall short of 1 than that of the clearest, as a share.
    /// </summary>
    private const double NearlyAsClear = 0.05;

    /// <summary>Divides a fit.</summary>
    /// <param name="fit">The fit, for the smallest size of a group.</param>
    /// <param name="layout">The rows that were fitted.</param>
    /// <param name="selection">How often rows of the clusters are moved to the nearest mean.</param>
    /// <param name="size">The size of groups that suits the number of rows.</param>
    /// <param name="resolution">The resolution.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// The clusters, and whether they are as coarse or fine as was asked for; where there is no such layer they are those of Auto. Null
    /// where the tree does not part at all.
    /// </returns>
    public static (HdbscanFit Fit, bool IsMet)? Take(
        HdbscanFit fit, RowMatrix layout, HdbscanOptions selection, int size, GroupResolution resolution, CancellationToken token)
    {
        bool isCounted = selection.ClusterCount is not null;
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

        // What is merged to a number afterwards may as well be small.
        if (!isCounted)
        {
            auto = Clearer(fit, layout, auto, layers, selection, token);
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

    /// <summary>
    /// Returns other clusters of the same tree, where they part far more clearly than those of Auto: coarser ones, or where none do, finer
    /// ones. Of those that part nearly as clearly as the clearest they are the nearest in size to Auto's.
    /// </summary>
    private static HdbscanFit Clearer(
        HdbscanFit fit,
        RowMatrix layout,
        HdbscanFit auto,
        IReadOnlyList<HdbscanLayer> layers,
        HdbscanOptions selection,
        CancellationToken token)
    {
        int count = auto.Result.Persistences.Length;
        int own = auto.Options.MinClusterSize;
        LayoutSilhouette? silhouette = null;
        SortedSet<int> sizes = OtherSizes(Math.Max(SmallestFiner, fit.Options.MinClusterSize), own, layers);
        return Among(sizes.Where(size => size > own)) ?? Among(sizes.Reverse().Where(size => size < own)) ?? auto;

        HdbscanFit? Among(IEnumerable<int> fromNearest)
        {
            List<(HdbscanFit Fit, double Missing)> others = [];
            HdbscanOptions unmoved = selection with { RefinementCount = 0 };
            foreach (int size in fromNearest)
            {
                // How many there are is known before rows are moved.
                int found = HdbscanClustering.TakeLeaves(fit, size, unmoved, token).Result.Persistences.Length;
                if (found != count && (found < count) == (size > own) && Math.Min(found, count) >= LeastCountShare * Math.Max(found, count))
                {
                    HdbscanFit leaves = HdbscanClustering.TakeLeaves(fit, size, selection, token);
                    others.Add((leaves, Missing(leaves)));
                }
            }

            if (others.Count == 0)
            {
                return null;
            }

            double most = Math.Min(
                Missing(auto) * (1 - LeastGain), others.Min(leaves => leaves.Missing) * (1 + NearlyAsClear));
            int taken = others.FindIndex(leaves => leaves.Missing <= most);
            return taken < 0 ? null : others[taken].Fit;
        }

        double Missing(HdbscanFit leaves)
        {
            silhouette ??= new LayoutSilhouette(layout, token);
            return 1 - silhouette.Of(leaves.Result.Labels, leaves.Result.Persistences.Length, token);
        }
    }

    // Layers that are near in their number of clusters are passed over, so there are sizes between them that none has.
    private static SortedSet<int> OtherSizes(int smallest, int own, IReadOnlyList<HdbscanLayer> layers)
    {
        SortedSet<int> sizes = [];
        for (double factor = CoarserStep; factor <= MostSizes; factor *= CoarserStep)
        {
            sizes.Add((int)Math.Round(own * factor));
        }

        for (double factor = FinerStep; factor <= MostSizes; factor *= FinerStep)
        {
            sizes.Add((int)Math.Round(own / factor));
        }

        sizes.UnionWith(layers.Select(layer => layer.MinClusterSize));
        sizes.RemoveWhere(size => size == own || (size < own && size < smallest) || size > MostSizes * own || own > MostSizes * size);
        return sizes;
    }

    private static HdbscanLayer? Nearest(HdbscanLayer[] layers, double size)
        => layers.MinBy(layer => Math.Max(layer.MinClusterSize / size, size / layer.MinClusterSize));
}
