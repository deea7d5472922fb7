using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The parameters a and b of the layout's curve 1 / (1 + a x^(2b)): least squares against 1 below min_dist and exp(-(x - min_dist) /
/// spread) from there on, at 300 points of [0, 3 spread].
/// </summary>
/// <remarks>
/// Source: umap_.py, find_ab_params, which calls scipy's curve_fit. Here it is Levenberg's and Marquardt's method (Marquardt 1963) from the
/// same start (1, 1) for spread 1, with exact derivatives, until no step lowers the sum any more; curve_fit stops at a relative 1e-8.
/// </remarks>
/// <param name="A">The factor a.</param>
/// <param name="B">The exponent b.</param>
internal readonly record struct CurveParameters(double A, double B)
{
    /// <summary>The largest factor; the curve of the smallest spread has 1.7e22.</summary>
    public const double LargestFactor = 1e23;

    /// <summary>The largest exponent.</summary>
    public const double LargestExponent = 100;

    private const int PointCount = 300;
    private const int StepLimit = 500;
    private const double SmallestChange = 1e-14;

    /// <summary>Gets a value indicating whether the parameters are within the bounds of what options can ask for or lead to.</summary>
    public bool IsValid => A > 0 && A <= LargestFactor && B > 0 && B <= LargestExponent;

    /// <summary>Returns the parameters that the options name, or those that fit them best.</summary>
    public static CurveParameters For(UmapOptions options)
        => options is { A: double a, B: double b } ? new CurveParameters(a, b) : Fit(options.MinDistance, options.Spread);

    /// <summary>Fits the curve.</summary>
    public static CurveParameters Fit(double minDistance, double spread)
    {
        // Distances are measured by the spread, so that the method begins equally near whatever the spread; b does not change by that.
        CurveParameters unit = FitUnitSpread(minDistance / spread);
        return new CurveParameters(unit.A * DeterministicMath.Pow(spread, -2 * unit.B), unit.B);
    }

    private static CurveParameters FitUnitSpread(double minDistance)
    {
        (double[] x, double[] y) = Points(minDistance, 1);
        double a = 1;
        double b = 1;
        double damping = 1e-3;
        double sum = SumOfSquares(x, y, a, b);
        for (int step = 0; step < StepLimit; step++)
        {
            (double aa, double ab, double bb, double ra, double rb) = NormalEquations(x, y, a, b);
            double first = aa * (1 + damping);
            double second = bb * (1 + damping);
            double determinant = (first * second) - (ab * ab);
            double changeA = ((ra * second) - (rb * ab)) / determinant;
            double changeB = ((rb * first) - (ra * ab)) / determinant;
            double newA = a + changeA;
            double newB = b + changeB;
            double newSum = newA > 0 && newB > 0 ? SumOfSquares(x, y, newA, newB) : double.PositiveInfinity;
            bool isSmall = Math.Abs(changeA) <= SmallestChange * a && Math.Abs(changeB) <= SmallestChange * b;
            if (newSum < sum)
            {
                (a, b, sum) = (newA, newB, newSum);
                damping = Math.Max(damping / 10, 1e-12);
            }
            else if (isSmall || damping > 1e12)
            {
                break;
            }
            else
            {
                damping *= 10;
            }
        }

        return new CurveParameters(a, b);
    }

    /// <summary>Returns the sum of squared deviations of a curve at the points of the fit.</summary>
    internal static double SumOfSquares(double minDistance, double spread, double a, double b)
    {
        (double[] x, double[] y) = Points(minDistance, spread);
        return SumOfSquares(x, y, a, b);
    }

    private static (double[] X, double[] Y) Points(double minDistance, double spread)
    {
        double[] x = new double[PointCount];
        double[] y = new double[PointCount];
        for (int i = 0; i < PointCount; i++)
        {
            x[i] = i * (spread * 3 / (PointCount - 1));
            y[i] = x[i] < minDistance ? 1 : DeterministicMath.Exp(-(x[i] - minDistance) / spread);
        }

        return (x, y);
    }

    private static double SumOfSquares(double[] x, double[] y, double a, double b)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double deviation = y[i] - (1 / (1 + (a * DeterministicMath.Pow(x[i], 2 * b))));
            sum += deviation * deviation;
        }

        return sum;
    }

    private static (double AA, double AB, double BB, double RA, double RB) NormalEquations(double[] x, double[] y, double a, double b)
    {
        double aa = 0;
        double ab = 0;
        double bb = 0;
        double ra = 0;
        double rb = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] == 0)
            {
                continue; // the curve is 1 there, whatever a and b
            }

            double power = DeterministicMath.Pow(x[i], 2 * b);
            double value = 1 / (1 + (a * power));
            double byA = -power * value * value;
            double byB = byA * a * 2 * DeterministicMath.Log(x[i]);
            double deviation = y[i] - value;
            aa += byA * byA;
            ab += byA * byB;
            bb += byB * byB;
            ra += byA * deviation;
            rb += byB * deviation;
        }

        return (aa, ab, bb, ra, rb);
    }
}
