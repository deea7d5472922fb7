using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

[Collection("llama")]
public sealed class LlamaEmbedderTests
{
    private static readonly string _long = string.Join(' ', Enumerable.Range(0, 400).Select(i => "word" + i));

    private static LlamaModel Qwen => TestModels.Load(TestModels.TinyQwen);

    [LlamaFact]
    public void Outcomes_leave_in_the_order_of_the_texts_and_few_are_held_back()
    {
        using LlamaEmbedder embedder = new(Qwen, new EmbeddingOptions { ThreadCount = 2, ContextLength = 32 });
        List<int> indices = [];
        for (int i = 0; i < 800; i++)
        {
            indices.AddRange(embedder.Add(i * 10, i % 97 == 3 ? _long : $"short text {i}").Select(outcome => outcome.Index));
            Assert.True(i - indices.Count < 512);
        }

        indices.AddRange(embedder.Flush().Select(outcome => outcome.Index));
        Assert.Equal(Enumerable.Range(0, 800).Select(i => i * 10), indices);
        Assert.Empty(embedder.Flush());
    }

    [LlamaFact]
    public void A_failed_text_waits_for_its_turn()
    {
        using LlamaEmbedder embedder = new(Qwen, new EmbeddingOptions { ThreadCount = 1, LongText = LongTextHandling.Error });
        EmbeddingOutcome[] outcomes =
            [.. embedder.Add(0, "first"), .. embedder.Add(1, _long), .. embedder.Add(2, "third"), .. embedder.Flush()];
        Assert.Equal([0, 1, 2], outcomes.Select(outcome => outcome.Index));
        Assert.Equal("TextTooLong", outcomes[1].Failure!.ErrorId);
        Assert.Null(outcomes[1].Vector);
        Assert.True(outcomes[1].WindowCount > 1 && outcomes[1].TokenCount > 256);
        Assert.All((EmbeddingOutcome[])[outcomes[0], outcomes[2]], outcome => Assert.NotNull(outcome.Vector));
    }

    [LlamaFact]
    public void A_long_text_is_the_average_of_its_windows_by_their_tokens()
    {
        LlamaModel model = Qwen;
        foreach (PoolingType pooling in (PoolingType[])[PoolingType.Mean, PoolingType.Cls, PoolingType.Last])
        {
            EmbeddingOptions options = new() { Pooling = pooling, ContextLength = 64 };
            EmbeddingOutcome whole = TestModels.Embed(model, [_long], options)[0];
            double[] expected = new double[64];
            int tokens = 0;
            foreach (int[] window in Windows(model, _long, 64))
            {
                float[] vector = OfTokens(model, window, pooling);
                for (int i = 0; i < expected.Length; i++)
                {
                    expected[i] += vector[i] * (double)window.Length;
                }

                tokens += window.Length;
            }

            Assert.Equal(tokens, whole.TokenCount);
            Assert.True(whole.WindowCount > 5);
            Assert.True(TestModels.RelativeError(whole.Vector!, Array.ConvertAll(expected, value => (float)(value / tokens))) < 1e-6);
        }
    }

    [LlamaFact]
    public void A_truncated_text_is_its_first_window()
    {
        LlamaModel model = Qwen;
        EmbeddingOutcome outcome = TestModels.Embed(
            model, [_long], new EmbeddingOptions { ContextLength = 64, LongText = LongTextHandling.Truncate })[0];
        Assert.Equal(OfTokens(model, Windows(model, _long, 64)[0], PoolingType.Mean), outcome.Vector);
        Assert.Equal(64, outcome.TokenCount);
        Assert.True(outcome.WindowCount > 5);
    }

    [LlamaFact]
    public void A_prefix_counts_as_part_of_the_text()
    {
        Assert.Equal(
            TestModels.Embed(Qwen, ["query: tea"])[0].Vector,
            TestModels.Embed(Qwen, ["tea"], new EmbeddingOptions { Prefix = "query: " })[0].Vector);
    }

    [LlamaFact]
    public void Normalized_vectors_have_length_1_and_the_same_direction()
    {
        float[] plain = TestModels.Embed(Qwen, ["tea"])[0].Vector!;
        float[] unit = TestModels.Embed(Qwen, ["tea"], new EmbeddingOptions { Normalize = true })[0].Vector!;
        Assert.Equal(1, unit.Sum(value => (double)value * value), 6);
        Assert.Equal(1, TestModels.Cosine(plain, unit), 9);
        Assert.NotEqual(1, plain.Sum(value => (double)value * value), 2);
    }

    [LlamaFact]
    public void The_pooling_of_the_model_is_what_its_file_says_and_otherwise_the_mean()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(
            TestModels.Embed(Qwen, ["tea"])[0].Vector,
            TestModels.Embed(Qwen, ["tea"], new EmbeddingOptions { Pooling = PoolingType.Model })[0].Vector);
        foreach (
            (uint value, PoolingType pooling) in ((uint, PoolingType)[])[
                (1, PoolingType.Mean), (2, PoolingType.Cls), (3, PoolingType.Last)
            ])
        {
            LlamaModel model = TestModels.Load(folder.Write($"{pooling}.gguf", WithPooling(value)));
            Assert.Equal(
                TestModels.Embed(model, ["a cup of tea"], new EmbeddingOptions { Pooling = pooling })[0].Vector,
                TestModels.Embed(model, ["a cup of tea"], new EmbeddingOptions { Pooling = PoolingType.Model })[0].Vector);
        }

        LlamaModel ranker = TestModels.Load(folder.Write("rank.gguf", WithPooling(4)));
        EngineException failure = Assert.Throws<EngineException>(
            () => new LlamaEmbedder(ranker, new EmbeddingOptions { Pooling = PoolingType.Model }));
        Assert.Equal("ModelPoolingUnsupported", failure.ErrorId);
    }

    [LlamaFact]
    public void A_vector_that_is_not_finite_is_that_texts_error()
    {
        // The last floats of the file are weights; NaN in one of them reaches the hidden states.
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TestModels.TinyQwen);
        for (int i = 1; i <= 1024; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - (4 * i)), float.NaN);
        }

        EmbeddingOutcome[] outcomes = TestModels.Embed(TestModels.Load(folder.Write("nan.gguf", bytes)), ["one", "two"]);
        Assert.All(outcomes, outcome => Assert.Equal("EmbeddingNotFinite", outcome.Failure?.ErrorId));
        Assert.All(outcomes, outcome => Assert.Null(outcome.Vector));
    }

    [LlamaFact]
    public void Batches_and_threads_do_not_change_a_vector()
    {
        string[] texts = [
            .. Enumerable.Range(0, 60).Select(i => string.Join(' ', Enumerable.Range(0, i % 9).Select(j => "word" + (i * j))) + " end")
        ];
        float[][] expected = [.. TestModels.Embed(Qwen, texts).Select(outcome => outcome.Vector!)];
        foreach ((int batch, int threads) in ((int, int)[])[(256, 1), (300, 1), (2048, 1), (512, 2)])
        {
            EmbeddingOutcome[] outcomes = TestModels.Embed(Qwen, texts, new EmbeddingOptions { BatchSize = batch, ThreadCount = threads });
            Assert.All(outcomes.Zip(expected), pair => Assert.True(TestModels.RelativeError(pair.First.Vector!, pair.Second) < 1e-6));
        }
    }

    [LlamaFact]
    public void Windows_of_a_few_tokens_work_at_any_batch_size()
    {
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => "w" + i)];
        foreach (int batch in (int[])[8, 512, 8192])
        {
            Assert.All(
                TestModels.Embed(Qwen, texts, new EmbeddingOptions { ContextLength = 8, BatchSize = batch }),
                outcome => Assert.NotNull(outcome.Vector));
        }
    }

    [LlamaFact]
    public void Text_of_any_characters_gives_a_vector()
    {
        string[] texts = [
            "", " ", "\0\0", "\uD800 half a pair", "<s></s><|endoftext|>[CLS]", new string('x', 5000),
            string.Concat(Enumerable.Repeat("日本", 500))
        ];
        foreach (string model in (string[])[TestModels.TinyQwen, TestModels.TinyBert])
        {
            Assert.All(
                TestModels.Embed(TestModels.Load(model), texts),
                outcome => Assert.True(outcome.Vector is not null && outcome.TokenCount > 0));
        }
    }

    [LlamaFact]
    public void Cancelling_stops_loading()
    {
        using CancellationTokenSource source = new();
        SynchronousProgress progress = new(_ => source.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(
            () => TestModels.LoadNew(TestModels.OnCpu(TestModels.MiniLm), null, progress, source.Token));
        Assert.True(progress.Reports > 0);
        Assert.Equal(384, TestModels.Load(TestModels.MiniLm).Width);
    }

    [LlamaFact]
    public void What_the_progress_throws_comes_out_as_itself()
    {
        SynchronousProgress progress = new(_ => throw new InvalidTimeZoneException("mine"));
        Assert.Throws<InvalidTimeZoneException>(
            () => TestModels.LoadNew(TestModels.OnCpu(TestModels.TinyBert), null, progress));
    }

    [LlamaFact]
    public void Cancelling_stops_a_computation_amid_a_batch_and_the_model_is_good_for_the_next()
    {
        LlamaModel model = TestModels.Load(TestModels.MiniLm);
        float[] expected = TestModels.Embed(model, ["tea"])[0].Vector!;
        using CancellationTokenSource source = new();
        int polls = 0;
        using (LlamaEmbedder embedder = new(model, new EmbeddingOptions { ThreadCount = 1 }, null, CancelAtTheThirdPoll, source.Token))
        {
            // The computation may have come to its third poll before the text is added, or after.
            Assert.ThrowsAny<OperationCanceledException>(() => embedder.Add(0, "a cup of tea").Concat(embedder.Flush()).Count());
        }

        // One poll for each operation of the graph, of which there are many: the third was the last, so the computation ended there.
        Assert.Equal(3, polls);

        Assert.Equal(expected, TestModels.Embed(model, ["tea"])[0].Vector);
        Assert.True(PollsOfWholeComputation() > 30);

        void CancelAtTheThirdPoll()
        {
            if (++polls == 3)
            {
                source.Cancel();
            }
        }

        int PollsOfWholeComputation()
        {
            int count = 0;
            using LlamaEmbedder embedder = new(model, new EmbeddingOptions { ThreadCount = 1 }, null, () => count++, default);
            embedder.Add(0, "a cup of tea");
            embedder.Flush();
            return count;
        }
    }

    [LlamaFact]
    public void A_computation_that_does_not_fit_the_GPU_moves_to_the_CPU_only_where_the_GPU_was_nobodys_wish()
    {
        // A model on the CPU stands in for one on a GPU: what differs is only whether it may move.
        using TemporaryFolder folder = new();
        LlamaModel asked = TestModels.Load(folder.Write("model.gguf", File.ReadAllBytes(TestModels.TinyQwen)));
        LlamaModel chosen = TestModels.LoadNew(new ModelOptions(asked.Path, ComputeDevice.Auto, 0));
        Assert.Null(asked.LoadOnCpu ?? chosen.LoadOnCpu);
        List<string> lines = [];
        Assert.Equal(
            "ContextFailed",
            Assert.Throws<EngineException>(() => LlamaEmbedder.WhereItFits(chosen, FailOn(chosen), lines.Add, default)).ErrorId);
        Assert.Empty(lines);
        chosen.LoadOnCpu = (_, _) => asked;
        (LlamaModel model, int context) = LlamaEmbedder.WhereItFits(chosen, FailOn(chosen), lines.Add, default);
        Assert.Same(asked, model);
        Assert.Equal(7, context);
        Assert.Contains("so the CPU is used: no room", lines[0], StringComparison.Ordinal);

        static Func<LlamaModel, int> FailOn(LlamaModel full)
            => model => model == full
                ? throw new EngineException("ContextFailed", FailureKind.ResourceUnavailable, "no room", "Make some.")
                : 7;
    }

    private static byte[] WithPooling(uint value)
    {
        // The key's name, its type (4: a 32-bit number), its value.
        byte[] bytes = File.ReadAllBytes(TestModels.TinyBert);
        int key = bytes.AsSpan().IndexOf("bert.pooling_type"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(key + "bert.pooling_type".Length + 4), value);
        return bytes;
    }

    private static int[][] Windows(LlamaModel model, string text, int length)
    {
        using LlamaEmbedder keepsModel = new(model, new EmbeddingOptions { ThreadCount = 1 });
        TextTokenizer tokenizer = new(model);
        int[] content = tokenizer.Content(text).ToArray();
        TextWindows cut = new(new WindowFrame(tokenizer.Before, null, tokenizer.After, false), length, LongTextHandling.Split);
        return [.. Enumerable.Range(0, cut.Start(0, 1, content.Length).WindowCount).Select(window => cut.Tokens(content, window))];
    }

    private static float[] OfTokens(LlamaModel model, int[] tokens, PoolingType pooling)
    {
        using EmbeddingContext context = new(model, ContextPlan.Packed(1, 256, 256), null, new NativeSignal(default), default);
        using WindowBatch batch = new(256, 256, 256);
        batch.Add(tokens);
        batch.Complete();
        Assert.Null(context.Run(batch));
        return Array.ConvertAll(context.Sum(batch, 0, PooledRange.Of(pooling, tokens.Length))!, value => (float)(value / tokens.Length));
    }

    private sealed class SynchronousProgress(Action<StageProgress> report) : IProgress<StageProgress>
    {
        public int Reports { get; private set; }

        public void Report(StageProgress value)
        {
            Reports++;
            report(value);
        }
    }
}
