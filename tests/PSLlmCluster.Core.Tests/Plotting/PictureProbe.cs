using PSLlmCluster.Core.Plotting;
using SkiaSharp;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>Looks at single pixels of a picture.</summary>
internal static class PictureProbe
{
    /// <summary>Asserts that every trace's colour lies where its points are, unless a later point or a text covers it.</summary>
    public static void AssertShowsPoints(SKBitmap pixels, ClusterPlotScene scene)
    {
        foreach (PlotTrace trace in scene.Traces)
        {
            int seen = 0;
            for (int i = 0; i < trace.X.Length; i++)
            {
                SKColor pixel = pixels.GetPixel(X(scene, trace.X[i]), Y(scene, trace.Y[i]));
                seen += IsNear(pixel, trace.Color) ? 1 : 0;
            }

            Assert.True(
                seen * 4 >= trace.X.Length * 3, $"{trace.Name}: {seen} of {trace.X.Length} points have the colour {trace.Color.Css}.");
        }
    }

    public static int X(ClusterPlotScene scene, double value)
        => (int)(scene.Frame.Left + (scene.XRange.FractionOf(value) * (scene.Frame.Right - scene.Frame.Left)));

    public static int Y(ClusterPlotScene scene, double value)
        => (int)(scene.Frame.Bottom - (scene.YRange.FractionOf(value) * (scene.Frame.Bottom - scene.Frame.Top)));

    /// <summary>Counts the pixels of a rectangle that are not white.</summary>
    public static int Ink(SKBitmap pixels, int left, int top, int right, int bottom)
    {
        int count = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                count += pixels.GetPixel(x, y) == SKColors.White ? 0 : 1;
            }
        }

        return count;
    }

    private static bool IsNear(SKColor pixel, PlotColor color)
    {
        int Over(byte part) => (int)Math.Round((part * color.Opacity) + (255 * (1 - color.Opacity)));
        return Math.Abs(pixel.Red - Over(color.Red)) <= 3
            && Math.Abs(pixel.Green - Over(color.Green)) <= 3
            && Math.Abs(pixel.Blue - Over(color.Blue)) <= 3;
    }
}
