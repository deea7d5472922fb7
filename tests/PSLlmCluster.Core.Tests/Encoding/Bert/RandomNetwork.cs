using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Encoding.Bert;

/// <summary>The sizes of a random network.</summary>
internal sealed record NetworkSizes(int Width, int Heads, int FeedForward, int Layers, int Context, bool Gated = false)
{
    /// <summary>Gets the type of the weights that are matrices.</summary>
    public uint Type { get; init; } = GgmlTensorType.F32;

    /// <summary>Gets a value indicating whether queries, keys and values are one tensor.</summary>
    public bool Fused { get; init; }
}

/// <summary>Writes files of random networks, of any size, which no real model has.</summary>
internal static class RandomNetwork
{
    public const int TokenCount = 31;

    public static GgufFile File(NetworkSizes sizes, int seed = 1)
    {
        Random random = new(seed);
        string name = sizes.Gated ? "nomic-bert" : "bert";
        int width = sizes.Width;
        GgufFile file = new GgufFile()
            .With("general.architecture", name)
            .With(name + ".embedding_length", (uint)width)
            .With(name + ".attention.head_count", (uint)sizes.Heads)
            .With(name + ".feed_forward_length", (uint)sizes.FeedForward)
            .With(name + ".block_count", (uint)sizes.Layers)
            .With(name + ".context_length", (uint)sizes.Context)
            .With(name + ".attention.layer_norm_epsilon", 1e-12f)
            .With(name + ".pooling_type", 1u)
            .With("tokenizer.ggml.model", "bert")
            .With("tokenizer.ggml.tokens", Tokens())
            .With("tokenizer.ggml.cls_token_id", 2u)
            .With("tokenizer.ggml.seperator_token_id", 3u)
            .With("tokenizer.ggml.unknown_token_id", 1u);
        if (sizes.Gated)
        {
            file.With(name + ".rope.freq_base", 1000f);
        }
        else
        {
            Matrix("position_embd", width, sizes.Context, 0.5, GgmlTensorType.F32);
        }

        Matrix("token_embd", width, TokenCount, 1, sizes.Type);
        Matrix("token_types", width, 2, 0.5, GgmlTensorType.F32);
        Norm("token_embd_norm");
        for (int layer = 0; layer < sizes.Layers; layer++)
        {
            string prefix = $"blk.{layer}.";
            if (sizes.Fused)
            {
                Linear(prefix + "attn_qkv", width, 3 * width);
            }
            else
            {
                Linear(prefix + "attn_q", width, width);
                Linear(prefix + "attn_k", width, width);
                Linear(prefix + "attn_v", width, width);
            }

            Linear(prefix + "attn_output", width, width);
            Norm(prefix + "attn_output_norm");
            Linear(prefix + "ffn_up", width, sizes.FeedForward);
            if (sizes.Gated)
            {
                Linear(prefix + "ffn_gate", width, sizes.FeedForward);
            }

            Linear(prefix + "ffn_down", sizes.FeedForward, width);
            Norm(prefix + "layer_output_norm");
        }

        return file;

        void Linear(string tensor, int inputs, int outputs)
        {
            Matrix(tensor, inputs, outputs, 1.5 / Math.Sqrt(inputs), sizes.Type);
            if (!sizes.Gated)
            {
                file.WithTensor(tensor + ".bias", [outputs], Numbers(outputs, 0.3, 0));
            }
        }

        void Norm(string tensor)
        {
            file.WithTensor(tensor + ".weight", [width], Numbers(width, 0.3, 1));
            file.WithTensor(tensor + ".bias", [width], Numbers(width, 0.3, 0));
        }

        void Matrix(string tensor, int length, int rows, double scale, uint type)
            => file.WithTensor(tensor + ".weight", [length, rows], Numbers(length * rows, scale, 0), type);

        // Sums of four uniform numbers are near enough to normal ones.
        float[] Numbers(int count, double scale, double mean) => [.. Enumerable.Range(0, count).Select(_ => (float)(mean
            + (scale * (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2))))];
    }

    /// <summary>Makes windows of random tokens.</summary>
    public static int[][] Windows(int seed, params int[] lengths)
    {
        Random random = new(seed);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(TokenCount)).ToArray())];
    }

    /// <summary>Reads a file's weights as the engine does.</summary>
    public static BertWeights Weights(GgufModel file)
        => BertWeights.Read(file, BertShape.Read(file), TokenCount, default, default);

    private static string[] Tokens()
        => [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
            .. Enumerable.Range(0, 13).Select(i => "\u2581" + (char)('a' + i)),
            .. Enumerable.Range(0, 13).Select(i => $"{(char)('a' + i)}"),
        ];
}
