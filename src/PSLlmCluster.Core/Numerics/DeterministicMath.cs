namespace PSLlmCluster.Core.Numerics;

/// <summary>
/// Exponential, logarithm and power with the same bits on every machine. The platform's own differ from one C library to the next;
/// these use nothing but addition, multiplication, division and the bits of a double, each exact by IEEE 754.
/// </summary>
/// <remarks>
/// Exponential and logarithm follow fdlibm (Sun Microsystems 1993, e_exp.c and e_log.c), with an error below 1 unit in the last place.
/// The power is exp(y ln x), whose relative error is below (2 + |y ln x|) x 2.3e-16: enough for forces and strengths, which are rounded to
/// single precision afterwards.
/// </remarks>
internal static class DeterministicMath
{
    /// <summary>The largest angle of <see cref="SinCos"/>.</summary>
    public const double LargestAngle = 1 << 20;

    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700e+00;
    private const double LargestExponent = 709.782712893383973096;
    private const double SmallestExponent = -745.13321910194110842;

    /// <summary>Returns e raised to a power.</summary>
    /// <param name="x">The exponent; infinities and NaN give what they give in <see cref="Math.Exp"/>.</param>
    /// <returns>The power, 0 below -745.13, infinity above 709.78.</returns>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (x > LargestExponent)
        {
            return double.PositiveInfinity;
        }

        if (x < SmallestExponent)
        {
            return 0;
        }

        // x = k ln 2 + r with |r| <= ln 2 / 2, then a rational approximation of exp(r).
        int k = (int)((InverseLn2 * x) + (x < 0 ? -0.5 : 0.5));
        double high = x - (k * Ln2High);
        double low = k * Ln2Low;
        double r = high - low;
        double t = r * r;
        double c = r - (
            t * (
                1.66666666666666019037e-01 + (
                    t * (
                        -2.77777777770155933842e-03 + (
                            t * (6.61375632143793436117e-05 + (t * (-1.65339022054652515390e-06 + (t * 4.13813679705723846039e-08)))))))));
        double y = 1 - (low - (r * c / (2 - c)) - high);
        return ScaleByPowerOfTwo(y, k);
    }

    /// <summary>Returns the natural logarithm.</summary>
    /// <param name="x">A number; 0 gives minus infinity, a negative one NaN.</param>
    /// <returns>The logarithm.</returns>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            return double.NaN;
        }

        if (x == 0)
        {
            return double.NegativeInfinity;
        }

        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        int k = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0; // 2^54 lifts a subnormal number
            k = -54;
        }

        // x = 2^k (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2).
        long bits = BitConverter.DoubleToInt64Bits(x);
        int highWord = (int)(bits >> 32);
        k += (highWord >> 20) - 1023;
        highWord &= 0x000fffff;
        int i = (highWord + 0x95f64) & 0x100000;
        bits = (bits & 0xffffffffL) | ((long)(highWord | (i ^ 0x3ff00000)) << 32);
        k += i >> 20;
        double f = BitConverter.Int64BitsToDouble(bits) - 1.0;

        double s = f / (2.0 + f);
        double z = s * s;
        double w = z * z;
        double t1 = w * (3.999999999940941908e-01 + (w * (2.222219843214978396e-01 + (w * 1.531383769920937332e-01))));
        double t2 = z * (
            6.666666666666735130e-01 + (
                w * (2.857142874366239149e-01 + (w * (1.818357216161805012e-01 + (w * 1.479819860511658591e-01))))));
        double half = 0.5 * f * f;
        return (k * Ln2High) - (half - ((s * (half + t1 + t2)) + (k * Ln2Low)) - f);
    }

    /// <summary>Returns a number that is not negative raised to a power.</summary>
    /// <param name="x">The base, 0 or more; a negative one gives NaN.</param>
    /// <param name="y">The exponent.</param>
    /// <returns>The power; 1 where <paramref name="y"/> is 0.</returns>
    public static double Pow(double x, double y)
    {
        if (y == 0)
        {
            return 1;
        }

        return x == 1 ? 1 : Exp(y * Log(x));
    }

    /// <summary>
    /// Returns the sine and the cosine of an angle in radians, with an error below 1e-15 up to the largest angle (fdlibm, k_sin.c, k_cos.c
    /// and the first two steps of e_rem_pio2.c).
    /// </summary>
    /// <param name="angle">The angle, at most <see cref="LargestAngle"/> either way.</param>
    /// <returns>The sine and the cosine.</returns>
    public static (double Sine, double Cosine) SinCos(double angle)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(angle), LargestAngle);

        // The products with the two parts of pi/2, of 33 bits each, are exact.
        double quarters = Math.Floor((angle * (2 / Math.PI)) + 0.5);
        double x = angle - (quarters * 1.57079632673412561417e+00);
        double tail = quarters * 6.07710050630396597660e-11;
        double r = x - tail;
        double rest = (x - r - tail) - (quarters * 2.02226624879595063154e-21);
        double z = r * r;
        double sinePolynomial = 8.33333333332248946124e-03 + (
            z * (-1.98412698298579493134e-04 + (
                z * (2.75573137070700676789e-06 + (z * (-2.50507602534068634195e-08 + (z * 1.58969099521155010221e-10)))))));
        double cube = z * r;
        double sine = r - ((z * ((0.5 * rest) - (cube * sinePolynomial))) - rest - (cube * -1.66666666666666324348e-01));
        double cosinePolynomial = z * (4.16666666666666019037e-02 + (
            z * (-1.38888888888741095749e-03 + (
                z * (2.48015872894767294178e-05 + (
                    z * (-2.75573143513906633035e-07 + (z * (2.08757232129817482790e-09 + (z * -1.13596475577881948265e-11))))))))));
        double half = 0.5 * z;
        double cosine = 1 - half + (1 - (1 - half) - half + ((z * cosinePolynomial) - (r * rest)));
        return ((long)quarters & 3) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    }

    /// <summary>Returns e raised to a power, rounded to single precision.</summary>
    /// <param name="x">The exponent.</param>
    /// <returns>The power.</returns>
    public static float Exp(float x) => (float)Exp((double)x);

    /// <summary>Returns the natural logarithm, rounded to single precision.</summary>
    /// <param name="x">A number.</param>
    /// <returns>The logarithm.</returns>
    public static float Log(float x) => (float)Log((double)x);

    /// <summary>Returns a number that is not negative raised to a power, rounded to single precision.</summary>
    /// <param name="x">The base, 0 or more.</param>
    /// <param name="y">The exponent.</param>
    /// <returns>The power.</returns>
    public static float Pow(float x, float y) => (float)Pow((double)x, (double)y);

    private static double ScaleByPowerOfTwo(double y, int k)
    {
        if (k >= 1024)
        {
            return y * 2.0 * BitConverter.Int64BitsToDouble((long)(k - 1 + 1023) << 52);
        }

        if (k >= -1022)
        {
            return y * BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
        }

        // A subnormal result is rounded once, in the last multiplication.
        return y * BitConverter.Int64BitsToDouble((long)(k + 1000 + 1023) << 52) * 9.33263618503218878990e-302;
    }
}
