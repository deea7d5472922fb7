using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>
/// Positions as rotations (Su et al. 2021, "RoFormer"): in each head of width d, the numbers i and i + d/2 of queries and keys are turned
/// by position x base^(-2i/d), so that a score depends on how far two tokens are apart (ggml's GGML_ROPE_TYPE_NEOX).
/// </summary>
internal static class RotaryPositions
{
    /// <summary>Computes the cosines and sines of all positions of a block.</summary>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="block">The block.</param>
    /// <param name="buffers">Receives them.</param>
    public static void Prepare(BertShape shape, WindowBlock block, BertBuffers buffers)
    {
        int half = shape.HeadWidth / 2;
        for (int i = 0; i < half; i++)
        {
            double frequency = DeterministicMath.Pow(shape.RotaryBase, -2.0 * i / shape.HeadWidth);
            for (int window = 0; window < block.Count; window++)
            {
                for (int position = 0; position < block.Length(window); position++)
                {
                    int token = block.Start(window) + position;
                    int at = (i * Panels.LaneCount) + (token % Panels.LaneCount);
                    (double sine, double cosine) = DeterministicMath.SinCos(position * frequency);
                    buffers.Cosines.Panel(token / Panels.LaneCount)[at] = (float)cosine;
                    buffers.Sines.Panel(token / Panels.LaneCount)[at] = (float)sine;
                }
            }
        }
    }

    /// <summary>Turns the queries and the keys of a block.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="block">The block.</param>
    /// <param name="buffers">The queries, the keys, and the block's cosines and sines.</param>
    public static void Apply(EncoderKernels kernels, BertShape shape, WindowBlock block, BertBuffers buffers)
    {
        int half = shape.HeadWidth / 2;
        for (int panel = 0; panel < block.PanelCount; panel++)
        {
            ReadOnlySpan<float> cosines = buffers.Cosines.Panel(panel);
            ReadOnlySpan<float> sines = buffers.Sines.Panel(panel);
            for (int head = 0; head < shape.HeadCount; head++)
            {
                int first = head * shape.HeadWidth * Panels.LaneCount;
                int second = first + (half * Panels.LaneCount);
                Span<float> queries = buffers.Queries.Panel(panel);
                Span<float> keys = buffers.Keys.Panel(panel);
                kernels.Rotate(queries[first..], queries[second..], cosines, sines, half, block.LanesOf(panel));
                kernels.Rotate(keys[first..], keys[second..], cosines, sines, half, block.LanesOf(panel));
            }
        }
    }
}
