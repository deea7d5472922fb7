using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>Takes the pairs that a <see cref="PairScanner"/> cannot rule out.</summary>
internal interface IPairVisitor
{
    /// <summary>Takes a pair. What it learns it may write at once into the limits that the scanner reads.</summary>
    /// <param name="left">A row of the left side.</param>
    /// <param name="right">A row of the right side.</param>
    void Visit(int left, int right);
}

/// <summary>
/// Goes over all pairs of a left and a right set of rows, tile by tile, and hands out those that products in single precision cannot rule
/// out. One thread's tool: it owns the buffers.
/// </summary>
/// <remarks>
/// <para>A pair (i, j) is handed out unless <see cref="DotRows"/> proves that it is farther apart than limits[i] says and, if both ways
/// count, than limits[j] says too. Limits are made by <see cref="DotRows.LimitFor"/>; positive infinity takes no pair for its row, negative
/// infinity every pair. They are read again for each 8 x 48 pairs, so that what a visitor learns helps at once. Several scanners may share
/// limits that only ever rise: one read too early is only too lenient.</para>
/// <para>So any search whose answer is decided by exact distances of the pairs within its limits gives the same answer whatever the
/// rounding of the products.</para>
/// </remarks>
internal sealed class PairScanner
{
    /// <summary>Numbers of a packed side, which should stay in a core's own cache together with the rows it meets.</summary>
    private const int NumbersPerSide = 1 << 18;

    private readonly DotRows _rows;
    private readonly int _columns;
    private readonly float[] _left;
    private readonly int[] _leftRows;
    private readonly float[] _right;
    private readonly float[] _tile = new float[DotTiles.TileSize];
    private readonly double[] _room;
    private readonly float[] _vector;
    private int _leftCount;
    private int _rightStart;
    private int _rightCount;

    /// <summary>Initializes a new instance of the <see cref="PairScanner"/> class.</summary>
    /// <param name="rows">The rows.</param>
    public PairScanner(DotRows rows)
    {
        _rows = rows;
        _columns = rows.ColumnCount;
        _left = new float[SideSize(rows) * _columns];
        _right = new float[SideSize(rows) * _columns];
        _leftRows = new int[SideSize(rows)];
        _room = new double[_columns];
        _vector = new float[_columns];
    }

    /// <summary>Returns the most rows that a side can hold: a multiple of a panel that depends on the number of columns only.</summary>
    public static int SideSize(DotRows rows)
        => Math.Clamp(NumbersPerSide / rows.ColumnCount / DotTiles.PanelSize, 1, 10) * DotTiles.PanelSize;

    /// <summary>Sets the left side to consecutive rows, at most <see cref="SideSize"/>.</summary>
    public void SetLeft(int start, int end)
    {
        for (int row = start; row < end; row++)
        {
            _leftRows[row - start] = row;
        }

        PackLeft(end - start);
    }

    /// <summary>Sets the left side to any rows, at most <see cref="SideSize"/>.</summary>
    public void SetLeft(ReadOnlySpan<int> rows)
    {
        rows.CopyTo(_leftRows);
        PackLeft(rows.Length);
    }

    /// <summary>Sets the right side to consecutive rows, at most <see cref="SideSize"/>.</summary>
    public void SetRight(int start, int end)
    {
        _rightStart = start;
        _rightCount = end - start;
        for (int row = start; row < end; row += DotTiles.PanelSize)
        {
            int count = Math.Min(DotTiles.PanelSize, end - row);
            Span<float> target = _right.AsSpan((row - start) * _columns, DotTiles.PanelSize * _columns);
            if (count < DotTiles.PanelSize)
            {
                target.Clear();
            }

            for (int i = 0; i < count; i++)
            {
                DotTiles.PackRow(_rows.Read(row + i, _room, _vector), i, DotTiles.PanelSize, target);
            }
        }
    }

    /// <summary>Hands out the pairs of the two sides that are not ruled out.</summary>
    /// <param name="limits">The limit of each row, and room for one panel more.</param>
    /// <param name="bothWays">Whether the limit of the right row counts too.</param>
    /// <param name="visitor">Takes the pairs.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scan<TVisitor>(float[] limits, bool bothWays, ref TVisitor visitor, CancellationToken token)
        where TVisitor : IPairVisitor
    {
        for (int group = 0; group < _leftCount; group += DotTiles.GroupSize)
        {
            token.ThrowIfCancellationRequested();
            ReadOnlySpan<float> packedGroup = _left.AsSpan(group * _columns, DotTiles.GroupSize * _columns);
            int groupCount = Math.Min(DotTiles.GroupSize, _leftCount - group);
            for (int panel = 0; panel < _rightCount; panel += DotTiles.PanelSize)
            {
                DotTiles.Multiply<DotTiles.Fused>(
                    packedGroup, _right.AsSpan(panel * _columns, DotTiles.PanelSize * _columns), _columns, _tile);
                int panelStart = _rightStart + panel;
                ulong valid = ulong.MaxValue >> (64 - Math.Min(DotTiles.PanelSize, _rightCount - panel));
                for (int i = 0; i < groupCount; i++)
                {
                    int left = _leftRows[group + i];
                    ulong open = valid & NotRuledOut(
                        _tile.AsSpan(i * DotTiles.PanelSize, DotTiles.PanelSize), left, panelStart, limits, bothWays);
                    while (open != 0)
                    {
                        visitor.Visit(left, panelStart + BitOperations.TrailingZeroCount(open));
                        open &= open - 1;
                    }
                }
            }
        }
    }

    /// <summary>Returns one bit for each pair of a row with the rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong NotRuledOut(ReadOnlySpan<float> products, int left, int panelStart, float[] limits, bool bothWays)
    {
        ref float product = ref MemoryMarshal.GetReference(products);
        ref float half = ref MemoryMarshal.GetReference(_rows.Halves.AsSpan(panelStart, DotTiles.PanelSize));
        ref float limit = ref MemoryMarshal.GetReference(limits.AsSpan(panelStart, DotTiles.PanelSize));
        float leftLimit = limits[left];
        float leftHalf = _rows.Halves[left];
        ulong open = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < DotTiles.PanelSize; i += Vector512<float>.Count)
            {
                Vector512<float> s = Vector512.LoadUnsafe(ref product, (nuint)i);
                Vector512<float> near = Vector512.GreaterThanOrEqual(
                    s - Vector512.LoadUnsafe(ref half, (nuint)i), Vector512.Create(leftLimit));
                if (bothWays)
                {
                    near |= Vector512.GreaterThanOrEqual(s - Vector512.Create(leftHalf), Vector512.LoadUnsafe(ref limit, (nuint)i));
                }

                open |= near.ExtractMostSignificantBits() << i;
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (int i = 0; i < DotTiles.PanelSize; i += Vector256<float>.Count)
            {
                Vector256<float> s = Vector256.LoadUnsafe(ref product, (nuint)i);
                Vector256<float> near = Vector256.GreaterThanOrEqual(
                    s - Vector256.LoadUnsafe(ref half, (nuint)i), Vector256.Create(leftLimit));
                if (bothWays)
                {
                    near |= Vector256.GreaterThanOrEqual(s - Vector256.Create(leftHalf), Vector256.LoadUnsafe(ref limit, (nuint)i));
                }

                open |= (ulong)near.ExtractMostSignificantBits() << i;
            }
        }
        else
        {
            for (int i = 0; i < DotTiles.PanelSize; i++)
            {
                float s = Unsafe.Add(ref product, i);
                bool near = s - Unsafe.Add(ref half, i) >= leftLimit || (bothWays && s - leftHalf >= Unsafe.Add(ref limit, i));
                open |= (near ? 1UL : 0) << i;
            }
        }

        return open;
    }

    private void PackLeft(int count)
    {
        _leftCount = count;
        for (int group = 0; group < count; group += DotTiles.GroupSize)
        {
            Span<float> target = _left.AsSpan(group * _columns, DotTiles.GroupSize * _columns);
            if (count - group < DotTiles.GroupSize)
            {
                target.Clear();
            }

            for (int i = 0; i < Math.Min(DotTiles.GroupSize, count - group); i++)
            {
                DotTiles.PackRow(_rows.Read(_leftRows[group + i], _room, _vector), i, DotTiles.GroupSize, target);
            }
        }
    }
}
