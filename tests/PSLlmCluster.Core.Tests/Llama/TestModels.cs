using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Worker.Llama;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>The models that tests run: the tiny ones in Data, the bundled one, and SmolLM2 where it lies beside the checkout.</summary>
internal static class TestModels
{
    private static readonly Dictionary<FileStamp, LlamaModel> _loaded = [];

    public const string SmolName = "SmolLM2-135M-Instruct.Q4_1.gguf";

    public static string TinyQwen { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "models", "tiny-qwen2-random.F32.gguf");

    public static string TinyBert { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "models", "tiny-bert-random.F32.gguf");

    public static string MiniLm => EngineFiles.DefaultModel;

    /// <summary>Gets the tiny Qwen2, loaded.</summary>
    public static LlamaModel Qwen => Load(TinyQwen);

    /// <summary>Gets prompts of many kinds.</summary>
    public static string[] Prompts { get; } =
    [
        "", " ", "tea", "a cup of tea\nand a biscuit", "日本語の文", "x\0y", "half \uD83D of a pair", "<｜end▁of▁sentence｜> letters",
        "one two three four five six seven eight nine ten", "😀😀", "tea",
    ];

    /// <summary>Gets options for short completions.</summary>
    public static GenerationOptions Short { get; } = new() { MostTokens = 12, ThreadCount = 1 };

    public static string? Smol { get; } = Repository.Shared("models", SmolName);

    /// <summary>Says that llama.cpp runs a model on the CPU.</summary>
    public static ModelOptions OnCpu(string path) => new(path, ComputeDevice.Cpu, Engine: EmbeddingEngine.Llama);

    /// <summary>Loads a model in this process, once as long as its file does not change.</summary>
    public static LlamaModel Load(string path, Action<string>? log = null)
    {
        lock (_loaded)
        {
            FileStamp stamp = FileStamp.Of(path);
            if (!_loaded.TryGetValue(stamp, out LlamaModel? model))
            {
                model = LoadNew(OnCpu(path), log);
                _loaded.Add(stamp, model);
            }

            return model;
        }
    }

    /// <summary>Has the session's worker load a model, through the cache.</summary>
    public static IEmbeddingModel Acquire(string path, Action<string>? log = null) => ModelCache.Acquire(OnCpu(path), log);

    /// <summary>Loads a model in this process.</summary>
    public static LlamaModel LoadNew(
        ModelOptions options, Action<string>? log = null, IProgress<StageProgress>? progress = null, CancellationToken token = default)
        => LlamaModel.Load(
            ModelFile.Check(Path.GetFullPath(options.Path)),
            options,
            (itsLog, itsToken) => LoadNew(OnCpu(options.Path), itsLog, null, itsToken),
            log,
            progress,
            token);

    /// <summary>Returns the model that a golden was made with.</summary>
    public static LlamaModel OfGolden(string golden) => Load(PathOfGolden(golden));

    /// <summary>Returns the file of the model that a golden was made with.</summary>
    public static string PathOfGolden(string golden) => golden switch
    {
        "tiny-qwen2-f32" => TinyQwen,
        "tiny-bert-f32" => TinyBert,
        "minilm-q8_0" => MiniLm,
        _ => Smol!,
    };

    /// <summary>Embeds texts, all in one run or each in one of its own.</summary>
    public static EmbeddingOutcome[] Embed(
        IEmbeddingModel model, IReadOnlyList<string> texts, EmbeddingOptions? options = null, bool alone = false)
    {
        List<EmbeddingOutcome> outcomes = [];
        // One thread: ggml waits spinning, so two threads of two tests side by side on two cores hold each other up.
        options ??= new EmbeddingOptions();
        using ITextEmbedder embedder = model.Open(options with { ThreadCount = options.ThreadCount ?? 1 });
        for (int i = 0; i < texts.Count; i++)
        {
            outcomes.AddRange(embedder.Add(i, texts[i]));
            if (alone)
            {
                outcomes.AddRange(embedder.Flush());
            }
        }

        outcomes.AddRange(embedder.Flush());
        Assert.Equal(Enumerable.Range(0, texts.Count), outcomes.Select(outcome => outcome.Index));
        return [.. outcomes];
    }

    /// <summary>Completes prompts.</summary>
    public static GenerationOutcome[] Complete(LlamaModel model, GenerationOptions options, params string[] prompts)
    {
        using ITextGenerator generator = model.OpenGenerator(options);
        return [.. generator.Complete(prompts)];
    }

    public static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double product = 0, leftSquares = 0, rightSquares = 0;
        for (int i = 0; i < left.Length; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        return product / Math.Sqrt(leftSquares * rightSquares);
    }

    public static double RelativeError(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        double difference = 0, squares = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)actual[i] - expected[i], 2);
            squares += (double)expected[i] * expected[i];
        }

        return Math.Sqrt(difference / squares);
    }
}

/// <summary>A test that needs SmolLM2, a model of 98 MB that is not committed, and llama.cpp to run it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmolFactAttribute : SharedFactAttribute
{
    public SmolFactAttribute()
        : base(TestModels.Smol is not null)
        => Skip = NodePackages.WithoutLlama;
}
