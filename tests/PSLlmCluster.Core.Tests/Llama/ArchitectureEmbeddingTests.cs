using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Pooling, end of text and dense layers as the file says, for architectures of instruct embedders. The vectors were those of llama.cpp's
/// own llama-embedding (1 - cosine at most 3e-11, attention in steps in float32) when the pinned numbers were taken.
/// </summary>
[Collection("llama")]
public sealed class ArchitectureEmbeddingTests : IDisposable
{
    private static readonly string[] _texts = ["a cup of tea", "one two three four five six seven"];
    private static readonly EmbeddingOptions _topic = new() { Prompt = TextPrompt.Topic, Pooling = PoolingType.Last };
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        ModelCache.Clear();
        _folder.Dispose();
    }

    [LlamaTheory]
    [InlineData("qwen2", 1, 0.01494, -0.05572, -0.34727)]
    [InlineData("qwen2", 3, 0.01069, 0.05386, -0.24312)]
    [InlineData("qwen3", 1, 0.03201, -0.25438, -0.05488)]
    [InlineData("qwen3", 3, 0.00402, -0.14449, 0.15150)]
    [InlineData("llama", 1, 0.03278, -0.11221, -0.20595)]
    [InlineData("llama", 3, 0.00562, 0.06221, -0.12571)]
    [InlineData("gemma3", 1, 0.00541, -0.01655, -0.05655)]
    [InlineData("gemma3", 3, -0.00718, 0.21449, 0.01660)]
    [InlineData("gemma-embedding", 1, 0.00732, 0.01814, -0.07488)]
    [InlineData("gemma-embedding", 3, -0.00634, 0.22756, 0.02876)]
    public void Vectors_are_pooled_as_the_file_says_with_the_end_of_text_it_asks_for(
        string architecture, int pooling, double first, double second, double third)
    {
        // The poolings are those of the models: the mean without an end of text, the last token with one.
        bool hasEnd = pooling == (int)GgufPooling.Last;
        LlamaModel model = Write(
            TinyArchitectures.Of(architecture)
                .With(architecture + ".pooling_type", (uint)pooling)
                .With("tokenizer.ggml.add_eos_token", hasEnd));
        EmbeddingOutcome[] outcomes = TestModels.Embed(model, _texts, new EmbeddingOptions { Pooling = PoolingType.Model });

        Assert.Equal(hasEnd ? [0] : [], new TextTokenizer(model).After);
        Assert.Equal(hasEnd ? PoolingType.Last : PoolingType.Mean, model.Advice.Pooling);
        float[] vector = outcomes[0].Vector!;
        Assert.Equal([first, second, third], vector.Take(3).Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [LlamaTheory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("llama")]
    [InlineData("gemma3")]
    public void Windows_that_share_what_they_begin_with_have_the_bits_of_windows_alone(string architecture)
    {
        LlamaModel model = Write(TinyArchitectures.Of(architecture));
        ContextPlan plan = ContextPlan.For(model, new EmbeddingOptions { ThreadCount = 1 }, 64)
            with { CallSize = 63, SequenceCount = 31, SharesBeginnings = true, UsesFlashAttention = true };
        int[] prompt = [5, 6, 7];
        using EmbeddingContext context = new(model, plan, null, new NativeSignal(default), default);
        using EmbeddingContext prompted = new(model, plan, null, new NativeSignal(default), default, prompt);
        foreach (EmbeddingContext computing in (EmbeddingContext[])[context, prompted])
        {
            int[] before = computing == prompted ? prompt : [];
            using WindowBatch batch = new(plan.BatchSize, plan.CallSize, 64, isAligned: false, before.Length);
            WaitingWindows waiting = new(plan, before.Length);
            Random random = new(3);
            for (int i = 0; i < 60; i++)
            {
                int[] own = [.. Enumerable.Range(0, 2 + random.Next(20)).Select(at => 10 + random.Next(at < 4 ? 2 : 90))];
                PooledRange pooled = new(before.Length, own.Length, own.Length);
                waiting.Add(new PendingWindow(new PooledText(i, model.Width, 1, 1), [.. before, .. own], pooled));
            }

            int computed = 0, all = waiting.TokenCount;
            while (waiting.Count > 0)
            {
                List<PendingWindow> windows = [];
                batch.Clear();
                waiting.MoveTo(batch, 1, windows);
                computed += batch.Native.n_tokens;
                Assert.Null(computing.Run(batch));
                double[][] together = [.. windows.Select((window, i) => computing.Sum(batch, i, window.Pooled)!)];
                for (int i = 0; i < windows.Count; i++)
                {
                    batch.Clear();
                    batch.Add(windows[i].Tokens.AsSpan(before.Length));
                    Assert.Null(computing.Run(batch));
                    Assert.Equal(computing.Sum(batch, 0, windows[i].Pooled), together[i]);
                }
            }

            Assert.InRange(computed, all / 2, all * 9 / 10);
        }
    }

    [LlamaTheory]
    [InlineData("qwen3", true)]
    [InlineData("gemma3", true)]
    [InlineData("gemma-embedding", false)]
    public void Texts_that_begin_alike_have_the_same_bits_alone_and_together_whichever_way_a_model_reads(string architecture, bool shares)
    {
        LlamaModel model = Write(TinyArchitectures.Of(architecture).Quantized(GgmlTensorType.Q8_0));
        string[] texts = ["one two three", "one two three four", "one two", "one cup of tea", "one two three four five", "a cup of tea"];
        EmbeddingOptions options = new();
        ContextPlan plan = ContextPlan.For(model, options, 64);
        Assert.True(plan.CallSize > 1);
        using (EmbeddingContext context = new(model, plan, null, new NativeSignal(default), default))
        {
            Assert.Equal(shares, ContextPlan.For(model, options, 64, context).SharesBeginnings);
        }

        // Twenty times the same, so that some wait while others are computed.
        string[] many = [.. Enumerable.Repeat(texts, 20).SelectMany(each => each)];
        float[][] alone = [.. TestModels.Embed(model, texts, options, alone: true).Select(outcome => outcome.Vector!)];
        float[][] together = [.. TestModels.Embed(model, many, options).Select(outcome => outcome.Vector!)];
        Assert.Equal(Enumerable.Repeat(alone, 20).SelectMany(each => each), together);
    }

    [LlamaFact]
    public void Dense_layers_come_after_the_pooling()
    {
        const string architecture = "gemma-embedding";
        GgufFile plain = TinyArchitectures.Of(architecture).With(architecture + ".pooling_type", 1u);
        GgufFile dense = TinyArchitectures.Of(architecture).With(architecture + ".pooling_type", 1u).WithDenseLayers(architecture);
        using GgufModel file = dense.Open();
        float[][] second = Rows(file.Tensor("dense_2.weight", 64, 96));
        float[][] third = Rows(file.Tensor("dense_3.weight", 96, 64));
        LlamaModel plainModel = Write(plain), denseModel = Write(dense);
        foreach (PoolingType pooling in (PoolingType[])[PoolingType.Model, PoolingType.Last])
        {
            EmbeddingOptions options = new() { Pooling = pooling };
            EmbeddingOutcome[] before = TestModels.Embed(plainModel, _texts, options);
            EmbeddingOutcome[] after = TestModels.Embed(denseModel, _texts, options);
            foreach ((EmbeddingOutcome pooled, EmbeddingOutcome projected) in before.Zip(after))
            {
                float[] expected = Times(third, Times(second, pooled.Vector!));
                Assert.True(TestModels.RelativeError(projected.Vector!, expected) < 1e-5);
            }
        }

        static float[][] Rows(GgufTensor tensor)
        {
            float[][] rows = new float[tensor.RowCount][];
            for (int row = 0; row < rows.Length; row++)
            {
                tensor.WidenRow(row, rows[row] = new float[tensor.RowLength]);
            }

            return rows;
        }

        static float[] Times(float[][] matrix, float[] vector)
            => [.. matrix.Select(row => (float)row.Zip(vector, (left, right) => (double)left * right).Sum())];
    }

    [LlamaTheory]
    [InlineData("gemma3")]
    [InlineData("mamba")]
    public void What_a_prompt_begins_with_is_kept_in_sliding_windows_and_in_a_recurrent_memory(string architecture)
    {
        LlamaModel model = Write(architecture == "mamba" ? TinyArchitectures.Mamba() : TinyArchitectures.Of(architecture));
        Assert.Equal(architecture == "mamba", model.HasRecurrentMemory);
        string[] texts = [string.Join(' ', Enumerable.Repeat("tea", 90)), "tea", "a cup of tea", "tea"];
        EmbeddingOutcome[] kept = TestModels.Embed(model, texts, _topic);
        EmbeddingOutcome[] whole = TestModels.Embed(
            model,
            [.. texts.Select(text => $"The topic of \"{text}\" in one word:\"")],
            new EmbeddingOptions { Pooling = PoolingType.Last });

        Assert.All(
            kept.Zip(whole),
            pair =>
            {
                Assert.Equal(pair.Second.TokenCount, pair.First.TokenCount);
                Assert.True(1 - TestModels.Cosine(pair.First.Vector!, pair.Second.Vector!) < 1e-9);
            });
        Assert.Equal(kept[1].Vector, kept[3].Vector);
        Assert.True(1 - TestModels.Cosine(kept[1].Vector!, kept[2].Vector!) > 1e-6);
    }

    [LlamaFact]
    public void A_prompt_is_refused_where_every_token_sees_the_whole_text_whatever_the_file_says()
    {
        LlamaModel embedder = Write(TinyArchitectures.Of("gemma-embedding"));
        Assert.True(embedder.IsCausal);
        Assert.Equal("PromptUnsupported", Assert.Throws<EngineException>(() => embedder.Open(_topic)).ErrorId);
    }

    private LlamaModel Write(GgufFile file) => TestModels.Load(_folder.Write(Guid.NewGuid() + ".gguf", file.ToBytes()));
}
