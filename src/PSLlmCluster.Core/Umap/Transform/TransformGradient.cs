using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// The forces between two points of a layout at squared distance s = d^2, with p = s^b: attraction -2 a b p / (s (1 + a p)) and repulsion 2
/// gamma b / ((0.001 + s)(1 + a p)), times the difference of coordinates, each coordinate held to +-4.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, algorithm 5 and appendix C; layouts.py, _optimize_layout_euclidean_single_epoch and clip. In double
/// precision; theirs mixes single and double. The power takes most of the time of a layout, so it is made here, without branches, from the
/// four operations: exact to about 1e-12 of itself, where the coordinates have 6e-8. Eight pairs at a time have the same bits as one: no
/// operation crosses lanes, and none is fused.
/// </remarks>
internal readonly struct TransformGradient
{
    private const double LargestStep = 4;
    private const double Softening = 0.001;
    private const double LargestExponent = 1000; // of 2, well within a double
    private const double Shift = 6755399441055744; // 1.5 x 2^52: a whole number added to it stands in the lowest bits
    private const long ExponentBias = 1024;
    private const int MantissaBits = 52;
    private const long RootOfHalf = 0x3fe6a09e667f3bcd;
    private readonly double _a;
    private readonly double _b;
    private readonly double _attraction;
    private readonly double _repulsion;

    public TransformGradient(CurveParameters curve, double repulsionStrength)
    {
        _a = curve.A;
        _b = curve.B;
        _attraction = -2 * curve.A * curve.B;
        _repulsion = 2 * repulsionStrength * curve.B;
    }

    /// <summary>Returns the coefficient of attraction: negative, 0 at distance 0.</summary>
    public double Attraction(double squared) => squared > 0 ? _attraction / (squared * (_a + (1 / Power(squared, _b)))) : 0;

    /// <summary>Returns the coefficient of repulsion: 0 or more, 0 at distance 0.</summary>
    public double Repulsion(double squared) => squared > 0 ? _repulsion / ((Softening + squared) * (1 + (_a * Power(squared, _b)))) : 0;

    /// <summary>Holds a coordinate of a force to +-4.</summary>
    public static double Clip(double force) => Math.Max(-LargestStep, Math.Min(LargestStep, force));

    /// <summary>Returns the coefficients of eight pairs.</summary>
    /// <param name="squared">Their squared distances.</param>
    /// <param name="attracts">All bits set where a pair attracts, none where it repels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Coefficients(Vector512<double> squared, Vector512<double> attracts)
    {
        Vector512<double> one = Vector512.Create(1.0);
        Vector512<double> a = Vector512.Create(_a);
        Vector512<double> power = Power(squared, Vector512.Create(_b));
        Vector512<double> divisor = Vector512.ConditionalSelect(
            attracts, squared * (a + (one / power)), (Vector512.Create(Softening) + squared) * (one + (a * power)));
        Vector512<double> force = Vector512.ConditionalSelect(attracts, Vector512.Create(_attraction), Vector512.Create(_repulsion));
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(squared, Vector512<double>.Zero), force / divisor, Vector512<double>.Zero);
    }

    /// <summary>Holds a coordinate of eight forces to +-4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Clip(Vector512<double> force)
        => Vector512.Max(Vector512.Create(-LargestStep), Vector512.Min(Vector512.Create(LargestStep), force));

    /// <summary>Returns x^y of eight numbers, each to the bit what <see cref="Power(double, double)"/> returns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Power(Vector512<double> x, Vector512<double> y)
    {
        const double InverseLn2 = 1.4426950408889634;
        const double Ln2 = 0.6931471805599453;
        Vector512<double> one = Vector512.Create(1.0);
        Vector512<double> shift = Vector512.Create(Shift);

        // With a bias no number is below 0, so that its sign need not be shifted in, which few processors do with 64 bits.
        Vector512<long> bits = x.AsInt64();
        Vector512<long> k = Vector512.ShiftRightLogical(
            bits - Vector512.Create(RootOfHalf - (ExponentBias << MantissaBits)), MantissaBits) - Vector512.Create(ExponentBias);
        Vector512<double> m = (bits - Vector512.ShiftLeft(k, MantissaBits)).AsDouble();
        Vector512<double> exponent2 = (k + shift.AsInt64()).AsDouble() - shift;
        Vector512<double> s = (m - one) / (m + one);
        Vector512<double> z = s * s;
        Vector512<double> z2 = z * z;
        Vector512<double> low = Vector512.Create(2.0) + (z * Vector512.Create(2.0 / 3))
            + (z2 * (Vector512.Create(2.0 / 5) + (z * Vector512.Create(2.0 / 7))));
        Vector512<double> high = Vector512.Create(2.0 / 9) + (z * Vector512.Create(2.0 / 11))
            + (z2 * (Vector512.Create(2.0 / 13) + (z * Vector512.Create(2.0 / 15))));
        Vector512<double> exponent = y * (exponent2 + (s * (low + (z2 * z2 * high)) * Vector512.Create(InverseLn2)));
        exponent = Vector512.Max(
            Vector512.Create(-LargestExponent), Vector512.Min(Vector512.Create(LargestExponent), exponent));

        Vector512<double> whole = Vector512.Floor(exponent + Vector512.Create(0.5));
        Vector512<double> f = (exponent - whole) * Vector512.Create(Ln2);
        Vector512<double> f2 = f * f;
        Vector512<double> f4 = f2 * f2;
        Vector512<double> first = one + f + (f2 * (Vector512.Create(1.0 / 2) + (f * Vector512.Create(1.0 / 6))));
        Vector512<double> second = Vector512.Create(1.0 / 24) + (f * Vector512.Create(1.0 / 120))
            + (f2 * (Vector512.Create(1.0 / 720) + (f * Vector512.Create(1.0 / 5040))));
        Vector512<double> third = Vector512.Create(1.0 / 40320) + (f * Vector512.Create(1.0 / 362880))
            + (f2 * (Vector512.Create(1.0 / 3628800) + (f * Vector512.Create(1.0 / 39916800))));
        Vector512<double> powerOfTwo = Vector512.ShiftLeft(
            (whole + Vector512.Create(1023.0) + shift).AsInt64(), MantissaBits).AsDouble();
        return (first + (f4 * (second + (f4 * third)))) * powerOfTwo;
    }

    /// <summary>Returns x^y for a normal number x above 0, the result held within 2^-1000 and 2^1000.</summary>
    internal static double Power(double x, double y)
    {
        const double InverseLn2 = 1.4426950408889634;
        const double Ln2 = 0.6931471805599453;

        // x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m = 2 artanh((m - 1) / (m + 1)).
        long bits = BitConverter.DoubleToInt64Bits(x);
        long k = (bits - RootOfHalf) >> MantissaBits;
        double m = BitConverter.Int64BitsToDouble(bits - (k << MantissaBits));
        double s = (m - 1) / (m + 1);
        double z = s * s;
        double z2 = z * z;
        double low = 2 + (z * (2.0 / 3)) + (z2 * ((2.0 / 5) + (z * (2.0 / 7))));
        double high = (2.0 / 9) + (z * (2.0 / 11)) + (z2 * ((2.0 / 13) + (z * (2.0 / 15))));
        double exponent = y * (k + (s * (low + (z2 * z2 * high)) * InverseLn2));
        exponent = Math.Max(-LargestExponent, Math.Min(LargestExponent, exponent));

        // 2^exponent = 2^whole e^f with |f| <= ln(2) / 2.
        double whole = Math.Floor(exponent + 0.5);
        double f = (exponent - whole) * Ln2;
        double f2 = f * f;
        double f4 = f2 * f2;
        double first = 1 + f + (f2 * ((1.0 / 2) + (f * (1.0 / 6))));
        double second = (1.0 / 24) + (f * (1.0 / 120)) + (f2 * ((1.0 / 720) + (f * (1.0 / 5040))));
        double third = (1.0 / 40320) + (f * (1.0 / 362880)) + (f2 * ((1.0 / 3628800) + (f * (1.0 / 39916800))));
        return (first + (f4 * (second + (f4 * third)))) * BitConverter.Int64BitsToDouble(((long)whole + 1023) << MantissaBits);
    }
}
