using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>The kernels with one kind of registers.</summary>
/// <typeparam name="TRegister">The registers.</typeparam>
/// <typeparam name="TVector">One of them.</typeparam>
/// <param name="description">The registers, in a few words.</param>
/// <param name="isFast">Whether the processor has fused multiply-add.</param>
internal sealed class RegisterKernels<TRegister, TVector>(string description, bool isFast) : EncoderKernels
    where TRegister : IRegister<TVector>
    where TVector : struct
{
    private const int Stride = Panels.LaneCount;

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override bool IsFast => isFast;

    /// <inheritdoc/>
    public override void Multiply(
        ReadOnlySpan<float> a,
        int rowStride,
        int stepStride,
        ReadOnlySpan<float> b,
        int steps,
        ReadOnlySpan<float> start,
        Span<float> c,
        int lanes,
        TileMode mode)
        => TileProducts<TRegister, TVector>.Multiply(a, rowStride, stepStride, b, steps, start, c, lanes, mode);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(Span<float> rows, ReadOnlySpan<float> others, int rowCount, int lanes)
    {
        Check(rows.Length, rowCount, lanes);
        Check(others.Length, rowCount, lanes);
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref readonly float other = ref MemoryMarshal.GetReference(others);
        for (nint row = 0; row < rowCount; row++)
        {
            for (nint lane = 0; lane < lanes; lane += TRegister.LaneCount)
            {
                nint at = (row * Stride) + lane;
                TRegister.Store(TRegister.Add(TRegister.Load(in first, at), TRegister.Load(in other, at)), ref first, at);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gelu(Span<float> rows, int rowCount, int lanes)
    {
        Check(rows.Length, rowCount, lanes);
        ref float first = ref MemoryMarshal.GetReference(rows);
        for (nint row = 0; row < rowCount; row++)
        {
            for (nint lane = 0; lane < lanes; lane += TRegister.LaneCount)
            {
                nint at = (row * Stride) + lane;
                TRegister.Store(LaneFunctions<TRegister, TVector>.Gelu(TRegister.Load(in first, at)), ref first, at);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyBySilu(Span<float> rows, ReadOnlySpan<float> gates, int rowCount, int lanes)
    {
        Check(rows.Length, rowCount, lanes);
        Check(gates.Length, rowCount, lanes);
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref readonly float gate = ref MemoryMarshal.GetReference(gates);
        for (nint row = 0; row < rowCount; row++)
        {
            for (nint lane = 0; lane < lanes; lane += TRegister.LaneCount)
            {
                nint at = (row * Stride) + lane;
                TVector silu = LaneFunctions<TRegister, TVector>.Silu(TRegister.Load(in gate, at));
                TRegister.Store(TRegister.Multiply(TRegister.Load(in first, at), silu), ref first, at);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(Span<float> rows, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, float epsilon, int lanes)
    {
        int rowCount = scale.Length;
        Check(rows.Length, rowCount, lanes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shift.Length, rowCount);
        TVector count = TRegister.Broadcast(rowCount);
        for (int lane = 0; lane < lanes; lane += TRegister.LaneCount)
        {
            ref float column = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), lane);
            TVector mean = TRegister.Divide(Sum(ref column, rowCount), count);
            TVector variance = TRegister.Divide(SumOfSquares(ref column, rowCount, mean), count);
            TVector deviation = TRegister.SquareRoot(TRegister.Add(variance, TRegister.Broadcast(epsilon)));
            TVector inverse = TRegister.Divide(TRegister.Broadcast(1f), deviation);
            for (int row = 0; row < rowCount; row++)
            {
                nint at = row * (nint)Stride;
                TVector factor = TRegister.Multiply(inverse, TRegister.Broadcast(scale[row]));
                TVector centred = TRegister.Subtract(TRegister.Load(in column, at), mean);
                TRegister.Store(TRegister.MultiplyAdd(centred, factor, TRegister.Broadcast(shift[row])), ref column, at);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Exponentials(Span<float> rows, int rowCount, float factor, Span<float> sums, int lanes)
    {
        Check(rows.Length, rowCount, lanes);
        Check(sums.Length, 1, lanes);
        TVector by = TRegister.Broadcast(factor);
        for (int lane = 0; lane < lanes; lane += TRegister.LaneCount)
        {
            ref float column = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), lane);
            TVector largest = TRegister.Load(in column, 0);
            for (int row = 1; row < rowCount; row++)
            {
                largest = TRegister.Larger(TRegister.Load(in column, row * (nint)Stride), largest);
            }

            TVector sum = TRegister.Broadcast(0f);
            for (int row = 0; row < rowCount; row++)
            {
                nint at = row * (nint)Stride;
                TVector below = TRegister.Multiply(TRegister.Subtract(TRegister.Load(in column, at), largest), by);
                TVector power = LaneFunctions<TRegister, TVector>.Exponential(below);
                TRegister.Store(power, ref column, at);
                sum = TRegister.Add(sum, power);
            }

            TRegister.Store(sum, ref MemoryMarshal.GetReference(sums), lane);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Divide(Span<float> rows, int rowCount, ReadOnlySpan<float> divisors, int lanes)
    {
        Check(rows.Length, rowCount, lanes);
        Check(divisors.Length, 1, lanes);
        for (int lane = 0; lane < lanes; lane += TRegister.LaneCount)
        {
            ref float column = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), lane);
            TVector divisor = TRegister.Load(in MemoryMarshal.GetReference(divisors), lane);
            for (int row = 0; row < rowCount; row++)
            {
                nint at = row * (nint)Stride;
                TRegister.Store(TRegister.Divide(TRegister.Load(in column, at), divisor), ref column, at);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Rotate(
        Span<float> first, Span<float> second, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, int rowCount, int lanes)
    {
        Check(first.Length, rowCount, lanes);
        Check(second.Length, rowCount, lanes);
        Check(cosines.Length, rowCount, lanes);
        Check(sines.Length, rowCount, lanes);
        ref float left = ref MemoryMarshal.GetReference(first);
        ref float right = ref MemoryMarshal.GetReference(second);
        ref readonly float cosine = ref MemoryMarshal.GetReference(cosines);
        ref readonly float sine = ref MemoryMarshal.GetReference(sines);
        for (nint row = 0; row < rowCount; row++)
        {
            for (nint lane = 0; lane < lanes; lane += TRegister.LaneCount)
            {
                nint at = (row * Stride) + lane;
                TVector x = TRegister.Load(in left, at), y = TRegister.Load(in right, at);
                TVector cos = TRegister.Load(in cosine, at), sin = TRegister.Load(in sine, at);
                TVector minusYSin = TRegister.Subtract(TRegister.Broadcast(0f), TRegister.Multiply(y, sin));
                TRegister.Store(TRegister.MultiplyAdd(x, cos, minusYSin), ref left, at);
                TRegister.Store(TRegister.MultiplyAdd(x, sin, TRegister.Multiply(y, cos)), ref right, at);
            }
        }
    }

    // Even and odd rows have a sum each, so that an addition need not wait for the one before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TVector Sum(ref readonly float column, int rowCount)
    {
        TVector even = TRegister.Broadcast(0f), odd = TRegister.Broadcast(0f);
        int row = 0;
        for (; row + 1 < rowCount; row += 2)
        {
            even = TRegister.Add(even, TRegister.Load(in column, row * (nint)Stride));
            odd = TRegister.Add(odd, TRegister.Load(in column, (row + 1) * (nint)Stride));
        }

        return TRegister.Add(row < rowCount ? TRegister.Add(even, TRegister.Load(in column, row * (nint)Stride)) : even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TVector SumOfSquares(ref readonly float column, int rowCount, TVector mean)
    {
        TVector even = TRegister.Broadcast(0f), odd = TRegister.Broadcast(0f);
        for (int row = 0; row < rowCount; row++)
        {
            TVector centred = TRegister.Subtract(TRegister.Load(in column, row * (nint)Stride), mean);
            TVector sum = TRegister.MultiplyAdd(centred, centred, even);
            (even, odd) = (odd, sum);
        }

        // An odd number of rows leaves the two sums swapped, which their addition does not show.
        return TRegister.Add(even, odd);
    }

    private static void Check(int length, int rowCount, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(
            length, ((rowCount - 1) * Stride) + Panels.RoundUp(lanes, TRegister.LaneCount));
    }
}
