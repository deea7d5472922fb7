using System.Buffers;
using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The nearest fitted points of new rows, exact, ties by place. Every pair is measured, in tiles that stay in the cache for some rows; over
/// few columns, and for more than a few rows, a walk through a k-d tree finds the same.
/// </summary>
internal sealed class FittedNeighbors : IDisposable
{
    /// <summary>Rows that are looked for together.</summary>
    public const int RowsPerBlock = 16;

    private const int PointsPerTile = 256;

    /// <summary>Fewer points than these are measured before a walk would have ended.</summary>
    private const int LeastTreePoints = 512;

    /// <summary>Fewer rows than these are done before a tree would have been built.</summary>
    private const int LeastTreeRows = 32;

    private readonly NewRowDistances _distances;
    private readonly KdTree? _tree;
    private readonly int _k;
    private readonly int[] _leftOut;
    private readonly int[] _points;
    private readonly double[] _lengths;

    /// <summary>Initializes a new instance of the <see cref="FittedNeighbors"/> class.</summary>
    /// <param name="distances">The rows and points.</param>
    /// <param name="tree">The points in a tree, or null to measure all.</param>
    /// <param name="k">How many points to find for each row: from 1 to as many as there are.</param>
    /// <param name="leftOut">Rows that none are looked for, ascending: those that are not finite.</param>
    public FittedNeighbors(NewRowDistances distances, KdTree? tree, int k, int[] leftOut)
    {
        _leftOut = leftOut;
        _distances = distances;
        _tree = tree;
        _k = k;
        _points = ArrayPool<int>.Shared.Rent(k * RowsPerBlock);
        _lengths = ArrayPool<double>.Shared.Rent(k * RowsPerBlock);
    }

    /// <summary>Builds a tree of the points, if it is worth it.</summary>
    /// <param name="distances">The rows and points.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public static KdTree? TreeFor(NewRowDistances distances, WorkContext work)
        => distances.Fitted is { } space
            && distances.Rows.RowCount >= LeastTreeRows
            && TreePolicy.ForQueries(space, space.RowCount, LeastTreePoints)
            ? KdTree.Build(space, work.ThreadCount, work.Token)
            : null;

    /// <summary>Gives the lists back.</summary>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_points);
        ArrayPool<double>.Shared.Return(_lengths);
    }

    /// <summary>Returns a row's nearest points, the nearest first.</summary>
    /// <param name="slot">The row's place among those that were looked for.</param>
    public ReadOnlySpan<int> PointsOf(int slot) => _points.AsSpan(slot * _k, _k);

    /// <summary>Returns the distances to a row's nearest points.</summary>
    /// <param name="slot">The row's place among those that were looked for.</param>
    public ReadOnlySpan<double> DistancesOf(int slot) => _lengths.AsSpan(slot * _k, _k);

    /// <summary>Returns whether no points are looked for, for a row.</summary>
    public bool IsLeftOut(int row) => _leftOut.Length > 0 && _leftOut.AsSpan().BinarySearch(row) >= 0;

    /// <summary>Finds the nearest points of consecutive rows, at most <see cref="RowsPerBlock"/> of them.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="end">The row after the last one.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void Find(int start, int end, CancellationToken token)
    {
        if (_tree is not null)
        {
            for (int row = start; row < end; row++)
            {
                if (IsLeftOut(row))
                {
                    continue;
                }

                int place = (row - start) * _k;
                KdQueries.Find(_tree, _distances.Rows, row, _points.AsSpan(place, _k), _lengths.AsSpan(place, _k), token);
            }

            return;
        }

        Span<double> tile = stackalloc double[PointsPerTile];
        Span<int> counts = stackalloc int[RowsPerBlock];
        counts.Clear();
        int n = _distances.FittedCount;
        for (int first = 0; first < n; first += PointsPerTile)
        {
            token.ThrowIfCancellationRequested();
            Span<double> measured = tile[..Math.Min(PointsPerTile, n - first)];
            for (int row = start; row < end; row++)
            {
                if (IsLeftOut(row))
                {
                    continue;
                }

                _distances.Measure(row, first, measured);
                NearestHeap heap = Heap(row - start, counts[row - start]);
                heap.AddAscending(first, measured);
                counts[row - start] = heap.Count;
            }
        }

        for (int slot = 0; slot < end - start; slot++)
        {
            Heap(slot, counts[slot]).Sort();
        }
    }

    private NearestHeap Heap(int slot, int count) => new(_points.AsSpan(slot * _k, _k), _lengths.AsSpan(slot * _k, _k), count);
}
