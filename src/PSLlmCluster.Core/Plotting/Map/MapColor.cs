using System.Globalization;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>An opaque colour of sRGB (IEC 61966-2-1), with what the map asks of it: luminance, contrast, mixing.</summary>
/// <param name="Red">The red part.</param>
/// <param name="Green">The green part.</param>
/// <param name="Blue">The blue part.</param>
internal readonly record struct MapColor(byte Red, byte Green, byte Blue)
{
    private const int MixingSteps = 100;

    /// <summary>Gets white.</summary>
    public static MapColor White { get; } = new(255, 255, 255);

    /// <summary>Gets black.</summary>
    public static MapColor Black { get; } = new(0, 0, 0);

    /// <summary>Gets the colour as CSS and SVG write it: # and six hexadecimal digits.</summary>
    public string Hex => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    /// <summary>Gets the relative luminance (WCAG 2.2), from 0 (black) to 1 (white).</summary>
    public double Luminance
    {
        get
        {
            (double red, double green, double blue) = ToLinear();
            return (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
        }
    }

    /// <summary>Returns the colour of a number.</summary>
    /// <param name="rgb">The number, as in 0xRRGGBB.</param>
    /// <returns>The colour.</returns>
    public static MapColor Of(int rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);

    /// <summary>Returns the colour of three parts of light.</summary>
    /// <param name="red">The red part, linear, from 0 to 1; what lies outside is cut.</param>
    /// <param name="green">The green part.</param>
    /// <param name="blue">The blue part.</param>
    /// <returns>The colour.</returns>
    public static MapColor OfLinear(double red, double green, double blue) => new(Encode(red), Encode(green), Encode(blue));

    /// <summary>Returns the parts of light: sRGB without its transfer function.</summary>
    /// <returns>Red, green and blue, from 0 to 1.</returns>
    public (double Red, double Green, double Blue) ToLinear() => (Decode(Red), Decode(Green), Decode(Blue));

    /// <summary>Returns the contrast ratio of WCAG 2.2.</summary>
    /// <param name="other">The other colour.</param>
    /// <returns>From 1 (the same luminance) to 21 (black on white).</returns>
    public double Contrast(MapColor other)
    {
        double mine = Luminance;
        double others = other.Luminance;
        return (Math.Max(mine, others) + 0.05) / (Math.Min(mine, others) + 0.05);
    }

    /// <summary>Mixes two colours as they are written, channel by channel.</summary>
    /// <param name="other">The other colour.</param>
    /// <param name="share">The share of the other colour, from 0 to 1.</param>
    /// <returns>The mixture.</returns>
    public MapColor Mix(MapColor other, double share) => new(
        Between(Red, other.Red, share), Between(Green, other.Green, share), Between(Blue, other.Blue, share));

    /// <summary>Moves the colour away from a ground, towards black or white, until it can be read on it.</summary>
    /// <param name="ground">The ground.</param>
    /// <param name="contrast">The least contrast ratio, up to 4.5 on any ground.</param>
    /// <returns>The colour itself where it has the contrast, else the nearest mixture that does.</returns>
    public MapColor ReadableOn(MapColor ground, double contrast)
    {
        MapColor end = White.Contrast(ground) >= Black.Contrast(ground) ? White : Black;
        for (int i = 0; i < MixingSteps; i++)
        {
            MapColor mixed = Mix(end, (double)i / MixingSteps);
            if (mixed.Contrast(ground) >= contrast)
            {
                return mixed;
            }
        }

        return end;
    }

    private static byte Between(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));

    private static double Decode(byte value)
    {
        double part = value / 255.0;
        return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
    }

    private static byte Encode(double light)
    {
        double part = Math.Clamp(light, 0, 1);
        return (byte)Math.Round(255 * (part <= 0.0031308 ? part * 12.92 : (1.055 * Math.Pow(part, 1 / 2.4)) - 0.055));
    }
}
