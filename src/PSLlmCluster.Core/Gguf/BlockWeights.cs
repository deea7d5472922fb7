using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Gguf;

/// <summary>What all types of weights in blocks have in common: scales as halves, and 16 small whole numbers that become singles.</summary>
internal static class BlockWeights
{
    /// <summary>Reads a half.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="at">Where it starts among them.</param>
    /// <returns>Its value, which is exact.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(ReadOnlySpan<byte> source, int at)
        => (float)BitConverter.UInt16BitsToHalf((ushort)(source[at] | (source[at + 1] << 8)));

    /// <summary>Stores 16 weights times their scale.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="target">Where the first goes; there is room for 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> weights, float scale, ref float target)
    {
        Vector128<float> factor = Vector128.Create(scale);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(weights);
        (Vector128<int> first, Vector128<int> second) = Vector128.Widen(low);
        (Vector128<int> third, Vector128<int> fourth) = Vector128.Widen(high);
        (Vector128.ConvertToSingle(first) * factor).StoreUnsafe(ref target);
        (Vector128.ConvertToSingle(second) * factor).StoreUnsafe(ref target, 4);
        (Vector128.ConvertToSingle(third) * factor).StoreUnsafe(ref target, 8);
        (Vector128.ConvertToSingle(fourth) * factor).StoreUnsafe(ref target, 12);
    }

    /// <summary>Stores 16 weights times their scale, plus a number.</summary>
    /// <param name="weights">The weights, at most 127.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="summand">The number.</param>
    /// <param name="target">Where the first goes; there is room for 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> weights, float scale, float summand, ref float target)
    {
        Vector128<float> factor = Vector128.Create(scale);
        Vector128<float> shift = Vector128.Create(summand);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(weights.AsSByte());
        (Vector128<int> first, Vector128<int> second) = Vector128.Widen(low);
        (Vector128<int> third, Vector128<int> fourth) = Vector128.Widen(high);
        ((Vector128.ConvertToSingle(first) * factor) + shift).StoreUnsafe(ref target);
        ((Vector128.ConvertToSingle(second) * factor) + shift).StoreUnsafe(ref target, 4);
        ((Vector128.ConvertToSingle(third) * factor) + shift).StoreUnsafe(ref target, 8);
        ((Vector128.ConvertToSingle(fourth) * factor) + shift).StoreUnsafe(ref target, 12);
    }
}
