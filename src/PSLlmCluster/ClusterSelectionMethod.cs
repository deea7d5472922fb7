namespace PSLlmCluster;

/// <summary>Which nodes of the cluster tree become clusters (hdbscan's <c>cluster_selection_method</c>).</summary>
public enum ClusterSelectionMethod
{
    /// <summary>Excess of mass: the set of nodes with the largest total stability.</summary>
    Eom,

    /// <summary>The leaves of the tree: many small, homogeneous clusters.</summary>
    Leaf,
}
