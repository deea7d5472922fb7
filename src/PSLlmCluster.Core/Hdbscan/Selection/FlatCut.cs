using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// A flat cut of the tree at a distance: clusters are what is connected by edges shorter than it, if it has min_cluster_size rows
/// (Campello, Moulavi, Sander 2013, section 3: DBSCAN*; hdbscan's <c>labelling_at_cut</c>). All that belongs to a cluster belongs to it
/// wholly.
/// </summary>
internal static class FlatCut
{
    /// <summary>Cuts the tree.</summary>
    /// <param name="tree">The spanning tree over the points.</param>
    /// <param name="distance">Where to cut.</param>
    /// <param name="minClusterSize">The fewest points of a cluster.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// For each point a number that its cluster shares, or -1 for noise; how many numbers there are; and the largest lambda within each.
    /// </returns>
    public static (int[] Clusters, int Count, double[] LargestLambdas) Compute(
        SpanningTree tree, double distance, int minClusterSize, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        int n = tree.PointCount;
        int[] up = new int[n];
        double[] sizes = new double[n];
        double[] shortest = new double[n];
        bool[] isConnected = new bool[n];
        DisjointSets.Reset(up);
        sizes.AsSpan().Fill(1);
        shortest.AsSpan().Fill(double.PositiveInfinity);
        tree.PointWeights?.CopyTo(sizes, 0);

        for (int edge = 0; edge < tree.Weights.Length && tree.Weights[edge] < distance; edge++)
        {
            int a = DisjointSets.Find(up, tree.First[edge]);
            int b = DisjointSets.Find(up, tree.Second[edge]);
            (int large, int small) = sizes[a] >= sizes[b] ? (a, b) : (b, a);
            if (a != b)
            {
                up[small] = large;
                sizes[large] += sizes[small];
            }

            isConnected[large] = true;
            shortest[large] = Math.Min(Math.Min(shortest[large], shortest[small]), tree.Weights[edge]);
        }

        LambdaScale scale = LambdaScale.Create(tree.Weights);
        int[] numbers = new int[n];
        List<double> lambdas = [];
        numbers.AsSpan().Fill(-1);
        int[] clusters = new int[n];
        for (int point = 0; point < n; point++)
        {
            int root = DisjointSets.Find(up, point);
            if (!isConnected[root] || !RowWeights.HasReached(sizes[root], minClusterSize))
            {
                clusters[point] = -1;
                continue;
            }

            if (numbers[root] < 0)
            {
                numbers[root] = lambdas.Count;
                lambdas.Add(scale.At(shortest[root]));
            }

            clusters[point] = numbers[root];
        }

        return (clusters, lambdas.Count, [.. lambdas]);
    }
}
