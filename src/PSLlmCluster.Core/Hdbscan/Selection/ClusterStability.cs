using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// What a tree of clusters measures of each: its stability, the sum over what leaves it (a row, or a child with all its rows) of (lambda of leaving - lambda of
/// birth) x rows (Campello, Moulavi, Sander 2013, equation 3; hdbscan's <c>compute_stability</c>), and the largest lambda at which anything leaves it,
/// or its sub-tree (hdbscan's <c>max_lambdas</c> and <c>outlier_scores</c>).
/// </summary>
internal sealed class ClusterStability
{
    private ClusterStability(int clusterCount)
    {
        Stabilities = new double[clusterCount];
        LargestLambdas = new double[clusterCount];
        LargestLambdasBelow = new double[clusterCount];
    }

    /// <summary>Gets the stability of each cluster.</summary>
    public double[] Stabilities { get; }

    /// <summary>Gets for each cluster the largest lambda at which a row or a child leaves it.</summary>
    public double[] LargestLambdas { get; }

    /// <summary>Gets for each cluster the largest lambda at which a row leaves it or any cluster below it.</summary>
    public double[] LargestLambdasBelow { get; }

    /// <summary>Gets the largest lambda of the whole tree.</summary>
    public double LargestLambda => LargestLambdasBelow[0];

    /// <summary>Measures all clusters. Sums are taken in the order of rows, then of clusters.</summary>
    public static ClusterStability Of(CondensedTree tree)
    {
        ClusterStability measures = new(tree.ClusterCount);
        for (int row = 0; row < tree.RowClusters.Length; row++)
        {
            measures.Leave(tree, tree.RowClusters[row], tree.RowLambdas[row], tree.Weight(row));
        }

        for (int cluster = 1; cluster < tree.ClusterCount; cluster++)
        {
            measures.Leave(tree, tree.Parent(cluster), tree.Birth(cluster), tree.Size(cluster));
        }

        measures.LargestLambdas.CopyTo(measures.LargestLambdasBelow, 0);
        for (int cluster = tree.ClusterCount - 1; cluster > 0; cluster--)
        {
            int parent = tree.Parent(cluster);
            measures.LargestLambdasBelow[parent] = Math.Max(measures.LargestLambdasBelow[parent], measures.LargestLambdasBelow[cluster]);
        }

        return measures;
    }

    private void Leave(CondensedTree tree, int cluster, double lambda, double rows)
    {
        Stabilities[cluster] += (lambda - tree.Birth(cluster)) * rows;
        LargestLambdas[cluster] = Math.Max(LargestLambdas[cluster], lambda);
    }
}
