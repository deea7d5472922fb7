using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap.Graph;

/// <summary>
/// The sum of exp(-d / sigma) over a row's distances, four at a time: the steps of <see cref="DeterministicMath.Exp(double)"/>, so that
/// each term has its bits.
/// </summary>
/// <remarks>
/// Lane l takes the distances l, l + 4, l + 8, ...; what is left over comes last, one by one. A register of 256 bits is there on every
/// machine, or made from smaller ones lane for lane. Exponents below -700 count as -700, where the power is 1e-304 and adds nothing.
/// </remarks>
internal static class StrengthSum
{
    private const double SmallestExponent = -700;

    /// <summary>Returns the sum.</summary>
    /// <param name="distances">The distances, none below 0.</param>
    /// <param name="sigma">The scale, above 0.</param>
    public static double Of(ReadOnlySpan<double> distances, double sigma)
    {
        ref double source = ref MemoryMarshal.GetReference(distances);
        Vector256<double> scale = Vector256.Create(sigma);
        Vector256<double> sums = Vector256<double>.Zero;
        int i = 0;
        for (; i <= distances.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            sums += Exp(Vector256.Max(-(Vector256.LoadUnsafe(ref source, (nuint)i) / scale), Vector256.Create(SmallestExponent)));
        }

        double sum = sums[0] + sums[2] + (sums[1] + sums[3]);
        for (; i < distances.Length; i++)
        {
            sum += DeterministicMath.Exp(Math.Max(-(distances[i] / sigma), SmallestExponent));
        }

        return sum;
    }

    /// <summary>Returns e raised to powers from -700 to 0, with the bits of the scalar function.</summary>
    internal static Vector256<double> Exp(Vector256<double> x)
    {
        // Adding 1.5 x 2^52 to a whole number leaves it in the lowest bits. The exponent is not above 0, so cutting off is rounding up.
        Vector256<double> shift = Vector256.Create(6755399441055744.0);
        Vector256<double> k = Vector256.Ceiling((x * 1.44269504088896338700e+00) - Vector256.Create(0.5));
        Vector256<double> high = x - (k * 6.93147180369123816490e-01);
        Vector256<double> low = k * 1.90821492927058770002e-10;
        Vector256<double> r = high - low;
        Vector256<double> t = r * r;
        Vector256<double> p = (t * 4.13813679705723846039e-08) + Vector256.Create(-1.65339022054652515390e-06);
        p = (t * p) + Vector256.Create(6.61375632143793436117e-05);
        p = (t * p) + Vector256.Create(-2.77777777770155933842e-03);
        p = (t * p) + Vector256.Create(1.66666666666666019037e-01);
        Vector256<double> c = r - (t * p);
        Vector256<double> y = Vector256<double>.One - (low - (r * c / (Vector256.Create(2.0) - c)) - high);
        Vector256<long> power = ((k + shift).AsInt64() << 52) + (Vector256.Create(1023L) << 52);
        return y * power.AsDouble();
    }
}
