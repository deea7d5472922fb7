using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>The whole network: from the tokens of a block to the hidden state of each after the last layer.</summary>
internal static class BertNetwork
{
    /// <summary>Runs it; the states are in <see cref="BertBuffers.Hidden"/> then.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="block">The block.</param>
    /// <param name="buffers">Where it is computed.</param>
    /// <param name="isEnding">Asked before each layer: whether the work is to end, and the states are nothing.</param>
    public static void Run(EncoderKernels kernels, BertWeights weights, WindowBlock block, BertBuffers buffers, Func<bool> isEnding)
    {
        Embed(kernels, weights, block, buffers);
        if (weights.Shape.IsGated)
        {
            RotaryPositions.Prepare(weights.Shape, block, buffers);
        }

        foreach (BertLayerWeights layer in weights.Layers)
        {
            if (isEnding())
            {
                return;
            }

            BertLayer.Apply(kernels, weights.Shape, layer, block, buffers);
        }
    }

    // token + type + position, normalised.
    private static void Embed(EncoderKernels kernels, BertWeights weights, WindowBlock block, BertBuffers buffers)
    {
        Span<float> token = buffers.Row.AsSpan(0, weights.Shape.Width);
        Span<float> place = buffers.Row.AsSpan(weights.Shape.Width);
        for (int window = 0; window < block.Count; window++)
        {
            for (int position = 0; position < block.Length(window); position++)
            {
                int at = block.Start(window) + position;
                weights.Tokens.WidenRow(block.Tokens[at], token);
                place.Clear();
                weights.Positions?.WidenRow(position, place);
                Span<float> lane = buffers.Hidden.Panel(at / Panels.LaneCount)[(at % Panels.LaneCount)..];
                for (int i = 0; i < token.Length; i++)
                {
                    lane[i * Panels.LaneCount] = token[i] + weights.TokenType[i] + place[i];
                }
            }
        }

        for (int panel = 0; panel < block.PanelCount; panel++)
        {
            kernels.Normalize(
                buffers.Hidden.Panel(panel), weights.Norm.Scale, weights.Norm.Shift, weights.Shape.Epsilon, block.LanesOf(panel));
        }
    }
}
