using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// Which nodes of the tree become clusters (Campello, Moulavi, Sander 2013, section 5; Malzer and Baum 2020 for epsilon; hdbscan's
/// <c>get_clusters</c>, <c>epsilon_search</c> and <c>get_cluster_tree_leaves</c>). No selected cluster lies below another.
/// </summary>
/// <remarks>
/// Excess of mass takes the children over their parent where the sum of what they are worth is greater, not equal. The root is a candidate
/// only if a single cluster is allowed. Departs from hdbscan in adding in double precision, where it uses single, and in dropping what lies
/// below another selected cluster: with leaves, epsilon and a single cluster, it selects the root beside others, and then gives it no row.
/// </remarks>
internal static class ClusterSelection
{
    /// <summary>Selects clusters as the options say.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="stability">The stability of its clusters.</param>
    /// <param name="options">Method, epsilon, largest size, and whether the root may be a cluster.</param>
    /// <returns>For each cluster of the tree whether it is selected.</returns>
    public static bool[] Select(CondensedTree tree, ClusterStability stability, HdbscanOptions options)
    {
        if (!RowWeights.HasReached(tree.Size(0), options.MinClusterSize))
        {
            // The root is born with all rows; fewer than a cluster needs are none, even where a single cluster is allowed.
            return new bool[tree.ClusterCount];
        }

        bool[] selected = BeforeEpsilon(tree, stability, options);

        // A root that excess of mass selected is alone: epsilon then changes nothing but the labelling.
        return options.ClusterSelectionEpsilon > 0 && !selected[0] ? ClimbToEpsilon(tree, selected, options) : selected;
    }

    /// <summary>Selects by excess of mass, or the leaves.</summary>
    public static bool[] BeforeEpsilon(CondensedTree tree, ClusterStability stability, HdbscanOptions options)
        => options.ClusterSelectionMethod == ClusterSelectionMethod.Leaf ? Leaves(tree) : ExcessOfMass(tree, stability, options);

    /// <summary>The clusters without children; the root is none of them.</summary>
    private static bool[] Leaves(CondensedTree tree)
    {
        bool[] selected = new bool[tree.ClusterCount];
        for (int cluster = 1; cluster < selected.Length; cluster++)
        {
            selected[cluster] = tree.ChildCount(cluster) == 0;
        }

        return selected;
    }

    private static bool[] ExcessOfMass(CondensedTree tree, ClusterStability stability, HdbscanOptions options)
    {
        bool[] wins = new bool[tree.ClusterCount];
        double[] values = (double[])stability.Stabilities.Clone();
        for (int cluster = wins.Length - 1; cluster >= (options.AllowSingleCluster ? 0 : 1); cluster--)
        {
            double children = 0;
            double rows = 0;
            for (int i = 0; i < tree.ChildCount(cluster); i++)
            {
                children += values[tree.FirstChild(cluster) + i];
                rows += tree.Size(tree.FirstChild(cluster) + i);
            }

            // As in hdbscan, the root counts the rows of its children only.
            double size = cluster == 0 ? rows : tree.Size(cluster);
            bool isTooLarge = options.MaxClusterSize > 0 && !RowWeights.HasReached(options.MaxClusterSize, size);
            bool isTooSparse = options.ClusterSelectionEpsilonMax > 0 && 1 / tree.Birth(cluster) > options.ClusterSelectionEpsilonMax;
            if (children > values[cluster] || isTooLarge || isTooSparse)
            {
                values[cluster] = children;
            }
            else
            {
                wins[cluster] = true;
            }
        }

        KeepTopmost(tree, wins);
        return wins;
    }

    /// <summary>
    /// Replaces each selected cluster that was born below epsilon by its first ancestor that was itself born above epsilon, or, below the
    /// root, by the highest one; where a single cluster is allowed, by the root then.
    /// </summary>
    private static bool[] ClimbToEpsilon(CondensedTree tree, bool[] selected, HdbscanOptions options)
    {
        bool[] reached = new bool[selected.Length];
        int[] ends = new int[selected.Length];
        for (int cluster = 1; cluster < selected.Length; cluster++)
        {
            // Where the climb from this cluster ends follows from where it ends from its parent, whose number is smaller.
            int parent = tree.Parent(cluster);
            ends[cluster] = parent == 0 ? (options.AllowSingleCluster ? 0 : cluster)
                : 1 / tree.Birth(parent) > options.ClusterSelectionEpsilon ? parent
                : ends[parent];
            if (selected[cluster])
            {
                reached[1 / tree.Birth(cluster) < options.ClusterSelectionEpsilon ? ends[cluster] : cluster] = true;
            }
        }

        KeepTopmost(tree, reached);
        return reached;
    }

    private static void KeepTopmost(CondensedTree tree, bool[] selected)
    {
        bool[] covered = new bool[selected.Length];
        for (int cluster = 1; cluster < selected.Length; cluster++)
        {
            int parent = tree.Parent(cluster);
            covered[cluster] = covered[parent] || selected[parent];
            selected[cluster] &= !covered[cluster];
        }
    }
}
