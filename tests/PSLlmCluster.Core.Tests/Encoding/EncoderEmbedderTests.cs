using System.Runtime.InteropServices;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Encoding.Bert;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Encoding.Tokenizing;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Encoding.Bert;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Encoding;

/// <summary>Texts through the team of workers: order, company, threads, long texts, the end.</summary>
public sealed class EncoderEmbedderTests
{
    private static readonly EncoderModel _tiny = EncoderModel.Load(TestModels.TinyBert);
    private static readonly string[] _texts = [.. new EmbeddingGolden("tiny-bert-f32").Texts.Select(text => text.Text)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Texts_give_the_same_bytes_alone_together_and_on_any_number_of_threads(int threads)
    {
        byte[] together = Bytes(TestModels.Embed(_tiny, _texts, new EmbeddingOptions { ThreadCount = threads }));
        Assert.Equal(together, Bytes(TestModels.Embed(_tiny, _texts, new EmbeddingOptions { ThreadCount = 1 }, alone: true)));

        EmbeddingOutcome[] turned = TestModels.Embed(
            _tiny, [.. _texts.Reverse()], new EmbeddingOptions { ThreadCount = threads, BatchSize = 128 });
        Assert.Equal(together, Bytes(turned.Reverse()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_pinned_vectors_maps_and_clusters_are_the_same_on_any_number_of_threads(int threads)
    {
        Assert.Equal(EncoderPinned.Expected, EncoderPinned.Hashes(threads).ToDictionary());
        Assert.Equal(EncoderPinned.ExpectedOfWholeWork, EncoderPinned.HashesOfWholeWork(threads).ToDictionary());
    }

    [Fact]
    public void A_text_is_normalised_where_that_is_asked_for()
    {
        float[] vector = TestModels.Embed(_tiny, ["tea"], new EmbeddingOptions { Normalize = true })[0].Vector!;
        Assert.Equal(1, vector.Sum(number => (double)number * number), 1e-6);
    }

    [Fact]
    public void A_prefix_is_part_of_the_text()
        => Assert.Equal(
            TestModels.Embed(_tiny, ["query: tea"])[0].Vector,
            TestModels.Embed(_tiny, ["tea"], new EmbeddingOptions { Prefix = "query: " })[0].Vector);

    [Fact]
    public void A_long_text_is_the_average_of_its_windows_by_their_tokens()
    {
        string text = string.Join(' ', Enumerable.Range(0, 200).Select(i => "word" + i));
        EmbeddingOptions options = new() { ContextLength = 32 };
        EmbeddingOutcome whole = TestModels.Embed(_tiny, [text], options)[0];
        EmbeddingOutcome first = TestModels.Embed(_tiny, [text], options with { LongText = LongTextHandling.Truncate })[0];
        EmbeddingOutcome refused = TestModels.Embed(_tiny, [text], options with { LongText = LongTextHandling.Error })[0];

        Assert.True(whole.WindowCount > 20);
        Assert.Equal(whole.WindowCount, first.WindowCount);
        Assert.Equal(32, first.TokenCount);
        Assert.NotEqual(whole.Vector, first.Vector);
        Assert.Equal((null, "TextTooLong"), (refused.Vector, refused.Failure?.ErrorId));
    }

    [Fact]
    public void Outcomes_leave_while_texts_come_and_in_their_order()
    {
        using ITextEmbedder embedder = _tiny.Open(new EmbeddingOptions { ThreadCount = 2 });
        List<int> indices = [];
        int beforeFlush = 0;
        for (int i = 0; i < 3000; i++)
        {
            indices.AddRange(embedder.Add(i * 10, i % 7 == 3 ? _texts[^1] : $"short text {i}").Select(outcome => outcome.Index));
            beforeFlush = indices.Count;
        }

        indices.AddRange(embedder.Flush().Select(outcome => outcome.Index));

        // No more waits than two blocks for each worker, and one in each one's hands: many texts have left.
        Assert.InRange(beforeFlush, 1000, 2999);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i * 10), indices);
        Assert.Empty(embedder.Flush());
    }

    [Fact]
    public void A_window_has_to_have_room_for_text()
    {
        Assert.Equal("ContextTooShort", Failure(new EmbeddingOptions { ContextLength = 2 }));
        Assert.Equal("ContextTooLong", Failure(new EmbeddingOptions { ContextLength = 129 }));
        Assert.Equal("NotEnoughMemory", Failure(new EmbeddingOptions { ThreadCount = 1024, ContextLength = 128 }, Huge()));

        static string Failure(EmbeddingOptions options, EncoderModel? model = null)
            => Assert.Throws<EngineException>(() => (model ?? _tiny).Open(options)).ErrorId;
    }

    [Fact]
    public void Cancelling_ends_the_work_before_the_next_layer()
    {
        using CancellationTokenSource source = new();
        using ITextEmbedder embedder = _tiny.Open(new EmbeddingOptions { ThreadCount = 2 }, token: source.Token);
        embedder.Add(0, _texts[^1]);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => embedder.Flush());
        Assert.Throws<OperationCanceledException>(() => embedder.Add(1, "tea"));
    }

    [Fact]
    public void Disposing_ends_workers_that_have_work_to_do()
    {
        ITextEmbedder embedder = _tiny.Open(new EmbeddingOptions { ThreadCount = 4 });
        foreach (string text in _texts)
        {
            embedder.Add(0, text);
        }

        embedder.Dispose();
        embedder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => embedder.Add(0, "tea"));
    }

    [Fact]
    public void Workers_leave_their_buffers_to_the_next_call_of_the_same_size()
    {
        using GgufModel file = RandomNetwork.File(new NetworkSizes(8, 1, 8, 1, 16)).Open();
        BertBufferPool pool = new(RandomNetwork.Weights(file));
        BertBuffers first = pool.Take(288, 16);
        Assert.NotSame(first, pool.Take(288, 16));
        pool.Return(first);
        Assert.NotSame(first, pool.Take(288, 8));
        Assert.Same(first, pool.Take(288, 16));
    }

    [Fact]
    public void A_vocabulary_of_SentencePiece_leads_to_the_same_network()
    {
        // What the pieces of such a file are is the tokenizer's tests' affair; here they go through the whole engine.
        const int normal = 1, unknown = 2, control = 3;
        using GgufModel file = RandomNetwork.File(new NetworkSizes(24, 3, 40, 2, 64))
            .With("tokenizer.ggml.model", "t5")
            .With("tokenizer.ggml.tokens", new[] { "<s>", "<pad>", "</s>", "<unk>" }.Concat(
                Enumerable.Range(0, RandomNetwork.TokenCount - 4).Select(
                    i => i == 0 ? "\u2581" : $"{(i % 2 == 0 ? "\u2581" : string.Empty)}{(char)('a' + (i / 2))}")).ToArray())
            .With("tokenizer.ggml.scores", Enumerable.Range(0, RandomNetwork.TokenCount).Select(i => -i / 8f).ToArray())
            .With("tokenizer.ggml.token_type", Enumerable.Range(0, RandomNetwork.TokenCount)
                .Select(i => i == 3 ? unknown : i < 3 ? control : normal).ToArray())
            .With("tokenizer.ggml.bos_token_id", 0u)
            .With("tokenizer.ggml.eos_token_id", 2u)
            .With("tokenizer.ggml.unknown_token_id", 3u)
            .Open();
        EncoderModel model = EncoderModel.Read(file, EncoderKernels.Widest, default, default);
        TokenList tokens = new();
        model.Tokenizer.Tokenize("a cab, faced", tokens, default);
        Assert.Equal(0, Assert.Single(model.Tokenizer.Before));
        Assert.Equal(2, Assert.Single(model.Tokenizer.After));
        Assert.Contains(3, tokens.Tokens.ToArray());

        double[][] states = new PlainNetwork(file).Run([0, .. tokens.Tokens, 2]);
        float[] vector = TestModels.Embed(model, ["a cab, faced"])[0].Vector!;
        for (int i = 0; i < vector.Length; i++)
        {
            Assert.Equal(states.Average(state => state[i]), vector[i], 1e-5);
        }
    }

    [Fact]
    public void What_fails_in_a_worker_is_thrown_where_the_result_is_awaited()
    {
        // A token that the table does not have stands for any failure.
        using GgufModel file = RandomNetwork.File(new NetworkSizes(8, 1, 8, 1, 16)).Open();
        EncoderModel model = EncoderModel.Read(file, EncoderKernels.Widest, default, default);
        using EncoderTeam team = new(model.Kernels, model.Weights, model.Buffers, PoolingType.Mean, 16, 2, default);
        TokenWindow window = new(new PooledText(0, 8, 1, 1), [1, RandomNetwork.TokenCount, 1]);
        team.Add(window);
        Assert.Throws<ArgumentOutOfRangeException>(() => team.WaitFor(window));
        Assert.Throws<ArgumentOutOfRangeException>(() => team.Add(window));
    }

    private static EncoderModel Huge()
    {
        // 65,536 numbers between the layers: 1,024 workers would need more memory than there is.
        using GgufModel file = RandomNetwork.File(new NetworkSizes(8, 1, 65_536, 1, 4096)).Open();
        return EncoderModel.Read(file, EncoderKernels.Widest, default, default);
    }

    private static byte[] Bytes(IEnumerable<EmbeddingOutcome> outcomes)
        => [.. outcomes.SelectMany(outcome => MemoryMarshal.AsBytes<float>(outcome.Vector).ToArray())];
}
