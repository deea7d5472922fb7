using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Umap.Layout;

/// <summary>
/// Some lanes of single precision, as many as the machine has; what is done to one has the same bits in vectors of every width.
/// </summary>
internal interface ILayoutLanes<T>
    where T : struct, ILayoutLanes<T>
{
    /// <summary>Gets the number of lanes.</summary>
    static abstract int Count { get; }

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>Returns a number in every lane.</summary>
    static abstract T All(float value);

    /// <summary>Reads lanes.</summary>
    static abstract T Load(ref float start, int place);

    /// <summary>Writes lanes.</summary>
    static abstract void Store(T lanes, ref float start, int place);

    /// <summary>
    /// Returns each lane, or the bound where it is not above it. By comparison: the runtime's maximum takes more steps, for NaN and the
    /// sign of 0. NaN (after an overflow) becomes the bound.
    /// </summary>
    static abstract T AtLeast(T lanes, T bound);

    /// <summary>Returns each lane, or the bound where it is not below it.</summary>
    static abstract T AtMost(T lanes, T bound);

    /// <summary>Returns 0 where two whole numbers are equal, and each lane elsewhere.</summary>
    static abstract T ZeroWhereEqual(T lanes, ref int first, ref int second, int place);

    /// <summary>Takes normal numbers above 0 apart: 2^k m, with sqrt(1/2) &lt;= m &lt; sqrt(2).</summary>
    static abstract T Exponent(T lanes, out T mantissa);

    /// <summary>Returns 2^k from k + 1.5 x 2^23, whose lowest bits are those of k.</summary>
    static abstract T PowerOfTwo(T shifted);
}

/// <summary>The constants of both kinds of lanes.</summary>
internal static class LayoutLaneBits
{
    public const int RootOfHalf = 0x3f3504f3;
    public const int One = 0x3f800000;
    public const int MantissaBits = 23;
}

/// <summary>Sixteen lanes.</summary>
internal readonly struct WideLanes(Vector512<float> value) : ILayoutLanes<WideLanes>
{
    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator +(WideLanes a, WideLanes b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator -(WideLanes a, WideLanes b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator *(WideLanes a, WideLanes b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator /(WideLanes a, WideLanes b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Load(ref float start, int place) => new(Vector512.LoadUnsafe(ref start, (nuint)place));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WideLanes lanes, ref float start, int place) => lanes._value.StoreUnsafe(ref start, (nuint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes AtLeast(WideLanes lanes, WideLanes bound)
        => new(Vector512.ConditionalSelect(Vector512.GreaterThan(lanes._value, bound._value), lanes._value, bound._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes AtMost(WideLanes lanes, WideLanes bound)
        => new(Vector512.ConditionalSelect(Vector512.LessThan(lanes._value, bound._value), lanes._value, bound._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes ZeroWhereEqual(WideLanes lanes, ref int first, ref int second, int place)
        => new(
            Vector512.ConditionalSelect(
                Vector512.Equals(Vector512.LoadUnsafe(ref first, (nuint)place), Vector512.LoadUnsafe(ref second, (nuint)place)).AsSingle(),
                Vector512<float>.Zero,
                lanes._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Exponent(WideLanes lanes, out WideLanes mantissa)
    {
        Vector512<int> bits = lanes._value.AsInt32();
        Vector512<int> k = (bits - Vector512.Create(LayoutLaneBits.RootOfHalf)) >> LayoutLaneBits.MantissaBits;
        mantissa = new((bits - (k << LayoutLaneBits.MantissaBits)).AsSingle());
        return new(Vector512.ConvertToSingle(k));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes PowerOfTwo(WideLanes shifted)
        => new(((shifted._value.AsInt32() << LayoutLaneBits.MantissaBits) + Vector512.Create(LayoutLaneBits.One)).AsSingle());
}

/// <summary>As many lanes as the runtime finds right for the machine, at most eight.</summary>
internal readonly struct NativeLanes(Vector<float> value) : ILayoutLanes<NativeLanes>
{
    private readonly Vector<float> _value = value;

    public static int Count => Vector<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes operator +(NativeLanes a, NativeLanes b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes operator -(NativeLanes a, NativeLanes b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes operator *(NativeLanes a, NativeLanes b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes operator /(NativeLanes a, NativeLanes b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes All(float value) => new(new Vector<float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes Load(ref float start, int place) => new(Vector.LoadUnsafe(ref start, (nuint)place));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(NativeLanes lanes, ref float start, int place) => lanes._value.StoreUnsafe(ref start, (nuint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes AtLeast(NativeLanes lanes, NativeLanes bound)
        => new(Vector.ConditionalSelect(Vector.GreaterThan(lanes._value, bound._value), lanes._value, bound._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes AtMost(NativeLanes lanes, NativeLanes bound)
        => new(Vector.ConditionalSelect(Vector.LessThan(lanes._value, bound._value), lanes._value, bound._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes ZeroWhereEqual(NativeLanes lanes, ref int first, ref int second, int place)
        => new(
            Vector.ConditionalSelect(
                Vector.Equals(Vector.LoadUnsafe(ref first, (nuint)place), Vector.LoadUnsafe(ref second, (nuint)place)),
                Vector<float>.Zero,
                lanes._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes Exponent(NativeLanes lanes, out NativeLanes mantissa)
    {
        Vector<int> bits = Vector.AsVectorInt32(lanes._value);
        Vector<int> k = (bits - new Vector<int>(LayoutLaneBits.RootOfHalf)) >> LayoutLaneBits.MantissaBits;
        mantissa = new(Vector.AsVectorSingle(bits - (k << LayoutLaneBits.MantissaBits)));
        return new(Vector.ConvertToSingle(k));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NativeLanes PowerOfTwo(NativeLanes shifted)
        => new(
            Vector.AsVectorSingle(
                (Vector.AsVectorInt32(shifted._value) << LayoutLaneBits.MantissaBits) + new Vector<int>(LayoutLaneBits.One)));
}
