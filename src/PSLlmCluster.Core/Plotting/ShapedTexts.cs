using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace PSLlmCluster.Core.Plotting;

/// <summary>
/// Draws texts whose letters may join or run from right to left: HarfBuzz shapes each piece of one direction and one font.
/// </summary>
internal sealed class ShapedTexts : IDisposable
{
    private readonly PlotFonts _fonts;
    private readonly Dictionary<string, SKShaper> _shapers = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="ShapedTexts"/> class.</summary>
    /// <param name="fonts">The fonts to choose from.</param>
    public ShapedTexts(PlotFonts fonts) => _fonts = fonts;

    /// <summary>Draws a text at the canvas' origin.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="text">The text, its size and its anchor.</param>
    /// <param name="paint">The colour.</param>
    public void Draw(SKCanvas canvas, PictureText text, SKPaint paint)
    {
        List<(string Text, SKShaper Shaper, float Width)> pieces = [];
        float width = 0;
        foreach (string part in TextDirection.InDrawingOrder(text.Text))
        {
            foreach (FontRun run in _fonts.Split(part))
            {
                SKShaper shaper = ShaperOf(run.Family);
                using SKFont font = FontOf(shaper, text.Size);
                float length = shaper.Shape(run.Text, font).Width;
                pieces.Add((run.Text, shaper, length));
                width += length;
            }
        }

        float x = text.Anchor switch { TextAnchor.Start => 0, TextAnchor.Middle => -width / 2, _ => -width };
        foreach ((string piece, SKShaper shaper, float length) in pieces)
        {
            using SKFont font = FontOf(shaper, text.Size);
            canvas.DrawShapedText(shaper, piece, x, 0, SKTextAlign.Left, font, paint);
            x += length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SKShaper shaper in _shapers.Values)
        {
            shaper.Dispose();
        }
    }

    private static SKFont FontOf(SKShaper shaper, double size)
        => new(shaper.Typeface, (float)size) { Subpixel = true, Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None };

    private SKShaper ShaperOf(string family)
    {
        if (!_shapers.TryGetValue(family, out SKShaper? shaper))
        {
            _shapers.Add(family, shaper = new SKShaper(SKFontManager.Default.MatchFamily(family) ?? SKTypeface.Default));
        }

        return shaper;
    }
}
