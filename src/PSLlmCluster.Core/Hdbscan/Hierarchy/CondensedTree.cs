using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Hdbscan.Hierarchy;

/// <summary>
/// The tree of clusters (Campello, Moulavi, Sander 2013, algorithm 1; hdbscan's <c>condense_tree</c>). From the root down, with lambda = 1
/// / weight: where a cluster breaks into parts, those of at least min_cluster_size are new clusters if there are two or more; a single one
/// goes on as the same cluster; the rows of all other parts fall out of it at that lambda.
/// </summary>
/// <remarks>
/// Departs from hdbscan in two points. A cluster breaks into any number of parts at once, as <see cref="SingleLinkageTree"/> has them. And
/// lambda at weight 0 is finite (<see cref="LambdaScale"/>), so that no score is infinite or not a number. Clusters are numbered breadth
/// first, the root 0: a child's number is above its parent's, and children of one cluster follow one another.
/// </remarks>
internal sealed class CondensedTree
{
    private readonly List<int> _parents = [-1];
    private readonly List<double> _births = [0];
    private readonly List<double> _sizes = [];
    private readonly List<int> _firstChildren = [];
    private readonly List<int> _childCounts = [];

    private readonly double[]? _weights;

    private CondensedTree(int rowCount, double[]? weights)
    {
        _weights = weights;
        RowClusters = new int[rowCount];
        RowLambdas = new double[rowCount];
    }

    /// <summary>Gets the number of clusters, the root included.</summary>
    public int ClusterCount => _parents.Count;

    /// <summary>Gets the parent of each cluster, -1 for the root.</summary>
    public ReadOnlySpan<int> Parents => CollectionsMarshal.AsSpan(_parents);

    /// <summary>Gets for each row the cluster that it falls out of.</summary>
    public int[] RowClusters { get; }

    /// <summary>Gets for each row the lambda at which it falls out.</summary>
    public double[] RowLambdas { get; }

    /// <summary>Condenses a single linkage tree.</summary>
    /// <param name="linkage">The single linkage tree.</param>
    /// <param name="minClusterSize">The fewest rows of a cluster, 2 or more.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static CondensedTree Build(SingleLinkageTree linkage, int minClusterSize, CancellationToken token)
    {
        CondensedTree tree = new(linkage.RowCount, linkage.Weights);
        LambdaScale lambdas = ScaleOf(linkage);
        int root = linkage.NodeCount - 1;
        List<int> topNodes = [root];
        tree._sizes.Add(root < 0 ? 0 : linkage.Size(root));
        if (root >= 0 && root < linkage.RowCount)
        {
            // A row alone falls out of the root at once.
            tree.RowLambdas[root] = lambdas.AtZero;
        }

        Stack<int> open = new();
        for (int cluster = 0; cluster < topNodes.Count; cluster++)
        {
            token.ThrowIfCancellationRequested();
            tree._firstChildren.Add(topNodes.Count);
            for (int node = topNodes[cluster]; node >= linkage.RowCount;)
            {
                double lambda = lambdas.At(linkage.Weight(node));
                (int largeParts, int large) = CountLargeParts(linkage, node, minClusterSize);
                for (int part = linkage.FirstChild(node); part >= 0; part = linkage.NextSibling(part))
                {
                    if (!linkage.IsLarge(part, minClusterSize))
                    {
                        tree.LetFall(linkage, part, cluster, lambda, open);
                    }
                    else if (largeParts > 1)
                    {
                        topNodes.Add(part);
                        tree._parents.Add(cluster);
                        tree._births.Add(lambda);
                        tree._sizes.Add(linkage.Size(part));
                    }
                }

                node = largeParts == 1 ? large : -1;
            }

            tree._childCounts.Add(topNodes.Count - tree._firstChildren[cluster]);
        }

        return tree;
    }

    /// <summary>Makes a tree of some of the clusters.</summary>
    /// <param name="children">The children that each cluster has then.</param>
    /// <param name="into">For each cluster the one above it that it goes into, or -1 where it stays.</param>
    /// <param name="fallsOutAt">
    /// The lambda at which the rows that leave a cluster before it splits leave at the latest, now that it goes into another.
    /// </param>
    public CondensedTree Rebuild(int[][] children, int[] into, double[] fallsOutAt)
    {
        CondensedTree tree = new(RowClusters.Length, _weights);
        tree._sizes.Add(_sizes[0]);
        List<int> kept = [0];
        int[] numbers = new int[ClusterCount];
        for (int cluster = 0; cluster < kept.Count; cluster++)
        {
            tree._firstChildren.Add(kept.Count);
            tree._childCounts.Add(children[kept[cluster]].Length);
            foreach (int child in children[kept[cluster]])
            {
                numbers[child] = kept.Count;
                kept.Add(child);
                tree._parents.Add(cluster);
                tree._births.Add(_births[child]);
                tree._sizes.Add(_sizes[child]);
            }
        }

        // A cluster goes into one of a smaller number, which is known by then.
        for (int cluster = 0; cluster < numbers.Length; cluster++)
        {
            numbers[cluster] = into[cluster] < 0 ? numbers[cluster] : numbers[into[cluster]];
        }

        for (int row = 0; row < RowClusters.Length; row++)
        {
            int cluster = RowClusters[row];
            bool isBeforeSplit = _childCounts[cluster] == 0 || RowLambdas[row] < _births[_firstChildren[cluster]];
            tree.RowClusters[row] = numbers[cluster];
            tree.RowLambdas[row] = isBeforeSplit ? Math.Min(RowLambdas[row], fallsOutAt[cluster]) : RowLambdas[row];
        }

        return tree;
    }

    /// <summary>Returns a cluster's parent, or -1 for the root.</summary>
    public int Parent(int cluster) => _parents[cluster];

    /// <summary>Returns the lambda at which a cluster parts from its parent; 0 for the root.</summary>
    public double Birth(int cluster) => _births[cluster];

    /// <summary>Returns what the rows that a cluster has at its birth count for, each 1 unless they have weights.</summary>
    public double Size(int cluster) => _sizes[cluster];

    /// <summary>Returns what a row counts for.</summary>
    public double Weight(int row) => _weights is null ? 1 : _weights[row];

    /// <summary>Returns the number of the first child; the others follow it.</summary>
    public int FirstChild(int cluster) => _firstChildren[cluster];

    /// <summary>Returns the number of children, 0 or at least 2.</summary>
    public int ChildCount(int cluster) => _childCounts[cluster];

    private static LambdaScale ScaleOf(SingleLinkageTree linkage)
    {
        // Nodes come in ascending order of weight.
        int node = linkage.RowCount;
        while (node < linkage.NodeCount && linkage.Weight(node) == 0)
        {
            node++;
        }

        return LambdaScale.Create(node < linkage.NodeCount ? linkage.Weight(node) : 0);
    }

    private static (int Count, int Last) CountLargeParts(SingleLinkageTree linkage, int node, int minClusterSize)
    {
        int count = 0;
        int last = -1;
        for (int part = linkage.FirstChild(node); part >= 0; part = linkage.NextSibling(part))
        {
            if (linkage.IsLarge(part, minClusterSize))
            {
                count++;
                last = part;
            }
        }

        return (count, last);
    }

    private void LetFall(SingleLinkageTree linkage, int part, int cluster, double lambda, Stack<int> open)
    {
        open.Push(part);
        while (open.TryPop(out int node))
        {
            if (node < linkage.RowCount)
            {
                RowClusters[node] = cluster;
                RowLambdas[node] = lambda;
                continue;
            }

            for (int child = linkage.FirstChild(node); child >= 0; child = linkage.NextSibling(child))
            {
                open.Push(child);
            }
        }
    }
}
