using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Several contexts over one model: which windows share a call, and which context computes them, changes no bit; cancellation, disposal and
/// failures while threads compute.
/// </summary>
[Collection("llama")]
public sealed class ContextTeamTests
{
    // Lengths of 1 to 80 words, so that some fill calls together, some go alone, and some take several windows of 64 tokens.
    private static readonly string[] _texts =
    [
        .. Enumerable.Range(0, 45).Select(i => string.Join(' ', Enumerable.Range(0, 1 + (i * i % 80)).Select(j => "word" + (i * j % 31))))
    ];

    public static TheoryData<string> TinyModels => [TestModels.TinyQwen, TestModels.TinyBert];

    [LlamaTheory]
    [MemberData(nameof(TinyModels))]
    public void A_text_has_the_same_bits_alone_in_any_order_and_with_any_number_of_contexts(string path)
    {
        LlamaModel model = TestModels.Load(path);
        foreach (PoolingType pooling in (PoolingType[])[PoolingType.Mean, PoolingType.Last])
        {
            EmbeddingOptions options = new() { ContextLength = 64, Pooling = pooling };
            float[][] alone = Vectors(TestModels.Embed(model, _texts, options, alone: true));
            Assert.Equal(alone, Vectors(TestModels.Embed(model, _texts, options)));
            Assert.Equal(alone, Vectors(TestModels.Embed(model, _texts, options with { ThreadCount = 3, BatchSize = 256 })));
            float[][] reversed = Vectors(TestModels.Embed(model, [.. _texts.Reverse()], options with { ThreadCount = 2 }));
            Assert.Equal(alone, reversed.Reverse());
        }
    }

    [SmolFact]
    public void A_text_has_the_same_bits_alone_and_in_calls_of_several_windows()
    {
        // Weights of 5 bits: flash attention, and windows that share calls.
        LlamaModel model = TestModels.Load(TestModels.Smol!);
        string[] texts =
        [
            "tea", "a", "a cup of tea", "green", "the fat of a pig that was fed on acorns", "one two three four five",
            "a cup of cold coffee", "a cup of tea", "the fat of a pig", "one two three", "a cup of cold coffee that nobody drank",
        ];
        ContextPlan plan = ContextPlan.For(model, new EmbeddingOptions(), 512);
        Assert.True(plan.UsesFlashAttention && plan.SharesBeginnings);
        float[][] alone = Vectors(TestModels.Embed(model, texts, alone: true));
        Assert.Equal(alone, Vectors(TestModels.Embed(model, texts, new EmbeddingOptions { ThreadCount = 2 })));
    }

    [LlamaFact]
    public void The_plan_follows_the_model_and_what_is_asked_for()
    {
        ContextPlan bert = ContextPlan.For(TestModels.Load(TestModels.MiniLm), new EmbeddingOptions { ThreadCount = 5 }, 512);
        Assert.Equal((5, 1, 512, 1), (bert.ContextCount, bert.ThreadCount, bert.BatchSize, bert.CallSize));
        Assert.False(bert.UsesFlashAttention || bert.AlignsWindows);

        // A decoder whose weights are exact is computed as the reference does.
        ContextPlan qwen = ContextPlan.For(TestModels.Load(TestModels.TinyQwen), new EmbeddingOptions(), 256);
        Assert.Equal((Environment.ProcessorCount, false, 1), (qwen.ContextCount, qwen.UsesFlashAttention, qwen.CallSize));
        ContextPlan packed = ContextPlan.Packed(3, 100, 64);
        Assert.Equal((1, 3, 128, true), (packed.ContextCount, packed.ThreadCount, packed.BatchSize, packed.AlignsWindows));
    }

    [LlamaFact]
    public void Calls_that_are_filled_give_the_vectors_of_windows_alone()
    {
        // How a GPU is used, in a context on the CPU.
        LlamaModel model = TestModels.Load(TestModels.TinyQwen);
        ContextPlan plan = ContextPlan.Packed(1, 128, 64);
        using ContextTeam team = new(Context(model, plan), NotAsked, plan, 64, 0, null, default);
        PendingWindow[] windows =
            [.. Enumerable.Range(0, 60).Select(i => Window(i, new int[1 + i]))];
        foreach (PendingWindow window in windows)
        {
            team.Add(window);
        }

        Array.ForEach([.. windows], team.WaitFor);
        using EmbeddingContext alone = Context(model, plan);
        using WindowBatch batch = new(128, 1, 64, isAligned: false);
        foreach (PendingWindow window in windows)
        {
            batch.Clear();
            batch.Add(window.Tokens);
            Assert.Null(alone.Run(batch));
            double[] expected = alone.Sum(batch, 0, window.Pooled)!;
            Assert.All(expected.Zip(window.Sum!), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * window.Tokens.Length));
        }

        static EmbeddingContext NotAsked() => throw new InvalidOperationException("One context was planned.");
    }

    [SmolFact]
    public void The_threads_of_one_context_change_no_bit_of_a_quantised_model() => ThreadsChangeNothing(TestModels.Smol!);

    [LlamaFact]
    public void The_threads_of_one_context_change_no_bit() => ThreadsChangeNothing(TestModels.TinyQwen);

    [Fact]
    public void A_window_of_one_token_goes_alone_where_windows_are_not_aligned()
    {
        using WindowBatch batch = new(64, 63, 64, isAligned: false);
        batch.Add([1]);
        Assert.False(batch.HasRoomFor(5));
        batch.Clear();
        batch.Add([1, 2, 3]);
        Assert.False(batch.HasRoomFor(1));
        Assert.True(batch.HasRoomFor(60));
        Assert.False(batch.HasRoomFor(61));
        batch.Add([4, 5]);
        Assert.Equal((2, 3), (batch.RowOf(0, 2), batch.RowOf(1, 0)));
        batch.Complete();
        Assert.Equal(5, batch.Native.n_tokens);
    }

    [LlamaFact]
    public void Where_a_further_context_cannot_be_set_up_the_others_go_on_and_the_log_says_so()
    {
        LlamaModel model = TestModels.Load(TestModels.TinyQwen);
        ContextPlan plan = ContextPlan.For(model, new EmbeddingOptions { ThreadCount = 4 }, 64);
        List<string> lines = [];
        using ManualResetEventSlim failed = new();

        // The first context computes nothing before another one has failed.
        EmbeddingContext first = new(model, plan, null, new NativeSignal(default, failed.Wait), default);
        using (ContextTeam team = new(first, NoRoom, plan, 64, 0, Write, default))
        {
            PendingWindow[] windows =
                [.. Enumerable.Range(0, 400).Select(i => Window(i, [1, 2, 3]))];
            foreach (PendingWindow window in windows)
            {
                team.Add(window);
            }

            Array.ForEach([.. windows], team.WaitFor);
            Assert.All(windows, window => Assert.NotNull(window.Sum));
        }

        Assert.All(lines, line => Assert.EndsWith("no room", line, StringComparison.Ordinal));

        EmbeddingContext NoRoom() => throw new EngineException("ContextFailed", FailureKind.ResourceUnavailable, "no room", "Make some.");

        void Write(string line)
        {
            lock (lines)
            {
                lines.Add(line);
                failed.Set();
            }
        }
    }

    [LlamaFact]
    public void The_first_context_that_cannot_be_set_up_is_the_embedders_error()
    {
        LlamaModel model = TestModels.Load(TestModels.TinyQwen);
        ContextPlan impossible = ContextPlan.For(model, new EmbeddingOptions(), 64) with { SequenceCount = 100_000 };
        EngineException failure = Assert.Throws<EngineException>(() => Context(model, impossible));
        Assert.Equal("ContextFailed", failure.ErrorId);
    }

    [LlamaFact]
    public void Cancelling_stops_all_contexts_amid_their_computations()
    {
        LlamaModel model = TestModels.Load(TestModels.MiniLm);
        using CancellationTokenSource source = new();
        int polls = 0;
        using LlamaEmbedder embedder = new(model, new EmbeddingOptions { ThreadCount = 3 }, null, CancelAtTheThousandthPoll, source.Token);
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            for (int i = 0; i < 300; i++)
            {
                embedder.Add(i, _texts[i % _texts.Length]);
            }

            embedder.Flush();
        });
        Assert.ThrowsAny<OperationCanceledException>(embedder.TakeReady);
        Assert.ThrowsAny<OperationCanceledException>(embedder.Flush);

        void CancelAtTheThousandthPoll()
        {
            if (Interlocked.Increment(ref polls) == 1000)
            {
                source.Cancel();
            }
        }
    }

    [LlamaFact]
    public void Disposing_stops_what_is_being_computed_and_the_model_is_good_for_the_next()
    {
        LlamaModel model = TestModels.Load(TestModels.MiniLm);
        float[][] expected = Vectors(TestModels.Embed(model, ["tea"]));
        using ManualResetEventSlim computes = new();
        using ManualResetEventSlim disposes = new();
        LlamaEmbedder embedder = new(model, new EmbeddingOptions { ThreadCount = 2 }, null, Polled, default);
        for (int i = 0; i < 100; i++)
        {
            Assert.Empty(embedder.Add(i, _texts[i % _texts.Length]));
        }

        computes.Wait();
        disposes.Set();
        embedder.Dispose();
        Assert.Throws<ObjectDisposedException>(embedder.TakeReady);
        Assert.Equal(expected, Vectors(TestModels.Embed(model, ["tea"])));

        void Polled()
        {
            computes.Set();
            disposes.Wait();
        }
    }

    [LlamaFact]
    public void No_texts_and_one_text_are_fine_with_many_contexts()
    {
        LlamaModel model = TestModels.Load(TestModels.TinyBert);
        using LlamaEmbedder embedder = new(model, new EmbeddingOptions { ThreadCount = 64 });
        Assert.Empty(embedder.Flush());
        Assert.Empty(embedder.TakeReady());
        Assert.True(embedder.HasRoom);
        EmbeddingOutcome[] outcomes = [.. embedder.Add(7, "tea"), .. embedder.Flush()];
        Assert.Equal(7, Assert.Single(outcomes).Index);
        Assert.NotNull(outcomes[0].Vector);
    }

    [LlamaFact]
    public void The_log_is_written_on_the_thread_that_uses_the_embedder()
    {
        LlamaModel model = TestModels.Load(TestModels.TinyQwen);
        int caller = Environment.CurrentManagedThreadId;
        List<int> threads = [];
        using (LlamaEmbedder embedder = new(
            model, new EmbeddingOptions { ThreadCount = 3 }, _ => threads.Add(Environment.CurrentManagedThreadId)))
        {
            for (int i = 0; i < 100; i++)
            {
                embedder.Add(i, _texts[i % _texts.Length]);
            }

            embedder.Flush();
        }

        Assert.NotEmpty(threads);
        Assert.All(threads, thread => Assert.Equal(caller, thread));
    }

    private static void ThreadsChangeNothing(string path)
    {
        LlamaModel model = TestModels.Load(path);
        ContextPlan plan = ContextPlan.For(model, new EmbeddingOptions(), 64) with { ContextCount = 1, ThreadCount = 1 };
        using EmbeddingContext one = Context(model, plan);
        using EmbeddingContext two = Context(model, plan with { ThreadCount = 2 });
        using EmbeddingContext three = Context(model, plan with { ThreadCount = 3 });
        using WindowBatch batch = new(64, 1, 64, isAligned: false);
        foreach (int length in (int[])[1, 2, 17, 63])
        {
            batch.Clear();
            batch.Add([.. Enumerable.Range(5, length)]);
            double[][] sums = [.. new[] { one, two, three }.Select(context =>
            {
                Assert.Null(context.Run(batch));
                return context.Sum(batch, 0, PooledRange.Of(PoolingType.Mean, length))!;
            })];
            Assert.Equal(sums[0], sums[1]);
            Assert.Equal(sums[0], sums[2]);
        }
    }

    private static PendingWindow Window(int index, int[] tokens)
        => new(new PooledText(index, TestModels.Qwen.Width, 1, 1), tokens, PooledRange.Of(PoolingType.Mean, tokens.Length));

    private static EmbeddingContext Context(LlamaModel model, ContextPlan plan)
        => new(model, plan, null, new NativeSignal(default), default);

    private static float[][] Vectors(IEnumerable<EmbeddingOutcome> outcomes) => [.. outcomes.Select(outcome => outcome.Vector!)];
}
