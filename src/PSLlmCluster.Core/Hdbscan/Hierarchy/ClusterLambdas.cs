namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>
/// The largest lambda at which anything leaves each cluster of a condensed tree (hdbscan's <c>max_lambdas</c>), and that of its sub-tree.
/// </summary>
/// <param name="Own">For each cluster the largest lambda at which a row or a child leaves it.</param>
/// <param name="Below">For each cluster the largest lambda at which a row leaves it or any cluster below it.</param>
internal sealed record ClusterLambdas(double[] Own, double[] Below)
{
    /// <summary>Gets the largest lambda of the whole tree.</summary>
    public double Largest => Below[0];

    /// <summary>Takes the lambdas from a tree.</summary>
    /// <param name="tree">The condensed tree.</param>
    public static ClusterLambdas Compute(CondensedTree tree)
    {
        double[] own = new double[tree.ClusterCount];
        for (int row = 0; row < tree.RowClusters.Length; row++)
        {
            own[tree.RowClusters[row]] = Math.Max(own[tree.RowClusters[row]], tree.RowLambdas[row]);
        }

        for (int cluster = 1; cluster < own.Length; cluster++)
        {
            own[tree.Parent(cluster)] = Math.Max(own[tree.Parent(cluster)], tree.Birth(cluster));
        }

        return Create(tree.Parents, own);
    }

    /// <summary>Completes the lambdas of the clusters themselves by those of their sub-trees.</summary>
    /// <param name="parents">The parent of each cluster, whose number is below its own.</param>
    /// <param name="own">For each cluster the largest lambda at which anything leaves it.</param>
    public static ClusterLambdas Create(ReadOnlySpan<int> parents, double[] own)
    {
        double[] below = (double[])own.Clone();
        for (int cluster = below.Length - 1; cluster > 0; cluster--)
        {
            below[parents[cluster]] = Math.Max(below[parents[cluster]], below[cluster]);
        }

        return new ClusterLambdas(own, below);
    }
}
