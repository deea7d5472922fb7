namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// What eyes that lack one kind of cone see: the matrices for severity 1 of Machado, Oliveira and Fernandes, "A physiologically-based model
/// for simulation of color vision deficiency", IEEE TVCG 15 (2009), table 1, over linear sRGB.
/// </summary>
internal static class ColorVision
{
    /// <summary>The kinds of sight: normal, protanopia, deuteranopia, tritanopia.</summary>
    public const int Kinds = 4;

    private static readonly double[][] _matrices =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    ];

    /// <summary>Returns what a colour looks like.</summary>
    /// <param name="color">The colour.</param>
    /// <param name="kind">0 normal, 1 protanopia, 2 deuteranopia, 3 tritanopia.</param>
    /// <returns>The colour as normal eyes would have to see it to see the same.</returns>
    public static MapColor See(MapColor color, int kind)
    {
        (double red, double green, double blue) = color.ToLinear();
        double[] m = _matrices[kind];
        return MapColor.OfLinear(
            (m[0] * red) + (m[1] * green) + (m[2] * blue),
            (m[3] * red) + (m[4] * green) + (m[5] * blue),
            (m[6] * red) + (m[7] * green) + (m[8] * blue));
    }

    /// <summary>Returns the difference of two colours to those who tell them apart worst.</summary>
    /// <param name="first">One colour.</param>
    /// <param name="second">The other colour.</param>
    /// <returns>The least CIEDE2000 difference over the four kinds of sight.</returns>
    public static double WorstDifference(MapColor first, MapColor second)
    {
        double least = double.PositiveInfinity;
        for (int kind = 0; kind < Kinds; kind++)
        {
            least = Math.Min(
                least,
                ColorDifference.Between(ColorDifference.ToLab(See(first, kind)), ColorDifference.ToLab(See(second, kind))));
        }

        return least;
    }
}
