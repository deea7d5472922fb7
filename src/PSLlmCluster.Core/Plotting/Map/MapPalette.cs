using System.Drawing;
using System.Globalization;

namespace PSLlmCluster.Core.Plotting.Map;

/// <summary>
/// The colours that clusters may have: those of the theme (<c>Distinct</c>), the hue of a cluster's direction from the middle of the map
/// (<c>Place</c>), the notebook's six (<c>Notebook</c>), or the caller's own, given as names of CSS or as #rgb and #rrggbb.
/// </summary>
internal sealed class MapPalette
{
    /// <summary>The name of the theme's own colours.</summary>
    public const string Distinct = "Distinct";

    /// <summary>The name of the colours by direction.</summary>
    public const string Place = "Place";

    /// <summary>The name of the notebook's colours.</summary>
    public const string Notebook = "Notebook";

    private const int NotebookColors = 6;

    private MapPalette(IReadOnlyList<MapColor>? colors, bool isByPlace)
    {
        Colors = colors;
        IsByPlace = isByPlace;
    }

    /// <summary>Gets the colours, or null for those of the theme.</summary>
    public IReadOnlyList<MapColor>? Colors { get; }

    /// <summary>Gets a value indicating whether a cluster's place makes its colour.</summary>
    public bool IsByPlace { get; }

    /// <summary>Reads a palette.</summary>
    /// <param name="values">One name of a palette, or colours; none is the theme's.</param>
    /// <returns>The palette.</returns>
    /// <exception cref="EngineException">A value is neither (PlotColorUnknown).</exception>
    public static MapPalette Read(IReadOnlyList<string> values)
    {
        if (values.Count == 1)
        {
            if (values[0].Equals(Place, StringComparison.OrdinalIgnoreCase))
            {
                return new MapPalette(null, isByPlace: true);
            }

            if (values[0].Equals(Notebook, StringComparison.OrdinalIgnoreCase))
            {
                return new MapPalette(
                    [
                        .. Enumerable.Range(0, NotebookColors).Select(PlotColor.Of)
                            .Select(color => new MapColor(color.Red, color.Green, color.Blue)),
                    ],
                    isByPlace: false);
            }
        }

        return values.Count == 0 || (values.Count == 1 && values[0].Equals(Distinct, StringComparison.OrdinalIgnoreCase))
            ? new MapPalette(null, isByPlace: false)
            : new MapPalette([.. values.Select(Parse)], isByPlace: false);
    }

    private static MapColor Parse(string value)
    {
        string text = value.Trim();
        if (text.StartsWith('#') && text.Length is 4 or 7
            && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number))
        {
            return text.Length == 7
                ? MapColor.Of(number)
                : new MapColor((byte)((number >> 8) * 17), (byte)(((number >> 4) & 15) * 17), (byte)((number & 15) * 17));
        }

        // The names of CSS are .NET's known colours, apart from those of the desktop.
        if (text.Length > 0 && char.IsAsciiLetter(text[0]))
        {
            Color known = Color.FromName(text);
            if (known is { IsKnownColor: true, IsSystemColor: false, A: 255 })
            {
                return new MapColor(known.R, known.G, known.B);
            }
        }

        throw new EngineException(
            EngineErrorIds.PlotColorUnknown,
            FailureKind.InvalidArgument,
            $"'{value}' is no colour.",
            $"Give colours as names of CSS (teal) or as #rrggbb, or one palette: {Distinct}, {Place} or {Notebook}.");
    }
}
