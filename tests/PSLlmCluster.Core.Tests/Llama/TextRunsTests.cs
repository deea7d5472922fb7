using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Texts with long runs of characters, for tokenizers that llama.cpp runs by recursion; without care they end the process.
/// </summary>
[Collection("llama")]
public sealed class TextRunsTests : IDisposable
{
    private static readonly EmbeddingOptions _truncated = new() { ContextLength = 16, LongText = LongTextHandling.Truncate };
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        ModelCache.Clear();
        _folder.Dispose();
    }

    [LlamaTheory]
    [InlineData("deepseek-v3")]
    [InlineData("deepseek-llm")]
    [InlineData("bloom")]
    [InlineData("tekken")]
    [InlineData("gpt-4o")]
    [InlineData("exaone-moe")]
    [InlineData("default")]
    [InlineData("qwen2")]
    public void A_long_run_gives_a_vector_on_any_thread(string family)
    {
        string[] texts = [
            new('a', 100_000), new('漢', 100_000), new(' ', 100_000), new('1', 100_000), new('!', 100_000), .. Spaced(100_000)
        ];
        EmbeddingOutcome[] outcomes = OnASmallStack(() => TestModels.Embed(Load(family), texts, _truncated));
        Assert.All(outcomes, outcome => Assert.Equal((16, 64), (outcome.TokenCount, outcome.Vector!.Length)));
    }

    [LlamaFact]
    public void The_longest_run_that_is_taken_gives_a_vector_and_one_beyond_it_is_that_texts_error()
    {
        string[] texts = ["before", new('漢', TextRuns.Most), new('漢', TextRuns.Most + 1), "after"];
        EmbeddingOutcome[] outcomes = TestModels.Embed(Load("deepseek-v3"), texts, _truncated);
        Assert.Equal([null, null, "TextRunTooLong", null], outcomes.Select(outcome => outcome.Failure?.ErrorId));
        Assert.Equal([false, false, true, false], outcomes.Select(outcome => outcome.Vector is null));
        Assert.Contains($"{TextRuns.Most + 1:N0}", outcomes[2].Failure!.Message, StringComparison.Ordinal);
        Assert.NotEmpty(outcomes[2].Failure!.RecommendedAction);
    }

    [LlamaFact]
    public void The_tokens_do_not_depend_on_the_stack_that_they_are_made_on()
    {
        LlamaModel model = Load("deepseek-v3");
        using LlamaEmbedder keepsModel = new(model, new EmbeddingOptions { ThreadCount = 1 });
        TextTokenizer tokenizer = new(model);
        string text = string.Concat(Enumerable.Repeat("word漢字1234!? ", 300));
        int[] plain = tokenizer.Content(text).ToArray();
        string run = new('x', TextRuns.MostOnAnyStack + 1);
        Assert.Equal([.. plain, .. tokenizer.Content(run).ToArray()], tokenizer.Content(text + run).ToArray());
    }

    [Fact]
    public void A_run_is_what_one_match_may_take()
    {
        Assert.Equal(0, TextRuns.Longest("aaaa aaaa", TextSplitting.Flat));
        Assert.Equal(0, TextRuns.Longest("", TextSplitting.AtSpaces));
        Assert.Equal(5, TextRuns.Longest("aaaa aaa", TextSplitting.AtSpaces));
        Assert.Equal(6, TextRuns.Longest("aa \n\t b", TextSplitting.AtSpaces));
        Assert.Equal(5, TextRuns.Longest("aa\u3000a", TextSplitting.AtSpaces));
        Assert.Equal(9, TextRuns.Longest("aaaa aaa\nb", TextSplitting.AtLineBreaks));
    }

    [Fact]
    public void Digits_are_bounded_where_their_time_grows_with_the_square()
    {
        string digits = new('1', TextRuns.MostDigitsWhereSlow + 1);
        Assert.Equal(
            "TextRunTooLong", Assert.Throws<EngineException>(() => TextRuns.Longest(digits, TextSplitting.AtSpacesSlowOnDigits)).ErrorId);
        Assert.Equal(digits.Length, TextRuns.Longest(digits, TextSplitting.AtSpaces));
    }

    [LlamaFact]
    public void Cancelling_ends_the_wait_for_a_long_run_and_a_clear_meanwhile_does_no_harm()
    {
        using CancellationTokenSource source = new();
        string text = new('漢', TextRuns.Most);
        int started = 0;
        using (LlamaEmbedder embedder = new(Load("gpt-4o"), _truncated with { ThreadCount = 1 }, CancelOnceStarted, source.Token))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => embedder.Add(0, text));
        }

        Assert.Equal(1, started);

        // The thread that was left behind goes on, on a model that it holds.
        ModelCache.Clear();
        Assert.NotNull(TestModels.Embed(Load("gpt-4o"), [text], _truncated)[0].Vector);

        // The log says that the thread has started, before it is waited for.
        void CancelOnceStarted(string line)
        {
            if (line.Contains(TextTokenizer.OwnThread, StringComparison.Ordinal))
            {
                started++;
                source.Cancel();
            }
        }
    }

    private static IEnumerable<string> Spaced(int length) => [string.Concat(Enumerable.Repeat("a ", length / 2))];

    private LlamaModel Load(string family)
    {
        string path = Path.Combine(_folder.Path, family + ".gguf");
        return TestModels.Load(
            File.Exists(path)
                ? path
                : _folder.Write(family + ".gguf", GgufFile.WithText(File.ReadAllBytes(TestModels.TinyQwen), "tokenizer.ggml.pre", family)));
    }

    // Half a megabyte, less than any platform gives a thread by itself.
    private static T OnASmallStack<T>(Func<T> work)
    {
        T result = default!;
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() => { result = work(); }), 1 << 19);
        thread.Start();
        thread.Join();
        return failure is null ? result : throw failure;
    }
}
