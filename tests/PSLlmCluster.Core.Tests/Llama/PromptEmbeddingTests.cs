using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>
/// Texts in prompts: the beginning that is computed once gives the vectors of the whole prompt at once, the right tokens are pooled, long
/// texts stand in the prompt window by window, and texts stay letters.
/// </summary>
[Collection("llama")]
public sealed class PromptEmbeddingTests
{
    private const string OwnPrompt = "Instruct: Identify the product.\nQuery: {0}";

    // Lengths of 1 to 60 words, so that some windows share calls, some go alone, and some texts take several.
    private static readonly string[] _texts =
    [
        "tea", "a", "{0}", "1",
        .. Enumerable.Range(0, 20).Select(i => string.Join(' ', Enumerable.Range(0, 1 + (i * i % 60)).Select(j => "word" + (i * j % 31)))),
    ];

    public static TheoryData<string, PoolingType> Prompts => new()
    {
        { TextPrompt.OneWord, PoolingType.Last },
        { TextPrompt.Topic, PoolingType.Last },
        { TextPrompt.Echo, PoolingType.Mean },
        { OwnPrompt, PoolingType.Last },
        { OwnPrompt, PoolingType.Mean },
        { "{0} is about:", PoolingType.Last },
        { "{0}\n{0}", PoolingType.Last },
        { "{0}", PoolingType.Mean },
    };

    [LlamaTheory]
    [MemberData(nameof(Prompts))]
    public void Vectors_are_those_of_the_whole_prompt_computed_at_once(string prompt, PoolingType pooling)
        => Compare(TestModels.Qwen, prompt, pooling, 1e-9);

    [SmolFact]
    public void Vectors_of_a_quantised_model_are_those_of_the_whole_prompt_computed_at_once()
    {
        Compare(TestModels.Load(TestModels.Smol!), TextPrompt.OneWord, PoolingType.Last, 1e-6);
        Compare(TestModels.Load(TestModels.Smol!), TextPrompt.Echo, PoolingType.Mean, 1e-6);
    }

    [LlamaTheory]
    [InlineData(TextPrompt.Topic, PoolingType.Last)]
    [InlineData(TextPrompt.Echo, PoolingType.Mean)]
    [InlineData(OwnPrompt, PoolingType.Mean)]
    [InlineData("{0} is about:", PoolingType.Last)]
    public void A_text_has_the_same_bits_alone_in_any_order_and_with_any_number_of_contexts(string prompt, PoolingType pooling)
        => CheckBits(TestModels.Qwen, _texts, new EmbeddingOptions { ContextLength = 128, Prompt = prompt, Pooling = pooling });

    [SmolFact]
    public void A_text_in_a_prompt_has_the_same_bits_alone_and_in_calls_of_several_windows()
    {
        LlamaModel model = TestModels.Load(TestModels.Smol!);
        string[] texts = ["tea", "a", "a cup of tea", "green", "one two three four five", "1"];
        CheckBits(model, texts, new EmbeddingOptions { Prompt = TextPrompt.Topic, Pooling = PoolingType.Last });
    }

    [LlamaFact]
    public void Calls_that_are_filled_give_the_vectors_of_windows_alone()
    {
        // How a GPU is used, in a context on the CPU.
        LlamaModel model = TestModels.Qwen;
        ContextPlan plan = ContextPlan.Packed(1, 128, 64);
        PromptFrame frame = new(model, new EmbeddingOptions { Prompt = TextPrompt.OneWord, Pooling = PoolingType.Last }, null, default);
        TextWindows cut = new(frame.Window, 64, LongTextHandling.Truncate);
        using ContextTeam team = new(Context(model, plan, frame.Shared), NotAsked, plan, 64, frame.Shared.Length, null, default);
        PendingWindow[] windows = [.. _texts.Select((text, i) => WindowOf(text, i))];
        foreach (PendingWindow window in windows)
        {
            team.Add(window);
        }

        Array.ForEach(windows, team.WaitFor);
        using EmbeddingContext alone = Context(model, plan);
        using WindowBatch batch = new(128, 1, 64, isAligned: false);
        foreach (PendingWindow window in windows)
        {
            batch.Clear();
            batch.Add(window.Tokens);
            Assert.Null(alone.Run(batch));
            double[] expected = alone.Sum(batch, 0, window.Pooled)!;
            Assert.All(expected.Zip(window.Sum!), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * window.Pooled.Weight));
        }

        PendingWindow WindowOf(string text, int index)
        {
            int[] content = frame.Content(text, default).ToArray();
            int[] tokens = cut.Tokens(content, 0);
            PooledRange pooled = PooledRange.Of(PoolingType.Last, frame.Window, tokens.Length, cut.CountIn(content.Length, 0));
            return new PendingWindow(new PooledText(index, model.Width, 1, 1), tokens, pooled);
        }

        static EmbeddingContext NotAsked() => throw new InvalidOperationException("One context was planned.");
    }

    [LlamaFact]
    public void What_prompts_begin_with_is_computed_once_in_a_context()
    {
        // Tokens of a computation show in how often it looks whether it is to stop: once for each operation of each call's graph.
        LlamaModel model = TestModels.Qwen;
        ContextPlan plan = ContextPlan.For(model, new EmbeddingOptions { ThreadCount = 1 }, 64);
        int polls = 0;
        using EmbeddingContext context = new(model, plan, null, new NativeSignal(default, () => polls++), default, 5, 6, 7);
        using WindowBatch batch = new(plan.BatchSize, plan.CallSize, 64, plan.AlignsWindows, sharedLength: 3);
        int first = PollsOf(9);
        int second = PollsOf(10);
        Assert.True(first > second * 3 / 2, $"{first} and {second}");
        Assert.Equal(second, PollsOf(11));

        int PollsOf(int token)
        {
            polls = 0;
            batch.Clear();
            batch.Add([token, 8]);
            Assert.Null(context.Run(batch));
            return polls;
        }
    }

    [LlamaFact]
    public void Each_window_of_a_long_text_stands_in_the_prompt_and_counts_for_its_own_tokens()
    {
        LlamaModel model = TestModels.Qwen;
        string text = string.Join(' ', Enumerable.Range(0, 90).Select(i => "word" + i));
        EmbeddingOptions options = new() { Prompt = TextPrompt.Echo, Pooling = PoolingType.Mean, ContextLength = 128 };
        PromptFrame frame = new(model, options, null, default);
        int[] content = frame.Content(text, default).ToArray();
        int room = (128 - frame.Window.Length) / 2;
        EmbeddingOutcome outcome = TestModels.Embed(model, [text], options)[0];

        int windows = (content.Length + room - 1) / room;
        Assert.True(windows > 2);
        Assert.Equal(windows, outcome.WindowCount);
        Assert.Equal((content.Length * 2) + (windows * frame.Window.Length), outcome.TokenCount);
        EmbeddingOptions cut = options with { LongText = LongTextHandling.Truncate };
        EmbeddingOutcome truncated = TestModels.Embed(model, [text], cut)[0];
        Assert.Equal((room * 2) + frame.Window.Length, truncated.TokenCount);
        EmbeddingOutcome refused = TestModels.Embed(model, [text], options with { LongText = LongTextHandling.Error })[0];
        Assert.Equal("TextTooLong", refused.Failure!.ErrorId);
        EmbeddingOptions small = options with { ContextLength = frame.Window.Length + 1 };
        Assert.Equal("ContextTooShort", Assert.Throws<EngineException>(() => TestModels.Embed(model, [text], small)).ErrorId);
        Assert.Equal("TextHasNoTokens", TestModels.Embed(model, [""], options with { Prompt = "of {0}{0}" })[0].Failure?.ErrorId);
    }

    [LlamaFact]
    public void Texts_and_prompts_are_letters_and_a_space_before_the_text_goes_with_it()
    {
        LlamaModel model = TestModels.Qwen;
        PromptFrame frame = Frame(model, "<｜User｜>{0}<｜Assistant｜>");
        TextTokenizer tokenizer = new(model);
        Assert.Single(tokenizer.Before);
        Assert.All(frame.Window.Before[1..].Concat(frame.Window.After).Concat(frame.Content("<｜User｜>", default).ToArray()), IsLetter);
        Assert.Equal(tokenizer.Content("tea").ToArray(), frame.Content("tea", default).ToArray());
        Assert.Equal(tokenizer.Content(" tea").ToArray(), Frame(model, "of {0}, {0}").Content("tea", default).ToArray());
        Assert.Equal([.. tokenizer.Before, .. tokenizer.Content("of")], Frame(model, "of {0}, {0}").Window.Before);
        Assert.Equal(tokenizer.Content("tea").ToArray(), Frame(model, "of {0},{0}").Content("tea", default).ToArray());

        // The tokens that DeepSeek-R1's descendants have for marks are the first of the vocabulary.
        static void IsLetter(int token) => Assert.True(token > 10);
    }

    [LlamaFact]
    public void Where_the_tokenizer_puts_a_space_before_any_text_the_prompts_own_is_left_out()
    {
        using TemporaryFolder folder = new();
        LlamaModel model = TestModels.Load(folder.Write("spaces.gguf", TinyArchitectures.WithSentencePiece("llama").ToBytes()));
        PromptFrame frame = Frame(model, "a {0}");
        Assert.Equal(new TextTokenizer(model).Content("b").ToArray(), frame.Content("b", default).ToArray());
        ModelCache.Clear();
    }

    [LlamaFact]
    public void Encoders_take_no_prompt()
    {
        EmbeddingOptions options = new() { Prompt = TextPrompt.OneWord, Pooling = PoolingType.Last };
        EngineException failure = Assert.Throws<EngineException>(() => TestModels.Load(TestModels.TinyBert).Open(options));
        Assert.Equal("PromptUnsupported", failure.ErrorId);
        IEmbeddingModel managed = ModelCache.Acquire(new ModelOptions(TestModels.TinyBert, Engine: EmbeddingEngine.Managed));
        Assert.Equal("PromptUnsupported", Assert.Throws<EngineException>(() => managed.Open(options)).ErrorId);
        Assert.NotNull(TestModels.Embed(managed, ["tea"], new EmbeddingOptions { Prompt = "none" })[0].Vector);
    }

    private static PromptFrame Frame(LlamaModel model, string prompt)
        => new(model, new EmbeddingOptions { Prompt = prompt }, null, default);

    private static EmbeddingContext Context(LlamaModel model, ContextPlan plan, params int[] shared)
        => new(model, plan, null, new NativeSignal(default), default, shared);

    private static void CheckBits(LlamaModel model, string[] texts, EmbeddingOptions options)
    {
        float[][] alone = Vectors(TestModels.Embed(model, texts, options, alone: true));
        Assert.Equal(alone, Vectors(TestModels.Embed(model, texts, options)));
        float[][] reversed = Vectors(TestModels.Embed(model, [.. texts.Reverse()], options with { ThreadCount = 3 }));
        Assert.Equal(alone, reversed.Reverse());
    }

    private static float[][] Vectors(IEnumerable<EmbeddingOutcome> outcomes) => [.. outcomes.Select(outcome => outcome.Vector!)];

    // Against a context that shares nothing, and pooling by hand.
    private static void Compare(LlamaModel model, string prompt, PoolingType pooling, double most)
    {
        EmbeddingOptions options = new() { Prompt = prompt, Pooling = pooling };
        string[] texts = ["tea", "a cup of tea", "one two three four five six seven eight nine ten", "<think>1</think>"];
        PromptFrame frame = new(model, options, null, default);
        EmbeddingOutcome[] outcomes = TestModels.Embed(model, texts, options);
        ContextPlan plan = ContextPlan.For(model, options, 256) with { CallSize = 1 };
        using EmbeddingContext context = Context(model, plan);
        using WindowBatch batch = new(256, 1, 256, isAligned: false);
        string[] pieces = prompt.Contains("{0}", StringComparison.Ordinal)
            ? prompt.Split("{0}")
            : TextPrompt.Named.Single(named => named.Name == prompt).Template.Split("{0}");
        foreach ((string text, EmbeddingOutcome outcome) in texts.Zip(outcomes))
        {
            int[] content = frame.Content(text, default).ToArray();
            int[] tokens = pieces.Length == 2
                ? [.. frame.Window.Before, .. content, .. frame.Window.After]
                : [.. frame.Window.Before, .. content, .. frame.Window.Between!, .. content, .. frame.Window.After];
            batch.Clear();
            batch.Add(tokens);
            Assert.Null(context.Run(batch));
            int after = frame.Window.After.Length;
            PooledRange pooled = pooling == PoolingType.Last
                ? new PooledRange(tokens.Length - 1, 1, 1)
                : new PooledRange(tokens.Length - after - content.Length, content.Length, 1);
            float[] expected = Array.ConvertAll(context.Sum(batch, 0, pooled)!, value => (float)value);
            Assert.Equal(tokens.Length, outcome.TokenCount);
            double difference = 1 - TestModels.Cosine(outcome.Vector!, expected);
            Assert.True(difference < most, $"{prompt}, {text}: {difference}");
        }
    }
}
