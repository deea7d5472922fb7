using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// Widens the types whose blocks of 256 weights are divided into sub-blocks with scales of their own: dequantize_row_q4_K, _q5_K and
/// _q6_K of ggml-quants.c.
/// </summary>
internal static class GgufSuperblocks
{
    private const int BlockLength = 256;

    /// <summary>
    /// Widens Q4_K and Q5_K: scale and minimum of the block, as halves; 8 pairs of a scale and a minimum of 6 bits in 12 bytes; of Q5_K
    /// the fifth bits, in 32 bytes; the nibbles. A weight is scale * sub-scale * weight - minimum * sub-minimum.
    /// </summary>
    /// <param name="source">The blocks.</param>
    /// <param name="target">Receives the weights.</param>
    /// <param name="withFifthBit">Whether it is Q5_K.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenQ4OrQ5(ReadOnlySpan<byte> source, Span<float> target, bool withFifthBit)
    {
        const int fifthAt = 16;
        int nibblesAt = withFifthBit ? 48 : fifthAt;
        int blockBytes = nibblesAt + (BlockLength / 2);
        for (int block = 0; block * BlockLength < target.Length; block++)
        {
            ReadOnlySpan<byte> bytes = source.Slice(block * blockBytes, blockBytes);
            Span<float> weights = target.Slice(block * BlockLength, BlockLength);
            float scale = BlockWeights.Half(bytes, 0);
            float minimum = BlockWeights.Half(bytes, 2);
            ReadOnlySpan<byte> pairs = bytes[4..fifthAt];
            for (int part = 0; part < 8; part++)
            {
                (int subScale, int subMinimum) = Pair(pairs, part);
                float factor = scale * subScale;

                // x - m is x + -m, whatever the signs of zeros.
                float summand = -(minimum * subMinimum);
                for (int half = 0; half < 32; half += 16)
                {
                    // Parts 0 and 1 share 32 bytes, 2 and 3 the next, and so on: low nibbles, then high ones.
                    Vector128<byte> values = Vector128.Create(bytes[(nibblesAt + (part / 2 * 32) + half)..]);
                    values = (part & 1) == 0 ? values & Vector128.Create((byte)0xF) : values >>> 4;
                    if (withFifthBit)
                    {
                        Vector128<byte> bit = Vector128.Create((byte)(1 << part));
                        values |= Vector128.Equals(Vector128.Create(bytes[(fifthAt + half)..]) & bit, bit) & Vector128.Create((byte)16);
                    }

                    BlockWeights.Store(values, factor, summand, ref weights[(part * 32) + half]);
                }
            }
        }
    }

    /// <summary>
    /// Widens Q6_K: the weights' low 4 bits in 128 bytes, their upper 2 in 64, 16 scales of 8 bits with a sign, the block's scale as a
    /// half. A weight is (scale * sub-scale) * (weight - 32).
    /// </summary>
    /// <param name="source">The blocks.</param>
    /// <param name="target">Receives the weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenQ6(ReadOnlySpan<byte> source, Span<float> target)
    {
        const int upperAt = 128, scalesAt = 192, scaleAt = 208, blockBytes = 210;
        for (int block = 0; block * BlockLength < target.Length; block++)
        {
            ReadOnlySpan<byte> bytes = source.Slice(block * blockBytes, blockBytes);
            ref float first = ref MemoryMarshal.GetReference(target.Slice(block * BlockLength, BlockLength));
            float scale = BlockWeights.Half(bytes, scaleAt);
            for (int part = 0; part < 16; part++)
            {
                // Of each half of the block, parts 0 to 3 are low nibbles and parts 4 to 7 high ones of the same 64 bytes; the upper bits
                // of parts 0 and 1, 2 and 3, … are bits 0 and 1, 2 and 3, … of the same 32 bytes.
                int half = part / 8;
                int within = part % 8;
                Vector128<byte> low = Vector128.Create(bytes[((half * 64) + (within % 4 * 16))..]);
                low = within < 4 ? low & Vector128.Create((byte)0xF) : low >>> 4;
                Vector128<byte> upper = Vector128.Create(bytes[(upperAt + (half * 32) + (within % 2 * 16))..]);
                upper = (upper >>> (within / 2 * 2)) & Vector128.Create((byte)3);
                Vector128<sbyte> weights = (low | (upper << 4)).AsSByte() - Vector128.Create((sbyte)32);
                BlockWeights.Store(weights, scale * (sbyte)bytes[scalesAt + part], ref Unsafe.Add(ref first, part * 16));
            }
        }
    }

    // get_scale_min_k4: the first 4 pairs lie in the low 6 bits of bytes 0 to 3 and 4 to 7; the others' low 4 bits in the nibbles of bytes
    // 8 to 11, and their upper 2 above the first ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Scale, int Minimum) Pair(ReadOnlySpan<byte> pairs, int part)
        => part < 4
            ? (pairs[part] & 63, pairs[part + 4] & 63)
            : ((pairs[part + 4] & 0xF) | (pairs[part - 4] >> 6 << 4), (pairs[part + 4] >> 4) | (pairs[part] >> 6 << 4));
}
