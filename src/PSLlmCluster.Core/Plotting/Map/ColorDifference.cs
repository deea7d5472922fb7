namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>A colour of CIE 1976 L*a*b* under D65.</summary>
/// <param name="L">The lightness, from 0 to 100.</param>
/// <param name="A">From green to red.</param>
/// <param name="B">From blue to yellow.</param>
internal readonly record struct LabColor(double L, double A, double B);

/// <summary>
/// How different two colours look: CIEDE2000, with the steps and the names of Sharma, Wu and Dalal, "The CIEDE2000 color-difference
/// formula", Color Research and Application 30 (2005), equations 2 to 22; all weights are 1. About 2 can just be seen; 10 is easy to tell.
/// </summary>
internal static class ColorDifference
{
    private const double Kappa = 24389.0 / 27;
    private const double Epsilon = 216.0 / 24389;

    // 25 to the power of 7.
    private const double ChromaScale = 6_103_515_625;

    /// <summary>Returns the colour in L*a*b*.</summary>
    /// <param name="color">The colour.</param>
    /// <returns>Its place.</returns>
    public static LabColor ToLab(MapColor color)
    {
        (double red, double green, double blue) = color.ToLinear();
        double x = Cube(((0.4124564 * red) + (0.3575761 * green) + (0.1804375 * blue)) / 0.95047);
        double y = Cube((0.2126729 * red) + (0.7151522 * green) + (0.0721750 * blue));
        double z = Cube(((0.0193339 * red) + (0.1191920 * green) + (0.9503041 * blue)) / 1.08883);
        return new LabColor((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    /// <summary>Returns the difference.</summary>
    /// <param name="first">One colour.</param>
    /// <param name="second">The other colour.</param>
    /// <returns>From 0 (the same) to about 100.</returns>
    public static double Between(LabColor first, LabColor second)
    {
        double meanChroma = (Math.Sqrt((first.A * first.A) + (first.B * first.B))
            + Math.Sqrt((second.A * second.A) + (second.B * second.B))) / 2;
        double g = 1.5 - (0.5 * Math.Sqrt(Math.Pow(meanChroma, 7) / (Math.Pow(meanChroma, 7) + ChromaScale)));
        (double c1, double h1) = Polar(first.A * g, first.B);
        (double c2, double h2) = Polar(second.A * g, second.B);
        bool isGrey = c1 * c2 == 0;
        double hueStep = isGrey ? 0 : h2 - h1;
        hueStep += hueStep > 180 ? -360 : hueStep < -180 ? 360 : 0;
        double lightnessStep = second.L - first.L;
        double chromaStep = c2 - c1;
        double hueDifference = 2 * Math.Sqrt(c1 * c2) * Math.Sin(Radians(hueStep / 2));

        double lightness = (first.L + second.L) / 2;
        double chroma = (c1 + c2) / 2;
        double hue = isGrey ? h1 + h2
            : Math.Abs(h1 - h2) <= 180 ? (h1 + h2) / 2
            : h1 + h2 < 360 ? (h1 + h2 + 360) / 2
            : (h1 + h2 - 360) / 2;
        double t = 1 - (0.17 * Math.Cos(Radians(hue - 30))) + (0.24 * Math.Cos(Radians(2 * hue)))
            + (0.32 * Math.Cos(Radians((3 * hue) + 6))) - (0.20 * Math.Cos(Radians((4 * hue) - 63)));
        double rotation = 30 * Math.Exp(-Math.Pow((hue - 275) / 25, 2));
        double rc = 2 * Math.Sqrt(Math.Pow(chroma, 7) / (Math.Pow(chroma, 7) + ChromaScale));
        double fromMiddle = Math.Pow(lightness - 50, 2);
        double l = lightnessStep / (1 + (0.015 * fromMiddle / Math.Sqrt(20 + fromMiddle)));
        double c = chromaStep / (1 + (0.045 * chroma));
        double h = hueDifference / (1 + (0.015 * chroma * t));
        return Math.Sqrt(Math.Max(0, (l * l) + (c * c) + (h * h) - (Math.Sin(Radians(2 * rotation)) * rc * c * h)));
    }

    private static (double Chroma, double Hue) Polar(double a, double b)
    {
        double hue = a == 0 && b == 0 ? 0 : Math.Atan2(b, a) * 180 / Math.PI;
        return (Math.Sqrt((a * a) + (b * b)), hue < 0 ? hue + 360 : hue);
    }

    private static double Cube(double value) => value > Epsilon ? Math.Cbrt(value) : ((Kappa * value) + 16) / 116;

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
