using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Rows that are not among those of a space, with the nearest rows of it that each has so far, by (distance, index). One thread's tool: it
/// is filled again and again.
/// </summary>
internal sealed class QueryRows
{
    private readonly MetricSpace _space;
    private readonly DotScale? _scale;
    private readonly int _k;
    private readonly double[] _room;
    private readonly float[] _halves;
    private readonly int[] _rows;
    private readonly int[] _counts;
    private readonly int[] _indices;
    private readonly double[] _distances;
    private MetricSpace _foreign;

    /// <summary>Initializes a new instance of the <see cref="QueryRows"/> class.</summary>
    /// <param name="space">The rows to find.</param>
    /// <param name="scale">Their scale, or null where no products are used.</param>
    /// <param name="k">How many to find: from 1 to as many as there are.</param>
    /// <param name="capacity">The most rows at once.</param>
    public QueryRows(MetricSpace space, DotScale? scale, int k, int capacity)
    {
        int columns = space.Rows.ColumnCount;
        _space = space;
        _foreign = space;
        _scale = scale;
        _k = k;
        _rows = new int[capacity];
        _counts = new int[capacity];
        _indices = new int[checked(capacity * k)];
        _distances = new double[_indices.Length];
        _room = new double[scale is null ? 0 : columns];
        _halves = new float[scale is null ? 0 : capacity];
        Vectors = new float[scale is null ? 0 : checked(capacity * columns)];
        Limits = new float[_halves.Length];
    }

    /// <summary>Gets the number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the rows' vectors, one after the other.</summary>
    public float[] Vectors { get; }

    /// <summary>
    /// Gets what the product of each row with another one, less that one's half, has to reach for that one to be near enough; positive
    /// infinity for rows that products cannot be trusted with.
    /// </summary>
    public float[] Limits { get; }

    /// <summary>Takes rows, none of which has found any yet.</summary>
    /// <param name="foreign">The rows' space, made by <see cref="MetricSpace.CreateForeign"/>, or the space itself.</param>
    /// <param name="rows">Which of its rows.</param>
    public void Set(MetricSpace foreign, ReadOnlySpan<int> rows)
    {
        _foreign = foreign;
        rows.CopyTo(_rows);
        Count = rows.Length;
        _counts.AsSpan(0, Count).Clear();
        if (_scale is null)
        {
            return;
        }

        int columns = _scale.ColumnCount;
        for (int row = 0; row < Count; row++)
        {
            Span<float> vector = Vectors.AsSpan(row * columns, columns);
            _halves[row] = _scale.Write(foreign, rows[row], _room, vector);
            Limits[row] = float.NegativeInfinity;
            if (!DotScale.IsNear(vector))
            {
                vector.Clear();
                Limits[row] = float.PositiveInfinity;
            }
        }
    }

    /// <summary>Returns whether a row's vector is too far out for products, so that it has to be measured.</summary>
    public bool IsFarOut(int row) => _scale is not null && float.IsPositiveInfinity(Limits[row]);

    /// <summary>Returns whether a row has found as many as it is to find.</summary>
    public bool IsFull(int row) => _counts[row] == _k;

    /// <summary>Returns what a row has found; after <see cref="Sort"/> the nearest first.</summary>
    public ReadOnlySpan<int> IndicesOf(int row) => _indices.AsSpan(row * _k, _counts[row]);

    /// <summary>Returns the distances to what a row has found.</summary>
    public ReadOnlySpan<double> DistancesOf(int row) => _distances.AsSpan(row * _k, _counts[row]);

    /// <summary>Returns the distance of a row to one of the space.</summary>
    public double Distance(int row, int fitted) => _space.DistanceFrom(_foreign, _rows[row], fitted);

    /// <summary>Measures a row to one that it has not met.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Measure(int row, int fitted)
    {
        NearestHeap heap = HeapOf(row);
        bool isTaken = heap.TryAdd(fitted, Distance(row, fitted));
        _counts[row] = heap.Count;
        if (isTaken && _scale is not null && heap.Count == _k && !float.IsPositiveInfinity(Limits[row]))
        {
            Limits[row] = _scale.LimitForOther(_halves[row], heap.Limit);
        }
    }

    /// <summary>Measures a row to some that it has not met.</summary>
    public void MeasureSome(int row, ReadOnlySpan<int> some)
    {
        foreach (int fitted in some)
        {
            Measure(row, fitted);
        }
    }

    /// <summary>Finds the nearest of all for each row, in a tree, in rising order.</summary>
    /// <param name="tree">The rows of the space in a tree.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void FindIn(KdTree tree, CancellationToken token)
    {
        for (int row = 0; row < Count; row++)
        {
            KdQueries.Find(
                tree, _foreign.Rows, _rows[row], _indices.AsSpan(row * _k, _k), _distances.AsSpan(row * _k, _k), token);
            _counts[row] = _k;
        }
    }

    /// <summary>Measures a row to all, and forgets what it had found.</summary>
    /// <param name="row">The row.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public void MeasureAll(int row, CancellationToken token)
    {
        const int atOnce = 256;
        Span<double> tile = stackalloc double[atOnce];
        _counts[row] = 0;
        NearestHeap heap = HeapOf(row);
        for (int first = 0; first < _space.RowCount; first += atOnce)
        {
            token.ThrowIfCancellationRequested();
            Span<double> measured = tile[..Math.Min(atOnce, _space.RowCount - first)];
            _space.DistancesFrom(_foreign, _rows[row], first, measured);
            heap.AddAscending(first, measured);
        }

        _counts[row] = heap.Count;
    }

    /// <summary>Brings what each row has found into rising order. No more can be added after that.</summary>
    public void Sort()
    {
        for (int row = 0; row < Count; row++)
        {
            HeapOf(row).Sort();
        }
    }

    private NearestHeap HeapOf(int row) => new(_indices.AsSpan(row * _k, _k), _distances.AsSpan(row * _k, _k), _counts[row]);
}
