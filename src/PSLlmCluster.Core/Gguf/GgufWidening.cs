using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// Widens weights to single precision: dequantize_row_* of ggml-quants.c, and the conversions of ggml-impl.h. The numbers are the same
/// on every machine: each is a product of a half and small whole numbers, which single precision holds exactly but for Q6_K's second
/// product, plus at most one sum; no two operations are contracted into one.
/// Halves have 11 bits, scales of sub-blocks 6 or 8, weights 4 to 8: so 8 bits of Q8_0 need 19, Q4_K 21, Q5_K 22, Q6_K 24 or 25.
/// The loops are compiled well at once: a model is loaded before anything that runs once is found to be worth it.
/// </summary>
internal static class GgufWidening
{
    private const int BlockLength = 32;
    private const uint SingleExponent = 0x7F800000;
    private const ushort HalfExponent = 0x7C00;

    /// <summary>Returns whether a type's weights can be widened.</summary>
    /// <param name="type">The type, a number of <see cref="GgmlTensorType"/>.</param>
    /// <returns>Whether they can.</returns>
    public static bool Knows(uint type) => type is GgmlTensorType.F32 or GgmlTensorType.F16 or GgmlTensorType.BF16
        or GgmlTensorType.Q4_0 or GgmlTensorType.Q4_1 or GgmlTensorType.Q5_0 or GgmlTensorType.Q5_1 or GgmlTensorType.Q8_0
        or GgmlTensorType.Q4_K or GgmlTensorType.Q5_K or GgmlTensorType.Q6_K;

    /// <summary>Widens weights.</summary>
    /// <param name="type">Their type, one of those that can be widened.</param>
    /// <param name="source">Their bytes, whole blocks.</param>
    /// <param name="target">Receives them; as many as the blocks hold.</param>
    public static void Widen(uint type, ReadOnlySpan<byte> source, Span<float> target)
    {
        switch (type)
        {
            case GgmlTensorType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(target));
                break;
            case GgmlTensorType.F16:
                Halves(MemoryMarshal.Cast<byte, ushort>(source), target);
                break;
            case GgmlTensorType.BF16:
                BrainFloats(MemoryMarshal.Cast<byte, ushort>(source), target);
                break;
            case GgmlTensorType.Q8_0:
                Q8Blocks(source, target);
                break;
            case GgmlTensorType.Q4_0:
            case GgmlTensorType.Q5_0:
            case GgmlTensorType.Q4_1:
            case GgmlTensorType.Q5_1:
                NibbleBlocks(
                    source,
                    target,
                    withMinimum: type is GgmlTensorType.Q4_1 or GgmlTensorType.Q5_1,
                    withFifthBit: type is GgmlTensorType.Q5_0 or GgmlTensorType.Q5_1);
                break;
            case GgmlTensorType.Q4_K:
            case GgmlTensorType.Q5_K:
                GgufSuperblocks.WidenQ4OrQ5(source, target, withFifthBit: type == GgmlTensorType.Q5_K);
                break;
            case GgmlTensorType.Q6_K:
                GgufSuperblocks.WidenQ6(source, target);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    /// <summary>
    /// Returns whether all weights are finite once they are widened. Of blocks the halves alone say it: the largest half times the largest
    /// weights is far from single precision's end, and one that is infinite or no number makes no finite weight, even of a 0.
    /// </summary>
    /// <param name="type">Their type, one of those that can be widened.</param>
    /// <param name="source">Their bytes, whole blocks.</param>
    /// <returns>Whether they are.</returns>
    public static bool IsFinite(uint type, ReadOnlySpan<byte> source) => type switch
    {
        GgmlTensorType.F32 => !AnyHasAllOf(MemoryMarshal.Cast<byte, uint>(source), SingleExponent),
        GgmlTensorType.F16 => !AnyHasAllOf(MemoryMarshal.Cast<byte, ushort>(source), HalfExponent),
        GgmlTensorType.BF16 => !AnyHasAllOf(MemoryMarshal.Cast<byte, ushort>(source), (ushort)(SingleExponent >> 16)),
        GgmlTensorType.Q8_0 => ScalesAreFinite(source, 34, 0, 1),
        GgmlTensorType.Q4_0 => ScalesAreFinite(source, 18, 0, 1),
        GgmlTensorType.Q4_1 => ScalesAreFinite(source, 20, 0, 2),
        GgmlTensorType.Q5_0 => ScalesAreFinite(source, 22, 0, 1),
        GgmlTensorType.Q5_1 => ScalesAreFinite(source, 24, 0, 2),
        GgmlTensorType.Q4_K => ScalesAreFinite(source, 144, 0, 2),
        GgmlTensorType.Q5_K => ScalesAreFinite(source, 176, 0, 2),
        GgmlTensorType.Q6_K => ScalesAreFinite(source, 210, 208, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Q8Blocks(ReadOnlySpan<byte> source, Span<float> target)
    {
        const int blockBytes = 34;
        for (int block = 0; block * BlockLength < target.Length; block++)
        {
            ReadOnlySpan<byte> bytes = source.Slice(block * blockBytes, blockBytes);
            ref float first = ref MemoryMarshal.GetReference(target.Slice(block * BlockLength, BlockLength));
            float scale = BlockWeights.Half(bytes, 0);
            BlockWeights.Store(Vector128.Create(bytes[2..]).AsSByte(), scale, ref first);
            BlockWeights.Store(Vector128.Create(bytes[18..]).AsSByte(), scale, ref Unsafe.Add(ref first, 16));
        }
    }

    // A half, of the types with a minimum another, of those with 5 bits the fifth ones in 4 bytes, then the others: the low nibbles are
    // weights 0 to 15, the high ones 16 to 31. Without a minimum the weights are around 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NibbleBlocks(ReadOnlySpan<byte> source, Span<float> target, bool withMinimum, bool withFifthBit)
    {
        int fifthAt = withMinimum ? 4 : 2;
        int nibblesAt = fifthAt + (withFifthBit ? 4 : 0);
        int blockBytes = nibblesAt + (BlockLength / 2);
        Vector128<sbyte> middle = Vector128.Create(withFifthBit ? (sbyte)16 : (sbyte)8);
        for (int block = 0; block * BlockLength < target.Length; block++)
        {
            ReadOnlySpan<byte> bytes = source.Slice(block * blockBytes, blockBytes);
            ref float first = ref MemoryMarshal.GetReference(target.Slice(block * BlockLength, BlockLength));
            float scale = BlockWeights.Half(bytes, 0);
            Vector128<byte> nibbles = Vector128.Create(bytes[nibblesAt..]);
            Vector128<byte> low = nibbles & Vector128.Create((byte)0xF);
            Vector128<byte> high = nibbles >>> 4;
            if (withFifthBit)
            {
                low |= FifthBits(bytes[fifthAt], bytes[fifthAt + 1]);
                high |= FifthBits(bytes[fifthAt + 2], bytes[fifthAt + 3]);
            }

            if (withMinimum)
            {
                float minimum = BlockWeights.Half(bytes, 2);
                BlockWeights.Store(low, scale, minimum, ref first);
                BlockWeights.Store(high, scale, minimum, ref Unsafe.Add(ref first, 16));
            }
            else
            {
                BlockWeights.Store(low.AsSByte() - middle, scale, ref first);
                BlockWeights.Store(high.AsSByte() - middle, scale, ref Unsafe.Add(ref first, 16));
            }
        }
    }

    // Bit i of the 16 becomes the value 16 in byte i.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FifthBits(byte low, byte high)
    {
        Vector128<byte> bits = Vector128.Create(0x8040201008040201).AsByte();
        Vector128<byte> spread = Vector128.Create(low * 0x0101010101010101u, high * 0x0101010101010101u).AsByte();
        return Vector128.Equals(spread & bits, bits) & Vector128.Create((byte)16);
    }

    // A half's bits moved to their places in a single, with the exponent's bias put right by a sum; a subnormal's missing leading 1 is
    // taken off again by a subtraction, which is exact.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Halves(ReadOnlySpan<ushort> source, Span<float> target)
    {
        int i = 0;
        for (; i <= target.Length - 8; i += 8)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Create(source[i..]));
            Span<float> place = target.Slice(i, 8);
            Halves(low).CopyTo(place);
            Halves(high).CopyTo(place[4..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Halves(Vector128<uint> halves)
    {
        Vector128<uint> sign = (halves & Vector128.Create(0x8000u)) << 16;
        Vector128<uint> magnitude = (halves & Vector128.Create(0x7FFFu)) << 13;
        Vector128<uint> exponent = magnitude & Vector128.Create((uint)HalfExponent << 13);
        Vector128<uint> biased = magnitude + Vector128.Create((127u - 15) << 23);
        Vector128<uint> unbounded = magnitude | Vector128.Create(SingleExponent);
        Vector128<uint> leading = Vector128.Create((127u - 14) << 23);
        Vector128<uint> subnormal = ((magnitude + leading).AsSingle() - leading.AsSingle()).AsUInt32();
        Vector128<uint> value = Vector128.ConditionalSelect(
            Vector128.Equals(exponent, Vector128<uint>.Zero),
            subnormal,
            Vector128.ConditionalSelect(
                Vector128.Equals(exponent, Vector128.Create((uint)HalfExponent << 13)), unbounded, biased));
        return (value | sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BrainFloats(ReadOnlySpan<ushort> source, Span<float> target)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(target);
        int i = 0;
        for (; i <= bits.Length - 8; i += 8)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Create(source[i..]));
            Span<uint> place = bits.Slice(i, 8);
            (low << 16).CopyTo(place);
            (high << 16).CopyTo(place[4..]);
        }

        for (; i < bits.Length; i++)
        {
            bits[i] = (uint)source[i] << 16;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AnyHasAllOf<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        Vector128<T> mask = Vector128.Create(exponent);
        Vector128<T> found = Vector128<T>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector128<T>.Count; i += Vector128<T>.Count)
        {
            found |= Vector128.Equals(Vector128.Create(values[i..]) & mask, mask);
        }

        bool any = found != Vector128<T>.Zero;
        for (; i < values.Length; i++)
        {
            any |= (values[i] & exponent) == exponent;
        }

        return any;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool ScalesAreFinite(ReadOnlySpan<byte> source, int blockBytes, int at, int count)
    {
        bool finite = true;
        for (int block = 0; block < source.Length; block += blockBytes)
        {
            for (int i = 0; i < count; i++)
            {
                // The exponent lies in the second byte.
                finite &= (source[block + at + (i * 2) + 1] & (HalfExponent >> 8)) != HalfExponent >> 8;
            }
        }

        return finite;
    }
}
