using System.Globalization;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// The colours of the map, as the notebook chooses them: hsl((label * 60) mod 360, 70%, 50%) for a cluster, and
/// rgba(128, 128, 128, 0.8) for noise. A page is given the words, a picture the same colour as bytes.
/// </summary>
/// <param name="Css">The colour as CSS writes it.</param>
/// <param name="Red">The red part.</param>
/// <param name="Green">The green part.</param>
/// <param name="Blue">The blue part.</param>
/// <param name="Opacity">From 0, which cannot be seen, to 1, which hides what is behind.</param>
internal readonly record struct PlotColor(string Css, byte Red, byte Green, byte Blue, double Opacity)
{
    private const int HueStep = 60;
    private const double Saturation = 0.7;
    private const double Lightness = 0.5;

    /// <summary>Gets the colour of noise.</summary>
    public static PlotColor Noise { get; } = new("rgba(128,128,128,0.8)", 128, 128, 128, 0.8);

    /// <summary>Gets the colour of all writing and of the lines through 0, which is plotly's.</summary>
    public static PlotColor Ink { get; } = new("#444", 0x44, 0x44, 0x44, 1);

    /// <summary>Gets the colour of the grid, which is plotly's.</summary>
    public static PlotColor Grid { get; } = new("#eee", 0xEE, 0xEE, 0xEE, 1);

    /// <summary>Returns the colour of a label.</summary>
    /// <param name="cluster">The number of the cluster; below 0 is noise.</param>
    /// <returns>The colour; every seventh cluster has the same.</returns>
    public static PlotColor Of(int cluster)
    {
        if (cluster < 0)
        {
            return Noise;
        }

        int hue = (int)((long)cluster * HueStep % 360);
        return new PlotColor(
            string.Create(CultureInfo.InvariantCulture, $"hsl({hue}, 70%, 50%)"), Channel(hue, 0), Channel(hue, 8), Channel(hue, 4), 1);
    }

    // CSS Color 4, section 7.1, hslToRgb: f(n) = l - a * max(-1, min(k - 3, 9 - k, 1)), k = (n + hue / 30) mod 12, a = s * min(l, 1 - l).
    private static byte Channel(int hue, int n)
    {
        double k = (n + (hue / 30.0)) % 12;
        double value = Lightness - (Saturation * Math.Min(Lightness, 1 - Lightness) * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1)));
        return (byte)Math.Round(value * 255, MidpointRounding.AwayFromZero);
    }
}
