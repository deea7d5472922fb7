using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Tests.Encoding.Kernels;

/// <summary>The computed fused multiply-add against the platform's own.</summary>
public sealed class FusedArithmeticTests
{
    [Fact]
    public void Random_bits_give_what_the_platform_gives()
    {
        Random random = new(1);
        for (int i = 0; i < 200_000; i++)
        {
            Check(Any(random), Any(random), Any(random));
        }
    }

    [Fact]
    public void Sums_that_nearly_vanish_give_what_the_platform_gives()
    {
        Random random = new(2);
        for (int i = 0; i < 200_000; i++)
        {
            // c is near -a b, so that what the product loses by rounding is all that remains, or half a unit beside a tie.
            float a = (float)random.NextDouble() + 0.5f, b = (float)random.NextDouble() + 0.5f;
            float near = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(-a * b) + random.Next(-2, 3));
            Check(a, b, near);
            Check(a, b, near * MathF.ScaleB(1, random.Next(-40, 40)));
        }
    }

    [Fact]
    public void Subnormal_and_extreme_numbers_give_what_the_platform_gives()
    {
        float[] numbers =
        [
            0, -0f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.1754942e-38f, 1e-30f, 1, -1, 1.00000012f, 3.40282347e38f,
            -3.40282347e38f, 1e20f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 8388609, 0.33333334f,
        ];
        foreach (float a in numbers)
        {
            foreach (float b in numbers)
            {
                foreach (float c in numbers)
                {
                    Check(a, b, c);
                }
            }
        }
    }

    private static float Any(Random random) => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));

    private static void Check(float a, float b, float c)
    {
        float expected = MathF.FusedMultiplyAdd(a, b, c);
        float actual = FusedArithmetic.MultiplyAdd(a, b, c);
        Assert.True(
            BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual)
                || (float.IsNaN(expected) && float.IsNaN(actual)),
            $"{a:R} * {b:R} + {c:R}: {actual:R} instead of {expected:R}");
    }
}
