using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>A linear layer, y = W x + b, for all tokens of a block.</summary>
internal static class LinearLayer
{
    // Steps of a product that are done for all panels before the next ones: 384 inputs of six panels, and the weights of 24 groups, lie in
    // a second cache of 1 MB. A sum goes on where it was left, so its bits do not depend on this.
    private const int MostSteps = 384;
    private const int ChunkSize = 24;

    // Where weights are widened as they are used: half of a second cache.
    private const int MostWidened = 1 << 17;

    /// <summary>Computes it.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="weights">W and b.</param>
    /// <param name="block">The block.</param>
    /// <param name="source">x.</param>
    /// <param name="target">Receives y.</param>
    /// <param name="scratch">Room to widen weights in, as <see cref="ScratchLength"/> says.</param>
    /// <param name="gelu">Whether GELU is applied to y, while it lies in the first cache.</param>
    public static void Apply(
        EncoderKernels kernels,
        LinearWeights weights,
        WindowBlock block,
        Panels source,
        Panels target,
        Span<float> scratch,
        bool gelu = false)
    {
        int chunk = ChunkOf(weights);
        int parts = (weights.InputCount + MostSteps - 1) / MostSteps;
        for (int first = 0; first < weights.GroupCount; first += chunk)
        {
            int count = Math.Min(chunk, weights.GroupCount - first);
            ReadOnlySpan<float> groups = weights.Groups(first, count, scratch);
            for (int part = 0; part < parts; part++)
            {
                int from = (int)((long)weights.InputCount * part / parts);
                int to = (int)((long)weights.InputCount * (part + 1) / parts);
                for (int panel = 0; panel < block.PanelCount; panel++)
                {
                    int lanes = block.LanesOf(panel);
                    ReadOnlySpan<float> inputs = source.Panel(panel)[(from * Panels.LaneCount)..];
                    Span<float> outputs = target.Panel(panel);
                    for (int group = 0; group < count; group++)
                    {
                        int output = (first + group) * Panels.GroupSize;
                        Span<float> tile = outputs[(output * Panels.LaneCount)..];
                        kernels.Multiply(
                            groups[((group * weights.GroupLength) + (from * Panels.GroupSize))..],
                            1,
                            Panels.GroupSize,
                            inputs,
                            to - from,
                            weights.Bias.AsSpan(output, Panels.GroupSize),
                            tile,
                            lanes,
                            part == 0 ? TileMode.Replace : TileMode.Continue);
                        if (gelu && part == parts - 1)
                        {
                            kernels.Gelu(tile, Panels.GroupSize, lanes);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Returns the floats that a layer needs to widen weights in.</summary>
    /// <param name="weights">The layer's weights.</param>
    /// <returns>The number, 0 where they are widened already.</returns>
    public static int ScratchLength(LinearWeights weights) => weights.IsWidened ? 0 : (ChunkOf(weights) + 1) * weights.GroupLength;

    private static int ChunkOf(LinearWeights weights)
        => weights.IsWidened ? ChunkSize : Math.Clamp(MostWidened / weights.GroupLength, 1, ChunkSize);
}
