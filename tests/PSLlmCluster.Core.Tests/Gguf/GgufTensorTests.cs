using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Tests.Gguf;

/// <summary>Weights widened to single precision, against ggml itself and against a plain second implementation, bit by bit.</summary>
public sealed class GgufTensorTests
{
    private static readonly uint[] _types =
    [
        GgmlTensorType.F32, GgmlTensorType.F16, GgmlTensorType.BF16, GgmlTensorType.Q8_0, GgmlTensorType.Q4_0, GgmlTensorType.Q4_1,
        GgmlTensorType.Q5_0, GgmlTensorType.Q5_1, GgmlTensorType.Q4_K, GgmlTensorType.Q5_K, GgmlTensorType.Q6_K,
    ];

    /// <summary>Zeros of both signs, the least and the largest subnormal, the least and the largest normal half, and 1.</summary>
    private static readonly ushort[] _extremes = [0, 0x8000, 1, 0x8001, 0x3FF, 0x83FF, 0x400, 0x7BFF, 0xFBFF, 0x3C00];

    public static TheoryData<uint> Types => [.. _types];

    [LlamaTheory]
    [MemberData(nameof(Types))]
    public void Weights_are_ggmls_own_to_the_bit(uint type)
    {
        GgufTensor tensor = RandomTensor(type, rows: 40, seed: 1);
        float[] widened = Widen(tensor);
        float[] expected = GgmlReference.Native(type, tensor.Data, widened.Length);
        Assert.All(
            Enumerable.Range(0, widened.Length),
            i => Assert.True(Same(expected[i], widened[i]), $"{i}: {expected[i]:R} {widened[i]:R}"));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Weights_are_those_of_a_plain_implementation(uint type)
    {
        GgufTensor tensor = RandomTensor(type, rows: 40, seed: 2);
        float[] widened = Widen(tensor);
        Assert.All(
            Enumerable.Range(0, widened.Length),
            i => Assert.True(Same(GgmlReference.Plain(type, tensor.Data, i), widened[i]), $"{i}: {widened[i]:R}"));
    }

    [Fact]
    public void Every_half_is_widened_exactly()
    {
        byte[] data = [.. Enumerable.Range(0, 1 << 16).SelectMany(i => BitConverter.GetBytes((ushort)i))];
        float[] widened = Widen(new GgufTensor("x", GgmlTensorType.F16, 1 << 16, 1, data));
        for (int i = 0; i < widened.Length; i++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)i), widened[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Rows_are_the_same_one_by_one_and_together(uint type)
    {
        GgufTensor tensor = RandomTensor(type, rows: 7, seed: 3);
        float[] all = Widen(tensor);
        float[] row = new float[tensor.RowLength];
        for (int i = 0; i < tensor.RowCount; i++)
        {
            tensor.WidenRow(i, row);
            Assert.Equal(all[(i * row.Length)..((i + 1) * row.Length)], row);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.WidenRow(7, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.WidenRow(-1, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.WidenRow(0, new float[row.Length + 1]));
    }

    [Theory]
    [InlineData(GgmlTensorType.F32, 1)]
    [InlineData(GgmlTensorType.F32, 7)]
    [InlineData(GgmlTensorType.F16, 1)]
    [InlineData(GgmlTensorType.F16, 13)]
    [InlineData(GgmlTensorType.BF16, 13)]
    public void Rows_of_any_length_are_widened(uint type, int length)
    {
        byte[] data = RandomTensor(type, rows: 1, seed: 4).Data;
        GgufTensor tensor = new("x", type, length, 2, data[..(2 * length * (type == GgmlTensorType.F32 ? 4 : 2))]);
        float[] widened = Widen(tensor);
        Assert.All(
            Enumerable.Range(0, widened.Length), i => Assert.True(Same(GgmlReference.Plain(type, tensor.Data, i), widened[i])));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Weights_that_are_not_finite_are_found_wherever_they_are(uint type)
    {
        // Any bit of an exponent may make one; what the widened weights are is what counts.
        GgufTensor tensor = RandomTensor(type, rows: 1, seed: 5);
        Assert.True(tensor.IsFinite());
        int found = 0;
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            byte before = tensor.Data[i];
            foreach (byte value in (byte[])[0x7C, 0xFC, 0x7F, 0xFF, 0x80])
            {
                tensor.Data[i] = value;
                bool finite = Widen(tensor).All(float.IsFinite);
                Assert.Equal(finite, tensor.IsFinite());
                found += finite ? 0 : 1;
            }

            tensor.Data[i] = before;
        }

        Assert.True(found > 0);
    }

    [Fact]
    public void The_largest_scales_and_weights_are_finite()
    {
        foreach (uint type in _types.Where(type => GgmlTensorType.Blocks[type].Elements > 1))
        {
            GgufTensor tensor = RandomTensor(type, rows: 1, seed: 6);
            foreach (byte weights in (byte[])[0xFF, 0x7F, 0x80, 0x00])
            {
                Array.Fill(tensor.Data, weights);
                SetHalves(tensor, (_, _) => 0x7BFF);
                Assert.True(tensor.IsFinite());
                Assert.All(Widen(tensor), weight => Assert.True(float.IsFinite(weight)));
            }
        }
    }

    [Fact]
    public void Bytes_that_are_not_those_of_the_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GgufTensor("x", GgmlTensorType.Q8_0, 33, 1, new byte[34]));
        Assert.Throws<ArgumentException>(() => new GgufTensor("x", GgmlTensorType.Q8_0, 32, 2, new byte[34]));
        Assert.Throws<ArgumentException>(() => new GgufTensor("x", 10, 256, 1, new byte[84]));
        Assert.False(GgufTensor.CanWiden(10));
        Assert.False(GgufTensor.CanWiden(9999));
    }

    private static float[] Widen(GgufTensor tensor)
    {
        float[] target = new float[tensor.RowLength * tensor.RowCount];
        tensor.WidenRows(0, tensor.RowCount, target);
        return target;
    }

    private static bool Same(float expected, float actual)
        => BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual)
            || (float.IsNaN(expected) && float.IsNaN(actual));

    /// <summary>A tensor of random bytes, rows of 512, whose halves (or singles) are random and finite or extreme.</summary>
    private static GgufTensor RandomTensor(uint type, int rows, int seed)
    {
        Random random = new(seed);
        (_, int elements, int bytes) = GgmlTensorType.Blocks[type];
        GgufTensor tensor = new("x", type, 512, rows, new byte[512 / elements * bytes * rows]);
        random.NextBytes(tensor.Data);
        if (type is GgmlTensorType.F32 or GgmlTensorType.BF16)
        {
            // Not the exponent of what is not finite.
            for (int i = type == GgmlTensorType.F32 ? 2 : 0; i < tensor.Data.Length; i += bytes)
            {
                tensor.Data[i] &= 0x7F;
            }
        }
        else
        {
            SetHalves(tensor, (block, _) => block % 2 == 0
                ? _extremes[random.Next(_extremes.Length)]
                : (ushort)((random.Next(31) << 10) | random.Next(1024) | (random.Next(2) << 15)));
        }

        return tensor;
    }

    private static void SetHalves(GgufTensor tensor, Func<int, int, ushort> half)
    {
        int size = GgmlTensorType.Blocks[tensor.Type].Bytes;
        int[] places = tensor.Type switch
        {
            GgmlTensorType.Q6_K => [208],
            GgmlTensorType.Q4_1 or GgmlTensorType.Q5_1 or GgmlTensorType.Q4_K or GgmlTensorType.Q5_K => [0, 2],
            _ => [0],
        };
        for (int block = 0; block * size < tensor.Data.Length; block++)
        {
            foreach (int place in places)
            {
                BitConverter.TryWriteBytes(tensor.Data.AsSpan((block * size) + place), half(block, place));
            }
        }
    }
}
