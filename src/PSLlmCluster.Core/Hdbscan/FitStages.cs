using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Refinement;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>What each stage of a fit has found. All that is "of a point" is in the order of the points.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="ResolvedOptions">The same with what was found for a number of clusters in place of that.</param>
/// <param name="Points">The rows as the stages see them.</param>
/// <param name="Cores">The core distances at min_samples - 1, unless that is 0, and at min_samples.</param>
/// <param name="SpanningTree">The minimum spanning tree of mutual reachability.</param>
/// <param name="Tree">The condensed tree.</param>
/// <param name="Stability">The stability of its clusters.</param>
/// <param name="ClusterOfNumber">
/// For each number, by which users know a cluster, the cluster of the condensed tree. For a flat cut, whose clusters are none of the tree,
/// it means nothing.
/// </param>
/// <param name="LambdaOfNumber">The largest lambda within each cluster, by number.</param>
/// <param name="Prediction">What memberships, exemplars and a model need of the clusters.</param>
/// <param name="Exemplars">The points that stand for each cluster.</param>
/// <param name="Means">The means that the points were last put to, by number; null where clusters were not refined.</param>
internal sealed record FitStages(
    HdbscanOptions Options,
    HdbscanOptions ResolvedOptions,
    HdbscanPoints Points,
    CoreDistances[] Cores,
    SpanningTree SpanningTree,
    CondensedTree Tree,
    ClusterStability Stability,
    int[] ClusterOfNumber,
    double[] LambdaOfNumber,
    PredictionData Prediction,
    Exemplars Exemplars,
    ClusterMeans? Means)
{
    /// <summary>Gets the core distance of each point.</summary>
    public double[] CoreDistances => Cores[^1].Distances;

    /// <summary>Gets the core distance of each point at min_samples - 1; 0 where that is 0.</summary>
    public double[] CoreDistancesMinusOne => Cores.Length > 1 ? Cores[0].Distances : new double[Points.Count];
}
