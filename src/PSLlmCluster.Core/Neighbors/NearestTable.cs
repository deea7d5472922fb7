using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// The k nearest of each row among the pairs added so far, by (distance, index), filled by several threads at once. What is kept in the
/// end does not depend on the order of the pairs.
/// </summary>
/// <remarks>
/// Rows are named by their place: in the order in which a <see cref="PairScanner"/> has them. The lists are those of the space's rows.
/// </remarks>
internal sealed class NearestTable
{
    private const int LockCount = 1024;

    private readonly MetricSpace _space;
    private readonly int _k;
    private readonly DotRows? _vectors;
    private readonly int[]? _order;
    private readonly int[] _counts;
    private readonly object[] _locks = new object[LockCount];

    /// <summary>Initializes a new instance of the <see cref="NearestTable"/> class, in which each row has itself.</summary>
    /// <param name="space">The rows and their metric.</param>
    /// <param name="k">How many to keep for each row, itself included.</param>
    /// <param name="vectors">The rows' vectors, or null where no products are used; then there are no limits to keep.</param>
    /// <param name="order">For each place the row of the space; null where they are the same.</param>
    public NearestTable(MetricSpace space, int k, DotRows? vectors, int[]? order)
    {
        int n = space.RowCount;
        _space = space;
        _k = k;
        _vectors = vectors;
        _order = order;
        _counts = new int[n];
        Indices = FreedMemory.NewArray<int>(checked(n * k));
        Distances = FreedMemory.NewArray<double>(Indices.Length);
        Limits = new float[vectors is null ? 0 : n + DotTiles.PanelSize];
        Limits.AsSpan().Fill(float.NegativeInfinity);
        for (int i = 0; i < LockCount; i++)
        {
            _locks[i] = new object();
        }

        for (int place = 0; place < n; place++)
        {
            int row = RowAt(place);
            TryAdd(place, row, row, space.Distance(row, row));
        }
    }

    /// <summary>Gets k rows for each row of the space.</summary>
    public int[] Indices { get; }

    /// <summary>Gets the distances that belong to <see cref="Indices"/>; until <see cref="ToLists"/> the largest comes first.</summary>
    public double[] Distances { get; }

    /// <summary>Gets the limit of each place for a <see cref="PairScanner"/>. It only rises.</summary>
    public float[] Limits { get; }

    /// <summary>Gets a value indicating whether each row has k.</summary>
    public bool IsFull => !_counts.AsSpan().ContainsAnyExcept(_k);

    /// <summary>Returns the distances of what a row has.</summary>
    public ReadOnlySpan<double> DistancesOf(int row) => Distances.AsSpan(row * _k, _counts[row]);

    /// <summary>Measures a pair, unless it is in both lists already, and adds each row to the list of the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Measure(int leftPlace, int rightPlace)
    {
        int left = RowAt(leftPlace);
        int right = RowAt(rightPlace);
        if (!Holds(left, right) || !Holds(right, left))
        {
            double distance = _space.Distance(left, right);
            TryAdd(leftPlace, left, right, distance);
            TryAdd(rightPlace, right, left, distance);
        }
    }

    /// <summary>Adds one row of a pair to the list of the other, if it is among the nearest.</summary>
    /// <param name="place">The place of the row that may take it.</param>
    /// <param name="row">That row.</param>
    /// <param name="other">The row to add.</param>
    /// <param name="distance">Their distance.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TryAdd(int place, int row, int other, double distance)
    {
        // A look without a lock: the largest distance only falls once the list is full, so an old one is only too lenient.
        if (Volatile.Read(ref _counts[row]) == _k && distance > Distances[(long)row * _k])
        {
            return;
        }

        lock (_locks[row % LockCount])
        {
            int count = _counts[row];
            if (Holds(row, other, count))
            {
                return;
            }

            NearestHeap heap = new(Indices.AsSpan(row * _k, _k), Distances.AsSpan(row * _k, _k), count);
            heap.TryAdd(other, distance);
            Volatile.Write(ref _counts[row], heap.Count);
            if (_vectors is not null && heap.Count == _k)
            {
                Limits[place] = _vectors.LimitFor(place, heap.Limit);
            }
        }
    }

    /// <summary>Sorts the lists. Every row must have met k others, itself included.</summary>
    public NeighborLists ToLists(WorkContext work)
    {
        ParallelBlocks.For(_counts.Length, 4096, work, (start, end) =>
        {
            for (int row = start; row < end; row++)
            {
                new NearestHeap(Indices.AsSpan(row * _k, _k), Distances.AsSpan(row * _k, _k), _counts[row]).Sort();
            }
        });
        return new NeighborLists(_counts.Length, _k, Indices, Distances);
    }

    private int RowAt(int place) => _order is null ? place : _order[place];

    private bool Holds(int row, int other) => Holds(row, other, Volatile.Read(ref _counts[row]));

    private bool Holds(int row, int other, int count) => Indices.AsSpan(row * _k, count).Contains(other);
}
