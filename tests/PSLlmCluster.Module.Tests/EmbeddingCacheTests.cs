using System.Diagnostics;
using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Vectors that are kept in a file: found again, after a kill too, listed, cleared and merged.</summary>
public sealed class EmbeddingCacheTests : IDisposable
{
    private const string Embed = "$texts | Get-TextEmbedding -Model $tiny -CachePath $file -Verbose";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_found_is_what_would_be_computed()
    {
        string[] texts = [.. Enumerable.Range(0, 50).Select(i => $"text number {i % 40}")];
        IReadOnlyList<PSObject> plain = Run("$texts | Get-TextEmbedding -Model $tiny -CachePath $null", texts).Clean();
        PipelineResult first = Run(Embed, texts);
        PipelineResult second = Run(Embed, texts);

        foreach (PipelineResult result in new[] { first, second })
        {
            Assert.Equal(plain.Values<float[]>("Vector"), result.Clean().Values<float[]>("Vector"));
            Assert.Equal(plain.Values<int>("TokenCount"), result.Output.Values<int>("TokenCount"));
            Assert.Equal(plain.Values<object>("Engine"), result.Output.Values<object>("Engine"));
        }

        Assert.Contains(first.Verbose, line => line.StartsWith("0 of the vectors came from", StringComparison.Ordinal));
        Assert.Contains(second.Verbose, line => line.StartsWith("40 of the vectors came from", StringComparison.Ordinal));
        Assert.Equal(40, Count());
    }

    [Fact]
    public void Options_and_models_do_not_mix()
    {
        string[] texts = ["first text", "second text"];
        const string Half = "-CachePrecision Half";
        string[] variants = ["", "-Normalize", "-Pooling Cls", "-Prefix 'p: '", "-ContextLength 16", Half, "-LongText Error"];
        foreach (string variant in variants)
        {
            PipelineResult cached = Run($"{Embed} {variant}", texts);
            PipelineResult again = Run($"{Embed} {variant}", texts);
            PipelineResult plain = Run($"$texts | Get-TextEmbedding -Model $tiny {variant}", texts);
            Assert.Contains(cached.Verbose, line => line.StartsWith("0 of the vectors", StringComparison.Ordinal));
            Assert.Contains(again.Verbose, line => line.StartsWith("2 of the vectors", StringComparison.Ordinal));
            Assert.Equal(cached.Clean().Values<float[]>("Vector"), again.Clean().Values<float[]>("Vector"));
            Assert.Equal(
                variant != Half,
                plain.Clean().Values<float[]>("Vector").SelectMany(vector => vector).SequenceEqual(
                    again.Output.Values<float[]>("Vector").SelectMany(vector => vector)));
        }

        Assert.Equal(variants.Length, Run("Get-EmbeddingCache $file", []).Clean().Count);
    }

    [Fact]
    public void The_environment_variable_names_the_cache()
    {
        PipelineResult result = Run(
            "$env:PSLLMCLUSTER_CACHE = $file; try { $null = $texts | Get-TextEmbedding -Model $tiny; (Get-EmbeddingCache).Count } "
                + "finally { $env:PSLLMCLUSTER_CACHE = $null }",
            ["a", "b"]);

        Assert.Equal(2L, Assert.Single(result.Clean()).BaseObject);
        PipelineResult none = Run("Get-EmbeddingCache", []);
        Assert.StartsWith("EmbeddingCacheNotNamed,", none.Terminating!.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_file_that_was_replaced_is_another_model()
    {
        string model = _folder.File("model.gguf");
        File.Copy(StagedModule.TinyBert, model);
        Run("$texts | Get-TextEmbedding -Model $model -CachePath $file", ["a"], ("model", model)).Clean();
        byte[] bytes = File.ReadAllBytes(model);
        bytes[^5] ^= 1;
        File.Delete(model);
        File.WriteAllBytes(model, bytes);
        Run("$texts | Get-TextEmbedding -Model $model -CachePath $file", ["a"], ("model", model)).Clean();

        IReadOnlyList<PSObject> contents = Run("Get-EmbeddingCache $file", []).Clean();
        Assert.Equal(2, contents.Values<string>("ModelHash").Distinct().Count());
    }

    [Fact]
    public void A_damaged_file_ends_the_work_with_its_name()
    {
        File.WriteAllText(_folder.File("cache.db"), new string('x', 9000));
        PipelineResult result = Run(Embed, ["a"]);

        Assert.StartsWith("EmbeddingCacheForeign,", result.Terminating!.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("cache.db", result.Terminating.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_run_goes_on_where_it_was()
    {
        string script = _folder.File("endless.ps1");
        File.WriteAllText(
            script,
            "param($tiny, $file) & { $i = 0; while ($true) { \"text number $i\"; $i++ } } | Get-TextEmbedding -Model $tiny -CachePath "
                + "$file | Out-Null");
        Random random = new(3);
        long before = 0;
        for (int kill = 0; kill < 5; kill++)
        {
            using Process process = ScriptProcess.Start(script, StagedModule.TinyBert, _folder.File("cache.db"));
            while (!process.HasExited && Count() < before + 300)
            {
                Thread.Sleep(20);
            }

            Thread.Sleep(random.Next(100));
            long committed = Count();
            Assert.False(process.HasExited);
            process.Kill();
            process.WaitForExit();
            before = Count();
            Assert.True(before >= committed, $"{committed} vectors were committed, and {before} are there.");
        }

        string[] texts = [.. Enumerable.Range(0, (int)before).Select(i => $"text number {i}")];
        PipelineResult result = Run(Embed, texts);
        Assert.Contains(result.Verbose, line => line.StartsWith($"{before} of the vectors", StringComparison.Ordinal));
        IReadOnlyList<PSObject> plain = Run("$texts | Get-TextEmbedding -Model $tiny", texts).Clean();
        Assert.Equal(plain.Values<float[]>("Vector"), result.Clean().Values<float[]>("Vector"));
    }

    [Fact]
    public void What_would_be_taken_out_is_named_and_then_taken_out()
    {
        Run(Embed, ["a", "b", "c"]).Clean();
        Run("Clear-EmbeddingCache $file -WhatIf", []).Clean();
        Run("Clear-EmbeddingCache $file -Model 'other*'; Clear-EmbeddingCache $file -OlderThan 1:00:00", []).Clean();
        Assert.Equal(3, Count());
        PipelineResult below = Run("Clear-EmbeddingCache $file -OlderThan '-1:00:00'", []);
        Assert.StartsWith("EmbeddingCacheAgeInvalid,", below.Terminating!.FullyQualifiedErrorId, StringComparison.Ordinal);
        Run("Clear-EmbeddingCache $file -Model *bert*", []).Clean();
        Assert.Empty(Run("Get-EmbeddingCache $file", []).Clean());
    }

    [Theory]
    [InlineData("30")]
    [InlineData("0.5")]
    [InlineData("1e300")]
    [InlineData("([long] 1)")]
    [InlineData("'30'")]
    [InlineData("([timespan]::MaxValue)")]
    public void An_age_that_is_a_number_is_days(string age)
    {
        Run(Embed, ["a", "b", "c"]).Clean();
        Run($"Clear-EmbeddingCache $file -OlderThan {age} -Confirm:$false", []).Clean();
        Assert.Equal(3, Count());
        PipelineResult below = Run("Clear-EmbeddingCache $file -OlderThan -1", []);
        Assert.StartsWith("EmbeddingCacheAgeInvalid,", below.Terminating!.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Caches_are_put_together()
    {
        Run(Embed, ["a", "b"]).Clean();
        string other = _folder.File("other.db");
        Run("$texts | Get-TextEmbedding -Model $tiny -CachePath $other", ["b", "c"], ("other", other)).Clean();
        Assert.Empty(Run("Merge-EmbeddingCache $other $file -WhatIf", [], ("other", other)).Clean());
        PSObject merge = Assert.Single(Run("Merge-EmbeddingCache $other $file", [], ("other", other)).Clean());

        Assert.Equal(1, merge.Value<long>("AddedCount"));
        Assert.Equal(1, merge.Value<long>("PresentCount"));
        Assert.Equal(3, Count());
    }

    private long Count()
        => File.Exists(_folder.File("cache.db")) && new FileInfo(_folder.File("cache.db")).Length > 0
            ? Run("Get-EmbeddingCache $file", []).Output.Sum(content => content.Value<long>("Count"))
            : 0;

    private PipelineResult Run(string script, string[] texts, params (string Name, object Value)[] more)
        => _session.Run(script, [("texts", texts), ("tiny", StagedModule.TinyBert), ("file", _folder.File("cache.db")), .. more]);
}
