namespace PSLlmCluster;

/// <summary>
/// A step of the single linkage tree, in which two parts become one: a row of hdbscan's <c>single_linkage_tree_</c>, and of SciPy's linkage
/// matrix.
/// </summary>
/// <param name="Left">The one part: the position of a row among the Assignments, from 0, or n + the position of an earlier merge, for n
/// rows.</param>
/// <param name="Right">The other part.</param>
/// <param name="Distance">The mutual reachability distance at which they join; infinite where they are not connected.</param>
/// <param name="Size">The number of rows in both, by their weights where they have any.</param>
public sealed record SingleLinkageMerge(int Left, int Right, double Distance, double Size);
