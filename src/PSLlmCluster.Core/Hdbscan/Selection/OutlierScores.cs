using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// GLOSH: 1 - lambda / the largest lambda in the sub-tree of the cluster that the row falls out of (Campello, Moulavi, Zimek, Sander 2015,
/// equation 8; hdbscan's <c>outlier_scores</c>). It does not depend on which clusters are selected.
/// </summary>
internal static class OutlierScores
{
    /// <summary>Returns each row's score, from 0 to below 1.</summary>
    public static double[] Compute(CondensedTree tree, ClusterLambdas lambdas)
    {
        double[] scores = new double[tree.RowClusters.Length];
        for (int row = 0; row < scores.Length; row++)
        {
            scores[row] = Of(tree.RowLambdas[row], lambdas.Below[tree.RowClusters[row]]);
        }

        return scores;
    }

    /// <summary>Returns the score of a row.</summary>
    /// <param name="lambda">The lambda at which it falls out.</param>
    /// <param name="largest">
    /// The largest in the sub-tree of the cluster that it falls out of; 0 means that no rows are connected: none lies further outside than
    /// another.
    /// </param>
    public static double Of(double lambda, double largest) => largest > 0 ? (largest - lambda) / largest : 0;
}
