using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// What the selected clusters are to each row (hdbscan's <c>do_labelling</c>, <c>get_probabilities</c> and <c>get_stability_scores</c>). A
/// row belongs to the selected cluster that it falls out of, or that lies above. Its probability is lambda of leaving / the largest lambda
/// of the cluster itself, at most 1. A cluster's persistence is stability / (its rows x the largest lambda of the whole tree).
/// </summary>
/// <remarks>
/// To the root as the only cluster belong the rows whose lambda is at least 1 / epsilon or, without epsilon, the largest of those that
/// leave the root. Departs from hdbscan in that persistence uses the cluster's own stability, also where excess of mass or epsilon had put
/// the children's sum in its place, and in that a cluster without rows is none.
/// </remarks>
internal sealed class ClusterLabels
{
    private ClusterLabels(int rowCount, int clusterCount)
    {
        Clusters = new int[rowCount];
        Probabilities = new double[rowCount];
        Persistences = new double[clusterCount];
    }

    /// <summary>Gets for each row the number of its cluster in the tree, or -1 for noise.</summary>
    public int[] Clusters { get; }

    /// <summary>Gets for each row how firmly it belongs to its cluster; 0 for noise.</summary>
    public double[] Probabilities { get; }

    /// <summary>Gets for each cluster of the tree its persistence; 0 where it has no rows.</summary>
    public double[] Persistences { get; }

    /// <summary>Labels all rows.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="stability">The stability of its clusters.</param>
    /// <param name="selected">Which clusters are selected; none lies below another.</param>
    /// <param name="epsilon">The distance below which clusters were not split; 0 for none.</param>
    public static ClusterLabels Compute(CondensedTree tree, ClusterStability stability, bool[] selected, double epsilon)
    {
        int[] owners = OwnersOf(tree, selected);
        double leastOfRoot = epsilon > 0 ? 1 / epsilon : stability.Lambdas.Own[0];
        ClusterLabels labels = new(tree.RowClusters.Length, tree.ClusterCount);
        double[] rowCounts = new double[tree.ClusterCount];
        for (int row = 0; row < labels.Clusters.Length; row++)
        {
            int owner = owners[tree.RowClusters[row]];
            double lambda = tree.RowLambdas[row];
            if (owner < 0 || (owner == 0 && lambda < leastOfRoot))
            {
                labels.Clusters[row] = -1;
                continue;
            }

            labels.Clusters[row] = owner;
            labels.Probabilities[row] = stability.Lambdas.Own[owner] > 0 ? Math.Min(1, lambda / stability.Lambdas.Own[owner]) : 1;
            rowCounts[owner] += tree.Weight(row);
        }

        for (int cluster = 0; cluster < rowCounts.Length; cluster++)
        {
            if (rowCounts[cluster] > 0 && stability.Lambdas.Largest > 0)
            {
                // The root's stability counts all rows, also those that are noise in the end.
                double counted = cluster == 0 ? tree.Size(0) : rowCounts[cluster];
                labels.Persistences[cluster] = Math.Min(1, stability.Stabilities[cluster] / (counted * stability.Lambdas.Largest));
            }
        }

        return labels;
    }

    /// <summary>Returns for each cluster of the tree the selected one that it is or lies below, or -1.</summary>
    private static int[] OwnersOf(CondensedTree tree, bool[] selected)
    {
        int[] owners = new int[selected.Length];
        for (int cluster = 0; cluster < owners.Length; cluster++)
        {
            owners[cluster] = selected[cluster] ? cluster : ClusterOwners.None;
        }

        ClusterOwners.Fill(tree.Parents, owners);
        return owners;
    }
}
