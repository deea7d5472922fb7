using System.Runtime.CompilerServices;

namespace PSLlmCluster.Core.Encoding.Kernels;

/// <summary>
/// The functions of the network that are no products: exponential, GELU and SiLU, lane by lane, with the same bits on every machine. The
/// platform's own differ from one C library to the next.
/// </summary>
/// <typeparam name="TRegister">The registers.</typeparam>
/// <typeparam name="TVector">One of them.</typeparam>
internal static class LaneFunctions<TRegister, TVector>
    where TRegister : IRegister<TVector>
    where TVector : struct
{
    // 1.5 x 2^23: a sum with it, up to 2^22 in size, is rounded to a whole number, which then lies in its lowest bits.
    private const float RoundingShift = 12582912f;
    private const float InverseLn2 = 1.44269504f;

    // ln 2 in two parts, the first with so few bits that its product with a whole number up to 2^8 is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Beyond them the power is not a normal number of single precision.
    private const float LeastExponent = -87f;
    private const float LargestExponent = 88f;

    /// <summary>
    /// Returns e to the power of each lane, cut at -87 and 88: e^x = 2^n e^r with n whole and |r| at most half of ln 2, and seven terms of
    /// the series for e^r, whose rest is below 6e-9. The error is below 2 units in the last place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exponential(TVector x)
    {
        x = TRegister.Smaller(TRegister.Larger(x, TRegister.Broadcast(LeastExponent)), TRegister.Broadcast(LargestExponent));
        TVector shift = TRegister.Broadcast(RoundingShift);
        TVector shifted = TRegister.MultiplyAdd(x, TRegister.Broadcast(InverseLn2), shift);
        TVector n = TRegister.Subtract(shifted, shift);
        TVector r = TRegister.MultiplyAdd(n, TRegister.Broadcast(-Ln2High), x);
        r = TRegister.MultiplyAdd(n, TRegister.Broadcast(-Ln2Low), r);
        TVector sum = TRegister.Broadcast(1f / 5040);
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f / 720));
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f / 120));
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f / 24));
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f / 6));
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f / 2));
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f));
        sum = TRegister.MultiplyAdd(sum, r, TRegister.Broadcast(1f));
        return TRegister.Scale(sum, shifted);
    }

    /// <summary>
    /// Returns x (1 + erf(x / sqrt 2)) / 2, the GELU of Hendrycks and Gimpel 2016 with the error function itself. erf(z) is z P(z²) / Q(z²)
    /// up to 3.92, where it is 1 in single precision; P and Q of degree 5 were fitted for the least largest relative error, 1.9e-8.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        TVector z = TRegister.Multiply(x, TRegister.Broadcast(0.707106781f));
        z = TRegister.Smaller(TRegister.Larger(z, TRegister.Broadcast(-3.92f)), TRegister.Broadcast(3.92f));
        TVector t = TRegister.Multiply(z, z);
        TVector p = TRegister.Broadcast(2.0500644153322028e-06f);
        p = TRegister.MultiplyAdd(p, t, TRegister.Broadcast(0.00028486536164297504f));
        p = TRegister.MultiplyAdd(p, t, TRegister.Broadcast(0.0037651676767941726f));
        p = TRegister.MultiplyAdd(p, t, TRegister.Broadcast(0.0527473046435328f));
        p = TRegister.MultiplyAdd(p, t, TRegister.Broadcast(0.19039703454990364f));
        p = TRegister.MultiplyAdd(p, t, TRegister.Broadcast(1.1283791463010975f));
        TVector q = TRegister.Broadcast(3.809056956185905e-05f);
        q = TRegister.MultiplyAdd(q, t, TRegister.Broadcast(0.0011624131612253505f));
        q = TRegister.MultiplyAdd(q, t, TRegister.Broadcast(0.014968319517471127f));
        q = TRegister.MultiplyAdd(q, t, TRegister.Broadcast(0.11410505920479964f));
        q = TRegister.MultiplyAdd(q, t, TRegister.Broadcast(0.5020677219551805f));
        q = TRegister.MultiplyAdd(q, t, TRegister.Broadcast(1f));
        TVector half = TRegister.Multiply(x, TRegister.Broadcast(0.5f));
        return TRegister.MultiplyAdd(half, TRegister.Divide(TRegister.Multiply(z, p), q), half);
    }

    /// <summary>Returns x / (1 + e^-x), the SiLU of Elfwing, Uchibe and Doya 2017.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Silu(TVector x)
    {
        TVector one = TRegister.Broadcast(1f);
        return TRegister.Divide(x, TRegister.Add(one, Exponential(TRegister.Subtract(TRegister.Broadcast(0f), x))));
    }
}
