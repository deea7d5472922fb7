using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// The clusters of the points as the options have them, selected from the tree or cut flat, by numbers of the tree's own, of which some may
/// have no point.
/// </summary>
/// <param name="Labels">For each point its cluster, or -1 for noise.</param>
/// <param name="Probabilities">For each point how firmly it belongs to its cluster.</param>
/// <param name="Persistences">The persistence of each cluster.</param>
/// <param name="LargestLambdas">The largest lambda within each cluster.</param>
internal sealed record FlatClusters(int[] Labels, double[] Probabilities, double[] Persistences, double[] LargestLambdas)
{
    /// <summary>Selects or cuts.</summary>
    /// <param name="options">How; with no number of clusters to be looked for any more.</param>
    /// <param name="spanningTree">The spanning tree.</param>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="stability">The stability of its clusters.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static FlatClusters Compute(
        HdbscanOptions options, SpanningTree spanningTree, CondensedTree tree, ClusterStability stability, CancellationToken token)
    {
        if (options.CutDistance is double distance)
        {
            (int[] clusters, int count, double[] lambdas) = FlatCut.Compute(spanningTree, distance, options.MinClusterSize, token);
            return new FlatClusters(clusters, Array.ConvertAll(clusters, cluster => cluster < 0 ? 0.0 : 1.0), new double[count], lambdas);
        }

        return Of(tree, stability, ClusterSelection.Select(tree, stability, options), options.ClusterSelectionEpsilon);
    }

    /// <summary>Takes selected clusters.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="stability">The stability of its clusters.</param>
    /// <param name="selected">Which clusters are selected; none lies below another.</param>
    /// <param name="epsilon">The distance below which clusters were not split; 0 for none.</param>
    public static FlatClusters Of(CondensedTree tree, ClusterStability stability, bool[] selected, double epsilon)
    {
        ClusterLabels labels = ClusterLabels.Compute(tree, stability, selected, epsilon);
        return new FlatClusters(labels.Clusters, labels.Probabilities, labels.Persistences, stability.Lambdas.Own);
    }

    /// <summary>Returns how many rows each cluster has.</summary>
    /// <param name="weights">How many rows each point counts for; null where each is one.</param>
    public double[] Sizes(double[]? weights) => RowWeights.OfClusters(Labels, Persistences.Length, weights);
}
