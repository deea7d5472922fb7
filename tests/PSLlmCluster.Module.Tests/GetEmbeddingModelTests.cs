using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>What models are, from their files' headers, and what Get-TextEmbedding -Verbose says of them.</summary>
public sealed class GetEmbeddingModelTests : IDisposable
{
    private const string Cmdlet = "GetEmbeddingModel";
    private const string Variable = "PSLLMCLUSTER_MODEL";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Without_a_path_it_is_the_model_that_comes_along()
    {
        PSObject model = Assert.Single(_session.Run("Get-EmbeddingModel").Clean());

        Assert.Equal("PSLlmCluster.EmbeddingModel", model.TypeNames[0]);
        Assert.Equal("all-MiniLM-L6-v2", model.Value<string>("Name"));
        Assert.Equal(StagedModule.DefaultModel, model.Value<string>("Path"));
        Assert.Equal(384, model.Value<int?>("Width"));
        Assert.Equal("Q8_0", model.Value<string>("Quantization"));
        Assert.Equal("WordPiece", model.Value<string>("Tokenizer"));
        Assert.Equal("Mean", model.Value<object>("Pooling").ToString());
        Assert.True(model.Value<bool>("IsDefault"));
        Assert.Null(model.Value<string?>("Prefix"));
        Assert.StartsWith("No text has a prefix", model.Value<string>("PrefixNote"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_named_from_the_location_of_the_session_or_with_wildcards()
    {
        Copy(StagedModule.TinyBert, "bert.gguf");
        Copy(StagedModule.TinyQwen, "qwen.gguf");
        Copy(StagedModule.TinyQwen, "odd[1].gguf");
        _session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)", ("folder", _folder.Path)).Clean();

        Assert.Equal(["bert.gguf"], Names("Get-EmbeddingModel ./bert.gguf"));
        Assert.Equal(["bert.gguf", "qwen.gguf"], Names("Get-EmbeddingModel [bq]*.gguf"));
        Assert.Equal(["qwen.gguf", "bert.gguf"], Names("Get-EmbeddingModel qwen.gguf, bert.gguf"));
        Assert.Equal(["odd[1].gguf"], Names("Get-EmbeddingModel 'odd[1].gguf'"));
        Assert.Equal(["odd[1].gguf"], Names("Get-EmbeddingModel -LiteralPath 'odd[1].gguf'"));
        Assert.Equal(["odd[1].gguf"], Names("Get-EmbeddingModel 'odd`[1`].gguf'"));

        PipelineResult none = _session.Run("Get-EmbeddingModel x*.gguf -Verbose");
        Assert.Empty(none.Clean());
        Assert.Contains(none.Verbose, line => line.Contains("There is no file that fits x*.gguf", StringComparison.Ordinal));
    }

    [Fact]
    public void Paths_files_and_models_come_down_the_pipeline()
    {
        Copy(StagedModule.TinyBert, "a[b].gguf");

        Assert.Equal(["a[b].gguf"], Names("[System.IO.FileInfo] $path | Get-EmbeddingModel"));
        Assert.Equal(["a[b].gguf"], Names("[pscustomobject] @{ PSPath = \"FileSystem::$path\" } | Get-EmbeddingModel"));
        Assert.Equal(["a[b].gguf"], Names("$path | Get-EmbeddingModel"));
        Assert.Equal(["a[b].gguf"], Names("$path | Get-EmbeddingModel | Get-EmbeddingModel"));
        Assert.Empty(_session.Run("@() | Get-EmbeddingModel").Clean());
    }

    [Fact]
    public void What_Get_ChildItem_writes_comes_down_the_pipeline()
    {
        Copy(StagedModule.TinyBert, "bert.gguf");
        Copy(StagedModule.TinyQwen, "qwen[1].gguf");

        string output = ScriptProcess.Run(
            $"""
            Get-ChildItem '{_folder.Path}' | Get-EmbeddingModel | ForEach-Object Architecture
            Get-Item '{_folder.Path}' | Get-EmbeddingModel | ForEach-Object Architecture
            """);

        Assert.Equal(["bert", "qwen2", "bert", "qwen2"], Lines(output));
    }

    [Fact]
    public void A_folder_stands_for_its_models_and_what_is_none_is_an_error_beside_them()
    {
        Copy(StagedModule.TinyBert, "a.gguf");
        File.WriteAllText(_folder.File("broken.gguf"), "This is no model, whatever its name says.");
        File.WriteAllText(_folder.File("notes.txt"), "Nobody asks for this.");
        Copy(StagedModule.TinyQwen, "z.gguf");
        File.WriteAllText(_folder.File("m-00002-of-00002.gguf"), "A later part.");
        bool hasPipe = !OperatingSystem.IsWindows();
        if (hasPipe)
        {
            _session.Run("mkfifo $pipe", ("pipe", _folder.File("pipe.gguf"))).Clean();
        }

        PipelineResult result = _session.Run("Get-EmbeddingModel $folder", ("folder", _folder.Path));

        Assert.Null(result.Terminating);
        Assert.Equal(["bert", "qwen2"], result.Output.Values<string>("Architecture"));
        ErrorRecord broken = result.Errors[0].HasId("ModelNotGguf", ErrorCategory.InvalidData, Cmdlet);
        Assert.Equal(_folder.File("broken.gguf"), broken.TargetObject);
        Assert.Contains("broken.gguf", broken.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(hasPipe ? 2 : 1, result.Errors.Count);
        if (hasPipe)
        {
            result.Errors[1].HasId("ModelNotRegularFile", ErrorCategory.InvalidArgument, Cmdlet);
            File.Delete(_folder.File("pipe.gguf"));
        }
    }

    [Fact]
    public void A_folder_without_models_gives_nothing_and_says_so_where_it_is_asked()
    {
        PipelineResult result = _session.Run("Get-EmbeddingModel $folder -Verbose", ("folder", _folder.Path));

        Assert.Empty(result.Clean());
        Assert.Contains(result.Verbose, line => line.StartsWith("There is no .gguf file in ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_an_error_and_the_rest_goes_on()
    {
        PipelineResult result = _session.Run(
            "Get-EmbeddingModel Variable:x, 'NoSuchDrive:\\x.gguf', $none, $tiny",
            ("none", _folder.File("no-such.gguf")),
            ("tiny", StagedModule.TinyBert));

        Assert.Null(result.Terminating);
        Assert.Equal("tiny-bert-random", Assert.Single(result.Output).Value<string>("Name"));
        Assert.Equal(3, result.Errors.Count);
        result.Errors[0].HasId("PathNotFileSystem", ErrorCategory.InvalidArgument, Cmdlet);
        result.Errors[1].HasId("PathInvalid", ErrorCategory.InvalidArgument, Cmdlet);
        result.Errors[2].HasId("ModelNotFound", ErrorCategory.ObjectNotFound, Cmdlet);
    }

    [Fact]
    public void A_model_that_a_variable_names_and_that_is_not_there_is_told_with_the_variable()
    {
        // The variable belongs to the process, so it is set in one of its own.
        string output = ScriptProcess.Run(
            $$"""
            $env:{{Variable}} = '{{StagedModule.TinyQwen}}'
            Get-EmbeddingModel | ForEach-Object { "$($_.Name) $($_.IsDefault)" }
            Get-EmbeddingModel '{{StagedModule.TinyQwen}}', '{{StagedModule.TinyBert}}' | ForEach-Object { "$($_.Name) $($_.IsDefault)" }
            $env:{{Variable}} = '{{_folder.File("none.gguf")}}'
            Get-EmbeddingModel -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem.FullyQualifiedErrorId
            $problem.ErrorDetails.RecommendedAction
            """);

        string[] lines = Lines(output);
        Assert.Equal(["tiny-qwen2-random True", "tiny-qwen2-random True", "tiny-bert-random False"], lines[..3]);
        Assert.StartsWith("ModelNotFound,", lines[3], StringComparison.Ordinal);
        Assert.Contains(Variable, lines[4], StringComparison.Ordinal);
        Assert.Contains("-Path", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void No_native_library_is_loaded()
    {
        string loaded = ScriptProcess.Run(
            $$"""
            Get-EmbeddingModel '{{StagedModule.DefaultModel}}', '{{StagedModule.TinyQwen}}' | ForEach-Object { "model: $($_.Name)" }
            [System.Diagnostics.Process]::GetCurrentProcess().Modules | ForEach-Object { "native: $($_.ModuleName)" }
            """);

        Assert.Contains("model: all-MiniLM-L6-v2", loaded, StringComparison.Ordinal);
        Assert.Contains("model: tiny-qwen2-random", loaded, StringComparison.Ordinal);
        Assert.Contains("native: ", loaded, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)native: .*(llama|ggml)", loaded);
    }

    [Fact]
    public void Verbose_says_what_prefix_and_pooling_a_model_asks_for_unless_they_are_given()
    {
        byte[] bytes = File.ReadAllBytes(StagedModule.TinyBert);
        ReadOnlySpan<byte> key = "bert.pooling_type"u8;
        const uint cls = 2;
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.AsSpan().IndexOf(key) + key.Length + sizeof(uint)), cls);
        File.WriteAllBytes(_folder.File("e5-base-v2.gguf"), bytes);

        PipelineResult asked = Embed("");
        Assert.Contains(asked.Verbose, line => line.Contains("-Prefix 'query: '", StringComparison.Ordinal));
        Assert.Contains(asked.Verbose, line => line.Contains("asks for the pooling Cls, and Mean is used", StringComparison.Ordinal));
        PipelineResult given = Embed("-Prefix '' -Pooling Mean");
        Assert.DoesNotContain(given.Verbose, line => line.Contains("refix", StringComparison.Ordinal));
        Assert.DoesNotContain(given.Verbose, line => line.Contains("pooling", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(given.Output.Single().Value<float[]>("Vector"), asked.Output.Single().Value<float[]>("Vector"));
        Assert.Equal(given.Output.Single().Value<float[]>("Vector"), Embed("-Prefix $null").Output.Single().Value<float[]>("Vector"));
        PSObject model = Assert.Single(_session.Run("Get-EmbeddingModel $model").Clean());
        Assert.Equal("Cls", model.Value<object>("Pooling").ToString());
        Assert.Equal("query: ", model.Value<string>("Prefix"));

        PipelineResult Embed(string more)
        {
            PipelineResult result = _session.Run(
                $"'a' | Get-TextEmbedding -Model $model {more} -Verbose", ("model", _folder.File("e5-base-v2.gguf")));
            Assert.Single(result.Clean());
            return result;
        }
    }

    private void Copy(string model, string name) => File.Copy(model, _folder.File(name));

    private static string[] Lines(string output)
        => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())];

    private string[] Names(string script)
        => [.. _session.Run(script, ("path", _folder.File("a[b].gguf"))).Clean()
            .Values<string>("Path")
            .Select(path => Path.GetFileName(path)!)];
}
