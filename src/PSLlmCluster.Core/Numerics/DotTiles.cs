using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Dot products in single precision of 8 rows with 48 at once, from rows packed coordinate by coordinate: the inner kernel of a matrix
/// product (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication"). All sums stay in registers.
/// </summary>
/// <remarks>
/// Each product is summed over the coordinates in rising order in a lane of its own, so the width of the registers does not matter.
/// <see cref="Fused"/> is fast, but its bits depend on the processor, so that it may only decide what is measured exactly;
/// <see cref="Plain"/> has the same bits everywhere.
/// </remarks>
internal static class DotTiles
{
    /// <summary>Rows of a group, the left side of a tile.</summary>
    public const int GroupSize = 8;

    /// <summary>Rows of a panel, the right side of a tile.</summary>
    public const int PanelSize = 48;

    /// <summary>Numbers in a tile of products.</summary>
    public const int TileSize = GroupSize * PanelSize;

    /// <summary>How a product joins its sum.</summary>
    public interface IArithmetic
    {
        /// <summary>Adds a product to a sum, for each lane of a 512-bit register.</summary>
        static abstract Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b);

        /// <summary>The same for a 256-bit register.</summary>
        static abstract Vector256<float> Add(Vector256<float> sum, Vector256<float> a, Vector256<float> b);

        /// <summary>The same for a 128-bit register.</summary>
        static abstract Vector128<float> Add(Vector128<float> sum, Vector128<float> a, Vector128<float> b);

        /// <summary>The same for one number.</summary>
        static abstract float Add(float sum, float a, float b);
    }

    /// <summary>Copies rows into groups or panels, coordinate by coordinate; the places of missing rows become 0.</summary>
    /// <param name="values">The rows, one after the other.</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="rowCount">How many rows to copy, at most <paramref name="size"/>.</param>
    /// <param name="size">Rows of a group or panel.</param>
    /// <param name="target">Receives <paramref name="size"/> x <paramref name="columns"/> numbers.</param>
    public static void Pack(ReadOnlySpan<float> values, int columns, int rowCount, int size, Span<float> target)
    {
        if (rowCount < size)
        {
            target.Clear();
        }

        for (int row = 0; row < rowCount; row++)
        {
            PackRow(values.Slice(row * columns, columns), row, size, target);
        }
    }

    /// <summary>Copies one row to its place in a group or panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRow(ReadOnlySpan<float> row, int place, int size, Span<float> target)
    {
        if (row.IsEmpty)
        {
            return;
        }

        ref float to = ref target[((row.Length - 1) * size) + place];
        to = ref target[place];
        for (int column = 0; column < row.Length; column++)
        {
            to = row[column];
            to = ref Unsafe.Add(ref to, size);
        }
    }

    /// <summary>Multiplies a group with a panel.</summary>
    /// <param name="group">8 packed rows.</param>
    /// <param name="panel">48 packed rows.</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="tile">Receives 8 x 48 products.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TArithmetic>(ReadOnlySpan<float> group, ReadOnlySpan<float> panel, int columns, Span<float> tile)
        where TArithmetic : IArithmetic
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group.Length, columns * GroupSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(panel.Length, columns * PanelSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(tile.Length, TileSize);
        ref float a = ref MemoryMarshal.GetReference(group);
        ref float b = ref MemoryMarshal.GetReference(panel);
        ref float c = ref MemoryMarshal.GetReference(tile);
        if (Vector512.IsHardwareAccelerated)
        {
            Multiply512<TArithmetic>(ref a, ref b, columns, ref c);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (int row = 0; row < GroupSize; row += 4)
            {
                for (int column = 0; column < PanelSize; column += 24)
                {
                    Multiply256<TArithmetic>(
                        ref Unsafe.Add(ref a, row),
                        ref Unsafe.Add(ref b, column),
                        columns,
                        ref Unsafe.Add(ref c, (row * PanelSize) + column));
                }
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (int row = 0; row < GroupSize; row += 4)
            {
                for (int column = 0; column < PanelSize; column += 12)
                {
                    Multiply128<TArithmetic>(
                        ref Unsafe.Add(ref a, row),
                        ref Unsafe.Add(ref b, column),
                        columns,
                        ref Unsafe.Add(ref c, (row * PanelSize) + column));
                }
            }
        }
        else
        {
            MultiplyScalar<TArithmetic>(ref a, ref b, columns, tile[..TileSize]);
        }
    }

    /// <summary>Multiplies rows that are not packed with a panel.</summary>
    /// <param name="rows">Rows, one after the other.</param>
    /// <param name="places">The places of 8 of them, which may repeat.</param>
    /// <param name="panel">48 packed rows.</param>
    /// <param name="count">How many of these count, from 1 to 48.</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="room">Room for a group.</param>
    /// <param name="tile">Receives 8 x 48 products; those with rows of the panel that do not count mean nothing.</param>
    public static void MultiplyRows<TArithmetic>(
        ReadOnlySpan<float> rows,
        ReadOnlySpan<int> places,
        ReadOnlySpan<float> panel,
        int count,
        int columns,
        Span<float> room,
        Span<float> tile)
        where TArithmetic : IArithmetic
    {
        if (Vector512.IsHardwareAccelerated)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(panel.Length, columns * PanelSize);
            ArgumentOutOfRangeException.ThrowIfLessThan(tile.Length, TileSize);
            ref float b = ref MemoryMarshal.GetReference(panel);
            ref float c = ref MemoryMarshal.GetReference(tile);
            switch (count)
            {
                case <= 16:
                    MultiplyRows16<TArithmetic>(rows, places, ref b, columns, ref c);
                    break;
                case <= 32:
                    MultiplyRows32<TArithmetic>(rows, places, ref b, columns, ref c);
                    break;
                default:
                    MultiplyRows48<TArithmetic>(rows, places, ref b, columns, ref c);
                    break;
            }

            return;
        }

        for (int row = 0; row < GroupSize; row++)
        {
            PackRow(rows.Slice(places[row] * columns, columns), row, GroupSize, room);
        }

        Multiply<TArithmetic>(room, panel, columns, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyScalar<TArithmetic>(ref float a, ref float b, int columns, Span<float> tile)
        where TArithmetic : IArithmetic
    {
        tile.Clear();
        for (int i = 0; i < columns; i++)
        {
            for (int row = 0; row < GroupSize; row++)
            {
                float factor = a;
                a = ref Unsafe.Add(ref a, 1);
                for (int column = 0; column < PanelSize; column++)
                {
                    ref float sum = ref tile[(row * PanelSize) + column];
                    sum = TArithmetic.Add(sum, factor, Unsafe.Add(ref b, column));
                }
            }

            b = ref Unsafe.Add(ref b, PanelSize);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply512<TArithmetic>(ref float a, ref float b, int columns, ref float c)
        where TArithmetic : IArithmetic
    {
        Vector512<float> s00 = Vector512<float>.Zero, s01 = Vector512<float>.Zero, s02 = Vector512<float>.Zero;
        Vector512<float> s10 = Vector512<float>.Zero, s11 = Vector512<float>.Zero, s12 = Vector512<float>.Zero;
        Vector512<float> s20 = Vector512<float>.Zero, s21 = Vector512<float>.Zero, s22 = Vector512<float>.Zero;
        Vector512<float> s30 = Vector512<float>.Zero, s31 = Vector512<float>.Zero, s32 = Vector512<float>.Zero;
        Vector512<float> s40 = Vector512<float>.Zero, s41 = Vector512<float>.Zero, s42 = Vector512<float>.Zero;
        Vector512<float> s50 = Vector512<float>.Zero, s51 = Vector512<float>.Zero, s52 = Vector512<float>.Zero;
        Vector512<float> s60 = Vector512<float>.Zero, s61 = Vector512<float>.Zero, s62 = Vector512<float>.Zero;
        Vector512<float> s70 = Vector512<float>.Zero, s71 = Vector512<float>.Zero, s72 = Vector512<float>.Zero;
        for (int i = 0; i < columns; i++)
        {
            Vector512<float> b0 = Vector512.LoadUnsafe(ref b);
            Vector512<float> b1 = Vector512.LoadUnsafe(ref b, 16);
            Vector512<float> b2 = Vector512.LoadUnsafe(ref b, 32);
            Vector512<float> x = Vector512.Create(a);
            s00 = TArithmetic.Add(s00, x, b0);
            s01 = TArithmetic.Add(s01, x, b1);
            s02 = TArithmetic.Add(s02, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 1));
            s10 = TArithmetic.Add(s10, x, b0);
            s11 = TArithmetic.Add(s11, x, b1);
            s12 = TArithmetic.Add(s12, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 2));
            s20 = TArithmetic.Add(s20, x, b0);
            s21 = TArithmetic.Add(s21, x, b1);
            s22 = TArithmetic.Add(s22, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 3));
            s30 = TArithmetic.Add(s30, x, b0);
            s31 = TArithmetic.Add(s31, x, b1);
            s32 = TArithmetic.Add(s32, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 4));
            s40 = TArithmetic.Add(s40, x, b0);
            s41 = TArithmetic.Add(s41, x, b1);
            s42 = TArithmetic.Add(s42, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 5));
            s50 = TArithmetic.Add(s50, x, b0);
            s51 = TArithmetic.Add(s51, x, b1);
            s52 = TArithmetic.Add(s52, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 6));
            s60 = TArithmetic.Add(s60, x, b0);
            s61 = TArithmetic.Add(s61, x, b1);
            s62 = TArithmetic.Add(s62, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a, 7));
            s70 = TArithmetic.Add(s70, x, b0);
            s71 = TArithmetic.Add(s71, x, b1);
            s72 = TArithmetic.Add(s72, x, b2);
            a = ref Unsafe.Add(ref a, GroupSize);
            b = ref Unsafe.Add(ref b, PanelSize);
        }

        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, 16);
        s02.StoreUnsafe(ref c, 32);
        s10.StoreUnsafe(ref c, 1 * PanelSize);
        s11.StoreUnsafe(ref c, (1 * PanelSize) + 16);
        s12.StoreUnsafe(ref c, (1 * PanelSize) + 32);
        s20.StoreUnsafe(ref c, 2 * PanelSize);
        s21.StoreUnsafe(ref c, (2 * PanelSize) + 16);
        s22.StoreUnsafe(ref c, (2 * PanelSize) + 32);
        s30.StoreUnsafe(ref c, 3 * PanelSize);
        s31.StoreUnsafe(ref c, (3 * PanelSize) + 16);
        s32.StoreUnsafe(ref c, (3 * PanelSize) + 32);
        s40.StoreUnsafe(ref c, 4 * PanelSize);
        s41.StoreUnsafe(ref c, (4 * PanelSize) + 16);
        s42.StoreUnsafe(ref c, (4 * PanelSize) + 32);
        s50.StoreUnsafe(ref c, 5 * PanelSize);
        s51.StoreUnsafe(ref c, (5 * PanelSize) + 16);
        s52.StoreUnsafe(ref c, (5 * PanelSize) + 32);
        s60.StoreUnsafe(ref c, 6 * PanelSize);
        s61.StoreUnsafe(ref c, (6 * PanelSize) + 16);
        s62.StoreUnsafe(ref c, (6 * PanelSize) + 32);
        s70.StoreUnsafe(ref c, 7 * PanelSize);
        s71.StoreUnsafe(ref c, (7 * PanelSize) + 16);
        s72.StoreUnsafe(ref c, (7 * PanelSize) + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows48<TArithmetic>(
        ReadOnlySpan<float> rows, ReadOnlySpan<int> places, ref float b, int columns, ref float c)
        where TArithmetic : IArithmetic
    {
        ref float a0 = ref MemoryMarshal.GetReference(rows.Slice(places[0] * columns, columns));
        ref float a1 = ref MemoryMarshal.GetReference(rows.Slice(places[1] * columns, columns));
        ref float a2 = ref MemoryMarshal.GetReference(rows.Slice(places[2] * columns, columns));
        ref float a3 = ref MemoryMarshal.GetReference(rows.Slice(places[3] * columns, columns));
        ref float a4 = ref MemoryMarshal.GetReference(rows.Slice(places[4] * columns, columns));
        ref float a5 = ref MemoryMarshal.GetReference(rows.Slice(places[5] * columns, columns));
        ref float a6 = ref MemoryMarshal.GetReference(rows.Slice(places[6] * columns, columns));
        ref float a7 = ref MemoryMarshal.GetReference(rows.Slice(places[7] * columns, columns));
        Vector512<float> s00 = Vector512<float>.Zero, s01 = Vector512<float>.Zero, s02 = Vector512<float>.Zero;
        Vector512<float> s10 = Vector512<float>.Zero, s11 = Vector512<float>.Zero, s12 = Vector512<float>.Zero;
        Vector512<float> s20 = Vector512<float>.Zero, s21 = Vector512<float>.Zero, s22 = Vector512<float>.Zero;
        Vector512<float> s30 = Vector512<float>.Zero, s31 = Vector512<float>.Zero, s32 = Vector512<float>.Zero;
        Vector512<float> s40 = Vector512<float>.Zero, s41 = Vector512<float>.Zero, s42 = Vector512<float>.Zero;
        Vector512<float> s50 = Vector512<float>.Zero, s51 = Vector512<float>.Zero, s52 = Vector512<float>.Zero;
        Vector512<float> s60 = Vector512<float>.Zero, s61 = Vector512<float>.Zero, s62 = Vector512<float>.Zero;
        Vector512<float> s70 = Vector512<float>.Zero, s71 = Vector512<float>.Zero, s72 = Vector512<float>.Zero;
        for (nint i = 0; i < columns; i++)
        {
            Vector512<float> b0 = Vector512.LoadUnsafe(ref b);
            Vector512<float> b1 = Vector512.LoadUnsafe(ref b, 16);
            Vector512<float> b2 = Vector512.LoadUnsafe(ref b, 32);
            Vector512<float> x = Vector512.Create(Unsafe.Add(ref a0, i));
            s00 = TArithmetic.Add(s00, x, b0);
            s01 = TArithmetic.Add(s01, x, b1);
            s02 = TArithmetic.Add(s02, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a1, i));
            s10 = TArithmetic.Add(s10, x, b0);
            s11 = TArithmetic.Add(s11, x, b1);
            s12 = TArithmetic.Add(s12, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a2, i));
            s20 = TArithmetic.Add(s20, x, b0);
            s21 = TArithmetic.Add(s21, x, b1);
            s22 = TArithmetic.Add(s22, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a3, i));
            s30 = TArithmetic.Add(s30, x, b0);
            s31 = TArithmetic.Add(s31, x, b1);
            s32 = TArithmetic.Add(s32, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a4, i));
            s40 = TArithmetic.Add(s40, x, b0);
            s41 = TArithmetic.Add(s41, x, b1);
            s42 = TArithmetic.Add(s42, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a5, i));
            s50 = TArithmetic.Add(s50, x, b0);
            s51 = TArithmetic.Add(s51, x, b1);
            s52 = TArithmetic.Add(s52, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a6, i));
            s60 = TArithmetic.Add(s60, x, b0);
            s61 = TArithmetic.Add(s61, x, b1);
            s62 = TArithmetic.Add(s62, x, b2);
            x = Vector512.Create(Unsafe.Add(ref a7, i));
            s70 = TArithmetic.Add(s70, x, b0);
            s71 = TArithmetic.Add(s71, x, b1);
            s72 = TArithmetic.Add(s72, x, b2);
            b = ref Unsafe.Add(ref b, PanelSize);
        }

        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, 16);
        s02.StoreUnsafe(ref c, 32);
        s10.StoreUnsafe(ref c, 1 * PanelSize);
        s11.StoreUnsafe(ref c, (1 * PanelSize) + 16);
        s12.StoreUnsafe(ref c, (1 * PanelSize) + 32);
        s20.StoreUnsafe(ref c, 2 * PanelSize);
        s21.StoreUnsafe(ref c, (2 * PanelSize) + 16);
        s22.StoreUnsafe(ref c, (2 * PanelSize) + 32);
        s30.StoreUnsafe(ref c, 3 * PanelSize);
        s31.StoreUnsafe(ref c, (3 * PanelSize) + 16);
        s32.StoreUnsafe(ref c, (3 * PanelSize) + 32);
        s40.StoreUnsafe(ref c, 4 * PanelSize);
        s41.StoreUnsafe(ref c, (4 * PanelSize) + 16);
        s42.StoreUnsafe(ref c, (4 * PanelSize) + 32);
        s50.StoreUnsafe(ref c, 5 * PanelSize);
        s51.StoreUnsafe(ref c, (5 * PanelSize) + 16);
        s52.StoreUnsafe(ref c, (5 * PanelSize) + 32);
        s60.StoreUnsafe(ref c, 6 * PanelSize);
        s61.StoreUnsafe(ref c, (6 * PanelSize) + 16);
        s62.StoreUnsafe(ref c, (6 * PanelSize) + 32);
        s70.StoreUnsafe(ref c, 7 * PanelSize);
        s71.StoreUnsafe(ref c, (7 * PanelSize) + 16);
        s72.StoreUnsafe(ref c, (7 * PanelSize) + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows32<TArithmetic>(
        ReadOnlySpan<float> rows, ReadOnlySpan<int> places, ref float b, int columns, ref float c)
        where TArithmetic : IArithmetic
    {
        ref float a0 = ref MemoryMarshal.GetReference(rows.Slice(places[0] * columns, columns));
        ref float a1 = ref MemoryMarshal.GetReference(rows.Slice(places[1] * columns, columns));
        ref float a2 = ref MemoryMarshal.GetReference(rows.Slice(places[2] * columns, columns));
        ref float a3 = ref MemoryMarshal.GetReference(rows.Slice(places[3] * columns, columns));
        ref float a4 = ref MemoryMarshal.GetReference(rows.Slice(places[4] * columns, columns));
        ref float a5 = ref MemoryMarshal.GetReference(rows.Slice(places[5] * columns, columns));
        ref float a6 = ref MemoryMarshal.GetReference(rows.Slice(places[6] * columns, columns));
        ref float a7 = ref MemoryMarshal.GetReference(rows.Slice(places[7] * columns, columns));
        Vector512<float> s00 = Vector512<float>.Zero, s01 = Vector512<float>.Zero;
        Vector512<float> s10 = Vector512<float>.Zero, s11 = Vector512<float>.Zero;
        Vector512<float> s20 = Vector512<float>.Zero, s21 = Vector512<float>.Zero;
        Vector512<float> s30 = Vector512<float>.Zero, s31 = Vector512<float>.Zero;
        Vector512<float> s40 = Vector512<float>.Zero, s41 = Vector512<float>.Zero;
        Vector512<float> s50 = Vector512<float>.Zero, s51 = Vector512<float>.Zero;
        Vector512<float> s60 = Vector512<float>.Zero, s61 = Vector512<float>.Zero;
        Vector512<float> s70 = Vector512<float>.Zero, s71 = Vector512<float>.Zero;
        for (nint i = 0; i < columns; i++)
        {
            Vector512<float> b0 = Vector512.LoadUnsafe(ref b);
            Vector512<float> b1 = Vector512.LoadUnsafe(ref b, 16);
            Vector512<float> x = Vector512.Create(Unsafe.Add(ref a0, i));
            s00 = TArithmetic.Add(s00, x, b0);
            s01 = TArithmetic.Add(s01, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a1, i));
            s10 = TArithmetic.Add(s10, x, b0);
            s11 = TArithmetic.Add(s11, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a2, i));
            s20 = TArithmetic.Add(s20, x, b0);
            s21 = TArithmetic.Add(s21, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a3, i));
            s30 = TArithmetic.Add(s30, x, b0);
            s31 = TArithmetic.Add(s31, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a4, i));
            s40 = TArithmetic.Add(s40, x, b0);
            s41 = TArithmetic.Add(s41, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a5, i));
            s50 = TArithmetic.Add(s50, x, b0);
            s51 = TArithmetic.Add(s51, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a6, i));
            s60 = TArithmetic.Add(s60, x, b0);
            s61 = TArithmetic.Add(s61, x, b1);
            x = Vector512.Create(Unsafe.Add(ref a7, i));
            s70 = TArithmetic.Add(s70, x, b0);
            s71 = TArithmetic.Add(s71, x, b1);
            b = ref Unsafe.Add(ref b, PanelSize);
        }

        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, 16);
        s10.StoreUnsafe(ref c, 1 * PanelSize);
        s11.StoreUnsafe(ref c, (1 * PanelSize) + 16);
        s20.StoreUnsafe(ref c, 2 * PanelSize);
        s21.StoreUnsafe(ref c, (2 * PanelSize) + 16);
        s30.StoreUnsafe(ref c, 3 * PanelSize);
        s31.StoreUnsafe(ref c, (3 * PanelSize) + 16);
        s40.StoreUnsafe(ref c, 4 * PanelSize);
        s41.StoreUnsafe(ref c, (4 * PanelSize) + 16);
        s50.StoreUnsafe(ref c, 5 * PanelSize);
        s51.StoreUnsafe(ref c, (5 * PanelSize) + 16);
        s60.StoreUnsafe(ref c, 6 * PanelSize);
        s61.StoreUnsafe(ref c, (6 * PanelSize) + 16);
        s70.StoreUnsafe(ref c, 7 * PanelSize);
        s71.StoreUnsafe(ref c, (7 * PanelSize) + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows16<TArithmetic>(
        ReadOnlySpan<float> rows, ReadOnlySpan<int> places, ref float b, int columns, ref float c)
        where TArithmetic : IArithmetic
    {
        ref float a0 = ref MemoryMarshal.GetReference(rows.Slice(places[0] * columns, columns));
        ref float a1 = ref MemoryMarshal.GetReference(rows.Slice(places[1] * columns, columns));
        ref float a2 = ref MemoryMarshal.GetReference(rows.Slice(places[2] * columns, columns));
        ref float a3 = ref MemoryMarshal.GetReference(rows.Slice(places[3] * columns, columns));
        ref float a4 = ref MemoryMarshal.GetReference(rows.Slice(places[4] * columns, columns));
        ref float a5 = ref MemoryMarshal.GetReference(rows.Slice(places[5] * columns, columns));
        ref float a6 = ref MemoryMarshal.GetReference(rows.Slice(places[6] * columns, columns));
        ref float a7 = ref MemoryMarshal.GetReference(rows.Slice(places[7] * columns, columns));
        Vector512<float> s00 = Vector512<float>.Zero, s10 = Vector512<float>.Zero;
        Vector512<float> s20 = Vector512<float>.Zero, s30 = Vector512<float>.Zero;
        Vector512<float> s40 = Vector512<float>.Zero, s50 = Vector512<float>.Zero;
        Vector512<float> s60 = Vector512<float>.Zero, s70 = Vector512<float>.Zero;
        for (nint i = 0; i < columns; i++)
        {
            Vector512<float> b0 = Vector512.LoadUnsafe(ref b);
            Vector512<float> x = Vector512.Create(Unsafe.Add(ref a0, i));
            s00 = TArithmetic.Add(s00, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a1, i));
            s10 = TArithmetic.Add(s10, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a2, i));
            s20 = TArithmetic.Add(s20, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a3, i));
            s30 = TArithmetic.Add(s30, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a4, i));
            s40 = TArithmetic.Add(s40, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a5, i));
            s50 = TArithmetic.Add(s50, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a6, i));
            s60 = TArithmetic.Add(s60, x, b0);
            x = Vector512.Create(Unsafe.Add(ref a7, i));
            s70 = TArithmetic.Add(s70, x, b0);
            b = ref Unsafe.Add(ref b, PanelSize);
        }

        s00.StoreUnsafe(ref c);
        s10.StoreUnsafe(ref c, 1 * PanelSize);
        s20.StoreUnsafe(ref c, 2 * PanelSize);
        s30.StoreUnsafe(ref c, 3 * PanelSize);
        s40.StoreUnsafe(ref c, 4 * PanelSize);
        s50.StoreUnsafe(ref c, 5 * PanelSize);
        s60.StoreUnsafe(ref c, 6 * PanelSize);
        s70.StoreUnsafe(ref c, 7 * PanelSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply256<TArithmetic>(ref float a, ref float b, int columns, ref float c)
        where TArithmetic : IArithmetic
    {
        Vector256<float> s00 = Vector256<float>.Zero, s01 = Vector256<float>.Zero, s02 = Vector256<float>.Zero;
        Vector256<float> s10 = Vector256<float>.Zero, s11 = Vector256<float>.Zero, s12 = Vector256<float>.Zero;
        Vector256<float> s20 = Vector256<float>.Zero, s21 = Vector256<float>.Zero, s22 = Vector256<float>.Zero;
        Vector256<float> s30 = Vector256<float>.Zero, s31 = Vector256<float>.Zero, s32 = Vector256<float>.Zero;
        for (int i = 0; i < columns; i++)
        {
            Vector256<float> b0 = Vector256.LoadUnsafe(ref b);
            Vector256<float> b1 = Vector256.LoadUnsafe(ref b, 8);
            Vector256<float> b2 = Vector256.LoadUnsafe(ref b, 16);
            Vector256<float> x = Vector256.Create(a);
            s00 = TArithmetic.Add(s00, x, b0);
            s01 = TArithmetic.Add(s01, x, b1);
            s02 = TArithmetic.Add(s02, x, b2);
            x = Vector256.Create(Unsafe.Add(ref a, 1));
            s10 = TArithmetic.Add(s10, x, b0);
            s11 = TArithmetic.Add(s11, x, b1);
            s12 = TArithmetic.Add(s12, x, b2);
            x = Vector256.Create(Unsafe.Add(ref a, 2));
            s20 = TArithmetic.Add(s20, x, b0);
            s21 = TArithmetic.Add(s21, x, b1);
            s22 = TArithmetic.Add(s22, x, b2);
            x = Vector256.Create(Unsafe.Add(ref a, 3));
            s30 = TArithmetic.Add(s30, x, b0);
            s31 = TArithmetic.Add(s31, x, b1);
            s32 = TArithmetic.Add(s32, x, b2);
            a = ref Unsafe.Add(ref a, GroupSize);
            b = ref Unsafe.Add(ref b, PanelSize);
        }

        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, 8);
        s02.StoreUnsafe(ref c, 16);
        s10.StoreUnsafe(ref c, 1 * PanelSize);
        s11.StoreUnsafe(ref c, (1 * PanelSize) + 8);
        s12.StoreUnsafe(ref c, (1 * PanelSize) + 16);
        s20.StoreUnsafe(ref c, 2 * PanelSize);
        s21.StoreUnsafe(ref c, (2 * PanelSize) + 8);
        s22.StoreUnsafe(ref c, (2 * PanelSize) + 16);
        s30.StoreUnsafe(ref c, 3 * PanelSize);
        s31.StoreUnsafe(ref c, (3 * PanelSize) + 8);
        s32.StoreUnsafe(ref c, (3 * PanelSize) + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply128<TArithmetic>(ref float a, ref float b, int columns, ref float c)
        where TArithmetic : IArithmetic
    {
        Vector128<float> s00 = Vector128<float>.Zero, s01 = Vector128<float>.Zero, s02 = Vector128<float>.Zero;
        Vector128<float> s10 = Vector128<float>.Zero, s11 = Vector128<float>.Zero, s12 = Vector128<float>.Zero;
        Vector128<float> s20 = Vector128<float>.Zero, s21 = Vector128<float>.Zero, s22 = Vector128<float>.Zero;
        Vector128<float> s30 = Vector128<float>.Zero, s31 = Vector128<float>.Zero, s32 = Vector128<float>.Zero;
        for (int i = 0; i < columns; i++)
        {
            Vector128<float> b0 = Vector128.LoadUnsafe(ref b);
            Vector128<float> b1 = Vector128.LoadUnsafe(ref b, 4);
            Vector128<float> b2 = Vector128.LoadUnsafe(ref b, 8);
            Vector128<float> x = Vector128.Create(a);
            s00 = TArithmetic.Add(s00, x, b0);
            s01 = TArithmetic.Add(s01, x, b1);
            s02 = TArithmetic.Add(s02, x, b2);
            x = Vector128.Create(Unsafe.Add(ref a, 1));
            s10 = TArithmetic.Add(s10, x, b0);
            s11 = TArithmetic.Add(s11, x, b1);
            s12 = TArithmetic.Add(s12, x, b2);
            x = Vector128.Create(Unsafe.Add(ref a, 2));
            s20 = TArithmetic.Add(s20, x, b0);
            s21 = TArithmetic.Add(s21, x, b1);
            s22 = TArithmetic.Add(s22, x, b2);
            x = Vector128.Create(Unsafe.Add(ref a, 3));
            s30 = TArithmetic.Add(s30, x, b0);
            s31 = TArithmetic.Add(s31, x, b1);
            s32 = TArithmetic.Add(s32, x, b2);
            a = ref Unsafe.Add(ref a, GroupSize);
            b = ref Unsafe.Add(ref b, PanelSize);
        }

        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, 4);
        s02.StoreUnsafe(ref c, 8);
        s10.StoreUnsafe(ref c, 1 * PanelSize);
        s11.StoreUnsafe(ref c, (1 * PanelSize) + 4);
        s12.StoreUnsafe(ref c, (1 * PanelSize) + 8);
        s20.StoreUnsafe(ref c, 2 * PanelSize);
        s21.StoreUnsafe(ref c, (2 * PanelSize) + 4);
        s22.StoreUnsafe(ref c, (2 * PanelSize) + 8);
        s30.StoreUnsafe(ref c, 3 * PanelSize);
        s31.StoreUnsafe(ref c, (3 * PanelSize) + 4);
        s32.StoreUnsafe(ref c, (3 * PanelSize) + 8);
    }

    /// <summary>A product and its sum rounded once where the processor can: for filters only.</summary>
    public readonly struct Fused : IArithmetic
    {
        public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b)
            => Avx512F.IsSupported ? Avx512F.FusedMultiplyAdd(a, b, sum) : sum + (a * b);

        public static Vector256<float> Add(Vector256<float> sum, Vector256<float> a, Vector256<float> b)
            => Fma.IsSupported ? Fma.MultiplyAdd(a, b, sum) : sum + (a * b);

        public static Vector128<float> Add(Vector128<float> sum, Vector128<float> a, Vector128<float> b)
            => AdvSimd.IsSupported ? AdvSimd.FusedMultiplyAdd(sum, a, b) : Fma.IsSupported ? Fma.MultiplyAdd(a, b, sum) : sum + (a * b);

        public static float Add(float sum, float a, float b) => sum + (a * b);
    }

    /// <summary>A product and its sum rounded once, computed where the processor cannot: the same bits everywhere, fast on most.</summary>
    public readonly struct FusedEverywhere : IArithmetic
    {
        public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b)
            => Vector512.FusedMultiplyAdd(a, b, sum);

        public static Vector256<float> Add(Vector256<float> sum, Vector256<float> a, Vector256<float> b)
            => Vector256.FusedMultiplyAdd(a, b, sum);

        public static Vector128<float> Add(Vector128<float> sum, Vector128<float> a, Vector128<float> b)
            => Vector128.FusedMultiplyAdd(a, b, sum);

        public static float Add(float sum, float a, float b) => MathF.FusedMultiplyAdd(a, b, sum);
    }

    /// <summary>A product and a sum, each rounded: the same bits everywhere.</summary>
    public readonly struct Plain : IArithmetic
    {
        public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b) => sum + (a * b);

        public static Vector256<float> Add(Vector256<float> sum, Vector256<float> a, Vector256<float> b) => sum + (a * b);

        public static Vector128<float> Add(Vector128<float> sum, Vector128<float> a, Vector128<float> b) => sum + (a * b);

        public static float Add(float sum, float a, float b) => sum + (a * b);
    }
}
