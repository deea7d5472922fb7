using System.Buffers;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Core distances of points that count for several rows each: the distance within which the other rows, those at the point's own place among them, count for min_samples. It is what <see cref="CoreDistances"/>
/// gives for as many equal rows as each point counts for; where all others count for too little, it is the distance to the farthest.
/// </summary>
/// <remarks>
/// How many neighbours that takes is not known beforehand. Lists of a first length are tried. Points for which they are too short look for more: by themselves in a k-d tree, otherwise all together while they are many, and
/// the last few against all.
/// </remarks>
internal sealed class WeightedCoreDistances
{
    /// <summary>The share of points, one in so many, up to which those without a core distance are measured against all others.</summary>
    private const int FewLeft = 64;

    /// <summary>Neighbours of each point that are looked for at first, at most: lists of more take long to sort.</summary>
    private const int MostFirstNeighbors = 1 << 14;

    private readonly MetricSpace _space;
    private readonly double[] _weights;
    private readonly int[] _sampleCounts;
    private readonly double[][] _core;
    private readonly bool[] _isKnown;

    /// <summary>Initializes a new instance of the <see cref="WeightedCoreDistances"/> class.</summary>
    /// <param name="space">The points, two or more, no two equal, and their metric.</param>
    /// <param name="weights">How many rows each point counts for, above 0.</param>
    /// <param name="sampleCounts">For how many other rows core distances reach, rising, from 1.</param>
    public WeightedCoreDistances(MetricSpace space, double[] weights, int[] sampleCounts)
    {
        _space = space;
        _weights = weights;
        _sampleCounts = sampleCounts;
        _core = CoreDistances.ForEach(sampleCounts, space.RowCount);
        _isKnown = new bool[space.RowCount];
        NeighborCount = (int)Math.Min(Math.Min(space.RowCount, MostFirstNeighbors), Math.Ceiling(sampleCounts[^1] / RowWeights.Typical(weights)) + 1);
    }

    /// <summary>Gets how many neighbours of each point are looked for, the point itself included.</summary>
    public int NeighborCount { get; private set; }

    /// <summary>Measures along a k-d tree.</summary>
    /// <param name="tree">The points.</param>
    /// <param name="nearest">Receives the nearest other points of each point.</param>
    /// <param name="threadCount">The most threads to use.</param>
    /// <param name="progress">Told the share of points that are done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each point.</returns>
    public double[][] Measure(KdTree tree, NearestPoints nearest, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        int k = NeighborCount;
        int[] pointOfRow = tree.Points.PointsOfRows();
        KdNeighbors.ForEachLeaf(tree, k, threadCount, progress.Report, KeepLeaf, token);
        ForEachLeft(threadCount, (point, indices, distances) =>
        {
            for (int found = Longer(k); !_isKnown[point]; found = Longer(found))
            {
                KdQueries.Find(tree, _space.Rows, point, indices.AsSpan(0, found), distances.AsSpan(0, found), token);
                Fill(point, indices.AsSpan(0, found), distances.AsSpan(0, found));
            }
        }, token);
        return _core;

        void KeepLeaf(int leaf, Span<int> indices, Span<double> distances)
        {
            for (int slot = 0; slot < tree.CountOf(leaf); slot++)
            {
                int point = (leaf * KdTree.LeafSize) + slot;
                Keep(tree.Points.FirstRowOf(point), indices.Slice(slot * k, k), distances.Slice(slot * k, k));
                nearest.Keep(point, indices.Slice(slot * k, k), pointOfRow);
            }
        }
    }

    /// <summary>Measures by lists of the nearest points, from blocked products.</summary>
    /// <param name="nearest">Receives the nearest other points of each point.</param>
    /// <param name="largestLists">How many entries all lists together may have.</param>
    /// <param name="threadCount">The most threads to use.</param>
    /// <param name="progress">Told the share of points that are done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each point.</returns>
    public double[][] Measure(NearestPoints nearest, long largestLists, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        do
        {
            if ((long)NeighborCount * _space.RowCount > largestLists)
            {
                return MeasureAllPairs(threadCount, progress, token);
            }

            NeighborLists lists = ExactNeighbors.Find(_space, NeighborCount, threadCount, CoreDistances.Share.Of(progress), token);
            for (int point = 0; point < _space.RowCount; point++)
            {
                Fill(point, lists.IndicesOf(point), lists.DistancesOf(point));
                nearest.Keep(point, lists.IndicesOf(point));
            }
        }
        while (MustLookFurther());

        return Finish(threadCount, token);
    }

    /// <summary>Measures every pair.</summary>
    /// <param name="threadCount">The most threads to use.</param>
    /// <param name="progress">Told the share of points that are done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each point.</returns>
    public double[][] MeasureAllPairs(int threadCount, ProgressSpan progress, CancellationToken token)
    {
        do
        {
            ExactNeighbors.ForEachRow(_space, NeighborCount, threadCount, CoreDistances.Share.Of(progress), Keep, token);
        }
        while (MustLookFurther());

        return Finish(threadCount, token);
    }

    private void Keep(int point, Span<int> indices, Span<double> distances)
    {
        new NearestHeap(indices, distances, indices.Length).Sort();
        Fill(point, indices, distances);
    }

    private void Fill(int point, ReadOnlySpan<int> indices, ReadOnlySpan<double> distances)
    {
        // The other rows at the point's own place are at distance 0.
        double reached = Math.Max(0, _weights[point] - 1);
        int next = -1;
        double distance = 0;
        for (int i = 0; i < _sampleCounts.Length; i++)
        {
            while (!RowWeights.HasReached(reached, _sampleCounts[i]) && next + 1 < indices.Length)
            {
                next++;
                if (indices[next] != point)
                {
                    reached += _weights[indices[next]];
                    distance = distances[next];
                }
            }

            _core[i][point] = distance;
        }

        _isKnown[point] = RowWeights.HasReached(reached, _sampleCounts[^1]) || indices.Length == _space.RowCount;
    }

    private bool MustLookFurther()
    {
        int left = _isKnown.AsSpan().Count(false);
        if (left <= _space.RowCount / FewLeft)
        {
            return false;
        }

        NeighborCount = Longer(NeighborCount);
        return true;
    }

    private double[][] Finish(int threadCount, CancellationToken token)
    {
        int n = _space.RowCount;
        ForEachLeft(threadCount, (point, indices, distances) =>
        {
            ExactNeighbors.FillHeaps(_space, n, point, indices.AsSpan(0, n), distances.AsSpan(0, n), token);
            Keep(point, indices.AsSpan(0, n), distances.AsSpan(0, n));
        }, token);
        return _core;
    }

    /// <summary>Works on each point that has no core distance yet, with room for all neighbours.</summary>
    private void ForEachLeft(int threadCount, Action<int, int[], double[]> work, CancellationToken token)
    {
        int n = _space.RowCount;
        int[] left = [.. Enumerable.Range(0, n).Where(point => !_isKnown[point])];
        ParallelBlocks.For(left.Length, 1, threadCount, token, (start, end) =>
        {
            int[] indices = ArrayPool<int>.Shared.Rent(n);
            double[] distances = ArrayPool<double>.Shared.Rent(n);
            try
            {
                for (int i = start; i < end; i++)
                {
                    token.ThrowIfCancellationRequested();
                    work(left[i], indices, distances);
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(indices);
                ArrayPool<double>.Shared.Return(distances);
            }
        });
    }

    private int Longer(int count) => (int)Math.Min(_space.RowCount, 2L * count);
}
