using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>
/// Turns single precision into any type that the engine reads, so that tests can make models: simply rounded, without the search for
/// better scales that ggml's own quantizers do.
/// </summary>
internal static class GgufQuantizer
{
    /// <summary>Quantizes values.</summary>
    /// <param name="type">The type.</param>
    /// <param name="values">The values, whole blocks of the type.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Quantize(uint type, float[] values)
    {
        (string name, int length, int size) = GgmlTensorType.Blocks[type];
        if (values.Length % length != 0)
        {
            throw new ArgumentException($"{values.Length} values are no whole blocks of {name}.", nameof(values));
        }

        byte[] bytes = new byte[values.Length / length * size];
        for (int block = 0; block * length < values.Length; block++)
        {
            Block(type, values.AsSpan(block * length, length), bytes.AsSpan(block * size, size));
        }

        return bytes;
    }

    private static void Block(uint type, ReadOnlySpan<float> values, Span<byte> target)
    {
        switch (type)
        {
            case GgmlTensorType.F32:
                BitConverter.TryWriteBytes(target, values[0]);
                break;
            case GgmlTensorType.F16:
                BitConverter.TryWriteBytes(target, (Half)values[0]);
                break;
            case GgmlTensorType.BF16:
                uint bits = BitConverter.SingleToUInt32Bits(values[0]);
                BitConverter.TryWriteBytes(target, (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
                break;
            case GgmlTensorType.Q8_0:
                float scale = WriteHalf(target, Largest(values) / 127);
                for (int i = 0; i < values.Length; i++)
                {
                    target[2 + i] = (byte)(sbyte)Rounded(values[i], scale, -127, 127);
                }

                break;
            case GgmlTensorType.Q4_0:
                Nibbles(values, 0, WriteHalf(target, Largest(values) / 7), 8, default, target[2..]);
                break;
            case GgmlTensorType.Q5_0:
                Nibbles(values, 0, WriteHalf(target, Largest(values) / 15), 16, target[2..6], target[6..]);
                break;
            case GgmlTensorType.Q4_1:
                Nibbles(values, WriteHalf(target[2..], Least(values)), WriteHalf(target, Range(values) / 15), 0, default, target[4..]);
                break;
            case GgmlTensorType.Q5_1:
                Nibbles(
                    values, WriteHalf(target[2..], Least(values)), WriteHalf(target, Range(values) / 31), 0, target[4..8], target[8..]);
                break;
            case GgmlTensorType.Q4_K:
                Superblock(values, 15, target, default, target[16..]);
                break;
            case GgmlTensorType.Q5_K:
                Superblock(values, 31, target, target[16..48], target[48..]);
                break;
            case GgmlTensorType.Q6_K:
                SignedSuperblock(values, target);
                break;
            default:
                throw new NotSupportedException(GgmlTensorType.Blocks[type].Name);
        }
    }

    private static void Nibbles(
        ReadOnlySpan<float> values, float minimum, float scale, int middle, Span<byte> fifthBits, Span<byte> nibbles)
    {
        int most = fifthBits.IsEmpty ? 15 : 31;
        for (int i = 0; i < values.Length; i++)
        {
            int weight = Rounded(values[i] - minimum, scale, -middle, most - middle) + middle;
            nibbles[i % 16] |= (byte)((weight & 15) << (i / 16 * 4));
            if (weight > 15)
            {
                fifthBits[i / 8] |= (byte)(1 << (i % 8));
            }
        }
    }

    private static void Superblock(ReadOnlySpan<float> values, int most, Span<byte> target, Span<byte> fifthBits, Span<byte> nibbles)
    {
        float[] scales = new float[8];
        float[] minima = new float[8];
        for (int part = 0; part < 8; part++)
        {
            // What is taken off is not negative.
            ReadOnlySpan<float> of = values.Slice(part * 32, 32);
            minima[part] = Math.Max(-Least(of), 0);
            scales[part] = (Least(of) < 0 ? Range(of) : Largest(of)) / most;
        }

        float scale = WriteHalf(target, scales.Max() / 63);
        float minimum = WriteHalf(target[2..], minima.Max() / 63);
        Span<byte> packed = target[4..16];
        for (int part = 0; part < 8; part++)
        {
            int subScale = Rounded(scales[part], scale, 0, 63);
            int subMinimum = Rounded(minima[part], minimum, 0, 63);
            if (part < 4)
            {
                packed[part] |= (byte)subScale;
                packed[part + 4] |= (byte)subMinimum;
            }
            else
            {
                packed[part + 4] = (byte)((subScale & 15) | (subMinimum & 15) << 4);
                packed[part - 4] |= (byte)(subScale >> 4 << 6);
                packed[part] |= (byte)(subMinimum >> 4 << 6);
            }

            for (int i = 0; i < 32; i++)
            {
                int weight = Rounded(values[(part * 32) + i] + (minimum * subMinimum), scale * subScale, 0, most);
                nibbles[(part / 2 * 32) + i] |= (byte)((weight & 15) << (part % 2 * 4));
                if (weight > 15)
                {
                    fifthBits[i] |= (byte)(1 << part);
                }
            }
        }
    }

    private static void SignedSuperblock(ReadOnlySpan<float> values, Span<byte> target)
    {
        float[] scales = new float[16];
        for (int part = 0; part < 16; part++)
        {
            scales[part] = Largest(values.Slice(part * 16, 16)) / 31;
        }

        float scale = WriteHalf(target[208..], scales.Max() / 127);
        for (int i = 0; i < values.Length; i++)
        {
            int subScale = Rounded(scales[i / 16], scale, 0, 127);
            target[192 + (i / 16)] = (byte)subScale;
            int weight = Rounded(values[i], scale * subScale, -32, 31) + 32;
            int quarter = i % 128 / 32;
            target[(i / 128 * 64) + (quarter % 2 * 32) + (i % 32)] |= (byte)((weight & 15) << (quarter / 2 * 4));
            target[128 + (i / 128 * 32) + (i % 32)] |= (byte)(weight >> 4 << (quarter * 2));
        }
    }

    private static int Rounded(float value, float scale, int least, int most)
        => scale == 0 ? Math.Clamp(0, least, most) : (int)Math.Clamp(MathF.Round(value / scale), least, most);

    private static float WriteHalf(Span<byte> target, float value)
    {
        BitConverter.TryWriteBytes(target, (Half)value);
        return (float)(Half)value;
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    private static float Least(ReadOnlySpan<float> values)
    {
        float least = values[0];
        foreach (float value in values)
        {
            least = Math.Min(least, value);
        }

        return least;
    }

    private static float Range(ReadOnlySpan<float> values)
    {
        float most = values[0];
        foreach (float value in values)
        {
            most = Math.Max(most, value);
        }

        return most - Least(values);
    }
}
