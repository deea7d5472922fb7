using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Tests.Encoding.Bert;

namespace PSLlmCluster.Core.Tests.Encoding.Kernels;

/// <summary>Each kernel, with registers of each width, against loops.</summary>
public sealed class EncoderKernelsTests
{
    private const int Stride = Panels.LaneCount;
    private static readonly float[] _start = [1, -2, 0.5f, 3, 0, 7, -0.25f, 11];

    public static TheoryData<int> Widths => [.. Enumerable.Range(0, EncoderKernels.All.Count)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_is_summed_step_by_step_with_one_rounding_each(int which)
    {
        EncoderKernels kernels = EncoderKernels.All[which];
        foreach ((int rowStride, int stepStride) in new[] { (1, 8), (1, 48), (48, 1) })
        {
            foreach (int steps in new[] { 1, 2, 7, 40 })
            {
                float[] a = Numbers((7 * rowStride) + ((steps - 1) * stepStride) + 1, 1);
                float[] b = Numbers(steps * Stride, 2);
                foreach (TileMode mode in Enum.GetValues<TileMode>())
                {
                    float[] before = Numbers(8 * Stride, 3);
                    float[] expected = Products(a, rowStride, stepStride, b, steps, mode == TileMode.Continue ? before : null);
                    for (int lanes = 1; lanes <= Stride; lanes++)
                    {
                        float[] c = [.. before];
                        kernels.Multiply(a, rowStride, stepStride, b, steps, _start, c, lanes, mode);
                        for (int row = 0; row < 8; row++)
                        {
                            Assert.True(c.AsSpan(row * Stride, lanes).SequenceEqual(expected.AsSpan(row * Stride, lanes)));
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void A_product_reads_and_writes_nothing_beyond_its_numbers()
    {
        EncoderKernels kernels = EncoderKernels.Widest;
        Assert.Throws<ArgumentOutOfRangeException>(() => Multiply(63, 384, 384, 48));
        Assert.Throws<ArgumentOutOfRangeException>(() => Multiply(64, 383, 384, 48));
        Assert.Throws<ArgumentOutOfRangeException>(() => Multiply(64, 384, 383, 48));
        Assert.Throws<ArgumentOutOfRangeException>(() => Multiply(64, 999, 999, 49));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.Gelu(new float[383], 8, 48));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.Divide(new float[384], 8, new float[47], 48));

        void Multiply(int a, int b, int c, int lanes)
            => kernels.Multiply(new float[a], 1, 8, new float[b], 8, _start, new float[c], lanes, TileMode.Replace);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gelu_is_that_of_the_error_function(int which)
    {
        float[] x = [.. Enumerable.Range(0, 20 * Stride).Select(i => (i - 480) / 60f), .. Numbers(Stride, 4), -100, 100, 1e30f, -1e30f];
        float[] y = [.. x, .. new float[Stride - 4]];
        EncoderKernels.All[which].Gelu(y, y.Length / Stride, Stride);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = x[i] * 0.5 * (1 + PlainNetwork.Erf(x[i] / Math.Sqrt(2)));
            Assert.True(Math.Abs(y[i] - expected) <= 1.5e-7 * Math.Max(Math.Abs(x[i]), 1e-30), $"{x[i]}: {y[i]} instead of {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_row_is_multiplied_by_the_silu_of_its_gate(int which)
    {
        float[] gates = [.. Enumerable.Range(0, 20 * Stride).Select(i => (i - 480) / 6f)];
        float[] rows = Numbers(gates.Length, 5), y = [.. rows];
        EncoderKernels.All[which].MultiplyBySilu(y, gates, 20, Stride);
        for (int i = 0; i < rows.Length; i++)
        {
            double expected = rows[i] * gates[i] / (1 + Math.Exp(-gates[i]));
            Assert.True(Math.Abs(y[i] - expected) <= 4e-7 * Math.Abs(expected) + 1e-30, $"{gates[i]}: {y[i]} instead of {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scores_become_exponentials_below_the_largest(int which)
    {
        float[] scores = [.. Numbers(30 * Stride, 6).Select(number => number * 40)];
        float[] sums = new float[Stride], powers = [.. scores];
        EncoderKernels.All[which].Exponentials(powers, 30, 0.25f, sums, 45);
        for (int lane = 0; lane < 45; lane++)
        {
            double largest = Enumerable.Range(0, 30).Max(row => scores[(row * Stride) + lane]), sum = 0;
            for (int row = 0; row < 30; row++)
            {
                // The difference is rounded before its exponential is taken.
                double below = 0.25 * (scores[(row * Stride) + lane] - largest), expected = Math.Exp(below);
                sum += expected;
                Assert.Equal(expected, powers[(row * Stride) + lane], ((3 - below) * 1.2e-7 * expected) + 1e-30);
            }

            Assert.Equal(sum, sums[lane], 1e-6 * sum);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Lanes_are_normalised_over_the_rows(int which)
    {
        foreach (int count in new[] { 1, 2, 5, 64 })
        {
            float[] x = Numbers(count * Stride, 7), y = [.. x], scale = Numbers(count, 8), shift = Numbers(count, 9);
            EncoderKernels.All[which].Normalize(y, scale, shift, 1e-5f, Stride);
            for (int lane = 0; lane < Stride; lane++)
            {
                double[] column = [.. Enumerable.Range(0, count).Select(row => (double)x[(row * Stride) + lane])];
                double mean = column.Average();
                double deviation = Math.Sqrt(column.Average(number => (number - mean) * (number - mean)) + 1e-5f);
                for (int row = 0; row < count; row++)
                {
                    Assert.Equal(((column[row] - mean) / deviation * scale[row]) + shift[row], y[(row * Stride) + lane], 3e-6);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Pairs_are_turned_added_and_divided_lane_by_lane(int which)
    {
        EncoderKernels kernels = EncoderKernels.All[which];
        float[] x = Numbers(4 * Stride, 10), y = Numbers(4 * Stride, 11), cos = Numbers(4 * Stride, 12), sin = Numbers(4 * Stride, 13);
        float[] first = [.. x], second = [.. y];
        kernels.Rotate(first, second, cos, sin, 4, 43);
        float[] sum = [.. x], quotient = [.. x];
        kernels.Add(sum, y, 4, 43);
        kernels.Divide(quotient, 4, y, 43);
        for (int i = 0; i < 4 * Stride; i++)
        {
            if (i % Stride < 43)
            {
                Assert.Equal(((double)x[i] * cos[i]) - ((double)y[i] * sin[i]), first[i], 2e-7);
                Assert.Equal(((double)x[i] * sin[i]) + ((double)y[i] * cos[i]), second[i], 2e-7);
                Assert.Equal(x[i] + y[i], sum[i]);
                Assert.Equal(x[i] / y[i % Stride], quotient[i]);
            }
        }
    }

    private static float[] Products(float[] a, int rowStride, int stepStride, float[] b, int steps, float[]? before)
    {
        float[] sums = new float[8 * Stride];
        for (int i = 0; i < sums.Length; i++)
        {
            (int row, int lane) = (i / Stride, i % Stride);
            sums[i] = before?[i] ?? _start[row];
            for (int step = 0; step < steps; step++)
            {
                sums[i] = MathF.FusedMultiplyAdd(a[(row * rowStride) + (step * stepStride)], b[(step * Stride) + lane], sums[i]);
            }
        }

        return sums;
    }

    private static float[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
