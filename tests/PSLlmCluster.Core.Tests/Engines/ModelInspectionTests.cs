using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding.Kernels;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Tests.Encoding.Bert;
using PSLlmCluster.Core.Tests.Gguf;
using PSLlmCluster.Core.Tests.Llama;

namespace PSLlmCluster.Core.Tests.Engines;

/// <summary>What a file's header says of a model, and the engine that is chosen by it.</summary>
public sealed class ModelInspectionTests : IDisposable
{
    private static readonly NetworkSizes _sizes = new(32, 4, 64, 2, 16);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_that_comes_along()
    {
        EmbeddingModel model = ModelInspection.Read(TestModels.MiniLm, isDefault: true);

        Assert.Equal(
            ("all-MiniLM-L6-v2", "bert", 384, 6, 512, "Q8_0", "WordPiece", 30522L, 22_565_376L),
            (model.Name, model.Architecture, model.Width, model.LayerCount, model.ContextLength, model.Quantization, model.Tokenizer,
                model.VocabularySize, model.ParameterCount));
        Assert.Equal(TestModels.MiniLm, model.Path);
        Assert.Equal(new FileInfo(TestModels.MiniLm).Length, model.Length);
        Assert.Equal(PoolingType.Mean, model.Pooling);
        Assert.Null(model.Prefix);
        Assert.Contains("all-MiniLM-L6-v2", model.PrefixNote, StringComparison.Ordinal);
        Assert.True(model.IsDefault);
        Assert.Equal(EncoderKernels.Widest.IsFast ? EmbeddingEngine.Managed : EmbeddingEngine.Llama, model.Engine);
        Assert.Equal("all-MiniLM-L6-v2", model.ToString());
    }

    [Fact]
    public void A_decoder_is_for_llama_cpp()
    {
        EmbeddingModel model = ModelInspection.Read(TestModels.TinyQwen);

        Assert.Equal(("qwen2", 64, 3, 256, "F32", "BPE"), (
            model.Architecture, model.Width, model.LayerCount, model.ContextLength, model.Quantization, model.Tokenizer));
        Assert.Equal(EmbeddingEngine.Llama, model.Engine);
        Assert.Equal(
            "llama.cpp runs the model: the managed engine cannot, as it is of the architecture 'qwen2'.", model.EngineReason);
        Assert.Null(model.PrefixNote);
        Assert.False(model.IsDefault);
    }

    [Fact]
    public void What_a_file_does_not_say_is_null_and_its_name_the_models()
    {
        EmbeddingModel model = ModelInspection.Read(
            _folder.Write("e5-small.gguf", GgufFile.Model("llama").With("tokenizer.ggml.model", "llama").ToBytes()));

        Assert.Equal("e5-small", model.Name);
        Assert.Null(model.Width);
        Assert.Null(model.LayerCount);
        Assert.Null(model.ContextLength);
        Assert.Equal("SentencePiece", model.Tokenizer);
        Assert.Equal("query: ", model.Prefix);
        Assert.Equal(64, model.ParameterCount);
    }

    [Fact]
    public void A_name_cannot_move_the_cursor()
        => Assert.Equal(
            "a\uFFFD[2Jb",
            ModelInspection.Read(_folder.Write("m.gguf", GgufFile.Model("llama").With("general.name", " a\u001B[2Jb ").ToBytes())).Name);

    [Fact]
    public void The_quantization_is_that_of_most_weights()
    {
        GgufFile file = RandomNetwork.File(_sizes with { Type = GgmlTensorType.Q8_0 });

        Assert.Equal("Q8_0", ModelInspection.Read(_folder.Write("m.gguf", file.ToBytes())).Quantization);
    }

    [Fact]
    public void A_model_in_parts_is_counted_as_a_whole()
    {
        string first = _folder.Write("m-00001-of-00002.gguf", Part(0).WithTensor("token_embd.weight", 64).ToBytes());
        string second = _folder.Write("m-00002-of-00002.gguf", Part(1).WithTensor("output_norm.weight", 32).ToBytes());
        EmbeddingModel model = ModelInspection.Read(first);

        Assert.Equal(96, model.ParameterCount);
        Assert.Equal(new FileInfo(first).Length + new FileInfo(second).Length, model.Length);
        Assert.Equal([first], ModelInspection.List(_folder.Path));
        Assert.True(EngineErrorIds.ModelNotFirstPart == Assert.Throws<EngineException>(() => ModelInspection.Read(second)).ErrorId);

        static GgufFile Part(int number) => GgufFile.Model("llama")
            .WithoutTensors()
            .With("general.name", "m")
            .With("split.count", (ushort)2)
            .With("split.no", (ushort)number);
    }

    [Fact]
    public void A_folder_is_listed_by_name_and_without_other_files_and_folders()
    {
        string[] names = ["b.gguf", "A.GGUF", "c-00001-of-00002.gguf"];
        foreach (string name in names.Concat(["notes.txt", "c-00002-of-00002.gguf", "gguf"]))
        {
            _folder.Write(name, []);
        }

        Directory.CreateDirectory(Path.Combine(_folder.Path, "folder.gguf"));
        Assert.Equal(["A.GGUF", "b.gguf", "c-00001-of-00002.gguf"], ModelInspection.List(_folder.Path).Select(Path.GetFileName));
        Assert.Equal(
            EngineErrorIds.ModelNotFound,
            Assert.Throws<EngineException>(() => ModelInspection.List(Path.Combine(_folder.Path, "none"))).ErrorId);
    }

    [Fact]
    public void A_file_that_is_no_model_is_the_error_that_loading_it_gives()
    {
        Assert.Equal(EngineErrorIds.ModelNotGguf, Failure(_folder.Write("text.gguf", "no model"u8.ToArray())).ErrorId);
        Assert.Equal(EngineErrorIds.ModelTruncated, Failure(_folder.Write("cut.gguf", GgufFile.Model().ToBytes()[..^100])).ErrorId);
        Assert.Equal(EngineErrorIds.ModelNoWeights, Failure(_folder.Write("e.gguf", GgufFile.Model().WithoutTensors().ToBytes())).ErrorId);
        Assert.Equal(EngineErrorIds.ModelIsDirectory, Failure(_folder.Path).ErrorId);

        static EngineException Failure(string path) => Assert.Throws<EngineException>(() => ModelInspection.Read(path));
    }

    [Fact]
    public void What_the_managed_engine_cannot_run_goes_to_llama_cpp_and_is_an_error_where_it_is_asked_for()
    {
        CheckedModelFile file = ModelFile.Check(
            _folder.Write("m.gguf", RandomNetwork.File(_sizes).With("bert.attention.causal", true).ToBytes()));

        EngineChoice choice = EngineChoice.For(file, new ModelOptions(file.Path));
        Assert.False(choice.IsManaged);
        Assert.Equal(
            "llama.cpp runs the model: the managed engine cannot, as its attention is causal: a token sees only those before it.",
            choice.Reason);
        EngineException failure = Assert.Throws<EngineException>(
            () => EngineChoice.For(file, new ModelOptions(file.Path, Engine: EmbeddingEngine.Managed)));
        Assert.Equal(EngineErrorIds.EngineNotSuitable, failure.ErrorId);
        Assert.Contains("its attention is causal", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_can_run_it_runs_on_the_cpu_and_nowhere_else()
    {
        CheckedModelFile file = ModelFile.Check(_folder.Write("m.gguf", RandomNetwork.File(_sizes).ToBytes()));

        Assert.True(EngineChoice.For(file, new ModelOptions(file.Path, Engine: EmbeddingEngine.Managed)).IsManaged);
        Assert.Equal(EncoderKernels.Widest.IsFast, EngineChoice.For(file, new ModelOptions(file.Path)).IsManaged);
        Assert.False(EngineChoice.For(file, new ModelOptions(file.Path, ComputeDevice.Gpu)).IsManaged);
        Assert.False(EngineChoice.For(file, new ModelOptions(file.Path, Engine: EmbeddingEngine.Llama)).IsManaged);
    }
}
