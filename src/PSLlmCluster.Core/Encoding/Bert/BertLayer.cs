using PSLlmCluster.Core.Encoding.Kernels;

namespace PSLlmCluster.Core.Encoding.Bert;

/// <summary>
/// One layer of the network (Devlin et al. 2018, "BERT"; llm_build_bert of llama.cpp's bert.cpp): attention, then the feed-forward part,
/// each added to what went in and normalised.
/// </summary>
internal static class BertLayer
{
    /// <summary>Takes a block's vectors through a layer.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="weights">The layer's weights.</param>
    /// <param name="block">The block.</param>
    /// <param name="buffers">The block's vectors, and room.</param>
    public static void Apply(EncoderKernels kernels, BertShape shape, BertLayerWeights weights, WindowBlock block, BertBuffers buffers)
    {
        Linear(weights.Query, buffers.Hidden, buffers.Queries);
        Linear(weights.Key, buffers.Hidden, buffers.Keys);
        Linear(weights.Value, buffers.Hidden, buffers.Values);
        if (shape.IsGated)
        {
            RotaryPositions.Apply(kernels, shape, block, buffers);
        }

        for (int window = 0; window < block.Count; window++)
        {
            SelfAttention.Apply(kernels, shape, block, window, buffers);
        }

        Linear(weights.Output, buffers.Mixed, buffers.Change);
        AddAndNormalize(weights.AttentionNorm);

        Linear(weights.Up, buffers.Hidden, buffers.Inner, gelu: weights.Gate is null);
        if (weights.Gate is { } gate)
        {
            Linear(gate, buffers.Hidden, buffers.Gates);
            for (int panel = 0; panel < block.PanelCount; panel++)
            {
                kernels.MultiplyBySilu(
                    buffers.Inner.Panel(panel), buffers.Gates.Panel(panel), shape.FeedForwardWidth, block.LanesOf(panel));
            }
        }

        Linear(weights.Down, buffers.Inner, buffers.Change);
        AddAndNormalize(weights.OutputNorm);

        void Linear(LinearWeights layer, Panels source, Panels target, bool gelu = false)
            => LinearLayer.Apply(kernels, layer, block, source, target, buffers.Scratch, gelu);

        void AddAndNormalize(NormWeights norm)
        {
            for (int panel = 0; panel < block.PanelCount; panel++)
            {
                kernels.Add(buffers.Hidden.Panel(panel), buffers.Change.Panel(panel), shape.Width, block.LanesOf(panel));
                kernels.Normalize(buffers.Hidden.Panel(panel), norm.Scale, norm.Shift, shape.Epsilon, block.LanesOf(panel));
            }
        }
    }
}
