using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Engines;

/// <summary>One collection: <see cref="ModelCache.Clear"/> concerns all.</summary>
[Collection("llama")]
public sealed class ModelCacheTests
{
    [LlamaFact]
    public void The_same_file_gives_the_same_model_however_its_path_is_written()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        string folder = Path.GetDirectoryName(TestModels.TinyQwen)!;
        Assert.Same(model, TestModels.Acquire(Path.Combine(folder, "..", "models", Path.GetFileName(TestModels.TinyQwen))));
        Assert.NotSame(model, ModelCache.Acquire(new ModelOptions(TestModels.TinyQwen, ComputeDevice.Auto)));
    }

    [Fact]
    public void A_log_is_told_of_a_model_once_and_each_log_is()
    {
        ModelOptions options = new(TestModels.MiniLm);
        ModelCache.Acquire(options);
        for (int i = 0; i < 2; i++)
        {
            List<string> lines = [];
            ModelCache.Acquire(options, lines.Add);
            Assert.Contains("is loaded already", Assert.Single(lines), StringComparison.Ordinal);
            ModelCache.Acquire(options, lines.Add);
            Assert.Single(lines);
        }

        ModelCache.Clear();
        List<string> loading = [];
        ModelCache.Acquire(options, loading.Add);
        int count = loading.Count;
        ModelCache.Acquire(options, loading.Add);
        Assert.Equal(count, loading.Count);
    }

    [LlamaFact]
    public void A_file_that_changed_is_loaded_again()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.gguf", File.ReadAllBytes(TestModels.TinyQwen));
        IEmbeddingModel first = TestModels.Acquire(path);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(5));
        IEmbeddingModel second = TestModels.Acquire(path);
        Assert.NotSame(first, second);
        EngineException failure = Assert.Throws<EngineException>(() => first.Open(new EmbeddingOptions { ThreadCount = 1 }));
        Assert.Equal("ModelReleased", failure.ErrorId);
        ModelCache.Clear();
    }

    [LlamaFact]
    public void A_file_replaced_by_another_of_the_same_time_and_length_is_loaded_again()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TestModels.TinyQwen);
        string path = folder.Write("model.gguf", bytes);
        DateTime written = File.GetLastWriteTimeUtc(path);
        float[] before = TestModels.Embed(TestModels.Acquire(path), ["tea"])[0].Vector!;
        bytes.AsSpan(bytes.Length - 4096).Clear();
        folder.Write("model.gguf", bytes);
        File.SetLastWriteTimeUtc(path, written);

        // Windows tells no more than the time and the length.
        Assert.NotEqual(before, OperatingSystem.IsWindows() ? null : TestModels.Embed(TestModels.Acquire(path), ["tea"])[0].Vector);
        ModelCache.Clear();
    }

    [LlamaFact]
    public void A_model_whose_file_is_cut_while_it_is_in_use_stays_whole_and_is_refused_the_next_time()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.gguf", File.ReadAllBytes(TestModels.MiniLm));
        IEmbeddingModel model = TestModels.Acquire(path);
        float[] expected = TestModels.Embed(TestModels.Acquire(TestModels.MiniLm), ["tea"])[0].Vector!;
        using (ITextEmbedder embedder = model.Open(new EmbeddingOptions { ThreadCount = 1 }))
        {
            using (FileStream stream = File.OpenWrite(path))
            {
                stream.SetLength(1 << 20);
            }

            // A mapped file would end the process here.
            embedder.Add(0, "tea");
            Assert.Equal(expected, embedder.Flush().Single().Vector);
        }

        Assert.Equal(EngineErrorIds.ModelTruncated, Assert.Throws<EngineException>(() => TestModels.Acquire(path)).ErrorId);
        ModelCache.Clear();
    }

    [Fact]
    public void A_part_that_changed_makes_the_model_another()
    {
        using TemporaryFolder folder = new();
        string first = folder.Write("first", [1]);
        string second = folder.Write("second", [2]);
        FileStamp[] stamps = [FileStamp.Of(first), FileStamp.Of(second)];
        Assert.True(FileStamp.AreUnchanged(stamps));
        File.WriteAllBytes(second, [2, 3]);
        Assert.False(FileStamp.AreUnchanged(stamps));
        File.Delete(second);
        Assert.False(FileStamp.AreUnchanged(stamps));
        Assert.False(FileStamp.AreUnchanged([FileStamp.Of(second)]));
    }

    [LlamaFact]
    public async Task A_loading_that_hangs_holds_up_neither_other_models_nor_a_clear()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.gguf", File.ReadAllBytes(TestModels.TinyQwen));
        using ManualResetEventSlim hangs = new();
        using ManualResetEventSlim goOn = new();
        BlockingProgress progress = new(hangs, goOn);
        Task<IEmbeddingModel> loading = Task.Run(() => ModelCache.Acquire(TestModels.OnCpu(path), null, progress));
        WaitHandle.WaitAny([hangs.WaitHandle, ((IAsyncResult)loading).AsyncWaitHandle]);
        Assert.True(hangs.IsSet);

        // Another model, a second one who wants the same and gives up, and Remove-Module.
        Assert.NotNull(TestModels.Embed(TestModels.Acquire(TestModels.TinyBert), ["tea"])[0].Vector);
        using CancellationTokenSource source = new();
        Task<IEmbeddingModel> second = Task.Run(() => ModelCache.Acquire(TestModels.OnCpu(path), token: source.Token));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        ModelCache.Clear();
        Assert.False(loading.IsCompleted);

        goOn.Set();
        IEmbeddingModel model = await loading;
        Assert.NotNull(TestModels.Embed(model, ["tea"])[0].Vector);
        Assert.NotSame(model, TestModels.Acquire(path));
        ModelCache.Clear();
    }

    [LlamaFact]
    public void An_embedder_in_use_outlives_a_clear()
    {
        IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
        float[] expected = TestModels.Embed(model, ["Euler's identity"])[0].Vector!;
        using ITextEmbedder embedder = model.Open(new EmbeddingOptions { ThreadCount = 1 });
        ModelCache.Clear();
        Assert.Empty(embedder.Add(0, "Euler's identity"));
        Assert.Equal(expected, embedder.Flush().Single().Vector);
        Assert.NotSame(model, TestModels.Acquire(TestModels.TinyQwen));
    }

    [LlamaFact]
    public void A_path_beyond_ASCII_is_found()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("埋め込み モデル.gguf", File.ReadAllBytes(TestModels.TinyQwen));
        Assert.Equal(64, TestModels.Embed(TestModels.Acquire(path), ["オイラーの等式"])[0].Vector!.Length);
        ModelCache.Clear();
    }

    [LlamaFact]
    public async Task Several_threads_get_one_model_and_compute_on_it_side_by_side()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"text number {i}")];
        float[][] expected = [.. TestModels.Embed(TestModels.Acquire(TestModels.TinyBert), texts).Select(outcome => outcome.Vector!)];
        ModelCache.Clear();
        (IEmbeddingModel Model, float[][] Vectors)[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            IEmbeddingModel model = TestModels.Acquire(TestModels.TinyBert);
            return (model, TestModels.Embed(model, texts).Select(outcome => outcome.Vector!).ToArray());
        })));
        Assert.All(results, result => Assert.Same(results[0].Model, result.Model));
        Assert.All(results, result => Assert.Equal(expected, result.Vectors));
    }

    [LlamaFact]
    public async Task Clearing_while_embedders_are_being_made_leaves_whole_ones_or_an_error()
    {
        using CancellationTokenSource done = new();
        Task clearing = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                ModelCache.Clear();
            }
        });
        for (int i = 0; i < 50; i++)
        {
            IEmbeddingModel model = TestModels.Acquire(TestModels.TinyQwen);
            Exception? failure = Record.Exception(() => TestModels.Embed(model, ["tea"]));
            Assert.True(failure is null or EngineException { ErrorId: "ModelReleased" }, failure?.ToString());
        }

        await done.CancelAsync();
        await clearing;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.NotNull(TestModels.Embed(TestModels.Acquire(TestModels.TinyQwen), ["tea"])[0].Vector);
    }

    [LlamaFact]
    public void Device_and_layers_are_in_the_log_and_llama_cpps_words_too()
    {
        ModelCache.Clear();
        List<string> lines = [];
        IEmbeddingModel model = TestModels.Acquire(TestModels.MiniLm, lines.Add);
        Assert.Contains(lines, line =>
            line.StartsWith("Running with llama.cpp on CPU", StringComparison.Ordinal)
                && line.EndsWith(", 0 of 7 layers on a GPU", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("llama_model_loader", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains('\n', StringComparison.Ordinal));
        Assert.Equal(384, model.Width);
        Assert.Contains(model.Placement, lines.Single(line => line.StartsWith("Running with ", StringComparison.Ordinal)));
    }
}

/// <summary>Stands in for a disk that does not answer: the loading waits in its first report.</summary>
internal sealed class BlockingProgress(ManualResetEventSlim hangs, ManualResetEventSlim goOn) : IProgress<StageProgress>
{
    public void Report(StageProgress value)
    {
        hangs.Set();
        goOn.Wait();
    }
}

[CollectionDefinition("llama")]
public sealed class LlamaTests;
