using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>
/// Attention of a window's tokens to each other, head by head (Vaswani et al. 2017, "Attention is all you need", equation 1):
/// softmax(Q K^T / sqrt(d)) V. A window's tokens meet no other window's.
/// </summary>
internal static class SelfAttention
{
    private static readonly float[] _zeros = new float[Panels.GroupSize];

    /// <summary>Mixes the values of a window.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="block">The block.</param>
    /// <param name="window">The window.</param>
    /// <param name="buffers">Queries, keys and values; receives the mixed values.</param>
    public static void Apply(EncoderKernels kernels, BertShape shape, WindowBlock block, int window, BertBuffers buffers)
    {
        int start = block.Start(window);
        int end = start + block.Length(window);
        for (int head = 0; head < shape.HeadCount; head++)
        {
            int firstRow = head * shape.HeadWidth * Panels.LaneCount;
            for (int from = start; from < end; from = NextPanel(from))
            {
                int lanes = Math.Min(NextPanel(from), end) - from;
                Score(kernels, shape.HeadWidth, buffers, firstRow, (start, end), from, lanes);
                kernels.Exponentials(
                    buffers.Scores.Panel(0), end - start, 1 / MathF.Sqrt(shape.HeadWidth), buffers.Sums, lanes);
                Mix(kernels, shape.HeadWidth, buffers, firstRow, (start, end), lanes);
                Span<float> mixed = buffers.HeadOutput.Panel(0);
                kernels.Divide(mixed, shape.HeadWidth, buffers.Sums, lanes);

                // The lanes beside these belong to other windows, whose numbers may be there already.
                Span<float> target = buffers.Mixed.Panel(from / Panels.LaneCount)[(firstRow + (from % Panels.LaneCount))..];
                for (int row = 0; row < shape.HeadWidth; row++)
                {
                    mixed.Slice(row * Panels.LaneCount, lanes).CopyTo(target[(row * Panels.LaneCount)..]);
                }
            }
        }
    }

    // The scores of all keys of the window for the queries of one panel: a row for each key. The last 8 keys of a panel may take in keys
    // of the next window, or what lies behind the lanes; the next panel's rows, or nobody's, take their place.
    private static void Score(
        EncoderKernels kernels, int headWidth, BertBuffers buffers, int firstRow, (int Start, int End) keys, int firstQuery, int lanes)
    {
        ReadOnlySpan<float> queries = buffers.Queries.Panel(firstQuery / Panels.LaneCount)[(firstRow + (firstQuery % Panels.LaneCount))..];
        Span<float> scores = buffers.Scores.Panel(0);
        for (int key = keys.Start; key < keys.End; key = NextPanel(key))
        {
            ReadOnlySpan<float> panel = buffers.Keys.Panel(key / Panels.LaneCount)[firstRow..];
            int end = Math.Min(NextPanel(key), keys.End);
            for (int group = key; group < end; group += Panels.GroupSize)
            {
                kernels.Multiply(
                    panel[(group % Panels.LaneCount)..],
                    1,
                    Panels.LaneCount,
                    queries,
                    headWidth,
                    _zeros,
                    scores[((group - keys.Start) * Panels.LaneCount)..],
                    lanes,
                    TileMode.Replace);
            }
        }
    }

    // The sum over the keys goes from panel to panel.
    private static void Mix(
        EncoderKernels kernels, int headWidth, BertBuffers buffers, int firstRow, (int Start, int End) keys, int lanes)
    {
        ReadOnlySpan<float> weights = buffers.Scores.Panel(0);
        Span<float> mixed = buffers.HeadOutput.Panel(0);
        for (int key = keys.Start; key < keys.End; key = NextPanel(key))
        {
            ReadOnlySpan<float> values = buffers.Values.Panel(key / Panels.LaneCount)[(firstRow + (key % Panels.LaneCount))..];
            int count = Math.Min(NextPanel(key), keys.End) - key;
            for (int row = 0; row < headWidth; row += Panels.GroupSize)
            {
                kernels.Multiply(
                    values[(row * Panels.LaneCount)..],
                    Panels.LaneCount,
                    1,
                    weights[((key - keys.Start) * Panels.LaneCount)..],
                    count,
                    _zeros,
                    mixed[(row * Panels.LaneCount)..],
                    lanes,
                    key == keys.Start ? TileMode.Replace : TileMode.Continue);
            }
        }
    }

    private static int NextPanel(int token) => (token / Panels.LaneCount * Panels.LaneCount) + Panels.LaneCount;
}
