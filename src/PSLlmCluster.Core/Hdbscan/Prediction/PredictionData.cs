using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// What a fit knows of its clusters, as new rows and membership vectors need it: the tree of clusters, which of them were selected, and
/// where each point fell out.
/// </summary>
internal sealed class PredictionData
{
    /// <summary>Initializes a new instance of the <see cref="PredictionData"/> class.</summary>
    /// <param name="parents">
    /// The parent of each cluster of the tree; a parent's number is below its children's, and the root's is -1.
    /// </param>
    /// <param name="births">The lambda at which each cluster parts from its parent.</param>
    /// <param name="lambdas">The largest lambdas of each cluster.</param>
    /// <param name="clusterOfNumber">The cluster of the tree that each number stands for; empty for a flat cut.</param>
    /// <param name="pointClusters">For each point the cluster of the tree that it falls out of.</param>
    /// <param name="pointLambdas">For each point the lambda at which it does.</param>
    public PredictionData(
        int[] parents, double[] births, ClusterLambdas lambdas, int[] clusterOfNumber, int[] pointClusters, double[] pointLambdas)
    {
        Parents = parents;
        Births = births;
        Lambdas = lambdas;
        ClusterOfNumber = clusterOfNumber;
        PointClusters = pointClusters;
        PointLambdas = pointLambdas;
        Owners = new int[parents.Length];
        Splits = new double[parents.Length];
        IsLeaf = new bool[parents.Length];
        IsLeaf.AsSpan().Fill(true);
        Owners.AsSpan().Fill(ClusterOwners.None);
        for (int number = 0; number < clusterOfNumber.Length; number++)
        {
            Owners[clusterOfNumber[number]] = number;
        }

        ClusterOwners.Fill(parents, Owners);
        for (int cluster = 1; cluster < parents.Length; cluster++)
        {
            Splits[parents[cluster]] = births[cluster];
            IsLeaf[parents[cluster]] = false;
        }
    }

    /// <summary>Gets the parent of each cluster of the tree, -1 for the root.</summary>
    public int[] Parents { get; }

    /// <summary>Gets the lambda at which each cluster parts from its parent.</summary>
    public double[] Births { get; }

    /// <summary>Gets the lambda at which each cluster breaks into its children; 0 where it has none.</summary>
    public double[] Splits { get; }

    /// <summary>Gets for each cluster whether it has no children.</summary>
    public bool[] IsLeaf { get; }

    /// <summary>Gets the largest lambdas of each cluster.</summary>
    public ClusterLambdas Lambdas { get; }

    /// <summary>Gets the cluster of the tree that each number stands for.</summary>
    public int[] ClusterOfNumber { get; }

    /// <summary>Gets for each cluster of the tree the number of the selected one that it is or lies below, or -1.</summary>
    public int[] Owners { get; }

    /// <summary>Gets for each point the cluster of the tree that it falls out of.</summary>
    public int[] PointClusters { get; }

    /// <summary>Gets for each point the lambda at which it falls out.</summary>
    public double[] PointLambdas { get; }

    /// <summary>Takes what is needed from a condensed tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="lambdas">The largest lambdas of its clusters.</param>
    /// <param name="clusterOfNumber">The cluster of the tree that each number stands for; empty for a flat cut.</param>
    /// <param name="pointCount">The number of points; the tree of no points is made as that of one.</param>
    public static PredictionData Create(CondensedTree tree, ClusterLambdas lambdas, int[] clusterOfNumber, int pointCount)
    {
        double[] births = new double[tree.ClusterCount];
        for (int cluster = 0; cluster < births.Length; cluster++)
        {
            births[cluster] = tree.Birth(cluster);
        }

        return new PredictionData(
            tree.Parents.ToArray(), births, lambdas, clusterOfNumber, tree.RowClusters[..pointCount], tree.RowLambdas[..pointCount]);
    }
}
