using PSLlmCluster.Core.Plotting.Map;
using SkiaSharp;

namespace PSLlmCluster.Core.Plotting.Picture;

/// <summary>
/// The density of many points as an image: in each pixel the mean colour of its points, the more opaque the more there are, by the
/// logarithm of the number up to its 99th percentile. Points of no cluster weigh a third. A blur of three by three pixels joins
/// single ones.
/// </summary>
internal static class DensityShading
{
    private const float NoiseWeight = 1f / 3;
    private const double Percentile = 0.99;
    private const double LeastOpacity = 0.12;
    private static readonly float[] _blur = [1 / 16f, 2 / 16f, 1 / 16f, 2 / 16f, 4 / 16f, 2 / 16f, 1 / 16f, 2 / 16f, 1 / 16f];

    /// <summary>Draws the image.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="scale">How many pixels of the image a pixel of the picture has on each side.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The image, transparent where no point lies; the caller disposes of it.</returns>
    public static SKBitmap Draw(MapPicture picture, double scale, CancellationToken token)
    {
        int width = (int)Math.Ceiling(picture.Options.Width * scale);
        int height = (int)Math.Ceiling(picture.Options.Height * scale);
        float[] sums = new float[width * height * 4];
        MapMarks marks = picture.Marks;
        foreach ((int cluster, int start, int end) in marks.Groups)
        {
            token.ThrowIfCancellationRequested();
            MapColor color = picture.Colors.Of(cluster);
            float weight = cluster == -1 ? NoiseWeight : 1;
            for (int i = start; i < end; i++)
            {
                int x = Math.Clamp((int)(marks.X[i] * scale), 0, width - 1);
                int y = Math.Clamp((int)(marks.Y[i] * scale), 0, height - 1);
                int at = ((y * width) + x) * 4;
                sums[at] += weight * color.Red;
                sums[at + 1] += weight * color.Green;
                sums[at + 2] += weight * color.Blue;
                sums[at + 3] += weight;
            }
        }

        float[] blurred = Blur(sums, width, height);
        token.ThrowIfCancellationRequested();
        double full = Math.Log(1 + Full(blurred));
        SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int at = 0; at < blurred.Length; at += 4)
        {
            float weight = blurred[at + 3];
            if (weight > 0)
            {
                pixels[at] = (byte)Math.Round(blurred[at] / weight);
                pixels[at + 1] = (byte)Math.Round(blurred[at + 1] / weight);
                pixels[at + 2] = (byte)Math.Round(blurred[at + 2] / weight);
                double opacity = LeastOpacity + ((1 - LeastOpacity) * Math.Min(1, Math.Log(1 + weight) / full));
                pixels[at + 3] = (byte)Math.Round(255 * opacity * Math.Min(1, weight * 8));
            }
        }

        return bitmap;
    }

    private static float[] Blur(float[] sums, int width, int height)
    {
        float[] blurred = new float[sums.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int from = ((y * width) + x) * 4;
                if (sums[from + 3] == 0)
                {
                    continue;
                }

                for (int k = 0; k < _blur.Length; k++)
                {
                    int toX = x + (k % 3) - 1;
                    int toY = y + (k / 3) - 1;
                    if (toX >= 0 && toX < width && toY >= 0 && toY < height)
                    {
                        int to = ((toY * width) + toX) * 4;
                        blurred[to] += _blur[k] * sums[from];
                        blurred[to + 1] += _blur[k] * sums[from + 1];
                        blurred[to + 2] += _blur[k] * sums[from + 2];
                        blurred[to + 3] += _blur[k] * sums[from + 3];
                    }
                }
            }
        }

        return blurred;
    }

    private static double Full(float[] blurred)
    {
        List<float> weights = [];
        for (int at = 3; at < blurred.Length; at += 4)
        {
            if (blurred[at] > 0)
            {
                weights.Add(blurred[at]);
            }
        }

        weights.Sort();
        return weights.Count == 0 ? 1 : weights[(int)((weights.Count - 1) * Percentile)];
    }
}
