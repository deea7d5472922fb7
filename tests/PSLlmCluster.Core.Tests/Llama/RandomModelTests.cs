using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Core.Tests.Support;
using RandomModel;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>tools/RandomModel: what it writes is a model that both engines load, with finite vectors, the same for the same seed.</summary>
[Collection("llama")]
public sealed class RandomModelTests
{
    private static readonly ModelShape _tiny = ModelShape.Presets["tiny"];
    private static readonly string[] _texts = ["the disk is full", "A. b, c! 12 x\u00E9\u4E2D", "password"];

    public static TheoryData<string, string> ArchitecturesAndTypes
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string architecture in (string[])["qwen2", "llama", "bert"])
            {
                foreach (WeightType type in WeightType.All)
                {
                    data.Add(architecture, type.Name);
                }
            }

            return data;
        }
    }

    [LlamaTheory]
    [MemberData(nameof(ArchitecturesAndTypes))]
    public void Each_architecture_and_type_loads_and_gives_finite_vectors(string architecture, string typeName)
    {
        using TemporaryFolder folder = new();
        ModelShape shape = architecture == "bert"
            ? _tiny with { Architecture = architecture, KeyValueHeads = _tiny.Heads }
            : _tiny with { Architecture = architecture };
        string path = folder.Write("model.gguf", Bytes(shape, typeName));
        float[][] native = Vectors(TestModels.Load(path));
        if (architecture == "bert")
        {
            // The managed engine does not round activations, which llama.cpp does to 8 bits with these weights.
            float[][] managed = Vectors(ModelCache.Acquire(new ModelOptions(path, Engine: EmbeddingEngine.Managed)));
            Assert.All(managed.Zip(native), pair => Assert.InRange(TestModels.Cosine(pair.First, pair.Second), 0.99, 1.001));
        }

        EmbeddingModel model = ModelInspection.Read(path);
        Assert.Equal((architecture, typeName, 2, 256, 600L), (
            model.Architecture, model.Quantization, model.LayerCount, model.Width, model.VocabularySize));
        ModelCache.Clear();
    }

    [LlamaFact]
    public void Types_agree_about_how_large_the_weights_are()
    {
        foreach (WeightType type in WeightType.All)
        {
            byte[] bytes = new byte[type.BlockBytes * (65_536 / type.BlockElements)];
            type.Fill(bytes, new RandomBits(1, "weights"), 0, 0.02);
            float[] weights = GgmlReference.Native(type.Number, bytes, 65_536);
            Assert.InRange(weights.Average(weight => (double)weight), -0.0005, 0.0005);
            Assert.InRange(Math.Sqrt(weights.Average(weight => (double)weight * weight)), 0.0195, 0.0205);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_others()
    {
        Assert.Equal(Bytes(_tiny, "Q4_K"), Bytes(_tiny, "Q4_K"));
        Assert.NotEqual(Bytes(_tiny, "Q4_K"), Bytes(_tiny, "Q4_K", seed: 2));
    }

    [Fact]
    public void A_row_that_no_block_fits_takes_another_type()
    {
        Assert.Equal(
            [WeightType.Q4_K, WeightType.Q8_0, WeightType.F16, WeightType.F16, WeightType.F32],
            [WeightType.Q4_K.For(512), WeightType.Q4_K.For(384), WeightType.Q4_K.For(100), WeightType.Q8_0.For(33), WeightType.F32.For(7)]);
    }

    [Fact]
    public void Presets_have_the_sizes_of_what_they_are_called_after()
    {
        Assert.All(ModelShape.Presets.Values, shape => Assert.Null(shape.Fault()));

        // DeepSeek-R1-Distill-Qwen-14B has 14.77 billion parameters; all-MiniLM-L6-v2 has 22.6 million without its pooler.
        Assert.Equal(14_770_033_664, Parameters("qwen2-14b"));
        Assert.InRange(Parameters("minilm"), 22_500_000, 22_700_000);
        Assert.Equal(134_515_008, Parameters("smollm2-135m"));
        long bytes = ModelTensors.Of(ModelShape.Presets["qwen2-14b"], WeightType.Q4_K).Sum(tensor => tensor.ByteCount);
        Assert.InRange(bytes, 8_300_000_000, 8_320_000_000);

        static long Parameters(string preset)
            => ModelTensors.Of(ModelShape.Presets[preset], WeightType.F32).Sum(tensor => tensor.RowLength * tensor.Rows);
    }

    /// <summary>README.md has these figures for the notebook's model.</summary>
    [Theory]
    [InlineData("Q4_K", "8.2 GB", 40)]
    [InlineData("Q8_0", "14.7 GB", 20)]
    [InlineData("F16", "27.0 GB", 10)]
    public void The_notebooks_model_needs_what_the_README_says(string type, string needed, int layersInSeven)
    {
        ModelShape shape = ModelShape.Presets["qwen2-14b"];
        IReadOnlyList<ModelTensor> tensors = ModelTensors.Of(shape, WeightType.All.Single(known => known.Name == type));
        LayerSizes sizes = new(
            [.. Enumerable.Range(0, shape.Layers).Select(layer => BytesOf($"blk.{layer}."))],
            BytesOf("output"),
            shape.Width,
            shape.FeedForward,
            shape.Heads,
            2 * shape.KeyValueWidth,
            shape.Vocabulary);
        GpuPlan plan = GpuPlan.For(sizes, int.MaxValue, [new GpuMemory("CUDA0", 80L << 30, 80L << 30)]);
        Assert.StartsWith($"49 layers on CUDA0 need about {needed} (", plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(layersInSeven, GpuPlan.MostThatFit(sizes, 49, [new GpuMemory("CUDA0", 7L << 30, 8L << 30)]));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.Matches($@"\| {type} \| .* \| {needed[..^3]} \|", readme);

        long BytesOf(string start)
            => tensors.Where(tensor => tensor.Name.StartsWith(start, StringComparison.Ordinal)).Sum(tensor => tensor.ByteCount);
    }

    [Fact]
    public void Sizes_that_make_no_sense_are_refused()
    {
        Assert.NotNull((_tiny with { Architecture = "gpt2" }).Fault());
        Assert.NotNull((_tiny with { Layers = 0 }).Fault());
        Assert.NotNull((_tiny with { Width = 255 }).Fault());
        Assert.NotNull((_tiny with { KeyValueHeads = 3 }).Fault());
        Assert.NotNull((_tiny with { Vocabulary = 10 }).Fault());
        Assert.NotNull((_tiny with { Architecture = "bert" }).Fault());
    }

    private static byte[] Bytes(ModelShape shape, string type, ulong seed = 1)
    {
        using MemoryStream stream = new();
        ModelWriter.Write(stream, "random-tiny", shape, WeightType.All.Single(known => known.Name == type), seed);
        return stream.ToArray();
    }

    private static float[][] Vectors(IEmbeddingModel model)
    {
        EmbeddingOutcome[] outcomes = TestModels.Embed(model, _texts);
        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
        Assert.All(outcomes, outcome => Assert.All(outcome.Vector!, number => Assert.True(float.IsFinite(number))));
        Assert.All(outcomes, outcome => Assert.Contains(outcome.Vector!, number => number != 0));
        return [.. outcomes.Select(outcome => outcome.Vector!)];
    }
}
