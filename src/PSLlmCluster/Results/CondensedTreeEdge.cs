namespace PSLlmCluster;

/// <summary>What leaves a cluster of the condensed tree, a row or a cluster within it: a row of hdbscan's <c>condensed_tree_</c>.</summary>
/// <param name="Parent">The cluster's number in the tree, from n for n rows; n is the root, which holds all.</param>
/// <param name="Child">The position of a row among the Assignments, from 0, or a cluster's number in the tree.</param>
/// <param name="Lambda">1 / the distance at which it leaves.</param>
/// <param name="ChildSize">The number of rows that leave, by their weights where they have any.</param>
/// <param name="Cluster">The cluster that the child is, by its number; null where it is a row, or a node that is not one of the
/// clusters.</param>
public sealed record CondensedTreeEdge(int Parent, int Child, double Lambda, double ChildSize, int? Cluster);
