using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Encoding.Bert;

/// <summary>What the managed engine takes, and what it leaves to llama.cpp.</summary>
public sealed class BertSupportTests
{
    private static readonly NetworkSizes _plain = new(32, 4, 64, 2, 16);
    private static readonly NetworkSizes _gated = _plain with { Gated = true };

    public static TheoryData<string, object, string> Metadata => new()
    {
        { "bert.attention.causal", true, "its attention is causal: a token sees only those before it" },
        { "bert.attention.sliding_window", 128u, "its attention slides: a token sees only 128 others" },
        { "bert.expert_count", 8u, "it has experts" },
        { "bert.moe_every_n_layers", 2u, "it has experts" },
        { "bert.attention.head_count_kv", 2u, "its 4 heads share keys and values of 2" },
        { "bert.attention.key_length", 16u, "its heads are 16 numbers wide, and the model's width makes 8 of each" },
        { "bert.attention.value_length", 4u, "its heads are 4 numbers wide, and the model's width makes 8 of each" },
        { "nomic-bert.attention.causal", true, "its attention is causal: a token sees only those before it" },
        { "nomic-bert.moe_every_n_layers", 2u, "it has experts" },
        { "nomic-bert.rope.scaling.type", "yarn", "the rotations of its positions are scaled (yarn, 0)" },
        { "nomic-bert.rope.scaling.factor", 2.5f, "the rotations of its positions are scaled (linear, 2.5)" },
        { "nomic-bert.rope.scale_linear", 4f, "the rotations of its positions are scaled (linear, 4)" },
        { "nomic-bert.rope.dimension_count", 4u, "positions rotate 4 of the 8 numbers of a head" },
    };

    public static TheoryData<string, object> Harmless => new()
    {
        { "bert.attention.causal", false },
        { "bert.attention.sliding_window", 0u },
        { "bert.expert_count", 0u },
        { "bert.attention.head_count_kv", 4u },
        { "bert.attention.key_length", 8u },
        { "bert.rope.scaling.type", "yarn" },
        { "nomic-bert.rope.scaling.type", "none" },
        { "nomic-bert.rope.scaling.type", "linear" },
        { "nomic-bert.rope.scaling.factor", 1f },
        { "nomic-bert.rope.dimension_count", 8u },
    };

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_network_that_the_engine_computes_has_no_obstacle(bool gated, bool fused)
    {
        using GgufModel file = RandomNetwork.File(_plain with { Gated = gated, Fused = fused }).Open();

        Assert.Null(BertSupport.Obstacle(file));
    }

    [Fact]
    public void Real_models_have_none()
    {
        foreach (string path in new[] { TestModels.TinyBert, TestModels.MiniLm })
        {
            using GgufModel file = GgufModel.Open(path);
            Assert.Null(BertSupport.Obstacle(file));
            Assert.Null(BertVocabulary.Obstacle(file));
        }
    }

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Metadata_that_would_change_the_result_are_an_obstacle(string key, object value, string expected)
    {
        using GgufModel file = Network(key).With(key, value).Open();

        Assert.Equal(expected, BertSupport.Obstacle(file));
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void Metadata_that_say_what_is_so_anyway_are_none(string key, object value)
    {
        using GgufModel file = Network(key).With(key, value).Open();

        Assert.Null(BertSupport.Obstacle(file));
    }

    [Theory]
    [InlineData(false, "blk.0.attn_q_norm.weight")]
    [InlineData(false, "blk.1.attn_norm_2.bias")]
    [InlineData(false, "blk.0.ffn_gate.weight")]
    [InlineData(false, "blk.2.attn_q.weight")]
    [InlineData(false, "output_norm.weight")]
    [InlineData(false, "dense_2.weight")]
    [InlineData(true, "position_embd.weight")]
    [InlineData(true, "blk.1.ffn_up_exps.weight")]
    [InlineData(true, "blk.1.ffn_gate_inp.weight")]
    [InlineData(true, "rope_freqs.weight")]
    public void A_tensor_that_the_engine_does_not_know_is_an_obstacle(bool gated, string name)
    {
        using GgufModel file = RandomNetwork.File(gated ? _gated : _plain).WithTensor(name, 32).Open();

        Assert.Equal($"it has a tensor {name}, which the engine does not know", BertSupport.Obstacle(file));
    }

    [Theory]
    [InlineData("cls.weight")]
    [InlineData("cls.output.bias")]
    [InlineData("cls.norm.weight")]
    [InlineData("pooler.dense.weight")]
    public void What_comes_after_the_last_hidden_state_is_none(string name)
    {
        using GgufModel file = RandomNetwork.File(_plain).WithTensor(name, 32).Open();

        Assert.Null(BertSupport.Obstacle(file));
    }

    [Fact]
    public void Weights_of_a_type_that_cannot_be_widened_are_an_obstacle()
    {
        const uint q8Of1 = 9;
        const string name = "blk.1.ffn_up.weight";
        using GgufModel file = RandomNetwork.File(_plain)
            .WithoutTensor(name)
            .WithTensorBytes(name, [32, 64], new byte[64 * 36], q8Of1)
            .Open();

        Assert.Equal($"its tensor {name} is of the type Q8_1", BertSupport.Obstacle(file));
    }

    [Fact]
    public void Tokens_that_users_have_added_are_an_obstacle()
    {
        int[] types = [.. Enumerable.Repeat(1, RandomNetwork.TokenCount)];
        types[^1] = 4;
        using GgufModel file = RandomNetwork.File(_plain).With("tokenizer.ggml.token_type", types).Open();

        Assert.Equal("its vocabulary has tokens that users have added", BertVocabulary.Obstacle(file));
    }

    [Fact]
    public void A_hostile_number_of_layers_is_left_to_the_reading()
    {
        using GgufModel file = RandomNetwork.File(_plain).With("bert.block_count", uint.MaxValue).Open();

        Assert.Null(BertSupport.Obstacle(file));
        Assert.Throws<EngineException>(() => BertShape.Read(file));
    }

    private static GgufFile Network(string key)
        => RandomNetwork.File(key.StartsWith("nomic-bert.", StringComparison.Ordinal) ? _gated : _plain);
}
