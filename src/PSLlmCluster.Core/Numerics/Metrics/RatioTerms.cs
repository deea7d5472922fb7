using System.Runtime.Intrinsics;

namespace PSLlmCluster.Core.Numerics.Metrics;

/// <summary>Terms of the metrics that count or compare coordinates; sums of them are joined by adding.</summary>
internal static class RatioTerms
{
    /// <summary>1 where the coordinates differ.</summary>
    public readonly struct Unequal : LaneKernels.ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b)
            => sum + Vector512.AndNot(Vector512<double>.One, Vector512.Equals(a, b));

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b)
            => sum + Vector256.AndNot(Vector256<double>.One, Vector256.Equals(a, b));

        public static double Add(double sum, double a, double b) => a == b ? sum : sum + 1;

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => a + b;

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => a + b;

        public static double Join(double a, double b) => a + b;
    }

    /// <summary>
    /// |a - b| / (|a| + |b|), 0 where both are 0. Sums cannot overflow: numbers are far below the largest of double precision.
    /// </summary>
    public readonly struct RelativeDifference : LaneKernels.ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b)
        {
            Vector512<double> scale = Vector512.Abs(a) + Vector512.Abs(b);
            return sum + Vector512.AndNot(Vector512.Abs(a - b) / scale, Vector512.Equals(scale, Vector512<double>.Zero));
        }

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b)
        {
            Vector256<double> scale = Vector256.Abs(a) + Vector256.Abs(b);
            return sum + Vector256.AndNot(Vector256.Abs(a - b) / scale, Vector256.Equals(scale, Vector256<double>.Zero));
        }

        public static double Add(double sum, double a, double b)
        {
            double scale = Math.Abs(a) + Math.Abs(b);
            return scale == 0 ? sum : sum + (Math.Abs(a - b) / scale);
        }

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => a + b;

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => a + b;

        public static double Join(double a, double b) => a + b;
    }

    /// <summary>The absolute sum, added up.</summary>
    public readonly struct AbsoluteSum : LaneKernels.ITerm
    {
        public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b) => sum + Vector512.Abs(a + b);

        public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b) => sum + Vector256.Abs(a + b);

        public static double Add(double sum, double a, double b) => sum + Math.Abs(a + b);

        public static Vector512<double> Join(Vector512<double> a, Vector512<double> b) => a + b;

        public static Vector256<double> Join(Vector256<double> a, Vector256<double> b) => a + b;

        public static double Join(double a, double b) => a + b;
    }
}
