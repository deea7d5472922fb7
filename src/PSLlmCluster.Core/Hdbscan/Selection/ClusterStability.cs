using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// The stability of each cluster of a condensed tree: the sum over what leaves it (a row, or a child with all its rows) of (lambda of
/// leaving - lambda of birth) x rows (Campello, Moulavi, Sander 2013, equation 3; hdbscan's <c>compute_stability</c>).
/// </summary>
/// <param name="Stabilities">The stability of each cluster.</param>
/// <param name="Lambdas">The largest lambdas of each cluster.</param>
internal sealed record ClusterStability(double[] Stabilities, ClusterLambdas Lambdas)
{
    /// <summary>Computes the stability of all clusters. Sums are taken in the order of rows, then of clusters.</summary>
    /// <param name="tree">The condensed tree.</param>
    public static ClusterStability Compute(CondensedTree tree)
    {
        double[] stabilities = new double[tree.ClusterCount];
        for (int row = 0; row < tree.RowClusters.Length; row++)
        {
            int cluster = tree.RowClusters[row];
            stabilities[cluster] += (tree.RowLambdas[row] - tree.Birth(cluster)) * tree.Weight(row);
        }

        for (int child = 1; child < tree.ClusterCount; child++)
        {
            int cluster = tree.Parent(child);
            stabilities[cluster] += (tree.Birth(child) - tree.Birth(cluster)) * tree.Size(child);
        }

        return new ClusterStability(stabilities, ClusterLambdas.Compute(tree));
    }
}
