using System.Runtime.InteropServices;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>What weights are when they are widened, by two ways that know nothing of the engine's.</summary>
internal static unsafe class GgmlReference
{
    private static nint _library;

    /// <summary>
    /// Widens with ggml's own <c>ggml_get_type_traits(type)->to_float</c>. Of single precision there is none, so the bytes are taken as
    /// they are.
    /// </summary>
    public static float[] Native(uint type, byte[] bytes, int count)
    {
        float[] target = new float[count];
        if (type == GgmlTensorType.F32)
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        if (_library == 0)
        {
            _library = NativeLibrary.Load(NativeLibraryLoader.EnsureLoaded(null).GgmlBase);
        }

        delegate* unmanaged[Cdecl]<int, nint> traits
            = (delegate* unmanaged[Cdecl]<int, nint>)NativeLibrary.GetExport(_library, "ggml_get_type_traits");

        // struct ggml_type_traits of ggml.h: name, two lengths, size, one bool padded to 8 bytes, then to_float.
        delegate* unmanaged[Cdecl]<byte*, float*, long, void> widen
            = *(delegate* unmanaged[Cdecl]<byte*, float*, long, void>*)(traits((int)type) + 40);
        fixed (byte* from = bytes)
        fixed (float* to = target)
        {
            widen(from, to, count);
        }

        return target;
    }

    /// <summary>
    /// Widens one weight at a time, in double precision, where every product and every sum of ggml-quants.c is exact (halves are
    /// multiples of 2^-24 and less than 2^16, sub-scales and weights small), so that one rounding at the end gives what single precision
    /// gives, whether or not a compiler contracts.
    /// </summary>
    public static float Plain(uint type, byte[] bytes, int index)
    {
        (_, int length, int size) = GgmlTensorType.Blocks[type];
        ReadOnlySpan<byte> block = bytes.AsSpan(index / length * size, size);
        int i = index % length;
        switch (type)
        {
            case GgmlTensorType.F32:
                return BitConverter.ToSingle(block);
            case GgmlTensorType.F16:
                return (float)Half(block, 0);
            case GgmlTensorType.BF16:
                return BitConverter.Int32BitsToSingle(BitConverter.ToInt16(block) << 16);
            case GgmlTensorType.Q8_0:
                return (float)(Half(block, 0) * (sbyte)block[2 + i]);
            case GgmlTensorType.Q4_0:
                return (float)(Half(block, 0) * (Nibble(block, 2, i) - 8));
            case GgmlTensorType.Q4_1:
                return (float)((Half(block, 0) * Nibble(block, 4, i)) + Half(block, 2));
            case GgmlTensorType.Q5_0:
                return (float)(Half(block, 0) * ((Nibble(block, 6, i) | (Bit(block, 2, i) << 4)) - 16));
            case GgmlTensorType.Q5_1:
                return (float)((Half(block, 0) * (Nibble(block, 8, i) | (Bit(block, 4, i) << 4))) + Half(block, 2));
            case GgmlTensorType.Q4_K:
            case GgmlTensorType.Q5_K:
                int part = i / 32;
                int nibbles = block[(type == GgmlTensorType.Q4_K ? 16 : 48) + (part / 2 * 32) + (i % 32)];
                int weight = (nibbles >> (part % 2 * 4)) & 15;
                weight += type == GgmlTensorType.Q5_K ? ((block[16 + (i % 32)] >> part) & 1) * 16 : 0;
                return (float)((Half(block, 0) * SixBits(block[4..16], part) * weight)
                    - (Half(block, 2) * SixBits(block[4..16], part + 8)));
            case GgmlTensorType.Q6_K:
                int quarter = i % 128 / 32;
                int low = block[(i / 128 * 64) + (quarter % 2 * 32) + (i % 32)] >> (quarter / 2 * 4) & 15;
                int high = block[128 + (i / 128 * 32) + (i % 32)] >> (quarter * 2) & 3;
                return (float)(Half(block, 208) * (sbyte)block[192 + (i / 16)] * ((low | (high << 4)) - 32));
            default:
                throw new NotSupportedException();
        }
    }

    // Sub-scales 0 to 7, then sub-minima: the first 4 of either whole, the last 4 in two pieces.
    private static int SixBits(ReadOnlySpan<byte> packed, int number)
    {
        int of = number / 8 * 4;
        int i = number % 8;
        return i < 4
            ? packed[of + i] & 63
            : ((packed[8 + i - 4] >> of) & 15) + (packed[of + i - 4] / 64 * 16);
    }

    private static int Nibble(ReadOnlySpan<byte> block, int at, int i) => i < 16 ? block[at + i] & 15 : block[at + i - 16] >> 4;

    private static int Bit(ReadOnlySpan<byte> block, int at, int i) => (block[at + (i / 8)] >> (i % 8)) & 1;

    private static double Half(ReadOnlySpan<byte> block, int at)
    {
        int bits = block[at] | (block[at + 1] << 8);
        int exponent = (bits >> 10) & 31;
        int fraction = bits & 1023;
        double magnitude = exponent switch
        {
            0 => fraction * Math.Pow(2, -24),
            31 => fraction == 0 ? double.PositiveInfinity : double.NaN,
            _ => (1024 + fraction) * Math.Pow(2, exponent - 25),
        };
        return bits >= 0x8000 ? -magnitude : magnitude;
    }
}
