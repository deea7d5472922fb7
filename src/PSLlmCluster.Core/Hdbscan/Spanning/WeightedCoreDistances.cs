using System.Buffers;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// Core distances of points that count for several rows each: the distance within which the other rows, those at the point's own place
/// among them, count for min_samples. It is the core distance of as many equal rows as each point counts for; where all others count for
/// too little, it is the distance to the farthest.
/// </summary>
/// <remarks>
/// How many neighbours that takes is not known beforehand. Lists of a first length are tried. Points for which they are too short look for
/// more: by themselves in a k-d tree, otherwise all together while they are many, and the last few against all.
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
    /// <param name="sampleCounts">For how many other rows core distances reach, ascending, from 1.</param>
    public WeightedCoreDistances(MetricSpace space, double[] weights, int[] sampleCounts)
    {
        _space = space;
        _weights = weights;
        _sampleCounts = sampleCounts;
        _core = Array.ConvertAll(sampleCounts, _ => new double[space.RowCount]);
        _isKnown = new bool[space.RowCount];
        double likely = Math.Ceiling(sampleCounts[^1] / RowWeights.Typical(weights)) + 1;
        NeighborCount = (int)Math.Min(Math.Min(space.RowCount, MostFirstNeighbors), likely);
    }

    /// <summary>Gets how many neighbours of each point are looked for, the point itself included.</summary>
    public int NeighborCount { get; private set; }

    /// <summary>Measures along a k-d tree.</summary>
    /// <param name="tree">The points.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The core distances for each sample count.</returns>
    public CoreDistances[] Measure(KdTree tree, WorkContext work)
    {
        int k = NeighborCount;
        NearestPoints nearest = NearestPoints.Create(tree.Points, k - 1);
        int[] pointOfRow = tree.Points.PointsOfRows();
        KdNeighbors.ForEachLeaf(tree, k, work, KeepLeaf);
        ForEachLeft(LookFurther, work);
        return CoreDistances.Create(_sampleCounts, _core, nearest);

        void KeepLeaf(int leaf, Span<int> indices, Span<double> distances)
        {
            for (int slot = 0; slot < tree.CountOf(leaf); slot++)
            {
                int point = (leaf * KdTree.LeafSize) + slot;
                Keep(tree.Points.FirstRowOf(point), indices.Slice(slot * k, k), distances.Slice(slot * k, k));
                nearest.Keep(point, indices.Slice(slot * k, k), pointOfRow);
            }
        }

        void LookFurther(int point, int[] indices, double[] distances)
        {
            for (int found = Longer(k); !_isKnown[point]; found = Longer(found))
            {
                KdQueries.Find(tree, _space.Rows, point, indices.AsSpan(0, found), distances.AsSpan(0, found), work.Token);
                Fill(point, indices.AsSpan(0, found), distances.AsSpan(0, found));
            }
        }
    }

    /// <summary>Measures by lists of the nearest points, from blocked products.</summary>
    /// <param name="points">The points, each of one row, in the order of the rows.</param>
    /// <param name="largestLists">How many entries all lists together may have.</param>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <returns>The core distances for each sample count.</returns>
    public CoreDistances[] Measure(DistinctRows points, long largestLists, WorkContext work)
    {
        NearestPoints nearest = NearestPoints.Create(points, NeighborCount - 1);
        do
        {
            if ((long)NeighborCount * _space.RowCount > largestLists)
            {
                return MeasureAllPairs(work, nearest);
            }

            NeighborLists lists = ExactNeighbors.Find(_space, NeighborCount, work);
            for (int point = 0; point < _space.RowCount; point++)
            {
                Fill(point, lists.IndicesOf(point), lists.DistancesOf(point));
                nearest.Keep(point, lists.IndicesOf(point));
            }
        }
        while (MustLookFurther());

        return Finish(nearest, work);
    }

    /// <summary>Measures every pair.</summary>
    /// <param name="work">The threads to use, the progress and the token.</param>
    /// <param name="nearest">The nearest points of each point, where they are known from before.</param>
    /// <returns>The core distances for each sample count.</returns>
    public CoreDistances[] MeasureAllPairs(WorkContext work, NearestPoints? nearest = null)
    {
        do
        {
            ExactNeighbors.ForEachRow(_space, NeighborCount, work, Keep);
        }
        while (MustLookFurther());

        return Finish(nearest, work);
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

    private CoreDistances[] Finish(NearestPoints? nearest, WorkContext work)
    {
        int n = _space.RowCount;
        ForEachLeft(
            (point, indices, distances) =>
            {
                ExactNeighbors.FillHeaps(_space, n, point, indices.AsSpan(0, n), distances.AsSpan(0, n), work.Token);
                Keep(point, indices.AsSpan(0, n), distances.AsSpan(0, n));
            },
            work);
        return CoreDistances.Create(_sampleCounts, _core, nearest);
    }

    /// <summary>Works on each point that has no core distance yet, with room for all neighbours.</summary>
    private void ForEachLeft(Action<int, int[], double[]> find, WorkContext work)
    {
        int n = _space.RowCount;
        int[] left = [.. Enumerable.Range(0, n).Where(point => !_isKnown[point])];
        ParallelBlocks.For(left.Length, 1, work.ThreadCount, work.Token, (start, end) =>
        {
            int[] indices = ArrayPool<int>.Shared.Rent(n);
            double[] distances = ArrayPool<double>.Shared.Rent(n);
            try
            {
                for (int i = start; i < end; i++)
                {
                    work.Token.ThrowIfCancellationRequested();
                    find(left[i], indices, distances);
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
