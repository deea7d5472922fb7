using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// Goes over all pairs of <see cref="QueryRows"/> and rows of a space, tile by tile, and measures those that products in single precision
/// cannot rule out: <see cref="PairScanner"/> for rows that are not among those of the space, of which no second copy is kept. One thread's
/// tool: it owns the buffers.
/// </summary>
internal sealed class QueryScanner
{
    /// <summary>Numbers of the packed rows, which should stay in a core's own cache.</summary>
    private const int MostNumbers = 1 << 18;

    private readonly MetricSpace _space;
    private readonly DotScale _scale;
    private readonly int _columns;
    private readonly double[] _room;
    private readonly float[] _vector;
    private readonly float[] _panels;
    private readonly float[] _halves;
    private readonly float[] _group;
    private readonly float[] _tile = new float[DotTiles.TileSize];
    private readonly int[] _rows;
    private int _count;

    /// <summary>Initializes a new instance of the <see cref="QueryScanner"/> class.</summary>
    /// <param name="space">The rows to find.</param>
    /// <param name="scale">Their scale.</param>
    public QueryScanner(MetricSpace space, DotScale scale)
    {
        _space = space;
        _scale = scale;
        _columns = scale.ColumnCount;
        MostRows = Math.Clamp(MostNumbers / _columns / DotTiles.PanelSize, 1, 10) * DotTiles.PanelSize;
        _room = new double[_columns];
        _vector = new float[_columns];
        _panels = new float[MostRows * _columns];
        _halves = new float[MostRows];
        _group = new float[DotTiles.GroupSize * _columns];
        _rows = new int[MostRows];
    }

    /// <summary>Gets the most rows of the space that are scanned at once.</summary>
    public int MostRows { get; }

    /// <summary>Sets the rows of the space, at most <see cref="MostRows"/>.</summary>
    /// <param name="rows">The rows.</param>
    public void SetRows(ReadOnlySpan<int> rows)
    {
        _count = rows.Length;
        rows.CopyTo(_rows);
        for (int place = 0; place < rows.Length; place++)
        {
            int panel = place / DotTiles.PanelSize * DotTiles.PanelSize;
            _halves[place] = _scale.Write(_space, rows[place], _room, _vector);
            DotTiles.PackRow(_vector, place - panel, DotTiles.PanelSize, _panels.AsSpan(panel * _columns));
        }
    }

    /// <summary>Measures the pairs that are not ruled out.</summary>
    /// <param name="queries">The rows that look for others.</param>
    /// <param name="slots">Which of them, any number.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scan(QueryRows queries, ReadOnlySpan<int> slots, CancellationToken token)
    {
        Span<int> group = stackalloc int[DotTiles.GroupSize];
        for (int first = 0; first < slots.Length; first += DotTiles.GroupSize)
        {
            token.ThrowIfCancellationRequested();
            int count = Math.Min(DotTiles.GroupSize, slots.Length - first);
            for (int i = 0; i < DotTiles.GroupSize; i++)
            {
                // Places without a row repeat the last one.
                group[i] = slots[first + Math.Min(i, count - 1)];
            }

            for (int panel = 0; panel < _count; panel += DotTiles.PanelSize)
            {
                int width = Math.Min(DotTiles.PanelSize, _count - panel);
                DotTiles.MultiplyRows<DotTiles.Fused>(
                    queries.Vectors,
                    group,
                    _panels.AsSpan(panel * _columns, DotTiles.PanelSize * _columns),
                    width,
                    _columns,
                    _group,
                    _tile);
                ulong valid = ulong.MaxValue >> (64 - width);
                for (int i = 0; i < count; i++)
                {
                    ulong open = valid & NotRuledOut(i, panel, queries.Limits[group[i]]);
                    while (open != 0)
                    {
                        int place = BitOperations.TrailingZeroCount(open);

                        // What was measured a moment ago may have ruled it out.
                        if (_tile[(i * DotTiles.PanelSize) + place] - _halves[panel + place] >= queries.Limits[group[i]])
                        {
                            queries.Measure(group[i], _rows[panel + place]);
                        }

                        open &= open - 1;
                    }
                }
            }
        }
    }

    /// <summary>Returns one bit for each pair of a row of the tile with the rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong NotRuledOut(int row, int panel, float limit)
    {
        ref float product = ref MemoryMarshal.GetReference(_tile.AsSpan(row * DotTiles.PanelSize, DotTiles.PanelSize));
        ref float half = ref MemoryMarshal.GetReference(_halves.AsSpan(panel, DotTiles.PanelSize));
        ulong open = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < DotTiles.PanelSize; i += Vector512<float>.Count)
            {
                Vector512<float> nearness = Vector512.LoadUnsafe(ref product, (nuint)i) - Vector512.LoadUnsafe(ref half, (nuint)i);
                open |= Vector512.GreaterThanOrEqual(nearness, Vector512.Create(limit)).ExtractMostSignificantBits() << i;
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (int i = 0; i < DotTiles.PanelSize; i += Vector256<float>.Count)
            {
                Vector256<float> nearness = Vector256.LoadUnsafe(ref product, (nuint)i) - Vector256.LoadUnsafe(ref half, (nuint)i);
                open |= (ulong)Vector256.GreaterThanOrEqual(nearness, Vector256.Create(limit)).ExtractMostSignificantBits() << i;
            }
        }
        else
        {
            for (int i = 0; i < DotTiles.PanelSize; i++)
            {
                open |= (Unsafe.Add(ref product, i) - Unsafe.Add(ref half, i) >= limit ? 1UL : 0) << i;
            }
        }

        return open;
    }
}
