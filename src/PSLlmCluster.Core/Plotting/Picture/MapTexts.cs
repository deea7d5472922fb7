using HarfBuzzSharp;
using SkiaSharp;
using SkiaSharp.HarfBuzz;
using Buffer = HarfBuzzSharp.Buffer;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>A text of one or more lines, measured.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Widths">The width of each line in pixels.</param>
/// <param name="Size">The font's size in pixels.</param>
/// <param name="IsBold">Whether it is bold.</param>
/// <param name="Ascent">How far the first line reaches above its base line.</param>
/// <param name="Step">From one base line to the next.</param>
/// <param name="Descent">How far the last line reaches below its base line.</param>
/// <param name="IsFromRight">Whether the text runs from right to left as a whole, and with it each of its lines.</param>
internal sealed record TextBlock(
    IReadOnlyList<string> Lines,
    IReadOnlyList<double> Widths,
    double Size,
    bool IsBold,
    double Ascent,
    double Step,
    double Descent,
    bool IsFromRight)
{
    /// <summary>Gets the width of the widest line.</summary>
    public double Width { get; } = Widths.Max();

    /// <summary>Gets the height of all lines.</summary>
    public double Height { get; } = Ascent + (Step * (Lines.Count - 1)) + Descent;
}

/// <summary>
/// Measures and draws the texts of a map with the fonts of this machine: HarfBuzz shapes each piece of one direction and one font. A bold
/// piece is drawn in the family's bold face where that has its characters.
/// </summary>
internal sealed class MapTexts : IDisposable
{
    // A placer asks for a text again in each of its passes.
    private const int MostBlocks = 5_000;

    private const double LineStep = 1.2;
    private const double UsualAscent = 0.94;
    private const double UsualDescent = 0.25;
    private const double BoldWidth = 1.15;
    private readonly PlotFonts _fonts;
    private readonly Dictionary<(string Family, bool IsBold), SKShaper> _shapers = [];
    private readonly Dictionary<(string Text, double Size, bool IsBold), TextBlock> _blocks = [];

    /// <summary>Initializes a new instance of the <see cref="MapTexts"/> class.</summary>
    /// <param name="fonts">The fonts to choose from.</param>
    public MapTexts(PlotFonts fonts) => _fonts = fonts;

    /// <summary>Measures lines; where this machine has no fonts at all, their width is estimated.</summary>
    /// <param name="lines">The lines, at least one.</param>
    /// <param name="size">The font's size in pixels.</param>
    /// <param name="isBold">Whether they are bold.</param>
    /// <returns>The block.</returns>
    public TextBlock Measure(IReadOnlyList<string> lines, double size, bool isBold)
    {
        (string Text, double Size, bool IsBold) key = (string.Join('\n', lines), size, isBold);
        if (_blocks.TryGetValue(key, out TextBlock? known))
        {
            return known;
        }

        bool isTextFromRight = TextDirection.IsFromRight(key.Text);
        double ascent = UsualAscent * size;
        double descent = UsualDescent * size;
        double[] widths = new double[lines.Count];
        for (int i = 0; i < widths.Length; i++)
        {
            List<(string Text, bool IsFromRight, SKShaper Shaper)> pieces = Pieces(lines[i], isTextFromRight, isBold);

            // A browser takes a font's ascent and descent in whole pixels, those of a bitmap font (emoji) rounded up.
            bool hasSeveralFonts = pieces.Exists(piece => piece.Shaper != pieces[0].Shaper);
            foreach ((string piece, bool isFromRight, SKShaper shaper) in pieces)
            {
                using SKFont font = FontOf(shaper, size);
                SKFontMetrics metrics = font.Metrics;
                widths[i] += Shape(shaper, piece, isFromRight, font).Width;
                ascent = Math.Max(ascent, hasSeveralFonts ? Math.Ceiling(-metrics.Ascent) : -metrics.Ascent);
                descent = Math.Max(descent, hasSeveralFonts ? Math.Ceiling(metrics.Descent) : metrics.Descent);
            }

            if (pieces.Count == 0)
            {
                widths[i] = PlotText.EstimateWidth(lines[i], size) * (isBold ? BoldWidth : 1);
            }
        }

        TextBlock block = new(
            lines, widths, size, isBold, ascent, Math.Max(LineStep * size, ascent + descent), descent, isTextFromRight);
        if (_blocks.Count == MostBlocks)
        {
            _blocks.Clear();
        }

        _blocks.Add(key, block);
        return block;
    }

    /// <summary>Draws one line of a text, from its left end.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="block">The text.</param>
    /// <param name="line">The number of the line.</param>
    /// <param name="x">The left end in pixels.</param>
    /// <param name="y">The base line in pixels.</param>
    /// <param name="paint">The colour, and whether the letters are filled or outlined.</param>
    public void Draw(SKCanvas canvas, TextBlock block, int line, double x, double y, SKPaint paint)
    {
        float at = (float)x;
        foreach ((string piece, bool isFromRight, SKShaper shaper) in Pieces(block.Lines[line], block.IsFromRight, block.IsBold))
        {
            using SKFont font = FontOf(shaper, block.Size);
            SKShaper.Result shaped = Shape(shaper, piece, isFromRight, font);
            using SKTextBlobBuilder builder = new();
            builder.AddPositionedRun(Array.ConvertAll(shaped.Codepoints, glyph => (ushort)glyph), font, shaped.Points);
            using SKTextBlob? blob = builder.Build();
            if (blob is not null)
            {
                canvas.DrawText(blob, at, (float)y, paint);
            }

            at += shaped.Width;
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

    // HarfBuzz would guess the direction by the first letter, and draw a bracket without letters as if it stood in a left-to-right text.
    private static SKShaper.Result Shape(SKShaper shaper, string piece, bool isFromRight, SKFont font)
    {
        using Buffer buffer = new();
        buffer.AddUtf16(piece);
        buffer.GuessSegmentProperties();
        buffer.Direction = isFromRight ? Direction.RightToLeft : Direction.LeftToRight;
        return shaper.Shape(buffer, font);
    }

    private List<(string Text, bool IsFromRight, SKShaper Shaper)> Pieces(string line, bool isTextFromRight, bool isBold)
    {
        List<(string Text, bool IsFromRight, SKShaper Shaper)> pieces = [];
        foreach ((string part, bool isFromRight) in TextDirection.InDrawingOrder(line, isTextFromRight))
        {
            int place = pieces.Count;
            foreach (FontRun run in _fonts.Split(part))
            {
                SKShaper usual = ShaperOf(run.Family, isBold);
                SKShaper shaper = isBold && !usual.Typeface.ContainsGlyphs(run.Text) ? ShaperOf(run.Family, isBold: false) : usual;
                pieces.Insert(isFromRight ? place : pieces.Count, (run.Text, isFromRight, shaper));
            }
        }

        return pieces;
    }

    private SKShaper ShaperOf(string family, bool isBold)
    {
        if (!_shapers.TryGetValue((family, isBold), out SKShaper? shaper))
        {
            SKTypeface? face = isBold
                ? SKFontManager.Default.MatchFamily(family, SKFontStyle.Bold)
                : SKFontManager.Default.MatchFamily(family);
            _shapers.Add((family, isBold), shaper = new SKShaper(face ?? SKTypeface.Default));
        }

        return shaper;
    }
}
