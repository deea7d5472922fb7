using PSLlmCluster.Core.Plotting.Picture;
using ScottPlot;
using SkiaSharp;

namespace PSLlmCluster.Core.Plotting;

/// <summary>Draws the figure as pixels: ScottPlot's plot first, then the texts, each in a font that has its characters.</summary>
internal static class PngPicture
{
    /// <summary>Draws and writes the picture.</summary>
    /// <param name="scene">What to draw.</param>
    /// <param name="layout">The texts and the legend.</param>
    /// <param name="fonts">The fonts to choose from.</param>
    /// <param name="stream">Takes the file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Write(ClusterPlotScene scene, PictureLayout layout, PlotFonts fonts, Stream stream, CancellationToken token)
    {
        PlotFrame frame = scene.Frame;
        using SKSurface surface = SKSurface.Create(new SKImageInfo(frame.Width, frame.Height))
            ?? throw TooLarge(frame.Width, frame.Height);
        Draw(surface.Canvas, scene, layout, fonts, token);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        data.SaveTo(stream);
    }

    /// <summary>Draws the picture.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="scene">What to draw.</param>
    /// <param name="layout">The texts and the legend.</param>
    /// <param name="fonts">The fonts to choose from.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void Draw(
        SKCanvas canvas, ClusterPlotScene scene, PictureLayout layout, PlotFonts fonts, CancellationToken token)
    {
        PlotFrame frame = scene.Frame;
        using (Plot plot = PictureChart.Create(scene))
        {
            plot.Render(canvas, frame.Width, frame.Height);
        }

        using SKPaint paint = new() { IsAntialias = true };
        foreach (PictureSymbol symbol in layout.Symbols)
        {
            paint.Color = ToSkia(symbol.Color);
            canvas.DrawCircle((float)symbol.X, (float)symbol.Y, (float)(PlotFrame.MarkerSize / 2), paint);
        }

        paint.Color = ToSkia(PlotColor.Ink);
        SKRect area = new((float)frame.Left, (float)frame.Top, (float)frame.Right, (float)frame.Bottom);
        using MapTexts shaped = new(fonts);
        foreach (PictureText text in layout.Texts)
        {
            token.ThrowIfCancellationRequested();
            canvas.Save();
            if (text.IsLabel)
            {
                canvas.ClipRect(area);
            }

            canvas.Translate((float)text.X, (float)text.Y);
            if (text.IsVertical)
            {
                canvas.RotateDegrees(-90);
            }

            TextBlock block = shaped.Measure([text.Text], text.Size, isBold: false);
            double x = text.Anchor switch { TextAnchor.Start => 0, TextAnchor.Middle => -block.Width / 2, _ => -block.Width };
            shaped.Draw(canvas, block, 0, x, 0, paint);
            canvas.Restore();
        }
    }

    /// <summary>Returns the error of a picture that memory has no room for.</summary>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <returns>The error.</returns>
    internal static EngineException TooLarge(int width, int height) => new(
        EngineErrorIds.PlotTooLarge,
        FailureKind.ResourceUnavailable,
        $"There is not enough memory for a picture of {width} x {height} pixels.",
        "Choose a smaller width, height or scale.");

    private static SKColor ToSkia(PlotColor color) => new(color.Red, color.Green, color.Blue, (byte)Math.Round(color.Opacity * 255));
}
