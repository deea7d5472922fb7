namespace PSLlmCluster.Core.Tests.Plotting.Map;

/// <summary>CIEDE2000 again, in other terms: hue differences by the angle's cosine and sine.</summary>
internal static class PlainColorDifference
{
    public static double Between(double l1, double a1, double b1, double l2, double a2, double b2)
    {
        double mean7 = Math.Pow((Length(a1, b1) + Length(a2, b2)) / 2, 7);
        double stretch = 1 + (0.5 * (1 - Math.Sqrt(mean7 / (mean7 + Math.Pow(25, 7)))));
        a1 *= stretch;
        a2 *= stretch;
        double c1 = Length(a1, b1);
        double c2 = Length(a2, b2);
        double h1 = Hue(a1, b1);
        double h2 = Hue(a2, b2);

        // 2 sqrt(c1 c2) sin(dh / 2), by the signed angle between the two.
        double angle = Math.Atan2((a1 * b2) - (b1 * a2), (a1 * a2) + (b1 * b2));
        double dh = 2 * Math.Sqrt(c1 * c2) * Math.Sin(angle / 2);
        double mean = c1 * c2 == 0 ? h1 + h2 : Math.Abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : ((h1 + h2) / 2) + (h1 + h2 < 360 ? 180 : -180);
        double l = (l1 + l2) / 2;
        double c = (c1 + c2) / 2;
        double t = 1 - (.17 * Cos(mean - 30)) + (.24 * Cos(2 * mean)) + (.32 * Cos((3 * mean) + 6)) - (.2 * Cos((4 * mean) - 63));
        double sl = 1 + (.015 * (l - 50) * (l - 50) / Math.Sqrt(20 + ((l - 50) * (l - 50))));
        double rt = -Math.Sin(Math.PI / 3 * Math.Exp(-(mean - 275) * (mean - 275) / 625))
            * 2 * Math.Sqrt(Math.Pow(c, 7) / (Math.Pow(c, 7) + Math.Pow(25, 7)));
        double x = (l2 - l1) / sl;
        double y = (c2 - c1) / (1 + (.045 * c));
        double z = dh / (1 + (.015 * c * t));
        return Math.Sqrt((x * x) + (y * y) + (z * z) + (rt * y * z));
    }

    private static double Length(double a, double b) => Math.Sqrt((a * a) + (b * b));

    private static double Hue(double a, double b) => ((Math.Atan2(b, a) * 180 / Math.PI) + 360) % 360;

    private static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);
}
