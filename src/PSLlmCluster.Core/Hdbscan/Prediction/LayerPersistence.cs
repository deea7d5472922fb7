using PSLlmCluster.Core.Hdbscan.Hierarchy;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The persistence of each cluster of a layer, to the last bit as a fit of leaf selection at the layer's size has it
/// (<see cref="Selection.ClusterLabels"/>): stability / (its rows x the largest lambda of the tree).
/// </summary>
/// <remarks>
/// It comes from the tree for the smallest size, which a saved model has too. Where a cluster of the layer splits in that tree, a part of
/// the layer's size is the cluster still, and the rows of the other parts leave it there. It ends where so many rows have left that those
/// which stay together are fewer than the layer's size: all of them leave there. The largest lambda of the tree for the layer's size is
/// that of its leaves, as nothing leaves a cluster above them later than they begin.
/// </remarks>
internal sealed class LayerPersistence
{
    private const double StillIn = -1;
    private readonly PredictionData _clusters;
    private readonly double[]? _weights;
    private readonly int[] _clusterOfNumber;
    private readonly int _minClusterSize;
    private readonly double[] _sizes;

    // For each cluster of the tree the layer's cluster that it is or lies below, and the lambda at which its rows leave that one, unless
    // it is that one still.
    private readonly int[] _owners;
    private readonly double[] _leaves;

    private LayerPersistence(PredictionData clusters, double[]? weights, double[] sizes, int[] clusterOfNumber, int minClusterSize)
    {
        _clusters = clusters;
        _weights = weights;
        _clusterOfNumber = clusterOfNumber;
        _minClusterSize = minClusterSize;
        _sizes = sizes;
        _owners = new int[clusters.Parents.Length];
        _leaves = new double[clusters.Parents.Length];
    }

    /// <summary>Computes the persistences. Sums are taken in the order of points.</summary>
    /// <param name="clusters">The tree of clusters, and where each point falls out.</param>
    /// <param name="weights">How many rows each point counts for; null where each is one.</param>
    /// <param name="layers">
    /// Of each layer the cluster of the tree that each of its numbers stands for, of which none lies below another, and its size.
    /// </param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each layer and each of its numbers the persistence, from 0 to 1.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static double[][] Compute(
        PredictionData clusters,
        double[]? weights,
        (int[] ClusterOfNumber, int MinClusterSize)[] layers,
        CancellationToken token)
    {
        double[] sizes = RowWeights.OfClusters(clusters.PointClusters, clusters.Parents.Length, weights);
        for (int cluster = sizes.Length - 1; cluster > 0; cluster--)
        {
            sizes[clusters.Parents[cluster]] += sizes[cluster];
        }

        double[][] persistences = new double[layers.Length][];
        for (int i = 0; i < layers.Length; i++)
        {
            token.ThrowIfCancellationRequested();
            persistences[i] = new LayerPersistence(clusters, weights, sizes, layers[i].ClusterOfNumber, layers[i].MinClusterSize).Compute();
        }

        return persistences;
    }

    private double[] Compute()
    {
        double[] ends = FindEnds(FollowClusters());
        double[] counts = new double[_clusterOfNumber.Length];
        double[] persistences = new double[_clusterOfNumber.Length];
        double largest = 0;
        for (int point = 0; point < _clusters.PointClusters.Length; point++)
        {
            int cluster = _clusters.PointClusters[point];
            int number = _owners[cluster];
            if (number == ClusterOwners.None)
            {
                continue;
            }

            double leaves = _leaves[cluster] == StillIn ? _clusters.PointLambdas[point] : _leaves[cluster];
            double lambda = Math.Min(leaves, ends[number]);
            persistences[number] += (lambda - _clusters.Births[_clusterOfNumber[number]]) * Weight(point);
            counts[number] += Weight(point);
            largest = Math.Max(largest, lambda);
        }

        for (int number = 0; number < persistences.Length; number++)
        {
            bool isAny = counts[number] > 0 && largest > 0;
            persistences[number] = isAny ? Math.Min(1, persistences[number] / (counts[number] * largest)) : 0;
        }

        return persistences;
    }

    /// <summary>Follows each cluster of the layer down the tree as long as one part is large enough to be it.</summary>
    /// <returns>For each number the last cluster of the tree that is it.</returns>
    private int[] FollowClusters()
    {
        int[] last = (int[])_clusterOfNumber.Clone();
        _owners.AsSpan().Fill(ClusterOwners.None);
        for (int number = 0; number < last.Length; number++)
        {
            _owners[last[number]] = number;
            _leaves[last[number]] = StillIn;
        }

        ClusterOwners.Fill(_clusters.Parents, _owners);
        for (int cluster = 1; cluster < _owners.Length; cluster++)
        {
            int number = _owners[cluster];
            if (number == ClusterOwners.None || cluster == _clusterOfNumber[number])
            {
                continue;
            }

            double above = _leaves[_clusters.Parents[cluster]];
            if (above != StillIn)
            {
                _leaves[cluster] = above;
            }
            else if (IsLarge(_sizes[cluster]))
            {
                _leaves[cluster] = StillIn;
                last[number] = cluster;
            }
            else
            {
                _leaves[cluster] = _clusters.Births[cluster];
            }
        }

        return last;
    }

    /// <summary>Finds the lambda at which what is left of each cluster is too small to be it.</summary>
    /// <param name="last">For each number the last cluster of the tree that is it: what it breaks into is too small.</param>
    private double[] FindEnds(int[] last)
    {
        double[] left = new double[last.Length];
        double[] ends = new double[last.Length];
        for (int number = 0; number < last.Length; number++)
        {
            ends[number] = _clusters.IsLeaf[last[number]] ? double.PositiveInfinity : _clusters.Splits[last[number]];
        }

        for (int cluster = 1; cluster < _owners.Length; cluster++)
        {
            int number = _owners[cluster];
            if (number != ClusterOwners.None && _clusters.Parents[cluster] == last[number])
            {
                left[number] += _sizes[cluster];
            }
        }

        // From the last row that leaves to the first; rows of one lambda leave together.
        int[] points = [.. Enumerable.Range(0, _clusters.PointClusters.Length).Where(IsOfLast)];
        Array.Sort(Array.ConvertAll(points, point => _clusters.PointLambdas[point]), points);
        for (int i = points.Length - 1; i >= 0; i--)
        {
            int number = _owners[_clusters.PointClusters[points[i]]];
            double lambda = _clusters.PointLambdas[points[i]];
            if (lambda < ends[number])
            {
                if (IsLarge(left[number]))
                {
                    continue;
                }

                ends[number] = lambda;
            }

            left[number] += Weight(points[i]);
        }

        return ends;

        bool IsOfLast(int point)
        {
            int cluster = _clusters.PointClusters[point];
            return _owners[cluster] != ClusterOwners.None && last[_owners[cluster]] == cluster;
        }
    }

    private double Weight(int point) => _weights is null ? 1 : _weights[point];

    private bool IsLarge(double size) => RowWeights.LargestReached(size) >= _minClusterSize;
}
