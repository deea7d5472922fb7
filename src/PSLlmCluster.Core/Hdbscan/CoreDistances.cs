using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>
/// core(x) = the distance from x to its min_samples-th nearest other row (Campello, Moulavi, Sander 2013, definition 1; hdbscan's
/// <c>mutual_reachability</c> and <c>HDBSCAN(min_samples)</c>, in which the row itself does not count).
/// </summary>
/// <remarks>
/// By a k-d tree, by lists from blocked products, or by measuring every pair, to the same bits; <see cref="MutualReachability"/> says which. Over all pairs each row keeps its nearest in a heap that
/// lives only while the row is worked on. So the memory is linear in the rows even where min_samples is nearly their number, for which lists of neighbours would not fit.
/// </remarks>
internal static class CoreDistances
{
    /// <summary>Returns the number of other rows that a core distance reaches: what was asked for, at most n - 1, at least 1.</summary>
    public static int SampleCount(HdbscanOptions options, int rowCount) => Math.Max(1, Math.Min(rowCount - 1, options.MinSampleCount ?? options.MinClusterSize));

    /// <summary>Measures the core distance of each row.</summary>
    /// <param name="space">The rows, two or more, and their metric.</param>
    /// <param name="sampleCount">How many other rows a core distance reaches: from 1 to n - 1.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    public static double[] Measure(MetricSpace space, int sampleCount, int threadCount, ProgressSpan progress, CancellationToken token)
        => MutualReachability.Create(space, threadCount, token).CoreDistances(sampleCount, progress, token);

    /// <summary>Measures the core distance of each row over all pairs, for any metric.</summary>
    /// <param name="space">The rows, two or more, and their metric.</param>
    /// <param name="sampleCount">How many other rows a core distance reaches: from 1 to n - 1.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    public static double[] MeasureAllPairs(MetricSpace space, int sampleCount, int threadCount, ProgressSpan progress, CancellationToken token)
        => ExactNeighbors.KthDistances(space, sampleCount + 1, threadCount, Share.Of(progress), token);

    /// <summary>Measures the core distance of each row by a k-d tree, to the same bits.</summary>
    /// <param name="tree">The rows.</param>
    /// <param name="sampleCount">How many other rows a core distance reaches: from 1 to n - 1.</param>
    /// <param name="nearest">Receives the nearest other points of each point.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    public static double[] Measure(KdTree tree, int sampleCount, NearestPoints nearest, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        int k = sampleCount + 1;
        double[] core = new double[tree.Space.RowCount];
        int[] pointOfRow = tree.Points.PointsOfRows();
        KdNeighbors.ForEachLeaf(tree, k, threadCount, progress.Report, KeepLeaf, token);
        return core;

        void KeepLeaf(int leaf, Span<int> indices, Span<double> distances)
        {
            for (int slot = 0; slot < tree.CountOf(leaf); slot++)
            {
                int point = (leaf * KdTree.LeafSize) + slot;
                foreach (int row in tree.Points.RowsOf(point))
                {
                    core[row] = distances[slot * k];
                }

                new NearestHeap(indices.Slice(slot * k, k), distances.Slice(slot * k, k), k).Sort();
                Keep(indices.Slice(slot * k, k), pointOfRow, point, nearest.Of(point));
            }
        }
    }

    /// <summary>Measures the core distance of each row by the lists of the points' nearest points, to the same bits.</summary>
    /// <param name="points">The points.</param>
    /// <param name="sampleCount">How many other rows a core distance reaches: from 1 to n - 1.</param>
    /// <param name="nearest">Receives the nearest other points of each point.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="token">Ends the work.</param>
    public static double[] Measure(BlockPoints points, int sampleCount, NearestPoints nearest, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        DistinctRows rows = points.Rows;
        double[] core = new double[rows.RowCount];
        NeighborLists lists = ExactNeighbors.Find(points.Space, Math.Min(rows.Count, sampleCount + 1), threadCount, Share.Of(progress), token);
        for (int point = 0; point < rows.Count; point++)
        {
            // Each point counts as often as there are rows of it.
            ReadOnlySpan<int> others = lists.IndicesOf(point);
            int last = -1;
            for (int reached = 0; reached <= sampleCount; reached += rows.RowsOf(others[last]).Length)
            {
                last++;
            }

            foreach (int row in rows.RowsOf(point))
            {
                core[row] = lists.DistancesOf(point)[last];
            }

            Span<int> target = nearest.Of(point);
            int kept = 0;
            for (int i = 0; i < others.Length && kept < target.Length; i++)
            {
                if (others[i] != point)
                {
                    target[kept++] = others[i];
                }
            }

            target[kept..].Fill(-1);
        }

        return core;
    }

    /// <summary>Tells a stage's share as one of the whole computation.</summary>
    private sealed class Share(ProgressSpan span) : IProgress<StageProgress>
    {
        public static Share? Of(ProgressSpan span) => span.Target is null ? null : new Share(span);

        public void Report(StageProgress value) => span.Report(value.Fraction);
    }

    /// <summary>Turns the nearest rows into other points, each once.</summary>
    private static void Keep(ReadOnlySpan<int> rows, int[] pointOfRow, int point, Span<int> nearest)
    {
        int kept = 0;
        int last = point;
        foreach (int row in rows)
        {
            int other = pointOfRow[row];
            if (other != last && other != point && kept < nearest.Length)
            {
                nearest[kept++] = other;
                last = other;
            }
        }

        nearest[kept..].Fill(-1);
    }
}
