using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Sums over the coordinates of two rows, in double precision, with the same bits on every machine: always sixteen lanes, lane l taking the
/// coordinates l, l + 16, l + 32, ..., added to one another in one fixed order at the end, and what is left over after that, one by one.
/// </summary>
/// <remarks>
/// Sixteen lanes are two registers of 512 bits or four of 256; without either, the runtime makes a register of 256 bits from smaller ones,
/// lane for lane. There is no fused multiply-add: a processor may not have it.
/// </remarks>
internal static class LaneKernels
{
    /// <summary>The number of lanes.</summary>
    public const int LaneCount = 16;

    /// <summary>One term of a sum over coordinates.</summary>
    public interface ITerm
    {
        /// <summary>Combines two lanes' coordinates with the sum so far, for each lane of a 512-bit register.</summary>
        static abstract Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b);

        /// <summary>The same for a 256-bit register.</summary>
        static abstract Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b);

        /// <summary>The same for one coordinate.</summary>
        static abstract double Add(double sum, double a, double b);

        /// <summary>Joins two sums, for each lane.</summary>
        static abstract Vector512<double> Join(Vector512<double> a, Vector512<double> b);

        /// <summary>Joins two sums, for each lane.</summary>
        static abstract Vector256<double> Join(Vector256<double> a, Vector256<double> b);

        /// <summary>Joins two sums.</summary>
        static abstract double Join(double a, double b);
    }

    /// <summary>Runs one term over all coordinates of two rows of single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Reduce<TTerm>(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        where TTerm : ITerm
    {
        int length = a.Length;
        int whole = length - (length % LaneCount);
        ref float left = ref MemoryMarshal.GetReference(a);
        ref float right = ref MemoryMarshal.GetReference(b);
        double total = 0;
        if (whole > 0)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<double> low = Vector512<double>.Zero;
                Vector512<double> high = Vector512<double>.Zero;
                for (nuint i = 0; i < (nuint)whole; i += LaneCount)
                {
                    (Vector512<double> a0, Vector512<double> a1) = Vector512.Widen(Vector512.LoadUnsafe(ref left, i));
                    (Vector512<double> b0, Vector512<double> b1) = Vector512.Widen(Vector512.LoadUnsafe(ref right, i));
                    low = TTerm.Add(low, a0, b0);
                    high = TTerm.Add(high, a1, b1);
                }

                Vector512<double> lanes = TTerm.Join(low, high);
                total = Across<TTerm>(TTerm.Join(lanes.GetLower(), lanes.GetUpper()));
            }
            else
            {
                Vector256<double> sum0 = Vector256<double>.Zero;
                Vector256<double> sum1 = Vector256<double>.Zero;
                Vector256<double> sum2 = Vector256<double>.Zero;
                Vector256<double> sum3 = Vector256<double>.Zero;
                for (nuint i = 0; i < (nuint)whole; i += LaneCount)
                {
                    (Vector256<double> a0, Vector256<double> a1) = Vector256.Widen(Vector256.LoadUnsafe(ref left, i));
                    (Vector256<double> b0, Vector256<double> b1) = Vector256.Widen(Vector256.LoadUnsafe(ref right, i));
                    (Vector256<double> a2, Vector256<double> a3) = Vector256.Widen(Vector256.LoadUnsafe(ref left, i + 8));
                    (Vector256<double> b2, Vector256<double> b3) = Vector256.Widen(Vector256.LoadUnsafe(ref right, i + 8));
                    sum0 = TTerm.Add(sum0, a0, b0);
                    sum1 = TTerm.Add(sum1, a1, b1);
                    sum2 = TTerm.Add(sum2, a2, b2);
                    sum3 = TTerm.Add(sum3, a3, b3);
                }

                total = Across<TTerm>(TTerm.Join(TTerm.Join(sum0, sum2), TTerm.Join(sum1, sum3)));
            }
        }

        for (int i = whole; i < length; i++)
        {
            total = TTerm.Add(total, Unsafe.Add(ref left, i), Unsafe.Add(ref right, i));
        }

        return total;
    }

    /// <summary>Runs one term over all coordinates of two rows of double precision, with the same lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Reduce<TTerm>(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        where TTerm : ITerm
    {
        int length = a.Length;
        int whole = length - (length % LaneCount);
        ref double left = ref MemoryMarshal.GetReference(a);
        ref double right = ref MemoryMarshal.GetReference(b);
        double total = 0;
        if (whole > 0)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512<double> low = Vector512<double>.Zero;
                Vector512<double> high = Vector512<double>.Zero;
                for (nuint i = 0; i < (nuint)whole; i += LaneCount)
                {
                    low = TTerm.Add(low, Vector512.LoadUnsafe(ref left, i), Vector512.LoadUnsafe(ref right, i));
                    high = TTerm.Add(high, Vector512.LoadUnsafe(ref left, i + 8), Vector512.LoadUnsafe(ref right, i + 8));
                }

                Vector512<double> lanes = TTerm.Join(low, high);
                total = Across<TTerm>(TTerm.Join(lanes.GetLower(), lanes.GetUpper()));
            }
            else
            {
                Vector256<double> sum0 = Vector256<double>.Zero;
                Vector256<double> sum1 = Vector256<double>.Zero;
                Vector256<double> sum2 = Vector256<double>.Zero;
                Vector256<double> sum3 = Vector256<double>.Zero;
                for (nuint i = 0; i < (nuint)whole; i += LaneCount)
                {
                    sum0 = TTerm.Add(sum0, Vector256.LoadUnsafe(ref left, i), Vector256.LoadUnsafe(ref right, i));
                    sum1 = TTerm.Add(sum1, Vector256.LoadUnsafe(ref left, i + 4), Vector256.LoadUnsafe(ref right, i + 4));
                    sum2 = TTerm.Add(sum2, Vector256.LoadUnsafe(ref left, i + 8), Vector256.LoadUnsafe(ref right, i + 8));
                    sum3 = TTerm.Add(sum3, Vector256.LoadUnsafe(ref left, i + 12), Vector256.LoadUnsafe(ref right, i + 12));
                }

                total = Across<TTerm>(TTerm.Join(TTerm.Join(sum0, sum2), TTerm.Join(sum1, sum3)));
            }
        }

        for (int i = whole; i < length; i++)
        {
            total = TTerm.Add(total, Unsafe.Add(ref left, i), Unsafe.Add(ref right, i));
        }

        return total;
    }

    /// <summary>Runs one term over all coordinates of two rows of either precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Reduce<TTerm, T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where TTerm : ITerm
        where T : struct
        => typeof(T) == typeof(float)
            ? Reduce<TTerm>(MemoryMarshal.Cast<T, float>(a), MemoryMarshal.Cast<T, float>(b))
            : Reduce<TTerm>(MemoryMarshal.Cast<T, double>(a), MemoryMarshal.Cast<T, double>(b));

    /// <summary>Brings numbers to double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        int i = 0;
        for (; i <= source.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.Create(source.Slice(i, Vector512<float>.Count)));
            low.CopyTo(target[i..]);
            high.CopyTo(target[(i + Vector512<double>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }

    /// <summary>Divides numbers by one, each by itself, so that the width of the registers changes no bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(Span<double> values, double divisor)
    {
        int i = 0;
        Vector512<double> divisors = Vector512.Create(divisor);
        for (; i <= values.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            Span<double> place = values.Slice(i, Vector512<double>.Count);
            (Vector512.Create<double>(place) / divisors).CopyTo(place);
        }

        for (; i < values.Length; i++)
        {
            values[i] /= divisor;
        }
    }

    /// <summary>Returns a number of either precision in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Widen<T>(T value)
        where T : struct
        => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value) : Unsafe.BitCast<T, double>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Across<TTerm>(Vector256<double> lanes)
        where TTerm : ITerm
        => TTerm.Join(TTerm.Join(lanes[0], lanes[2]), TTerm.Join(lanes[1], lanes[3]));

    /// <summary>The product of two coordinates, added up. Products of single precision are exact in double.</summary>
    public readonly struct Product : ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b) => sum + (a * b);

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b) => sum + (a * b);

        public static double Add(double sum, double a, double b) => sum + (a * b);

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => a + b;

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => a + b;

        public static double Join(double a, double b) => a + b;
    }

    /// <summary>The squared difference, added up.</summary>
    public readonly struct SquaredDifference : ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b) => sum + ((a - b) * (a - b));

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b) => sum + ((a - b) * (a - b));

        public static double Add(double sum, double a, double b) => sum + ((a - b) * (a - b));

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => a + b;

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => a + b;

        public static double Join(double a, double b) => a + b;
    }

    /// <summary>The absolute difference, added up.</summary>
    public readonly struct AbsoluteDifference : ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b) => sum + Vector512.Abs(a - b);

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b) => sum + Vector256.Abs(a - b);

        public static double Add(double sum, double a, double b) => sum + Math.Abs(a - b);

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => a + b;

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => a + b;

        public static double Join(double a, double b) => a + b;
    }

    /// <summary>The largest absolute difference.</summary>
    public readonly struct LargestDifference : ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b)
            => Vector512.Max(sum, Vector512.Abs(a - b));

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b)
            => Vector256.Max(sum, Vector256.Abs(a - b));

        public static double Add(double sum, double a, double b) => Math.Max(sum, Math.Abs(a - b));

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => Vector512.Max(a, b);

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => Vector256.Max(a, b);

        public static double Join(double a, double b) => Math.Max(a, b);
    }
}
