using System.Management.Automation;
using System.Text;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Models that cannot be used: each has its own error, and none ends the process.</summary>
public sealed class BadModelTests : IDisposable
{
    private const string Cmdlet = "GetTextEmbedding";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_missing_model_file_is_refused()
    {
        ErrorRecord error = Embed(_folder.File("no-such.gguf")).EndedWith("ModelNotFound", ErrorCategory.ObjectNotFound, Cmdlet);

        Assert.Equal(_folder.File("no-such.gguf"), error.TargetObject);
    }

    [Fact]
    public void A_folder_in_place_of_a_model_file_is_refused()
        => Embed(_folder.Path).EndedWith("ModelIsDirectory", ErrorCategory.InvalidArgument, Cmdlet);

    [Fact]
    public void A_pipe_that_nobody_writes_to()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _session.Run("mkfifo $pipe", ("pipe", _folder.File("pipe.gguf"))).Clean();
        ErrorRecord error = Embed(_folder.File("pipe.gguf")).EndedWith("ModelNotRegularFile", ErrorCategory.InvalidArgument, Cmdlet);
        Assert.Contains("write to a file first", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        File.Delete(_folder.File("pipe.gguf"));
    }

    [Fact]
    public void A_file_that_is_no_gguf()
    {
        File.WriteAllText(_folder.File("text.gguf"), "This is no model, whatever its name says.");
        Embed(_folder.File("text.gguf")).EndedWith("ModelNotGguf", ErrorCategory.InvalidData, Cmdlet);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(99)]
    public void A_gguf_that_is_cut(int percent)
    {
        byte[] whole = File.ReadAllBytes(StagedModule.TinyBert);
        File.WriteAllBytes(_folder.File("cut.gguf"), whole[..(whole.Length * percent / 100)]);

        Embed(_folder.File("cut.gguf")).EndedWith("ModelTruncated", ErrorCategory.InvalidData, Cmdlet);
    }

    [Fact]
    public void A_gguf_without_a_vocabulary()
    {
        WriteGguf("no-vocabulary.gguf", ("general.architecture", "bert"), ("tokenizer.ggml.model", "no_vocab"));
        Embed(_folder.File("no-vocabulary.gguf")).EndedWith("ModelNoVocabulary", ErrorCategory.InvalidOperation, Cmdlet);
    }

    [Fact]
    public void A_model_without_an_embedding_as_output()
    {
        WriteGguf("image.gguf", ("general.architecture", "clip"));
        Embed(_folder.File("image.gguf")).EndedWith("ModelNoEmbedding", ErrorCategory.InvalidOperation, Cmdlet);
    }

    [Fact]
    public void A_file_that_may_not_be_read()
    {
        // Root reads everything, and Windows has no such mode: the engine's own tests hold the error there.
        string path = _folder.File("secret.gguf");
        File.Copy(StagedModule.TinyBert, path);
        if (!OperatingSystem.IsWindows() && Environment.UserName != "root")
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
            Embed(path).EndedWith("ModelAccessDenied", ErrorCategory.PermissionDenied, Cmdlet);
        }
    }

    [LlamaFact]
    public void A_gpu_that_is_not_there_is_never_replaced_in_silence()
    {
        if (
            Directory.EnumerateFiles(Path.Combine(StagedModule.Root, "native"), "*ggml-*", SearchOption.AllDirectories).Any(
                file => file.Contains("cuda", StringComparison.OrdinalIgnoreCase)
                    || file.Contains("vulkan", StringComparison.OrdinalIgnoreCase)
                    || file.Contains("metal", StringComparison.OrdinalIgnoreCase)))
        {
            // The module was built with a GPU backend, and there may be one.
            return;
        }

        PipelineResult result = _session.Run("'a' | Get-TextEmbedding -Model $model -Device Gpu", ("model", StagedModule.TinyBert));

        result.EndedWith("GpuNotAvailable", ErrorCategory.ResourceUnavailable, Cmdlet);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_path_that_is_no_file()
    {
        _session.Run("'a' | Get-TextEmbedding -Model Variable:x").EndedWith("PathNotFileSystem", ErrorCategory.InvalidArgument, Cmdlet);
        _session.Run(
            "'a' | Get-TextEmbedding -Model 'NoSuchDrive:\\x.gguf'").EndedWith("PathInvalid", ErrorCategory.InvalidArgument, Cmdlet);
    }

    [Fact]
    public void The_session_works_on_after_each_of_them()
    {
        Embed(_folder.Path);
        Embed(_folder.File("no-such.gguf"));

        Assert.Single(Embed(StagedModule.TinyBert).Clean());
    }

    private PipelineResult Embed(string model) => _session.Run("'a' | Get-TextEmbedding -Model $model", ("model", model));

    /// <summary>Writes a GGUF file of version 3 that has entries and no tensors.</summary>
    private void WriteGguf(string name, params (string Key, string Value)[] entries)
    {
        const int Version = 3;
        const int StringType = 8;
        using BinaryWriter writer = new(File.Create(_folder.File(name)));
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write(0L);
        writer.Write((long)entries.Length);
        foreach ((string key, string value) in entries)
        {
            WriteString(key);
            writer.Write(StringType);
            WriteString(value);
        }

        void WriteString(string text)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
            writer.Write((long)bytes.Length);
            writer.Write(bytes);
        }
    }
}
