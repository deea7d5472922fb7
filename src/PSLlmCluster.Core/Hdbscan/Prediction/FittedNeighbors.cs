using PSLlmCluster.Core.Neighbors;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The nearest fitted points of some new rows at a time, exact, ties by place: by <see cref="NeighborQueries"/>, or, where distances are
/// given, from these. One thread's tool: it is filled again and again.
/// </summary>
internal sealed class FittedNeighbors
{
    private const int PointsPerTile = 256;

    private readonly NewRowDistances _distances;
    private readonly NeighborQueries.Finder? _finder;
    private readonly int[] _leftOut;
    private readonly int[] _rows;
    private readonly int[] _slots;
    private readonly int[] _points;
    private readonly double[] _lengths;

    /// <summary>Initializes a new instance of the <see cref="FittedNeighbors"/> class.</summary>
    /// <param name="distances">The rows and points.</param>
    /// <param name="queries">The search for points, or null where distances are given.</param>
    /// <param name="k">How many points to find for each row: from 1 to as many as there are.</param>
    /// <param name="leftOut">Rows that none are looked for, ascending: those that are not finite.</param>
    /// <param name="blockSize">The most rows at once.</param>
    public FittedNeighbors(NewRowDistances distances, NeighborQueries? queries, int k, int[] leftOut, int blockSize)
    {
        _distances = distances;
        _finder = queries?.CreateFinder(k, blockSize);
        _leftOut = leftOut;
        _rows = new int[blockSize];
        _slots = new int[blockSize];
        _points = new int[_finder is null ? checked(blockSize * k) : 0];
        _lengths = new double[_points.Length];
        Count = k;
    }

    /// <summary>Gets how many points are found for each row.</summary>
    public int Count { get; }

    /// <summary>Returns a row's nearest points, the nearest first.</summary>
    /// <param name="slot">The row's place among those that were handed to <see cref="Find"/>.</param>
    public ReadOnlySpan<int> PointsOf(int slot)
        => _finder is null ? _points.AsSpan(_slots[slot] * Count, Count) : _finder.IndicesOf(_slots[slot]);

    /// <summary>Returns the distances to a row's nearest points.</summary>
    /// <param name="slot">The row's place among those that were handed to <see cref="Find"/>.</param>
    public ReadOnlySpan<double> DistancesOf(int slot)
        => _finder is null ? _lengths.AsSpan(_slots[slot] * Count, Count) : _finder.DistancesOf(_slots[slot]);

    /// <summary>Returns whether no points are looked for, for a row.</summary>
    public bool IsLeftOut(int row) => _leftOut.Length > 0 && _leftOut.AsSpan().BinarySearch(row) >= 0;

    /// <summary>Finds the nearest points of some rows.</summary>
    /// <param name="rows">The rows, as many as a block has at most.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void Find(ReadOnlySpan<int> rows, CancellationToken token)
    {
        int count = 0;
        for (int slot = 0; slot < rows.Length; slot++)
        {
            if (!IsLeftOut(rows[slot]))
            {
                _slots[slot] = count;
                _rows[count++] = rows[slot];
            }
        }

        if (_finder is not null)
        {
            _finder.Find(_distances.Foreign!, _rows.AsSpan(0, count), token);
            return;
        }

        Span<double> tile = stackalloc double[PointsPerTile];
        for (int slot = 0; slot < count; slot++)
        {
            int row = _rows[slot];
            NearestHeap heap = new(_points.AsSpan(slot * Count, Count), _lengths.AsSpan(slot * Count, Count));
            for (int first = 0; first < _distances.FittedCount; first += PointsPerTile)
            {
                token.ThrowIfCancellationRequested();
                Span<double> measured = tile[..Math.Min(PointsPerTile, _distances.FittedCount - first)];
                _distances.Measure(row, first, measured);
                heap.AddAscending(first, measured);
            }

            heap.Sort();
        }
    }
}
