namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>
/// The tree of clusters without those that live for too short a time (<c>cluster_selection_persistence</c>; hdbscan's
/// <c>simplify_hierarchy</c>). A cluster lives from the lambda of its birth to the largest one in its sub-tree. From the last split to the
/// first: where not two or more parts live long enough, the split is undone, and what comes after the part that lives longest comes after
/// the cluster itself; a part that is too short falls out of the cluster where it split. Where no part splits on, the rows of all leave the
/// cluster when they would have left their part.
/// </summary>
/// <remarks>
/// hdbscan knows splits in two only; a part beside two or more that live long enough is dropped here. As in hdbscan, rows that are still in
/// a part when that splits leave when they would have left what it splits into, also where the part falls out. Departs from it in that
/// lambdas are not rounded to single precision, and in that a tree without a split is taken (theirs fails with an IndexError).
/// </remarks>
internal static class HierarchySimplification
{
    private const int Kept = -1;

    /// <summary>Drops what lives for too short a time.</summary>
    /// <param name="tree">The tree of clusters.</param>
    /// <param name="persistence">The least lambda from birth to end of a cluster, above 0.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static CondensedTree Simplify(CondensedTree tree, double persistence, CancellationToken token)
    {
        double[] ends = ClusterLambdas.Compute(tree).Below;
        int[][] children = new int[tree.ClusterCount][];
        int[] into = new int[tree.ClusterCount];
        double[] fallsOutAt = new double[tree.ClusterCount];
        into.AsSpan().Fill(Kept);
        fallsOutAt.AsSpan().Fill(double.PositiveInfinity);
        for (int cluster = tree.ClusterCount - 1; cluster >= 0; cluster--)
        {
            token.ThrowIfCancellationRequested();
            int longest = Kept;
            List<int> parts = [];
            for (int i = 0; i < tree.ChildCount(cluster); i++)
            {
                int part = tree.FirstChild(cluster) + i;
                longest = longest == Kept || ends[part] > ends[longest] ? part : longest;
                if (Lives(part))
                {
                    parts.Add(part);
                }
            }

            bool splits = parts.Count > 1;
            children[cluster] = splits ? [.. parts] : longest == Kept ? [] : children[longest];
            for (int i = 0; i < tree.ChildCount(cluster); i++)
            {
                int part = tree.FirstChild(cluster) + i;
                bool goesOn = splits ? Lives(part) : part == longest;
                into[part] = splits && goesOn ? Kept : cluster;
                if (!goesOn && children[cluster].Length > 0)
                {
                    fallsOutAt[part] = tree.Birth(part);
                }
            }
        }

        return tree.Rebuild(children, into, fallsOutAt);

        bool Lives(int part) => ends[part] - tree.Birth(part) >= persistence;
    }
}
