namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>What a fit knows of its clusters, as new rows and membership vectors need it: the tree of clusters, which of them were selected, and where each point fell out.</summary>
internal sealed class PredictionData
{
    private const int None = -1;
    private Exemplars? _exemplars;

    /// <summary>Initializes a new instance of the <see cref="PredictionData"/> class.</summary>
    /// <param name="parents">The parent of each cluster of the tree; a parent's number is below its children's, and the root's is -1.</param>
    /// <param name="births">The lambda at which each cluster parts from its parent.</param>
    /// <param name="largestLambdas">The largest lambda at which anything leaves each cluster itself.</param>
    /// <param name="clusterOfNumber">The cluster of the tree that each number stands for; empty for a flat cut.</param>
    /// <param name="pointClusters">For each point the cluster of the tree that it falls out of.</param>
    /// <param name="pointLambdas">For each point the lambda at which it does.</param>
    public PredictionData(int[] parents, double[] births, double[] largestLambdas, int[] clusterOfNumber, int[] pointClusters, double[] pointLambdas)
    {
        Parents = parents;
        Births = births;
        LargestLambdas = largestLambdas;
        ClusterOfNumber = clusterOfNumber;
        PointClusters = pointClusters;
        PointLambdas = pointLambdas;
        Owners = new int[parents.Length];
        Splits = new double[parents.Length];
        IsLeaf = new bool[parents.Length];
        IsLeaf.AsSpan().Fill(true);
        LargestLambdasBelow = (double[])largestLambdas.Clone();
        Owners.AsSpan().Fill(None);
        for (int number = 0; number < clusterOfNumber.Length; number++)
        {
            Owners[clusterOfNumber[number]] = number;
        }

        for (int cluster = 1; cluster < parents.Length; cluster++)
        {
            Owners[cluster] = Owners[parents[cluster]] >= 0 ? Owners[parents[cluster]] : Owners[cluster];
            Splits[parents[cluster]] = births[cluster];
            IsLeaf[parents[cluster]] = false;
        }

        for (int cluster = parents.Length - 1; cluster > 0; cluster--)
        {
            LargestLambdasBelow[parents[cluster]] = Math.Max(LargestLambdasBelow[parents[cluster]], LargestLambdasBelow[cluster]);
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

    /// <summary>Gets the largest lambda at which anything leaves each cluster itself.</summary>
    public double[] LargestLambdas { get; }

    /// <summary>Gets the largest lambda at which anything leaves each cluster, or one below it.</summary>
    public double[] LargestLambdasBelow { get; }

    /// <summary>Gets the cluster of the tree that each number stands for.</summary>
    public int[] ClusterOfNumber { get; }

    /// <summary>Gets for each cluster of the tree the number of the selected one that it is or lies below, or -1.</summary>
    public int[] Owners { get; }

    /// <summary>Gets for each point the cluster of the tree that it falls out of.</summary>
    public int[] PointClusters { get; }

    /// <summary>Gets for each point the lambda at which it falls out.</summary>
    public double[] PointLambdas { get; }

    /// <summary>Gets the exemplars of each selected cluster.</summary>
    public Exemplars Exemplars => _exemplars ??= Exemplars.Of(this);

    /// <summary>Takes what is needed from a fit.</summary>
    public static PredictionData Of(HdbscanFit fit)
    {
        int count = fit.Tree.ClusterCount;
        int[] parents = new int[count];
        double[] births = new double[count];
        for (int cluster = 0; cluster < count; cluster++)
        {
            parents[cluster] = fit.Tree.Parent(cluster);
            births[cluster] = fit.Tree.Birth(cluster);
        }

        // The tree of no rows is made as that of one.
        int n = fit.Points.Count;
        return new PredictionData(
            parents,
            births,
            fit.Measures.LargestLambdas,
            fit.Options.CutDistance is null ? fit.ClusterOfNumber : [],
            fit.Tree.RowClusters.AsSpan(0, n).ToArray(),
            fit.Tree.RowLambdas.AsSpan(0, n).ToArray());
    }
}
