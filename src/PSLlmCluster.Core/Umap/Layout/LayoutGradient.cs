using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// The forces of <see cref="TransformGradient"/> in single precision, for many pairs of points at a time. Every lane is a pair of its own
/// and lanes never meet, so the width of the machine's vectors changes no bit.
/// </summary>
/// <remarks>
/// Coordinates lie in planes: all first ones, then all second ones, and so on, <see cref="Lanes"/> numbers each. Nothing but additions,
/// multiplications, divisions and comparisons, never fused. The power s^b = 2^(b log2 s) takes the polynomials of Cephes (Moshier 1989,
/// logf and exp2f); its relative error is below 3e-7 + 1.2e-7
/// |b log2 s|, where the coordinates' own is 6e-8 of their size.
/// A power is held within 2^-120 and 2^75, so that nothing overflows with the largest a; beyond that no force is left that could move a
/// point.
/// </remarks>
internal readonly struct LayoutGradient
{
    /// <summary>Pairs of a batch: enough for the processor to work at several vectors at once.</summary>
    public const int Lanes = 128;

    private const float LargestStep = 4;
    private const float Softening = 0.001f;
    private const float SmallestSquare = 1e-37f;
    private const float LargestCoefficient = 1e30f;
    private const float SmallestExponent = -120;
    private const float LargestExponent = 75;
    private const float Shift = 12582912; // 1.5 x 2^23: adding it rounds to a whole number, which then stands in the lowest bits
    private readonly float _a;
    private readonly float _b;
    private readonly float _attraction;
    private readonly float _repulsion;

    public LayoutGradient(CurveParameters curve, double repulsionStrength)
    {
        _a = (float)curve.A;
        _b = (float)curve.B;
        _attraction = (float)(-2 * curve.A * curve.B);
        _repulsion = (float)(2 * repulsionStrength * curve.B);
    }

    /// <summary>Moves both points of each pair towards one another.</summary>
    /// <param name="own">The planes of the first points.</param>
    /// <param name="other">The planes of the second points.</param>
    /// <param name="count">Number of pairs; those behind them, up to a whole vector, are moved too.</param>
    /// <param name="rate">The learning rate.</param>
    public void Attract(float[] own, float[] other, int count, float rate)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Attract<WideLanes>(own, other, count, rate);
        }
        else
        {
            Attract<NativeLanes>(own, other, count, rate);
        }
    }

    /// <summary>Moves both points of each pair towards one another, and by the force of densMAP, which is clipped separately.</summary>
    /// <param name="own">The planes of the first points.</param>
    /// <param name="other">The planes of the second points.</param>
    /// <param name="density">What <see cref="LayoutDensity"/> says of each pair: two planes and, in the third, the factor of both.</param>
    /// <param name="count">Number of pairs; those behind them, up to a whole vector, are moved too.</param>
    /// <param name="rate">The learning rate.</param>
    public void AttractByDensity(float[] own, float[] other, float[] density, int count, float rate)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            AttractByDensity<WideLanes>(own, other, density, count, rate);
        }
        else
        {
            AttractByDensity<NativeLanes>(own, other, density, count, rate);
        }
    }

    /// <summary>Moves the first point of each pair away from the second, but where both are the same row.</summary>
    /// <param name="own">The planes of the first points.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="other">The planes of the second points.</param>
    /// <param name="otherRows">Their rows.</param>
    /// <param name="count">Number of pairs; those behind them, up to a whole vector, are moved too.</param>
    /// <param name="rate">The learning rate.</param>
    public void Repel(float[] own, int[] rows, float[] other, int[] otherRows, int count, float rate)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Repel<WideLanes>(own, rows, other, otherRows, count, rate);
        }
        else
        {
            Repel<NativeLanes>(own, rows, other, otherRows, count, rate);
        }
    }

    /// <summary>Computes the similarity q = 1 / (1 + a s^b) of each pair, and q s.</summary>
    /// <param name="own">The planes of the first points.</param>
    /// <param name="other">The planes of the second points.</param>
    /// <param name="count">Number of pairs.</param>
    /// <param name="similarities">Two planes: q and q s.</param>
    public void Similarities(float[] own, float[] other, int count, float[] similarities)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Similarities<WideLanes>(own, other, count, similarities);
        }
        else
        {
            Similarities<NativeLanes>(own, other, count, similarities);
        }
    }

    /// <summary>Returns x^y of each lane, for numbers x of 0 and more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Power<T>(T x, T y)
        where T : struct, ILayoutLanes<T>
    {
        // x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2).
        T k = T.Exponent(T.AtLeast(x, T.All(SmallestSquare)), out T mantissa);
        T f = mantissa - T.All(1);
        T f2 = f * f;
        T f4 = f2 * f2;
        T low = T.All(3.3333331174E-1f) + (f * T.All(-2.4999993993E-1f)) + (
            f2 * (T.All(2.0000714765E-1f) + (f * T.All(-1.6668057665E-1f))));
        T high = T.All(1.4249322787E-1f) + (f * T.All(-1.2420140846E-1f)) + (
            f2 * (T.All(1.1676998740E-1f) + (f * T.All(-1.1514610310E-1f)))) + (f4 * T.All(7.0376836292E-2f));
        T log = f + ((f * f2 * (low + (f4 * high))) - (T.All(0.5f) * f2));
        T exponent = y * (k + (log * T.All(1.44269504f)));
        exponent = T.AtMost(T.AtLeast(exponent, T.All(SmallestExponent)), T.All(LargestExponent));

        // 2^exponent = 2^whole 2^rest with |rest| <= 1/2.
        T shifted = exponent + T.All(Shift);
        T rest = exponent - (shifted - T.All(Shift));
        T r2 = rest * rest;
        T start = T.All(1) + (rest * T.All(6.931472028550421E-001f)) + (
            r2 * (T.All(2.402264791363012E-001f) + (rest * T.All(5.550332471162809E-002f))));
        T end = T.All(9.618437357674640E-003f) + (rest * T.All(1.339887440266574E-003f)) + (r2 * T.All(1.535336188319500E-004f));
        return (start + (r2 * r2 * end)) * T.PowerOfTwo(shifted);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Attract<T>(float[] own, float[] other, int count, float rate)
        where T : struct, ILayoutLanes<T>
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(own);
        ref float second = ref MemoryMarshal.GetArrayDataReference(other);
        for (int lane = 0; lane < count; lane += T.Count)
        {
            T squared = Squared<T>(ref first, ref second, own.Length, lane);
            T coefficient = Attraction(squared, Power(squared, T.All(_b)), out _);
            for (int place = lane; place < own.Length; place += Lanes)
            {
                T a = T.Load(ref first, place);
                T b = T.Load(ref second, place);
                T step = T.All(rate) * Clip(coefficient * (a - b));
                T.Store(a + step, ref first, place);
                T.Store(b - step, ref second, place);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AttractByDensity<T>(float[] own, float[] other, float[] density, int count, float rate)
        where T : struct, ILayoutLanes<T>
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(own);
        ref float second = ref MemoryMarshal.GetArrayDataReference(other);
        ref float terms = ref MemoryMarshal.GetArrayDataReference(density);
        for (int lane = 0; lane < count; lane += T.Count)
        {
            T squared = Squared<T>(ref first, ref second, own.Length, lane);
            T coefficient = Attraction(squared, Power(squared, T.All(_b)), out T similarity);

            // layouts.py: drk and drj with their weights; dphi_term there is minus one half of attraction.
            T slope = T.All(1) - (T.All(_b) * (T.All(1) - similarity));
            T correlation = (slope * T.Load(ref terms, lane)) + (T.All(-0.5f) * coefficient * T.Load(ref terms, Lanes + lane));
            correlation = T.All(2) * correlation * similarity * T.Load(ref terms, (2 * Lanes) + lane);
            correlation = T.AtMost(T.AtLeast(correlation, T.All(-LargestCoefficient)), T.All(LargestCoefficient));
            for (int place = lane; place < own.Length; place += Lanes)
            {
                T a = T.Load(ref first, place);
                T b = T.Load(ref second, place);
                T step = T.All(rate) * (Clip(coefficient * (a - b)) + Clip(correlation * (a - b)));
                T.Store(a + step, ref first, place);
                T.Store(b - step, ref second, place);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Repel<T>(float[] own, int[] rows, float[] other, int[] otherRows, int count, float rate)
        where T : struct, ILayoutLanes<T>
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(own);
        ref float second = ref MemoryMarshal.GetArrayDataReference(other);
        for (int lane = 0; lane < count; lane += T.Count)
        {
            T squared = Squared<T>(ref first, ref second, own.Length, lane);
            T coefficient = T.All(_repulsion) / ((T.All(Softening) + squared) * (T.All(1) + (T.All(_a) * Power(squared, T.All(_b)))));
            coefficient = T.ZeroWhereEqual(coefficient, ref rows[0], ref otherRows[0], lane);
            for (int place = lane; place < own.Length; place += Lanes)
            {
                T a = T.Load(ref first, place);
                T.Store(a + (T.All(rate) * Clip(coefficient * (a - T.Load(ref second, place)))), ref first, place);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Similarities<T>(float[] own, float[] other, int count, float[] similarities)
        where T : struct, ILayoutLanes<T>
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(own);
        ref float second = ref MemoryMarshal.GetArrayDataReference(other);
        ref float target = ref MemoryMarshal.GetArrayDataReference(similarities);
        for (int lane = 0; lane < count; lane += T.Count)
        {
            T squared = Squared<T>(ref first, ref second, own.Length, lane);
            T similarity = T.All(1) / (T.All(1) + (T.All(_a) * Power(squared, T.All(_b))));
            T.Store(similarity, ref target, lane);
            T.Store(similarity * squared, ref target, Lanes + lane);
        }
    }

    /// <summary>
    /// Returns the coefficient of attraction, and the similarity. Where two points are equal the coefficient is some number, and the force
    /// is 0 all the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Attraction<T>(T squared, T power, out T similarity)
        where T : struct, ILayoutLanes<T>
    {
        similarity = T.All(1) / (T.All(1) + (T.All(_a) * power));
        return T.AtLeast(T.All(_attraction) * power * similarity / T.AtLeast(squared, T.All(SmallestSquare)), T.All(-LargestCoefficient));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Squared<T>(ref float first, ref float second, int length, int lane)
        where T : struct, ILayoutLanes<T>
    {
        T squared = T.All(0);
        for (int place = lane; place < length; place += Lanes)
        {
            T difference = T.Load(ref first, place) - T.Load(ref second, place);
            squared += difference * difference;
        }

        return squared;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Clip<T>(T force)
        where T : struct, ILayoutLanes<T>
        => T.AtMost(T.AtLeast(force, T.All(-LargestStep)), T.All(LargestStep));
}
