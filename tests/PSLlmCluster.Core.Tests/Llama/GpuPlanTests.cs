using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Which layers go to which GPU, what they need there, and what becomes of a model that does not fit. No GPU is needed.</summary>
public sealed class GpuPlanTests
{
    private const long Megabyte = 1 << 20;
    private const long Gigabyte = 1 << 30;

    // Ten blocks of 100 MB and an output of 300 MB. A block keeps 1 MB of keys and values, and a computation needs 20 MB, and 200 MB more
    // where the output is.
    private static readonly LayerSizes _sizes = new(
        [.. Enumerable.Repeat(100 * Megabyte, 10)], 300 * Megabyte, 1024, 0, 4, 512, 102_400);

    private static long Compute(bool output) => ((8 * 1024) + (4 * 512) + (output ? 102_400 : 0)) * 512L * 4;

    [Fact]
    public void All_layers_on_one_GPU_are_added_up()
    {
        GpuPlan plan = GpuPlan.For(_sizes, int.MaxValue, [Gpu(2 * Gigabyte)]);

        GpuShare share = Assert.Single(plan.Shares);
        Assert.Equal((11, 11), (plan.LayerCount, share.Layers));
        Assert.Equal(1300 * Megabyte, share.Weights);
        Assert.Equal(10 * Megabyte, share.KeyValue);
        Assert.Equal(Compute(output: true), share.Compute);
        Assert.Equal(share.Weights + share.KeyValue + share.Compute + GpuShare.Reserve, share.Needed);
        Assert.True(plan.Fits);
    }

    [Fact]
    public void The_last_layers_go_first()
    {
        GpuPlan one = GpuPlan.For(_sizes, 1, [Gpu(Gigabyte)]);
        Assert.Equal(300 * Megabyte, one.Shares[0].Weights);
        Assert.StartsWith("1 layer on CUDA0 (Test) needs about ", one.ToString(), StringComparison.Ordinal);
        GpuShare two = GpuPlan.For(_sizes, 2, [Gpu(Gigabyte)]).Shares[0];
        Assert.Equal((400 * Megabyte, Megabyte), (two.Weights, two.KeyValue));
        GpuShare none = GpuPlan.For(_sizes, 0, [Gpu(0)]).Shares[0];
        Assert.Equal((0, 0L, true), (none.Layers, none.Needed, none.Fits));
    }

    [Theory]
    [InlineData(1f, 1f, 6, 5)]
    [InlineData(3f, 1f, 9, 2)]
    [InlineData(1f, 3f, 3, 8)]
    [InlineData(0f, 1f, 0, 11)]
    [InlineData(1f, 0f, 11, 0)]
    [InlineData(0f, 0f, 4, 7)]
    public void Shares_split_the_layers_as_llama_cpp_does(float first, float second, int layersOfFirst, int layersOfSecond)
    {
        // Without a share it goes by free memory, 1 GB and 2 GB.
        GpuPlan plan = GpuPlan.For(_sizes, 11, [Gpu(Gigabyte), Gpu(2 * Gigabyte)], [first, second]);
        Assert.Equal([layersOfFirst, layersOfSecond], plan.Shares.Select(share => share.Layers));
        Assert.Equal(1300 * Megabyte, plan.Shares.Sum(share => share.Weights));
        Assert.Equal(10 * Megabyte, plan.Shares.Sum(share => share.KeyValue));
        Assert.Equal(Compute(output: layersOfSecond == 0), plan.Shares[0].Compute);
        Assert.Equal(Compute(output: layersOfSecond > 0), plan.Shares[1].Compute);
    }

    [Fact]
    public void Missing_shares_are_none()
        => Assert.Equal([11, 0], GpuPlan.For(_sizes, 11, [Gpu(Gigabyte), Gpu(Gigabyte)], [1f]).Shares.Select(share => share.Layers));

    [Fact]
    public void The_most_that_fits_is_found_and_one_more_does_not_fit()
    {
        for (long free = 0; free <= 2048; free += 64)
        {
            GpuMemory[] gpus = [Gpu(free * Megabyte)];
            int most = GpuPlan.MostThatFit(_sizes, 11, gpus);
            Assert.True(GpuPlan.For(_sizes, most, gpus).Fits);
            Assert.True(most == 11 || !GpuPlan.For(_sizes, most + 1, gpus).Fits);
        }

        Assert.Equal(0, GpuPlan.MostThatFit(_sizes, 11, [Gpu(0)]));
        Assert.Equal(11, GpuPlan.MostThatFit(_sizes, 99, [Gpu(2 * Gigabyte)]));
        Assert.Equal(3, GpuPlan.MostThatFit(_sizes, 3, [Gpu(2 * Gigabyte)]));
    }

    [Fact]
    public void Two_GPUs_hold_together_what_one_does_not()
    {
        GpuMemory half = Gpu(1200 * Megabyte);
        Assert.False(GpuPlan.For(_sizes, 11, [half]).Fits);
        Assert.True(GpuPlan.For(_sizes, 11, [half, half]).Fits);
        Assert.False(GpuPlan.For(_sizes, 11, [half, half], [0f, 1f]).Fits);
    }

    [Fact]
    public void A_GPU_whose_driver_says_nothing_takes_anything()
    {
        GpuPlan plan = GpuPlan.For(_sizes, 11, [new GpuMemory("Vulkan0", 0, 0)]);
        Assert.True(plan.Fits);
        Assert.Equal(11, plan.Shares[0].Layers);
        Assert.Contains("does not say", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_fits_is_taken_as_it_was_asked_for()
    {
        GpuMemory[] gpus = [Gpu(2 * Gigabyte), Gpu(2 * Gigabyte)];
        Assert.Equal(new GpuChoice(null, null, null), Choose(new ModelOptions("m.gguf"), gpus));
        Assert.Equal(new GpuChoice(4, 1, null), Choose(new ModelOptions("m.gguf", GpuLayerCount: 4, MainGpu: 1), gpus));
        float[] split = [1f, 2f];
        Assert.Equal(new GpuChoice(null, null, split), Choose(new ModelOptions("m.gguf", TensorSplit: split), gpus));
    }

    [Theory]
    [InlineData(1000, 3)]
    [InlineData(300, 0)]
    [InlineData(0, 0)]
    public void Where_nobody_asked_what_fits_is_taken_and_said(int freeMegabytes, int layers)
    {
        List<string> lines = [];
        GpuChoice choice = Choose(new ModelOptions("m.gguf"), [Gpu(freeMegabytes * Megabyte)], lines);
        Assert.Equal(layers, choice.LayerCount);
        Assert.StartsWith(
            "Of 11 layers, 11 layers on CUDA0 (Test) need about 1.7 GB (1.3 GB weights, ", lines[0], StringComparison.Ordinal);
        Assert.Contains(layers == 0 ? "so the CPU is used" : $"so {layers} of 11 go there", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ComputeDevice.Gpu, null)]
    [InlineData(ComputeDevice.Gpu, 9)]
    [InlineData(ComputeDevice.Auto, 9)]
    public void Where_it_was_asked_for_it_is_an_error_with_figures_and_a_number_that_fits(ComputeDevice device, int? layers)
    {
        GpuMemory[] gpus = [Gpu(1000 * Megabyte)];
        EngineException failure = Assert.Throws<EngineException>(() => Choose(new ModelOptions("m.gguf", device, layers), gpus));
        Assert.Equal((EngineErrorIds.GpuMemoryTooSmall, FailureKind.ResourceUnavailable), (failure.ErrorId, failure.Kind));
        Assert.StartsWith(
            $"m.gguf does not fit: {layers ?? 11} layers on CUDA0 (Test) need about 1.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("1.0 GB of 80.0 GB are free", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("Give -GpuLayerCount 3,", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(3, Choose(new ModelOptions("m.gguf", device, 3), gpus).LayerCount);
    }

    [Fact]
    public void Where_nothing_fits_the_error_says_so()
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => Choose(new ModelOptions("m.gguf", MainGpu: 1), [Gpu(80 * Gigabyte), Gpu(0)]));
        Assert.Contains("Not even one layer would.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-Device Cpu", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void GPUs_that_are_not_there_are_refused_with_those_that_are()
    {
        GpuMemory[] gpus = [Gpu(Gigabyte), Gpu(Gigabyte)];
        EngineException main = Assert.Throws<EngineException>(() => Choose(new ModelOptions("m.gguf", MainGpu: 2), gpus));
        Assert.Equal(EngineErrorIds.MainGpuInvalid, main.ErrorId);
        Assert.Contains("1 is CUDA0 (Test)", main.Message, StringComparison.Ordinal);
        EngineException split = Assert.Throws<EngineException>(() => Choose(new ModelOptions("m.gguf", TensorSplit: [1, 1, 1]), gpus));
        Assert.Equal(EngineErrorIds.TensorSplitInvalid, split.ErrorId);
    }

    [Fact]
    public void Sizes_are_those_of_the_files_tensors_in_all_their_parts()
    {
        using TemporaryFolder folder = new();
        GgufFile first = Decoder().With("split.count", (ushort)2).With("split.no", (ushort)0)
            .WithTensor("token_embd.weight", 64).WithTensor("blk.0.attn_q.weight", 100).WithTensor("output_norm.weight", 8);
        GgufFile second = Decoder().With("split.count", (ushort)2).With("split.no", (ushort)1)
            .WithTensor("blk.0.attn_k.weight", 20).WithTensor("blk.1.attn_q.weight", 100).WithTensor("rope_freqs.weight", 4);
        string path = folder.Write("m-00001-of-00002.gguf", first.ToBytes());
        folder.Write("m-00002-of-00002.gguf", second.ToBytes());

        LayerSizes sizes = LayerSizes.Read(ModelFile.Check(path));
        Assert.Equal([480L, 400L], sizes.Blocks);

        // The embedding matrix is the output's too, as there is no other.
        Assert.Equal(32L + 256, sizes.Output);
        Assert.Equal((64L, 256L, 8L, 2L * 2 * 8, 3L), (
            sizes.Width, sizes.FeedForwardWidth, sizes.HeadCount, sizes.KeyValueWidth, sizes.VocabularySize));
        second.WithTensor("output.weight", 64);
        folder.Write("m-00002-of-00002.gguf", second.ToBytes());
        Assert.Equal(32L + 256, LayerSizes.Read(ModelFile.Check(path)).Output);
    }

    [Fact]
    public void An_encoder_keeps_no_keys_and_has_no_output()
    {
        LayerSizes encoder = LayerSizes.Read(ModelFile.Check(TestModels.TinyBert));
        Assert.Equal((3, 0L, 0L, 0L), (encoder.Blocks.Count, encoder.Output, encoder.KeyValueWidth, encoder.VocabularySize));
        LayerSizes decoder = LayerSizes.Read(ModelFile.Check(TestModels.TinyQwen));
        Assert.Equal(3, decoder.Blocks.Count);
        Assert.True(decoder.KeyValueWidth > 0 && decoder.VocabularySize > 0 && decoder.Output > 0);
        Assert.True(decoder.Blocks.All(block => block == decoder.Blocks[0]));
    }

    private static GgufFile Decoder() => GgufFile.Model("llama").WithoutTensors()
        .With("llama.block_count", 2u).With("llama.embedding_length", 64u)
        .With("llama.attention.head_count", 8u).With("llama.attention.head_count_kv", 2u);

    private static GpuMemory Gpu(long free) => new("CUDA0 (Test)", free, 80 * Gigabyte);

    private static GpuChoice Choose(ModelOptions options, IReadOnlyList<GpuMemory> gpus, List<string>? lines = null)
    {
        options.Validate();
        return GpuChoice.For(options.Path, _sizes, options, gpus, lines is null ? null : lines.Add);
    }
}
