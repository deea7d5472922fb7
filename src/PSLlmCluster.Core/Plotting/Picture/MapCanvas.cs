using PSLlmCluster.Core.Plotting.Map;
using SkiaSharp;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>Draws a map as pixels, or as a page of PDF.</summary>
internal static class MapCanvas
{
    private const float OutlineWidth = 3;
    private const float LeaderWidth = 1;

    /// <summary>Writes a PNG file.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="texts">Draws texts.</param>
    /// <param name="stream">Takes the file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void WritePng(MapPicture picture, MapTexts texts, Stream stream, CancellationToken token)
    {
        ClusterPlotOptions options = picture.Options;
        int width = (int)Math.Round(options.Width * options.Scale);
        int height = (int)Math.Round(options.Height * options.Scale);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw PngPicture.TooLarge(width, height);
        surface.Canvas.Scale((float)options.Scale);
        Draw(surface.Canvas, picture, texts, options.Scale, token);
        using SKPixmap pixels = surface.PeekPixels();
        using SKData data = Encode(pixels);
        data.SaveTo(stream);
    }

    /// <summary>Writes a PDF file of one page; a pixel is a point, 1/72 inch.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="texts">Draws texts.</param>
    /// <param name="stream">Takes the file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void WritePdf(MapPicture picture, MapTexts texts, Stream stream, CancellationToken token)
    {
        ClusterPlotOptions options = picture.Options;
        PdfPage.Write(
            options, picture.Description, canvas => Draw(canvas, picture, texts, Math.Max(2, options.Scale), token), stream);
    }

    /// <summary>Makes a PNG file of pixels.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <returns>The file, which the caller disposes of.</returns>
    internal static SKData Encode(SKPixmap pixels)
        => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 6))
            ?? throw PngPicture.TooLarge(pixels.Width, pixels.Height);

    private static void Draw(SKCanvas canvas, MapPicture picture, MapTexts texts, double densityScale, CancellationToken token)
    {
        MapTheme theme = picture.Colors.Theme;
        using SKPaint paint = new() { IsAntialias = true };
        paint.Color = ToSkia(theme.Ground, 1);
        canvas.DrawRect(0, 0, picture.Options.Width, picture.Options.Height, paint);
        if (picture.IsDensity)
        {
            using SKBitmap density = DensityShading.Draw(picture, densityScale, token);
            using SKImage image = SKImage.FromBitmap(density);
            canvas.DrawImage(
                image,
                new SKRect(0, 0, picture.Options.Width, picture.Options.Height),
                new SKSamplingOptions(SKFilterMode.Linear));
        }
        else
        {
            DrawMarks(canvas, picture, paint, token);
        }

        paint.Style = SKPaintStyle.Fill;
        paint.Color = ToSkia(theme.Muted, 1);
        foreach (EdgeArrow arrow in picture.Arrows)
        {
            using SKPath path = SKPath.ParseSvgPathData(ArrowPath(arrow));
            canvas.DrawPath(path, paint);
        }

        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = LeaderWidth;
        paint.Color = ToSkia(theme.Line, 1);
        foreach (MapLabel label in picture.Labels)
        {
            if (label.Leader is { } line)
            {
                canvas.DrawLine((float)line.FromX, (float)line.FromY, (float)line.ToX, (float)line.ToY, paint);
            }
        }

        foreach (MapLabel label in picture.Labels)
        {
            token.ThrowIfCancellationRequested();
            DrawLabel(canvas, picture, label, texts, paint);
        }

        if (picture.UpwardTitle is { } upward)
        {
            canvas.Save();
            canvas.Translate((float)upward.Box.Left, (float)upward.Box.Bottom);
            canvas.RotateDegrees(-90);
            paint.Style = SKPaintStyle.Fill;
            paint.Color = ToSkia(theme.Muted, 1);
            texts.Draw(canvas, upward.Block, 0, 0, upward.Block.Ascent, paint);
            canvas.Restore();
        }
    }

    /// <summary>Returns an arrow as SVG writes it.</summary>
    /// <param name="arrow">The arrow.</param>
    /// <returns>The outline of a triangle whose tip lies at the arrow's place.</returns>
    internal static string ArrowPath(EdgeArrow arrow)
    {
        double length = Math.Sqrt((arrow.DirectionX * arrow.DirectionX) + (arrow.DirectionY * arrow.DirectionY));
        (double x, double y) = (arrow.DirectionX / length, arrow.DirectionY / length);
        (double backX, double backY) = (arrow.X - (8 * x), arrow.Y - (8 * y));
        return FormattableString.Invariant(
            $"M{arrow.X:0.##} {arrow.Y:0.##}L{backX - (4 * y):0.##} {backY + (4 * x):0.##}L{backX + (4 * y):0.##} {backY - (4 * x):0.##}Z");
    }

    private static void DrawMarks(SKCanvas canvas, MapPicture picture, SKPaint paint, CancellationToken token)
    {
        MapMarks marks = picture.Marks;
        foreach ((int cluster, int start, int end) in marks.Groups)
        {
            token.ThrowIfCancellationRequested();
            float radius = (float)marks.RadiusOf(start);
            paint.Color = ToSkia(picture.Colors.Of(cluster), marks.Opacity);
            for (int i = start; i < end; i++)
            {
                canvas.DrawCircle(marks.X[i], marks.Y[i], radius, paint);
            }
        }
    }

    private static void DrawLabel(SKCanvas canvas, MapPicture picture, MapLabel label, MapTexts texts, SKPaint paint)
    {
        MapTheme theme = picture.Colors.Theme;
        for (int line = 0; line < label.Block.Lines.Count; line++)
        {
            (double x, double y) = label.Place(line);
            if (label.Kind is LabelKind.Name or LabelKind.Text)
            {
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = OutlineWidth;
                paint.StrokeJoin = SKStrokeJoin.Round;
                paint.Color = ToSkia(theme.Ground, 1);
                texts.Draw(canvas, label.Block, line, x, y, paint);
            }

            paint.Style = SKPaintStyle.Fill;
            paint.Color = ToSkia(ColorOf(picture, label), 1);
            texts.Draw(canvas, label.Block, line, x, y, paint);
        }
    }

    /// <summary>Returns the colour of a label.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="label">The label.</param>
    /// <returns>The colour.</returns>
    internal static MapColor ColorOf(MapPicture picture, MapLabel label) => label.Kind switch
    {
        LabelKind.Name => picture.Colors.OfText(label.Cluster),
        LabelKind.Note => picture.Colors.Theme.Muted,
        LabelKind.Text when label.Cluster < 0 => picture.Colors.Theme.Muted,
        _ => picture.Colors.Theme.Ink,
    };

    private static SKColor ToSkia(MapColor color, double opacity)
        => new(color.Red, color.Green, color.Blue, (byte)Math.Round(255 * opacity));
}
