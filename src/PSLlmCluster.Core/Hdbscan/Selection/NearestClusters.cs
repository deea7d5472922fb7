using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Spanning;

namespace PSLlmCluster.Core.Hdbscan.Selection;

/// <summary>
/// The cluster that each point of noise would join first: along the spanning tree of mutual reachability, edge by edge in ascending order,
/// the parts without a cluster wait until an edge leads to a point that has one. No shorter way to any cluster exists, since the tree holds
/// the shortest steps.
/// </summary>
/// <remarks>
/// The strength is lambda = 1 / (weight of that edge) against the largest lambda of the cluster, at most 1, as a member's probability is.
/// hdbscan has no such thing; its membership vectors say something like it.
/// </remarks>
/// <param name="Clusters">For each point its nearest cluster, its own where it has one; -1 where there is none at all.</param>
/// <param name="Strengths">For each point how firmly it would belong to that cluster, or belongs to its own.</param>
internal sealed record NearestClusters(int[] Clusters, double[] Strengths)
{
    /// <summary>Finds the nearest clusters.</summary>
    /// <param name="tree">The spanning tree over the points.</param>
    /// <param name="clusters">The clusters of the points.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static NearestClusters Compute(SpanningTree tree, FlatClusters clusters, CancellationToken token)
    {
        const int EdgesPerLook = 1 << 16;
        int[] nearest = (int[])clusters.Labels.Clone();
        double[] strengths = (double[])clusters.Probabilities.Clone();
        LambdaScale lambdas = LambdaScale.Create(tree.Weights);
        WaitingParts parts = new(nearest);
        for (int edge = 0; edge < tree.Weights.Length; edge++)
        {
            if (edge % EdgesPerLook == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            int first = tree.First[edge];
            int second = tree.Second[edge];
            if (nearest[first] < 0 == nearest[second] < 0)
            {
                // Two parts that both wait go on together; two that both have clusters need nothing, nor does a loop.
                if (nearest[first] < 0 && first != second)
                {
                    parts.Join(first, second);
                }

                continue;
            }

            (int waiting, int settled) = nearest[first] < 0 ? (first, second) : (second, first);
            int cluster = nearest[settled];
            double lambda = lambdas.At(tree.Weights[edge]);
            parts.Settle(waiting, nearest, cluster, strengths, Math.Min(1, lambda / clusters.LargestLambdas[cluster]));
        }

        return new NearestClusters(nearest, strengths);
    }

    /// <summary>The parts that have no cluster yet: a forest of points, and the points of each part in a list.</summary>
    private sealed class WaitingParts
    {
        private const int None = -1;
        private readonly int[] _up;
        private readonly int[] _next;
        private readonly int[] _last;

        public WaitingParts(int[] nearest)
        {
            _up = new int[nearest.Length];
            _next = new int[nearest.Length];
            _last = new int[nearest.Length];
            DisjointSets.Reset(_up);
            DisjointSets.Reset(_last);
            _next.AsSpan().Fill(None);
        }

        public void Join(int first, int second)
        {
            int a = DisjointSets.Find(_up, first);
            int b = DisjointSets.Find(_up, second);
            _up[b] = a;
            _next[_last[a]] = b;
            _last[a] = _last[b];
        }

        public void Settle(int point, int[] nearest, int cluster, double[] strengths, double strength)
        {
            for (int member = DisjointSets.Find(_up, point); member != None; member = _next[member])
            {
                nearest[member] = cluster;
                strengths[member] = strength;
            }
        }
    }
}
