using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding;

/// <summary>
/// Makes one vector of the hidden states of a window: their sum, or one of them times their number, so that the windows of a text are
/// averaged by their numbers of tokens. Sums are taken in double precision in the order of the tokens.
/// </summary>
internal static class WindowPooling
{
    /// <summary>Sums a window.</summary>
    /// <param name="hidden">The hidden states.</param>
    /// <param name="width">Numbers of a state.</param>
    /// <param name="block">The block.</param>
    /// <param name="window">The window.</param>
    /// <param name="pooling">Mean, Cls or Last.</param>
    /// <returns>The sum.</returns>
    public static double[] Sum(Panels hidden, int width, WindowBlock block, int window, PoolingType pooling)
    {
        double[] sum = new double[width];
        int start = block.Start(window);
        int end = start + block.Length(window);
        if (pooling != PoolingType.Mean)
        {
            int token = pooling == PoolingType.Cls ? start : end - 1;
            Add(hidden, token, 1, sum);
            for (int i = 0; i < width; i++)
            {
                sum[i] *= end - start;
            }

            return sum;
        }

        for (int token = start; token < end;)
        {
            int count = Math.Min(end - token, Panels.LaneCount - (token % Panels.LaneCount));
            Add(hidden, token, count, sum);
            token += count;
        }

        return sum;
    }

    private static void Add(Panels hidden, int token, int count, double[] sum)
    {
        ReadOnlySpan<float> panel = hidden.Panel(token / Panels.LaneCount)[(token % Panels.LaneCount)..];
        for (int i = 0; i < sum.Length; i++)
        {
            double total = sum[i];
            foreach (float number in panel.Slice(i * Panels.LaneCount, count))
            {
                total += number;
            }

            sum[i] = total;
        }
    }
}
