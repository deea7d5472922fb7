using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Writes tiny models of several architectures, with random weights and the tokenizer of the tiny Qwen2.</summary>
internal static class TinyArchitectures
{
    private const int Width = 64;
    private const int HeadWidth = 16;
    private const int HeadCount = 4;
    private const int KeyHeadCount = 2;
    private const int FeedForward = 160;

    /// <summary>Returns a model: qwen2, qwen3, llama, gemma3 or gemma-embedding.</summary>
    public static GgufFile Of(string architecture) => Of(architecture, GgufFile.Read(File.ReadAllBytes(TestModels.TinyQwen)), 1024);

    /// <summary>Returns a model whose tokenizer puts a space before a text.</summary>
    public static GgufFile WithSentencePiece(string architecture)
    {
        string[] tokens =
            ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", "a", "b", "▁a", "▁b"];
        GgufFile file = new GgufFile()
            .With("tokenizer.ggml.model", "llama")
            .With("tokenizer.ggml.tokens", tokens)
            .With("tokenizer.ggml.scores", Enumerable.Range(0, tokens.Length).Select(i => i < 259 ? 0 : (float)(i - 400)).ToArray())
            .With("tokenizer.ggml.token_type", tokens.Select((_, i) => i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1).ToArray())
            .With("tokenizer.ggml.bos_token_id", 1u)
            .With("tokenizer.ggml.eos_token_id", 2u)
            .With("tokenizer.ggml.unknown_token_id", 0u);
        return Of(architecture, file, tokens.Length);
    }

    /// <summary>Adds the two dense layers that sentence-transformers has after the pooling.</summary>
    public static GgufFile WithDenseLayers(this GgufFile file, string architecture)
    {
        const int between = 96;
        Random random = new(5);
        return file
            .With(architecture + ".dense_2_feat_in", (uint)Width)
            .With(architecture + ".dense_2_feat_out", (uint)between)
            .With(architecture + ".dense_3_feat_in", (uint)between)
            .With(architecture + ".dense_3_feat_out", (uint)Width)
            .WithTensor("dense_2.weight", [Width, between], Values(random, Width * between))
            .WithTensor("dense_3.weight", [between, Width], Values(random, Width * between));
    }

    /// <summary>Turns the matrices of a model into a type whose blocks fit their rows.</summary>
    public static GgufFile Quantized(this GgufFile file, uint type)
    {
        using GgufModel model = file.Open();
        foreach (string name in file.TensorNames.Where(name => file.ShapeOf(name).Length == 2).ToArray())
        {
            int[] shape = [.. file.ShapeOf(name).Select(length => (int)length)];
            float[] values = new float[shape[0] * shape[1]];
            model.Tensor(name, shape).WidenRows(0, shape[1], values);
            file.WithoutTensor(name).WithTensor(name, shape, values, type);
        }

        return file;
    }

    /// <summary>Returns a model that remembers in a state of one size, and not token by token.</summary>
    public static GgufFile Mamba()
    {
        const int inner = 128, state = 16, rank = 4, kernel = 4;
        GgufFile source = GgufFile.Read(File.ReadAllBytes(TestModels.TinyQwen));
        GgufFile file = new GgufFile()
            .With("general.architecture", "mamba")
            .With("mamba.block_count", 2u)
            .With("mamba.context_length", 256u)
            .With("mamba.embedding_length", (uint)Width)
            .With("mamba.feed_forward_length", 0u)
            .With("mamba.attention.head_count", 0u)
            .With("mamba.ssm.conv_kernel", (uint)kernel)
            .With("mamba.ssm.inner_size", (uint)inner)
            .With("mamba.ssm.state_size", (uint)state)
            .With("mamba.ssm.time_step_rank", (uint)rank)
            .With("mamba.attention.layer_norm_rms_epsilon", 1e-6f);
        WithTokenizerOf(file, source);
        Random random = new(3);
        Add(file, random, "token_embd.weight", Width, 1024);
        Add(file, random, "output_norm.weight", Width);
        for (int block = 0; block < 2; block++)
        {
            string name = $"blk.{block}.";
            Add(file, random, name + "attn_norm.weight", Width);
            Add(file, random, name + "ssm_in.weight", Width, 2 * inner);
            Add(file, random, name + "ssm_conv1d.weight", kernel, inner);
            Add(file, random, name + "ssm_conv1d.bias", inner);
            Add(file, random, name + "ssm_x.weight", inner, rank + (2 * state));
            Add(file, random, name + "ssm_dt.weight", rank, inner);
            Add(file, random, name + "ssm_dt.bias", inner);
            Add(file, random, name + "ssm_a", state, inner);
            Add(file, random, name + "ssm_d", inner);
            Add(file, random, name + "ssm_out.weight", inner, Width);
        }

        return file;
    }

    private static GgufFile Of(string architecture, GgufFile source, int tokenCount)
    {
        bool isGemma = architecture.StartsWith("gemma", StringComparison.Ordinal);

        // Every sixth block of Gemma sees the whole text, and without any llama.cpp v0.5.0 ends the process.
        int blockCount = isGemma ? 6 : 2;
        GgufFile file = new GgufFile()
            .With("general.architecture", architecture)
            .With("general.name", "tiny " + architecture)
            .With(architecture + ".block_count", (uint)blockCount)
            .With(architecture + ".context_length", 256u)
            .With(architecture + ".embedding_length", (uint)Width)
            .With(architecture + ".feed_forward_length", (uint)FeedForward)
            .With(architecture + ".attention.head_count", (uint)HeadCount)
            .With(architecture + ".attention.head_count_kv", (uint)KeyHeadCount)
            .With(architecture + ".attention.key_length", (uint)HeadWidth)
            .With(architecture + ".attention.value_length", (uint)HeadWidth)
            .With(architecture + ".rope.freq_base", 10000f)
            .With(architecture + ".rope.dimension_count", (uint)HeadWidth)
            .With(architecture + ".attention.layer_norm_rms_epsilon", 1e-6f);
        if (isGemma)
        {
            file.With(architecture + ".attention.sliding_window", 64u);
        }

        WithTokenizerOf(file, source);
        Random random = new(11);
        Add("token_embd.weight", Width, tokenCount);
        Add("output_norm.weight", Width);
        for (int block = 0; block < blockCount; block++)
        {
            string name = $"blk.{block}.";
            Add(name + "attn_norm.weight", Width);
            Add(name + "attn_q.weight", Width, HeadCount * HeadWidth);
            Add(name + "attn_k.weight", Width, KeyHeadCount * HeadWidth);
            Add(name + "attn_v.weight", Width, KeyHeadCount * HeadWidth);
            Add(name + "attn_output.weight", HeadCount * HeadWidth, Width);
            Add(name + "ffn_norm.weight", Width);
            Add(name + "ffn_gate.weight", Width, FeedForward);
            Add(name + "ffn_up.weight", Width, FeedForward);
            Add(name + "ffn_down.weight", FeedForward, Width);
            if (architecture == "qwen2")
            {
                Add(name + "attn_q.bias", HeadCount * HeadWidth);
                Add(name + "attn_k.bias", KeyHeadCount * HeadWidth);
                Add(name + "attn_v.bias", KeyHeadCount * HeadWidth);
            }

            if (architecture == "qwen3" || isGemma)
            {
                Add(name + "attn_q_norm.weight", HeadWidth);
                Add(name + "attn_k_norm.weight", HeadWidth);
            }

            if (isGemma)
            {
                Add(name + "post_attention_norm.weight", Width);
                Add(name + "post_ffw_norm.weight", Width);
            }
        }

        return file;

        void Add(string name, params int[] shape) => TinyArchitectures.Add(file, random, name, shape);
    }

    private static void Add(GgufFile file, Random random, string name, params int[] shape)
        => file.WithTensor(name, shape, Values(random, shape.Aggregate(1, (product, length) => product * length)));

    private static void WithTokenizerOf(GgufFile file, GgufFile source)
    {
        foreach (string key in source.Keys.Where(key => key.StartsWith("tokenizer.", StringComparison.Ordinal)))
        {
            file.With(key, source[key]);
        }
    }

    private static float[] Values(Random random, int count)
        => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * 0.6))];
}
