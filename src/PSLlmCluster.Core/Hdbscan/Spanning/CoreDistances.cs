using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Spanning;

/// <summary>
/// core(x) = the distance from x to its min_samples-th nearest other row (Campello, Moulavi, Sander 2013, definition 1; hdbscan's
/// <c>mutual_reachability</c> and <c>HDBSCAN(min_samples)</c>, in which the row itself does not count).
/// </summary>
/// <remarks>
/// By a k-d tree, by lists from blocked products, or by measuring every pair, to the same bits; <see cref="MutualReachability"/> says which. One search serves any number of sample counts. Over all pairs each row keeps its nearest in a heap that
/// lives only while the row is worked on. So the memory is linear in the rows even where min_samples is nearly their number, for which lists of neighbours would not fit.
/// </remarks>
internal static class CoreDistances
{
    /// <summary>Returns the number of other rows that a core distance reaches: what was asked for, at most n - 1, at least 1.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="rowCount">The number of rows, or what they count for together.</param>
    public static int SampleCount(HdbscanOptions options, double rowCount) => (int)Math.Max(1, Math.Min(RowWeights.Whole(rowCount - 1), options.MinSampleCount ?? options.MinClusterSize));

    /// <summary>Measures the core distance of each row.</summary>
    /// <param name="space">The rows, two or more, and their metric.</param>
    /// <param name="sampleCount">How many other rows a core distance reaches: from 1 to n - 1.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    public static double[] Measure(MetricSpace space, int sampleCount, int threadCount, ProgressSpan progress, CancellationToken token)
        => MutualReachability.Create(space, threadCount, token).CoreDistances(sampleCount, progress, token);

    /// <summary>Measures core distances over all pairs, for any metric.</summary>
    /// <param name="space">The rows, two or more, and their metric.</param>
    /// <param name="sampleCounts">How many other rows core distances reach, rising: from 1 to n - 1.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each row.</returns>
    public static double[][] MeasureAllPairs(MetricSpace space, int[] sampleCounts, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        if (sampleCounts.Length == 1)
        {
            return [ExactNeighbors.KthDistances(space, sampleCounts[0] + 1, threadCount, Share.Of(progress), token)];
        }

        double[][] core = ForEach(sampleCounts, space.RowCount);
        int k = sampleCounts[^1] + 1;
        ExactNeighbors.ForEachRow(space, k, threadCount, Share.Of(progress), KeepRow, token);
        return core;

        void KeepRow(int row, Span<int> indices, Span<double> distances)
        {
            new NearestHeap(indices, distances, k).Sort();
            for (int i = 0; i < sampleCounts.Length; i++)
            {
                core[i][row] = distances[sampleCounts[i]];
            }
        }
    }

    /// <summary>Measures core distances by a k-d tree, to the same bits.</summary>
    /// <param name="tree">The rows.</param>
    /// <param name="sampleCounts">How many other rows core distances reach, rising: from 1 to n - 1.</param>
    /// <param name="nearest">Receives the nearest other points of each point.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of rows that are done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each row.</returns>
    public static double[][] Measure(KdTree tree, int[] sampleCounts, NearestPoints nearest, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        int k = sampleCounts[^1] + 1;
        double[][] core = ForEach(sampleCounts, tree.Space.RowCount);
        int[] pointOfRow = tree.Points.PointsOfRows();
        KdNeighbors.ForEachLeaf(tree, k, threadCount, progress.Report, KeepLeaf, token);
        return core;

        void KeepLeaf(int leaf, Span<int> indices, Span<double> distances)
        {
            for (int slot = 0; slot < tree.CountOf(leaf); slot++)
            {
                int point = (leaf * KdTree.LeafSize) + slot;
                Span<double> ownDistances = distances.Slice(slot * k, k);
                new NearestHeap(indices.Slice(slot * k, k), ownDistances, k).Sort();
                for (int i = 0; i < sampleCounts.Length; i++)
                {
                    foreach (int row in tree.Points.RowsOf(point))
                    {
                        core[i][row] = ownDistances[sampleCounts[i]];
                    }
                }

                nearest.Keep(point, indices.Slice(slot * k, k), pointOfRow);
            }
        }
    }

    /// <summary>Measures core distances by the lists of the points' nearest points, to the same bits.</summary>
    /// <param name="points">The points.</param>
    /// <param name="sampleCounts">How many other rows core distances reach, rising: from 1 to n - 1.</param>
    /// <param name="nearest">Receives the nearest other points of each point.</param>
    /// <param name="threadCount">The most threads to use; 0 for as many as there are cores.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>For each sample count the core distance of each row.</returns>
    public static double[][] Measure(BlockPoints points, int[] sampleCounts, NearestPoints nearest, int threadCount, ProgressSpan progress, CancellationToken token)
    {
        DistinctRows rows = points.Rows;
        double[][] core = ForEach(sampleCounts, rows.RowCount);
        NeighborLists lists = ExactNeighbors.Find(points.Space, Math.Min(rows.Count, sampleCounts[^1] + 1), threadCount, Share.Of(progress), token);
        for (int point = 0; point < rows.Count; point++)
        {
            // Each point counts as often as there are rows of it.
            ReadOnlySpan<int> others = lists.IndicesOf(point);
            int last = -1;
            int reached = 0;
            for (int i = 0; i < sampleCounts.Length; i++)
            {
                while (reached <= sampleCounts[i])
                {
                    last++;
                    reached += rows.RowsOf(others[last]).Length;
                }

                foreach (int row in rows.RowsOf(point))
                {
                    core[i][row] = lists.DistancesOf(point)[last];
                }
            }

            nearest.Keep(point, others);
        }

        return core;
    }

    /// <summary>Returns an array of numbers for each of some sample counts.</summary>
    internal static double[][] ForEach(int[] sampleCounts, int rowCount) => Array.ConvertAll(sampleCounts, _ => new double[rowCount]);

    /// <summary>Tells a stage's share as one of the whole computation.</summary>
    internal sealed class Share(ProgressSpan span) : IProgress<StageProgress>
    {
        public static Share? Of(ProgressSpan span) => span.Target is null ? null : new Share(span);

        public void Report(StageProgress value) => span.Report(value.Fraction);
    }
}
