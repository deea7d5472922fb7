using System.Buffers;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan;

/// <summary>
/// core(x) = the distance from x to its min_samples-th nearest other row (Campello, Moulavi, Sander 2013, definition 1; hdbscan's
/// <c>mutual_reachability</c> and <c>HDBSCAN(min_samples)</c>, in which the row itself does not count).
/// </summary>
/// <remarks>
/// Every pair is measured, in tiles, and each row keeps its nearest in a heap that lives only while the row is worked on. So the memory is
/// linear in the rows even where min_samples is nearly their number, for which lists of neighbours would not fit.
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
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sampleCount, space.RowCount);
        double[] core = new double[space.RowCount];
        int done = 0;
        ParallelBlocks.For(core.Length, ExactNeighbors.RowsPerBlock, threadCount, token, (start, end) =>
        {
            MeasureBlock(space, sampleCount + 1, start, core.AsSpan(start, end - start), token);
            progress.Report((double)Interlocked.Add(ref done, end - start) / core.Length);
        });
        return core;
    }

    /// <summary>Measures consecutive rows; k counts the row itself, whose distance of 0 is one of the k smallest.</summary>
    private static void MeasureBlock(MetricSpace space, int k, int start, Span<double> core, CancellationToken token)
    {
        int size = k * core.Length;
        int[] indices = ArrayPool<int>.Shared.Rent(size);
        double[] distances = ArrayPool<double>.Shared.Rent(size);
        try
        {
            ExactNeighbors.FillHeaps(space, k, start, indices.AsSpan(0, size), distances.AsSpan(0, size), token);
            for (int i = 0; i < core.Length; i++)
            {
                core[i] = distances[i * k];
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(indices);
            ArrayPool<double>.Shared.Return(distances);
        }
    }
}
