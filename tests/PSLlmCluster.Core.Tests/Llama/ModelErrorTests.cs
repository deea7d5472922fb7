using System.Diagnostics;
using System.Net.Sockets;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Worker.Llama;
using PSLlmCluster.Worker.Llama.Native;
using PSLlmCluster.Core.Tests.Gguf;

namespace PSLlmCluster.Core.Tests.Llama;

/// <summary>Each thing that can be wrong with a model or with the options, by its stable id; none of them ends the process.</summary>
[Collection("llama")]
public sealed class ModelErrorTests
{
    [Fact]
    public void A_missing_model_file_is_refused()
        => Expect("ModelNotFound", FailureKind.NotFound, Path.Combine(Path.GetTempPath(), "no", "such.gguf"));

    [Fact]
    public void A_folder_in_place_of_a_model_file_is_refused()
        => Expect("ModelIsDirectory", FailureKind.InvalidArgument, Path.GetTempPath());

    [Fact]
    public void A_pipe_a_device_or_a_socket_is_refused_without_opening_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Expect(EngineErrorIds.ModelNotRegularFile, FailureKind.InvalidArgument, @"\\.\pipe\no-such-pipe");
            return;
        }

        // Opening a pipe that nobody writes to would wait for ever.
        using TemporaryFolder folder = new();
        string pipe = Path.Combine(folder.Path, "pipe.gguf");
        using (Process process = Process.Start("mkfifo", [pipe]))
        {
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        Expect(EngineErrorIds.ModelNotRegularFile, FailureKind.InvalidArgument, pipe);
        string link = Path.Combine(folder.Path, "link.gguf");
        File.CreateSymbolicLink(link, pipe);
        Expect(EngineErrorIds.ModelNotRegularFile, FailureKind.InvalidArgument, link);
        Expect(EngineErrorIds.ModelNotRegularFile, FailureKind.InvalidArgument, "/dev/zero");
        string address = Path.Combine(folder.Path, "socket.gguf");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(address));
        Expect(EngineErrorIds.ModelNotRegularFile, FailureKind.InvalidArgument, address);

        // A part of a model that is one, too.
        GgufFile part = GgufFile.Model().With("split.count", (ushort)2).With("split.no", (ushort)0);
        string first = folder.Write("m-00001-of-00002.gguf", part.ToBytes());
        File.Move(pipe, Path.Combine(folder.Path, "m-00002-of-00002.gguf"));
        EngineException failure = Assert.Throws<EngineException>(() => TestModels.Load(first));
        Assert.Equal(EngineErrorIds.ModelNotRegularFile, failure.ErrorId);
        Assert.Contains("m-00002", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_reader_of_the_header_found_is_kept_as_the_cause()
    {
        using TemporaryFolder folder = new();
        EngineException text = Expect("ModelNotGguf", FailureKind.InvalidData, folder.Write("text.gguf", "No model."u8.ToArray()));
        Assert.IsType<GgufFormatException>(text.InnerException);
        EngineException cut = Expect(
            "ModelTruncated", FailureKind.InvalidData, folder.Write("cut.gguf", GgufFile.Model().ToBytes()[..100]));
        Assert.IsType<GgufFormatException>(cut.InnerException);
    }

    [Fact]
    public void A_file_that_may_not_be_read()
    {
        Assert.Equal("ModelAccessDenied", ModelStream.Unreadable("x", new UnauthorizedAccessException("no")).ErrorId);
        Assert.Equal(FailureKind.PermissionDenied, ModelStream.Unreadable("x", new UnauthorizedAccessException("no")).Kind);
        Assert.Equal("ModelReadFailed", ModelStream.Unreadable("x", new IOException("bad sector")).ErrorId);

        // A file that not even root may open for reading, where there is one.
        const string writeOnly = "/sys/bus/cpu/uevent";
        if (File.Exists(writeOnly))
        {
            Expect("ModelAccessDenied", FailureKind.PermissionDenied, writeOnly);
        }
    }

    [Fact]
    public void A_file_of_another_kind()
    {
        using TemporaryFolder folder = new();
        Expect("ModelNotGguf", FailureKind.InvalidData, folder.Write("text.gguf", "Not a model at all, but a text."u8.ToArray()));
        Expect("ModelNotGguf", FailureKind.InvalidData, folder.Write("old.gguf", new GgufFile { Version = 1 }.ToBytes()));
        Expect("ModelNotGguf", FailureKind.InvalidData, folder.Write("ggml.bin", new GgufFile { Magic = "lmgg" }.ToBytes()));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void A_model_that_is_cut_off(double share)
    {
        using TemporaryFolder folder = new();
        foreach (string model in (string[])[TestModels.TinyQwen, TestModels.TinyBert, TestModels.MiniLm])
        {
            byte[] bytes = File.ReadAllBytes(model);
            Expect("ModelTruncated", FailureKind.InvalidData, folder.Write("cut.gguf", bytes[..(int)(bytes.Length * share)]));
        }
    }

    [Fact]
    public void A_model_without_a_vocabulary()
    {
        using TemporaryFolder folder = new();
        Expect(
            "ModelNoVocabulary",
            FailureKind.NotSupported,
            folder.Write("a.gguf", GgufFile.Model().Without("tokenizer.ggml.tokens").ToBytes()));
        Expect(
            "ModelNoVocabulary",
            FailureKind.NotSupported,
            folder.Write("b.gguf", GgufFile.Model().With("tokenizer.ggml.model", "no_vocab").ToBytes()));
        Expect(
            "ModelNoVocabulary",
            FailureKind.NotSupported,
            folder.Write("c.gguf", GgufFile.Model().Without("tokenizer.ggml.model").ToBytes()));
    }

    [Fact]
    public void A_vocabulary_without_a_model()
    {
        using TemporaryFolder folder = new();
        Expect("ModelNoWeights", FailureKind.NotSupported, folder.Write("vocabulary.gguf", GgufFile.Model().WithoutTensors().ToBytes()));
    }

    [Fact]
    public void A_model_without_an_embedding_output()
    {
        using TemporaryFolder folder = new();
        Expect("ModelNoEmbedding", FailureKind.NotSupported, folder.Write("mmproj.gguf", GgufFile.Model("clip").ToBytes()));
        Expect("ModelNoEmbedding", FailureKind.NotSupported, folder.Write("draft.gguf", GgufFile.Model("eagle3").ToBytes()));
        Expect(
            "ModelNoEmbedding",
            FailureKind.NotSupported,
            folder.Write("lora.gguf", GgufFile.Model("llama").With("general.type", "adapter").ToBytes()));
    }

    [LlamaFact]
    public void A_model_that_llama_cpp_refuses()
    {
        using TemporaryFolder folder = new();
        EngineException failure = Expect(
            "ModelLoadFailed", FailureKind.NotSupported, folder.Write("strange.gguf", GgufFile.Model("no-such-architecture").ToBytes()));
        Assert.Contains("no-such-architecture", failure.Message, StringComparison.Ordinal);
        Expect("ModelLoadFailed", FailureKind.NotSupported, folder.Write("halves.gguf", GgufFile.Model("bert").ToBytes()));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(513u)]
    public void A_number_of_blocks_that_would_end_the_process(uint blocks)
    {
        using TemporaryFolder folder = new();
        Expect(
            "ModelCorrupt",
            FailureKind.InvalidData,
            folder.Write("blocks.gguf", GgufFile.Model().With("bert.block_count", blocks).ToBytes()));
    }

    [Fact]
    public void A_part_of_a_model_that_is_not_the_first_or_lacks_the_others()
    {
        using TemporaryFolder folder = new();
        GgufFile part = GgufFile.Model().With("split.count", (ushort)2).With("split.no", (ushort)0);
        Expect("ModelNotFound", FailureKind.NotFound, folder.Write("m-00001-of-00002.gguf", part.ToBytes()));
        Expect(
            "ModelNotFirstPart",
            FailureKind.InvalidArgument,
            folder.Write("m-00002-of-00002.gguf", part.With("split.no", (ushort)1).ToBytes()));
        byte[] second = part.ToBytes();
        folder.Write("m-00002-of-00002.gguf", second[..^64]);
        Expect("ModelTruncated", FailureKind.InvalidData, Path.Combine(folder.Path, "m-00001-of-00002.gguf"));
    }

    [LlamaFact]
    public void A_GPU_that_is_not_there_is_an_error_with_the_reason_and_never_the_CPU()
    {
        NativeLibraryFiles files = NativeLibraryLoader.EnsureLoaded(null);
        if (GpuBackends.Find(files, null).Gpus.Count > 0)
        {
            Assert.True(TestModels.LoadNew(new ModelOptions(TestModels.TinyQwen, ComputeDevice.Gpu)).GpuLayers > 0);
            return;
        }

        EngineException failure = Assert.Throws<EngineException>(
            () => ModelCache.Acquire(new ModelOptions(TestModels.TinyQwen, ComputeDevice.Gpu)));
        Assert.Equal(("GpuNotAvailable", FailureKind.ResourceUnavailable), (failure.ErrorId, failure.Kind));
        List<string> lines = [];
        LlamaModel model = TestModels.LoadNew(new ModelOptions(TestModels.TinyQwen, ComputeDevice.Auto, 3), lines.Add);
        Assert.Equal(0, model.GpuLayers);
        Assert.Single(
            lines,
            line => line.StartsWith("No GPU is used: ", StringComparison.Ordinal)
                && failure.Message.Contains(line["No GPU is used: ".Length..], StringComparison.Ordinal));
    }

    [LlamaFact]
    public void A_window_beyond_what_is_computed_at_once_is_refused_whatever_the_file_says()
    {
        // The key's name, its type (4: a 32-bit number), its value.
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TestModels.TinyQwen);
        BitConverter.TryWriteBytes(
            bytes.AsSpan(bytes.AsSpan().IndexOf("qwen2.context_length"u8) + "qwen2.context_length".Length + 4), (uint)int.MaxValue);
        LlamaModel model = TestModels.Load(folder.Write("vast.gguf", bytes));
        Assert.Equal(int.MaxValue, model.TrainedContextLength);
        foreach (int length in (int[])[EmbeddingOptions.MostBatchSize + 1, 100_000_000, int.MaxValue])
        {
            Assert.Equal(
                "ContextTooLong",
                Assert.Throws<EngineException>(() => new LlamaEmbedder(model, new EmbeddingOptions { ContextLength = length })).ErrorId);
        }

        using LlamaEmbedder embedder = new(model, new EmbeddingOptions { ThreadCount = 1 });
        Assert.Equal(ModelLimits.DefaultWindowLength, embedder.WindowLength);
        ModelCache.Clear();
    }

    [LlamaFact]
    public void A_backend_that_is_no_library_or_one_for_another_processor_gives_a_reason()
    {
        using TemporaryFolder folder = new();
        Assert.NotEmpty(GpuBackends.WhyNot(Path.Combine(folder.Path, "none.so")));
        Assert.NotEmpty(GpuBackends.WhyNot(folder.Write("text.so", "no library"u8.ToArray())));

        // The start of a library, and a whole one whose header (ELF: e_machine at 18) names another processor, RISC-V.
        if (OperatingSystem.IsLinux())
        {
            byte[] library = File.ReadAllBytes(NativeLibraryLoader.EnsureLoaded(null).GgmlBase);
            Assert.NotEmpty(GpuBackends.WhyNot(folder.Write("start.so", library[..40])));
            library[18] = 0xF3;
            Assert.NotEmpty(GpuBackends.WhyNot(folder.Write("other.so", library)));
        }
    }

    [Fact]
    public void Libraries_that_are_not_there()
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => NativeLibraryFiles.Find(Path.Combine(Path.GetTempPath(), "no-libraries")));
        Assert.Equal(("NativeLibraryMissing", FailureKind.NotInstalled), (failure.ErrorId, failure.Kind));
        Assert.Contains("1. ", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains(NativePlatform.FolderVariable, failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Libraries_that_the_build_left_out()
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => NativeLibraryFiles.Find(Path.Combine(EngineFiles.NativeFolder, "no-such-platform")));
        Assert.Equal(("NativeLibraryMissing", FailureKind.NotInstalled), (failure.ErrorId, failure.Kind));
        Assert.Contains("built without it", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Install Node.js", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ComputeDevice.Auto, -1)]
    [InlineData(ComputeDevice.Cpu, 4)]
    [InlineData(ComputeDevice.Gpu, 0)]
    public void Layers_that_make_no_sense(ComputeDevice device, int layers)
    {
        EngineException failure = Assert.Throws<EngineException>(
            () => ModelCache.Acquire(new ModelOptions(TestModels.TinyQwen, device, layers)));
        Assert.Equal("GpuLayerCountInvalid", failure.ErrorId);
    }

    [LlamaTheory]
    [InlineData("ThreadCountInvalid", 0, null, null)]
    [InlineData("ContextTooShort", null, 0, null)]
    [InlineData("ContextTooShort", null, 1, null)]
    [InlineData("ContextTooLong", null, 257, null)]
    [InlineData("ContextTooLong", null, 65537, null)]
    [InlineData("ContextTooLong", null, int.MaxValue, null)]
    [InlineData("BatchSizeTooSmall", null, null, 255)]
    [InlineData("BatchSizeTooSmall", null, null, 0)]
    [InlineData("BatchSizeTooLarge", null, null, 65537)]
    public void Options_that_do_not_suit_the_model(string id, int? threads, int? context, int? batch)
    {
        // The tiny Qwen2's own window is 256 tokens, one of them the BOS.
        EmbeddingOptions options = new() { ThreadCount = threads, ContextLength = context, BatchSize = batch };
        EngineException failure = Assert.Throws<EngineException>(() => new LlamaEmbedder(TestModels.Load(TestModels.TinyQwen), options));
        Assert.Equal((id, FailureKind.InvalidArgument), (failure.ErrorId, failure.Kind));
        Assert.NotEmpty(failure.RecommendedAction);
    }

    private static EngineException Expect(string id, FailureKind kind, string path)
    {
        EngineException failure = Assert.Throws<EngineException>(() => TestModels.Load(path));
        Assert.Equal((id, kind), (failure.ErrorId, failure.Kind));
        Assert.Contains(
            id == "ModelNotFound" || id == "ModelTruncated" ? Path.GetDirectoryName(path)! : path,
            failure.Message,
            StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction);
        return failure;
    }
}
