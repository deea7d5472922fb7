namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// The forces between two points of a layout at squared distance s = d^2, with p = s^b: attraction -2 a b p / (s (1 + a p)) and repulsion 2
/// gamma b / ((0.001 + s)(1 + a p)), times the difference of coordinates, each coordinate held to +-4.
/// </summary>
/// <remarks>
/// McInnes, Healy and Melville 2018, algorithm 5 and appendix C; layouts.py, _optimize_layout_euclidean_single_epoch and clip. In double
/// precision; theirs mixes single and double. The power takes most of the time of a layout, so it is made here, without branches, from the
/// four operations: exact to about 1e-12 of itself, where the coordinates have 6e-8.
/// </remarks>
internal readonly struct TransformGradient
{
    private const double LargestStep = 4;
    private const double Softening = 0.001;
    private const double LargestExponent = 1000; // of 2, well within a double
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

    /// <summary>Returns x^y for a normal number x above 0, the result held within 2^-1000 and 2^1000.</summary>
    internal static double Power(double x, double y)
    {
        const double InverseLn2 = 1.4426950408889634;
        const double Ln2 = 0.6931471805599453;

        // x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m = 2 artanh((m - 1) / (m + 1)).
        long bits = BitConverter.DoubleToInt64Bits(x);
        long k = (bits - 0x3fe6a09e667f3bcdL) >> 52;
        double m = BitConverter.Int64BitsToDouble(bits - (k << 52));
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
        return (first + (f4 * (second + (f4 * third)))) * BitConverter.Int64BitsToDouble(((long)whole + 1023) << 52);
    }
}
