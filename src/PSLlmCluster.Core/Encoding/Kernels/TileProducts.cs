using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// The one product of the network: 8 rows, each number of which multiplies a row of a panel, summed over the steps in rising order with one
/// rounding for each product and its addition (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication"). All sums
/// stay in registers: with 512 bits 8 rows by 3 registers at a time, with fewer bits, of which there are half as many registers, 4 by 3.
/// </summary>
/// <typeparam name="TRegister">The registers.</typeparam>
/// <typeparam name="TVector">One of them.</typeparam>
internal static class TileProducts<TRegister, TVector>
    where TRegister : IRegister<TVector>
    where TVector : struct
{
    private const nint PanelStride = Panels.LaneCount;

    private interface IRowStride
    {
        static abstract nint Offset(int row, nint stride);
    }

    /// <summary>Multiplies 8 rows with the lanes of a panel.</summary>
    /// <param name="a">The rows: row m has its number of step k at m * <paramref name="rowStride"/> + k * <paramref name="stepStride"/>.
    /// </param>
    /// <param name="rowStride">From one row to the next.</param>
    /// <param name="stepStride">From one step to the next.</param>
    /// <param name="b">The panel: step k has its lanes at k * 48.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="start">What the sum of each of the 8 rows starts from, unless it is continued.</param>
    /// <param name="c">Receives 8 rows of lanes, 48 apart.</param>
    /// <param name="lanes">How many lanes count, from 1 to 48; the rest of the last register is computed too.</param>
    /// <param name="mode">What the sums start from.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        ReadOnlySpan<float> a,
        int rowStride,
        int stepStride,
        ReadOnlySpan<float> b,
        int steps,
        ReadOnlySpan<float> start,
        Span<float> c,
        int lanes,
        TileMode mode)
    {
        int registers = (lanes + TRegister.LaneCount - 1) / TRegister.LaneCount;
        int width = registers * TRegister.LaneCount;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(registers, Panels.LaneCount / TRegister.LaneCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, (7 * rowStride) + ((steps - 1) * stepStride) + 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.Length, ((steps - 1) * Panels.LaneCount) + width);
        ArgumentOutOfRangeException.ThrowIfLessThan(start.Length, Panels.GroupSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, (7 * Panels.LaneCount) + width);
        ref readonly float from = ref MemoryMarshal.GetReference(a);
        ref readonly float first = ref MemoryMarshal.GetReference(start);
        if (rowStride == 1)
        {
            Multiply<AdjacentRows>(in from, rowStride, stepStride, b, steps, in first, c, registers, mode);
        }
        else
        {
            Multiply<SpacedRows>(in from, rowStride, stepStride, b, steps, in first, c, registers, mode);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows>(
        ref readonly float a,
        nint rowStride,
        nint stepStride,
        ReadOnlySpan<float> b,
        int steps,
        ref readonly float start,
        Span<float> c,
        int registers,
        TileMode mode)
        where TRows : IRowStride
    {
        ref readonly float panel = ref MemoryMarshal.GetReference(b);
        ref float target = ref MemoryMarshal.GetReference(c);
        for (; registers >= 3; registers -= 3)
        {
            if (TRegister.LaneCount == 16)
            {
                Tile8x3<TRows>(in a, rowStride, stepStride, in panel, steps, in start, ref target, mode);
            }
            else
            {
                Tile4x3<TRows>(in a, rowStride, stepStride, in panel, steps, in start, ref target, mode);
                Tile4x3<TRows>(
                    in At(in a, TRows.Offset(4, rowStride)),
                    rowStride,
                    stepStride,
                    in panel,
                    steps,
                    in At(in start, 4),
                    ref Unsafe.Add(ref target, 4 * PanelStride),
                    mode);
            }

            panel = ref At(in panel, 3 * TRegister.LaneCount);
            target = ref Unsafe.Add(ref target, 3 * TRegister.LaneCount);
        }

        for (; registers > 0; registers--)
        {
            Tile8x1<TRows>(in a, rowStride, stepStride, in panel, steps, in start, ref target, mode);
            panel = ref At(in panel, TRegister.LaneCount);
            target = ref Unsafe.Add(ref target, TRegister.LaneCount);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x3<TRows>(
        ref readonly float a,
        nint rowStride,
        nint stepStride,
        ref readonly float b,
        int steps,
        ref readonly float start,
        ref float c,
        TileMode mode)
        where TRows : IRowStride
    {
        TVector s00, s01, s02;
        TVector s10, s11, s12;
        TVector s20, s21, s22;
        TVector s30, s31, s32;
        TVector s40, s41, s42;
        TVector s50, s51, s52;
        TVector s60, s61, s62;
        TVector s70, s71, s72;
        if (mode == TileMode.Continue)
        {
            s00 = TRegister.Load(in c, (0 * PanelStride));
            s01 = TRegister.Load(in c, (0 * PanelStride) + (1 * TRegister.LaneCount));
            s02 = TRegister.Load(in c, (0 * PanelStride) + (2 * TRegister.LaneCount));
            s10 = TRegister.Load(in c, (1 * PanelStride));
            s11 = TRegister.Load(in c, (1 * PanelStride) + (1 * TRegister.LaneCount));
            s12 = TRegister.Load(in c, (1 * PanelStride) + (2 * TRegister.LaneCount));
            s20 = TRegister.Load(in c, (2 * PanelStride));
            s21 = TRegister.Load(in c, (2 * PanelStride) + (1 * TRegister.LaneCount));
            s22 = TRegister.Load(in c, (2 * PanelStride) + (2 * TRegister.LaneCount));
            s30 = TRegister.Load(in c, (3 * PanelStride));
            s31 = TRegister.Load(in c, (3 * PanelStride) + (1 * TRegister.LaneCount));
            s32 = TRegister.Load(in c, (3 * PanelStride) + (2 * TRegister.LaneCount));
            s40 = TRegister.Load(in c, (4 * PanelStride));
            s41 = TRegister.Load(in c, (4 * PanelStride) + (1 * TRegister.LaneCount));
            s42 = TRegister.Load(in c, (4 * PanelStride) + (2 * TRegister.LaneCount));
            s50 = TRegister.Load(in c, (5 * PanelStride));
            s51 = TRegister.Load(in c, (5 * PanelStride) + (1 * TRegister.LaneCount));
            s52 = TRegister.Load(in c, (5 * PanelStride) + (2 * TRegister.LaneCount));
            s60 = TRegister.Load(in c, (6 * PanelStride));
            s61 = TRegister.Load(in c, (6 * PanelStride) + (1 * TRegister.LaneCount));
            s62 = TRegister.Load(in c, (6 * PanelStride) + (2 * TRegister.LaneCount));
            s70 = TRegister.Load(in c, (7 * PanelStride));
            s71 = TRegister.Load(in c, (7 * PanelStride) + (1 * TRegister.LaneCount));
            s72 = TRegister.Load(in c, (7 * PanelStride) + (2 * TRegister.LaneCount));
        }
        else
        {
            s00 = s01 = s02 = TRegister.Broadcast(At(in start, 0));
            s10 = s11 = s12 = TRegister.Broadcast(At(in start, 1));
            s20 = s21 = s22 = TRegister.Broadcast(At(in start, 2));
            s30 = s31 = s32 = TRegister.Broadcast(At(in start, 3));
            s40 = s41 = s42 = TRegister.Broadcast(At(in start, 4));
            s50 = s51 = s52 = TRegister.Broadcast(At(in start, 5));
            s60 = s61 = s62 = TRegister.Broadcast(At(in start, 6));
            s70 = s71 = s72 = TRegister.Broadcast(At(in start, 7));
        }

        nint r1 = TRows.Offset(1, rowStride);
        nint r2 = TRows.Offset(2, rowStride);
        nint r3 = TRows.Offset(3, rowStride);
        nint r4 = TRows.Offset(4, rowStride);
        nint r5 = TRows.Offset(5, rowStride);
        nint r6 = TRows.Offset(6, rowStride);
        nint r7 = TRows.Offset(7, rowStride);
        for (; steps > 0; steps--)
        {
            TVector b0 = TRegister.Load(in b, 0);
            TVector b1 = TRegister.Load(in b, TRegister.LaneCount);
            TVector b2 = TRegister.Load(in b, 2 * TRegister.LaneCount);
            TVector x = TRegister.Broadcast(a);
            s00 = TRegister.MultiplyAdd(x, b0, s00);
            s01 = TRegister.MultiplyAdd(x, b1, s01);
            s02 = TRegister.MultiplyAdd(x, b2, s02);
            x = TRegister.Broadcast(At(in a, r1));
            s10 = TRegister.MultiplyAdd(x, b0, s10);
            s11 = TRegister.MultiplyAdd(x, b1, s11);
            s12 = TRegister.MultiplyAdd(x, b2, s12);
            x = TRegister.Broadcast(At(in a, r2));
            s20 = TRegister.MultiplyAdd(x, b0, s20);
            s21 = TRegister.MultiplyAdd(x, b1, s21);
            s22 = TRegister.MultiplyAdd(x, b2, s22);
            x = TRegister.Broadcast(At(in a, r3));
            s30 = TRegister.MultiplyAdd(x, b0, s30);
            s31 = TRegister.MultiplyAdd(x, b1, s31);
            s32 = TRegister.MultiplyAdd(x, b2, s32);
            x = TRegister.Broadcast(At(in a, r4));
            s40 = TRegister.MultiplyAdd(x, b0, s40);
            s41 = TRegister.MultiplyAdd(x, b1, s41);
            s42 = TRegister.MultiplyAdd(x, b2, s42);
            x = TRegister.Broadcast(At(in a, r5));
            s50 = TRegister.MultiplyAdd(x, b0, s50);
            s51 = TRegister.MultiplyAdd(x, b1, s51);
            s52 = TRegister.MultiplyAdd(x, b2, s52);
            x = TRegister.Broadcast(At(in a, r6));
            s60 = TRegister.MultiplyAdd(x, b0, s60);
            s61 = TRegister.MultiplyAdd(x, b1, s61);
            s62 = TRegister.MultiplyAdd(x, b2, s62);
            x = TRegister.Broadcast(At(in a, r7));
            s70 = TRegister.MultiplyAdd(x, b0, s70);
            s71 = TRegister.MultiplyAdd(x, b1, s71);
            s72 = TRegister.MultiplyAdd(x, b2, s72);
            a = ref At(in a, stepStride);
            b = ref At(in b, PanelStride);
        }

        TRegister.Store(s00, ref c, 0 * PanelStride);
        TRegister.Store(s01, ref c, (0 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s02, ref c, (0 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s10, ref c, 1 * PanelStride);
        TRegister.Store(s11, ref c, (1 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s12, ref c, (1 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s20, ref c, 2 * PanelStride);
        TRegister.Store(s21, ref c, (2 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s22, ref c, (2 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s30, ref c, 3 * PanelStride);
        TRegister.Store(s31, ref c, (3 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s32, ref c, (3 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s40, ref c, 4 * PanelStride);
        TRegister.Store(s41, ref c, (4 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s42, ref c, (4 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s50, ref c, 5 * PanelStride);
        TRegister.Store(s51, ref c, (5 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s52, ref c, (5 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s60, ref c, 6 * PanelStride);
        TRegister.Store(s61, ref c, (6 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s62, ref c, (6 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s70, ref c, 7 * PanelStride);
        TRegister.Store(s71, ref c, (7 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s72, ref c, (7 * PanelStride) + (2 * TRegister.LaneCount));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<TRows>(
        ref readonly float a,
        nint rowStride,
        nint stepStride,
        ref readonly float b,
        int steps,
        ref readonly float start,
        ref float c,
        TileMode mode)
        where TRows : IRowStride
    {
        TVector s00;
        TVector s10;
        TVector s20;
        TVector s30;
        TVector s40;
        TVector s50;
        TVector s60;
        TVector s70;
        if (mode == TileMode.Continue)
        {
            s00 = TRegister.Load(in c, (0 * PanelStride));
            s10 = TRegister.Load(in c, (1 * PanelStride));
            s20 = TRegister.Load(in c, (2 * PanelStride));
            s30 = TRegister.Load(in c, (3 * PanelStride));
            s40 = TRegister.Load(in c, (4 * PanelStride));
            s50 = TRegister.Load(in c, (5 * PanelStride));
            s60 = TRegister.Load(in c, (6 * PanelStride));
            s70 = TRegister.Load(in c, (7 * PanelStride));
        }
        else
        {
            s00 = TRegister.Broadcast(At(in start, 0));
            s10 = TRegister.Broadcast(At(in start, 1));
            s20 = TRegister.Broadcast(At(in start, 2));
            s30 = TRegister.Broadcast(At(in start, 3));
            s40 = TRegister.Broadcast(At(in start, 4));
            s50 = TRegister.Broadcast(At(in start, 5));
            s60 = TRegister.Broadcast(At(in start, 6));
            s70 = TRegister.Broadcast(At(in start, 7));
        }

        nint r1 = TRows.Offset(1, rowStride);
        nint r2 = TRows.Offset(2, rowStride);
        nint r3 = TRows.Offset(3, rowStride);
        nint r4 = TRows.Offset(4, rowStride);
        nint r5 = TRows.Offset(5, rowStride);
        nint r6 = TRows.Offset(6, rowStride);
        nint r7 = TRows.Offset(7, rowStride);
        for (; steps > 0; steps--)
        {
            TVector b0 = TRegister.Load(in b, 0);
            TVector x = TRegister.Broadcast(a);
            s00 = TRegister.MultiplyAdd(x, b0, s00);
            x = TRegister.Broadcast(At(in a, r1));
            s10 = TRegister.MultiplyAdd(x, b0, s10);
            x = TRegister.Broadcast(At(in a, r2));
            s20 = TRegister.MultiplyAdd(x, b0, s20);
            x = TRegister.Broadcast(At(in a, r3));
            s30 = TRegister.MultiplyAdd(x, b0, s30);
            x = TRegister.Broadcast(At(in a, r4));
            s40 = TRegister.MultiplyAdd(x, b0, s40);
            x = TRegister.Broadcast(At(in a, r5));
            s50 = TRegister.MultiplyAdd(x, b0, s50);
            x = TRegister.Broadcast(At(in a, r6));
            s60 = TRegister.MultiplyAdd(x, b0, s60);
            x = TRegister.Broadcast(At(in a, r7));
            s70 = TRegister.MultiplyAdd(x, b0, s70);
            a = ref At(in a, stepStride);
            b = ref At(in b, PanelStride);
        }

        TRegister.Store(s00, ref c, 0 * PanelStride);
        TRegister.Store(s10, ref c, 1 * PanelStride);
        TRegister.Store(s20, ref c, 2 * PanelStride);
        TRegister.Store(s30, ref c, 3 * PanelStride);
        TRegister.Store(s40, ref c, 4 * PanelStride);
        TRegister.Store(s50, ref c, 5 * PanelStride);
        TRegister.Store(s60, ref c, 6 * PanelStride);
        TRegister.Store(s70, ref c, 7 * PanelStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x3<TRows>(
        ref readonly float a,
        nint rowStride,
        nint stepStride,
        ref readonly float b,
        int steps,
        ref readonly float start,
        ref float c,
        TileMode mode)
        where TRows : IRowStride
    {
        TVector s00, s01, s02;
        TVector s10, s11, s12;
        TVector s20, s21, s22;
        TVector s30, s31, s32;
        if (mode == TileMode.Continue)
        {
            s00 = TRegister.Load(in c, (0 * PanelStride));
            s01 = TRegister.Load(in c, (0 * PanelStride) + (1 * TRegister.LaneCount));
            s02 = TRegister.Load(in c, (0 * PanelStride) + (2 * TRegister.LaneCount));
            s10 = TRegister.Load(in c, (1 * PanelStride));
            s11 = TRegister.Load(in c, (1 * PanelStride) + (1 * TRegister.LaneCount));
            s12 = TRegister.Load(in c, (1 * PanelStride) + (2 * TRegister.LaneCount));
            s20 = TRegister.Load(in c, (2 * PanelStride));
            s21 = TRegister.Load(in c, (2 * PanelStride) + (1 * TRegister.LaneCount));
            s22 = TRegister.Load(in c, (2 * PanelStride) + (2 * TRegister.LaneCount));
            s30 = TRegister.Load(in c, (3 * PanelStride));
            s31 = TRegister.Load(in c, (3 * PanelStride) + (1 * TRegister.LaneCount));
            s32 = TRegister.Load(in c, (3 * PanelStride) + (2 * TRegister.LaneCount));
        }
        else
        {
            s00 = s01 = s02 = TRegister.Broadcast(At(in start, 0));
            s10 = s11 = s12 = TRegister.Broadcast(At(in start, 1));
            s20 = s21 = s22 = TRegister.Broadcast(At(in start, 2));
            s30 = s31 = s32 = TRegister.Broadcast(At(in start, 3));
        }

        nint r1 = TRows.Offset(1, rowStride);
        nint r2 = TRows.Offset(2, rowStride);
        nint r3 = TRows.Offset(3, rowStride);
        for (; steps > 0; steps--)
        {
            TVector b0 = TRegister.Load(in b, 0);
            TVector b1 = TRegister.Load(in b, TRegister.LaneCount);
            TVector b2 = TRegister.Load(in b, 2 * TRegister.LaneCount);
            TVector x = TRegister.Broadcast(a);
            s00 = TRegister.MultiplyAdd(x, b0, s00);
            s01 = TRegister.MultiplyAdd(x, b1, s01);
            s02 = TRegister.MultiplyAdd(x, b2, s02);
            x = TRegister.Broadcast(At(in a, r1));
            s10 = TRegister.MultiplyAdd(x, b0, s10);
            s11 = TRegister.MultiplyAdd(x, b1, s11);
            s12 = TRegister.MultiplyAdd(x, b2, s12);
            x = TRegister.Broadcast(At(in a, r2));
            s20 = TRegister.MultiplyAdd(x, b0, s20);
            s21 = TRegister.MultiplyAdd(x, b1, s21);
            s22 = TRegister.MultiplyAdd(x, b2, s22);
            x = TRegister.Broadcast(At(in a, r3));
            s30 = TRegister.MultiplyAdd(x, b0, s30);
            s31 = TRegister.MultiplyAdd(x, b1, s31);
            s32 = TRegister.MultiplyAdd(x, b2, s32);
            a = ref At(in a, stepStride);
            b = ref At(in b, PanelStride);
        }

        TRegister.Store(s00, ref c, 0 * PanelStride);
        TRegister.Store(s01, ref c, (0 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s02, ref c, (0 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s10, ref c, 1 * PanelStride);
        TRegister.Store(s11, ref c, (1 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s12, ref c, (1 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s20, ref c, 2 * PanelStride);
        TRegister.Store(s21, ref c, (2 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s22, ref c, (2 * PanelStride) + (2 * TRegister.LaneCount));
        TRegister.Store(s30, ref c, 3 * PanelStride);
        TRegister.Store(s31, ref c, (3 * PanelStride) + (1 * TRegister.LaneCount));
        TRegister.Store(s32, ref c, (3 * PanelStride) + (2 * TRegister.LaneCount));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly float At(ref readonly float first, nint offset) => ref Unsafe.Add(ref Unsafe.AsRef(in first), offset);

    private readonly struct AdjacentRows : IRowStride
    {
        public static nint Offset(int row, nint stride) => row;
    }

    private readonly struct SpacedRows : IRowStride
    {
        public static nint Offset(int row, nint stride) => row * stride;
    }
}
