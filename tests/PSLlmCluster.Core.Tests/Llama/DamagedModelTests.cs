using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Llama;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Model files whose headers are well formed and say what llama.cpp cannot do. It asserts, aborts or crashes at most of them, in its own
/// process: each is an error with an id, and the session goes on. The kinds are those of 20,500 broken files, one line each.
/// </summary>
[Collection("llama")]
public sealed class DamagedModelTests
{
    private const uint F16 = 1;
    private const uint I8 = 24;
    private const uint I16 = 25;
    private const uint I32 = 26;
    private static readonly string[] _texts = ["The quadratic formula and Bayes' theorem, 42.", "naïve Привет 漢字 <|im_start|> a"];

    public static TheoryData<string> Kinds => [.. _kinds.Keys];

    /// <summary>What is changed in a whole file, and of which model.</summary>
    private static readonly Dictionary<string, (string Model, Func<GgufFile, GgufFile> Change)> _kinds = new()
    {
        ["two equal tokens"] = (TestModels.TinyBert, file => Tokens(file, tokens => tokens[700] = tokens[701])),
        ["a bias in half precision"] = (TestModels.TinyBert, file => Retyped(file, "blk.0.attn_q.bias", F16)),
        ["a norm of whole numbers"] = (TestModels.TinyBert, file => Retyped(file, "blk.1.layer_output_norm.weight", I32)),
        ["heads that do not divide the width"] = (TestModels.TinyBert, file => file.With("bert.attention.head_count", 5u)),
        ["no heads of keys"] = (TestModels.TinyQwen, file => file.With("qwen2.attention.head_count_kv", 0u)),
        ["heads of keys that do not divide the heads"] = (TestModels.TinyQwen, file => file.With("qwen2.attention.head_count_kv", 3u)),
        ["a vocabulary of one token"] = (TestModels.TinyBert, file => Tokens(file, _ => { }, 1)),
        ["a vocabulary of three tokens"] = (TestModels.TinyBert, file => Tokens(file, _ => { }, 3)),
        ["the tokenizer of another model"] = (TestModels.TinyBert, file => file.With("tokenizer.ggml.model", "llama")),
        ["the tokenizer of RWKV"] = (TestModels.TinyBert, file => file.With("tokenizer.ggml.model", "rwkv")),
        ["a map of characters of zeros"] = (TestModels.TinyBert, file => Unigram(file, new byte[84])),
        ["a map of characters that ends nowhere"] = (TestModels.TinyBert, file => Unigram(file, [4, 0, 0, 0, 255, 255, 255, 255, 0])),
        ["a matrix of bytes"] = (TestModels.TinyQwen, file => Retyped(file, "blk.0.ffn_up.weight", I8)),
        ["an output of whole numbers"] = (TestModels.TinyQwen, file => Retyped(file, "output.weight", I32)),
        ["embeddings of whole numbers"] = (TestModels.TinyBert, file => Retyped(file, "token_embd.weight", I32)),
        ["all tensors of short numbers"] = (TestModels.TinyBert, file => RetypedAll(file, I16)),
        ["all tensors of whole numbers"] = (TestModels.TinyBert, file => RetypedAll(file, I32)),
        ["rotary positions wider than a head"] = (TestModels.TinyQwen, file => file.With("qwen2.rope.dimension_count", 256u)),
        ["no feed-forward layer"] = (TestModels.TinyBert, file => file.With("bert.feed_forward_length", 0u)),
        ["a scaling of positions of no known kind"] = (TestModels.TinyBert, file => file.With("bert.rope.scaling.type", "xx")),
        ["no separator"] = (TestModels.TinyBert, file => file.With("tokenizer.ggml.seperator_token_id", uint.MaxValue)),
        ["no first token"] = (TestModels.TinyQwen, file => file.With("tokenizer.ggml.bos_token_id", uint.MaxValue)),
        ["token types of no known kind"] = (TestModels.TinyBert, file => TokenTypes(file, 77)),
        ["tokens that are all bytes"] = (TestModels.TinyBert, file => TokenTypes(file, 6)),
        ["groups of experts without experts"] = (TestModels.TinyBert, file => file.With("bert.expert_group_count", 33u)),
        ["more experts than llama.cpp has room for"] = (TestModels.TinyBert, file => file.With("bert.expert_count", 7486u)),
        ["one expert and none used"] = (TestModels.TinyBert, file => file.With("bert.expert_count", 1u)),
        ["more experts used than there are"] = (TestModels.TinyBert, file => file.With("bert.expert_used_count", 990405677u)),
        ["more layers that predict than layers"] = (TestModels.TinyBert, file => file.With("bert.nextn_predict_layers", 512u)),
        ["a window longer than its positions"] = (TestModels.TinyBert, file => file.With("bert.context_length", 4096u)),
        ["an epsilon that is not a number"] = (TestModels.TinyBert, file => file.With("bert.attention.layer_norm_epsilon", float.NaN)),
        ["an epsilon below zero"] = (TestModels.TinyQwen, file => file.With("qwen2.attention.layer_norm_rms_epsilon", -1f)),
        ["keys of one number"] = (TestModels.TinyBert, file => file.With("bert.attention.key_length", 1u)),
        ["vectors wider than the layers"] = (TestModels.TinyBert, file => file.With("bert.embedding_length_out", 127u)),
        ["an architecture of experts"] = (TestModels.TinyQwen, file => Renamed(file, "smallthinker")),
        ["another architecture of experts"] = (TestModels.TinyQwen, file => Renamed(file, "llada-moe")),
        ["an architecture of pictures"] = (TestModels.TinyQwen, file => Renamed(file, "paddleocr")),
    };

    [LlamaTheory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_llama_cpp_cannot_do_is_an_error_with_an_id_and_the_session_lives(string kind)
    {
        using TemporaryFolder folder = new();
        (string model, Func<GgufFile, GgufFile> change) = _kinds[kind];
        string path = folder.Write("model.gguf", change(Whole(model)).ToBytes());
        EmbeddingOutcome[] outcomes = [];
        Exception? failure = Record.Exception(() => outcomes = TestModels.Embed(TestModels.Acquire(path), _texts));
        if (failure is null)
        {
            // Some are harmless to some texts.
            Assert.All(outcomes, outcome => Assert.True(
                outcome.Vector?.All(float.IsFinite)
                    ?? outcome.Failure!.ErrorId is "WorkerDied" or "EmbeddingFailed" or "EmbeddingNotFinite",
                outcome.Failure?.ToString()));
        }
        else
        {
            EngineException reported = Assert.IsType<EngineException>(failure);
            Assert.True(
                reported.ErrorId == "WorkerDiedRepeatedly" || EngineErrorIds.OfModelFile.Contains(reported.ErrorId)
                    || reported.ErrorId is "ContextFailed" or "ContextTooShort",
                reported.ToString());
            Assert.NotEmpty(reported.RecommendedAction);
        }

        ModelCache.Clear();
    }

    [LlamaFact]
    public void Most_kinds_end_the_worker_and_not_the_session()
    {
        using TemporaryFolder folder = new();
        HashSet<int> workers = [];
        foreach ((string model, Func<GgufFile, GgufFile> change) in _kinds.Values)
        {
            WorkerSession.Start();
            workers.Add(WorkerSession.ProcessId!.Value);
            string path = folder.Write("model.gguf", change(Whole(model)).ToBytes());
            Record.Exception(() => TestModels.Embed(TestModels.Acquire(path), _texts));
            ModelCache.Clear();
        }

        Assert.InRange(workers.Count, 15, _kinds.Count);
    }

    [LlamaFact]
    public void A_file_that_is_read_and_written_again_is_the_same_model()
    {
        using TemporaryFolder folder = new();
        foreach (string model in (string[])[TestModels.TinyBert, TestModels.TinyQwen])
        {
            float[] expected = TestModels.Embed(TestModels.Acquire(model), ["tea"])[0].Vector!;
            string path = folder.Write("model.gguf", Whole(model).ToBytes());
            Assert.Equal(expected, TestModels.Embed(TestModels.Acquire(path), ["tea"])[0].Vector);
        }

        ModelCache.Clear();
    }

    private static GgufFile Tokens(GgufFile file, Action<string[]> change, int count = int.MaxValue)
    {
        string[] tokens = [.. ((string[])file["tokenizer.ggml.tokens"]).Take(count)];
        change(tokens);
        return file.With("tokenizer.ggml.tokens", tokens);
    }

    private static GgufFile TokenTypes(GgufFile file, int type)
        => file.With("tokenizer.ggml.token_type", Enumerable.Repeat(type, ((string[])file["tokenizer.ggml.tokens"]).Length).ToArray());

    private static GgufFile Unigram(GgufFile file, byte[] characters)
        => file.With("tokenizer.ggml.model", "t5")
            .With("tokenizer.ggml.scores", new float[((string[])file["tokenizer.ggml.tokens"]).Length])
            .With("tokenizer.ggml.precompiled_charsmap", characters);

    private static GgufFile Renamed(GgufFile file, string architecture)
    {
        foreach (string key in file.Keys.Where(key => key.StartsWith("qwen2.", StringComparison.Ordinal)).ToArray())
        {
            file.With(architecture + key["qwen2".Length..], file[key]);
        }

        return file.With("general.architecture", architecture);
    }

    private static GgufFile Retyped(GgufFile file, string name, uint type)
    {
        long[] shape = file.ShapeOf(name);
        int size = type switch { I8 => 1, F16 or I16 => 2, _ => 4 };
        long elements = shape.Aggregate(1L, (product, length) => product * length);
        return file.WithoutTensor(name).WithTensorBytes(name, shape, new byte[elements * size], type);
    }

    private static GgufFile RetypedAll(GgufFile file, uint type)
    {
        foreach (string name in file.TensorNames.ToArray())
        {
            Retyped(file, name, type);
        }

        return file;
    }

    private static GgufFile Whole(string path) => GgufFile.Read(File.ReadAllBytes(path));
}
