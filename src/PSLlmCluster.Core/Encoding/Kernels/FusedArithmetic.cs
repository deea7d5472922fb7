namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// Fused multiply-add without a processor that has it. The product of two floats is exact in double; the sum is rounded to odd there, and
/// then to single, which gives the number that one rounding would (Boldo and Melquiond 2008, "Emulation of FMA and correctly rounded sums",
/// theorem 1: 53 bits are more than twice 24 and two).
/// </summary>
internal static class FusedArithmetic
{
    /// <summary>Returns a * b + c, rounded once.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <param name="c">What is added to the product.</param>
    /// <returns>The sum.</returns>
    public static float MultiplyAdd(float a, float b, float c)
    {
        double product = (double)a * b;
        double sum = product + c;
        if (!double.IsFinite(sum))
        {
            return (float)sum;
        }

        // What the addition rounded away (Knuth's TwoSum).
        double addend = sum - product;
        double error = (product - (sum - addend)) + (c - addend);
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if (error != 0 && (bits & 1) == 0)
        {
            bits += (error > 0) == (sum > 0) ? 1 : -1;
        }

        return (float)BitConverter.Int64BitsToDouble(bits);
    }
}
