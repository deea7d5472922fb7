using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// The module as a whole: its manifest, how it loads, and what it leaves behind. Removing it touches what sessions share, so nothing else
/// runs meanwhile.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed partial class ModuleTests : IDisposable
{
    private static readonly string[] _cmdlets = [
        "Add-ClusterName", "Clear-EmbeddingCache", "ConvertTo-ClusterRow", "Export-ClusterPlot", "Export-TextEmbedding",
        "Get-ClusterSummary", "Get-EmbeddingCache", "Get-EmbeddingModel", "Get-LlamaDevice", "Get-TextEmbedding", "Group-Text",
        "Import-TextEmbedding", "Install-LlamaBackend", "Invoke-Hdbscan", "Invoke-Umap", "Measure-Clustering", "Merge-EmbeddingCache",
        "Merge-TextEmbedding", "Show-ClusterPlot", "Uninstall-LlamaBackend"
    ];
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_manifest_is_complete()
    {
        PSObject manifest = Assert.Single(_session.Run($"Test-ModuleManifest '{StagedModule.Manifest}'").Clean());

        Assert.Equal(_cmdlets, manifest.Value<Dictionary<string, CmdletInfo>>("ExportedCmdlets").Keys.Order());
        Assert.Empty(manifest.Value<Dictionary<string, AliasInfo>>("ExportedAliases"));
        Assert.Empty(manifest.Value<Dictionary<string, FunctionInfo>>("ExportedFunctions"));
        Assert.Equal(new Version(7, 6), manifest.Value<Version>("PowerShellVersion"));
        Assert.Equal(["Core"], manifest.Value<IEnumerable<string>>("CompatiblePSEditions"));
        Assert.NotEqual(Guid.Empty, manifest.Value<Guid>("Guid"));
        Assert.False(string.IsNullOrWhiteSpace(manifest.Value<string>("Description")));
        Assert.False(string.IsNullOrWhiteSpace(manifest.Value<string>("Author")));
        Assert.False(string.IsNullOrWhiteSpace(manifest.Value<string>("Copyright")));
        Assert.Contains("PSEdition_Core", manifest.Value<IEnumerable<string>>("Tags"));
    }

    [Fact]
    public void The_assemblies_have_the_version_of_the_manifest()
    {
        Version version = _session.Run("(Get-Module PSLlmCluster).Version").Clean().Select(value => (Version)value.BaseObject).Single();

        Assert.All(
            new[] { "PSLlmCluster.dll", "lib/PSLlmCluster.Core.dll", "lib/PSLlmCluster.Module.dll" },
            name => Assert.Equal(
                version,
                new Version(AssemblyName.GetAssemblyName(Path.Combine(StagedModule.Root, name)).Version!.ToString(3))));
    }

    [Fact]
    public void It_exports_its_cmdlets_and_nothing_else()
        => Assert.Equal(
            _cmdlets,
            _session.Run("Get-Command -Module PSLlmCluster").Clean().Select(command => ((CommandInfo)command.BaseObject).Name).Order());

    /// <summary>Displays of one number would overwrite one another where commands run in one pipeline.</summary>
    [Fact]
    public void Each_cmdlet_shows_its_progress_under_a_number_of_its_own()
    {
        int[] ids =
        [
            .. _session.Run("Get-Command -Module PSLlmCluster").Clean().Select(
                command => ((CmdletInfo)command.BaseObject).ImplementingType.GetField(
                    "ActivityId", BindingFlags.NonPublic | BindingFlags.Static)).Select(field => (int)field!.GetRawConstantValue()!)
        ];

        Assert.Equal(_cmdlets.Length, ids.Length);
        Assert.Equal(ids, ids.Distinct());
    }

    [Fact]
    public void It_can_be_imported_again_and_removed()
    {
        _session.Import(force: true);
        _session.Import(force: true);
        It_exports_its_cmdlets_and_nothing_else();
        Assert.Single(Embed().Clean());

        _session.Run("Remove-Module PSLlmCluster").Clean();
        Assert.Empty(_session.Run("Get-Command -Module PSLlmCluster").Clean());
        Assert.Equal("CommandNotFoundException", Embed().Terminating?.FullyQualifiedErrorId);

        _session.Import();
        It_exports_its_cmdlets_and_nothing_else();
        Assert.Single(Embed().Clean());
    }

    [Fact]
    public void A_loaded_model_is_kept_until_the_module_is_removed()
    {
        const string Kept = "loaded already";
        Embed().Clean();
        Assert.Contains(Embed().Verbose, line => line.Contains(Kept, StringComparison.Ordinal));

        _session.Run("Remove-Module PSLlmCluster").Clean();
        _session.Import();
        Assert.DoesNotContain(Embed().Verbose, line => line.Contains(Kept, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_sessions_work_side_by_side()
    {
        const string Script =
            "1..60 | ForEach-Object { \"text number $($_ % 7) of $_\" } | Get-TextEmbedding -Model $tiny | Invoke-Umap -EpochCount "
                + "20 | Invoke-Hdbscan";
        PipelineResult[] results = [.. Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ =>
        {
            using ModuleSession session = new();
            return session.Run(Script, ("tiny", StagedModule.TinyBert));
        })];

        Assert.All(results, result => Assert.Equal(60, result.Clean().Count));
        Assert.All(results, result => Assert.Equal(results[0].Output.Values<int>("Cluster"), result.Output.Values<int>("Cluster")));
        Assert.All(
            results,
            result => Assert.Equal(results[0].Output.Values<float[]>("Coordinates"), result.Output.Values<float[]>("Coordinates")));
    }

    [Fact]
    public void Only_the_public_types_are_outside_of_its_own_load_context()
    {
        Assert.Single(Embed().Clean());

        AssemblyLoadContext own = Assert.Single(AssemblyLoadContext.All, context => context.Name == "PSLlmCluster");
        Assert.False(own.IsCollectible);
        Assert.Contains("PSLlmCluster.Core", own.Assemblies.Select(assembly => assembly.GetName().Name));
        Assert.Contains("PSLlmCluster.Module", own.Assemblies.Select(assembly => assembly.GetName().Name));
        Assert.DoesNotContain("PSLlmCluster", own.Assemblies.Select(assembly => assembly.GetName().Name));
        Assert.Equal(
            ["PSLlmCluster", "PSLlmCluster.Module.Tests"],
            AssemblyLoadContext.Default.Assemblies.Select(assembly => assembly.GetName().Name!)
                .Where(name => name.StartsWith("PSLlmCluster", StringComparison.Ordinal) || name is "ScottPlot" or "SkiaSharp")
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_type_of_a_library_is_a_type_of_a_parameter_or_of_output()
    {
        IEnumerable<CmdletInfo> cmdlets = _session.Run("Get-Command -Module PSLlmCluster")
            .Clean()
            .Select(command => (CmdletInfo)command.BaseObject);
        string[] known = ["System.Private.CoreLib", "System.Private.Uri", "System.Management.Automation", "PSLlmCluster"];

        Assert.All(cmdlets, cmdlet =>
        {
            Assert.NotEmpty(cmdlet.OutputType);
            Assert.All(cmdlet.OutputType, type => Assert.Contains(type.Type.Assembly.GetName().Name, known));
            Assert.All(
                cmdlet.Parameters.Values,
                parameter => Assert.Contains(
                    (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType).Assembly.GetName().Name, known));
        });
    }

    [Fact]
    public void Importing_it_loads_no_native_library_and_neither_the_plotting()
    {
        string loaded = ScriptProcess.Run(
            """
            Get-Module PSLlmCluster | ForEach-Object { "module: $($_.Name)" }
            [System.Diagnostics.Process]::GetCurrentProcess().Modules | ForEach-Object { "native: $($_.ModuleName)" }
            [System.AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { "managed: $($_.GetName().Name)" }
            """);

        Assert.Contains("module: PSLlmCluster", loaded, StringComparison.Ordinal);
        Assert.Contains("managed: PSLlmCluster.Module", loaded, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)native: .*(llama|ggml|skia|harfbuzz|sqlite)", loaded);
        Assert.DoesNotMatch("(?i)managed: (ScottPlot|SkiaSharp|Microsoft.Data.Sqlite)", loaded);
    }

    [Fact]
    public void Every_error_id_stands_in_the_help_topic()
    {
        string topic = File.ReadAllText(Path.Combine(StagedModule.Root, "en-US", "about_PSLlmCluster.help.txt"));
        string[] sources = [.. Directory.EnumerateFiles(
            Path.Combine(StagedModule.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];
        HashSet<string> ids = [.. sources.SelectMany(text => ErrorIdInSource().Matches(text)).Select(match => match.Groups[1].Value)];

        Assert.DoesNotContain(sources, text => ErrorIdInPlace().IsMatch(text));

        Assert.True(ids.Count > 20, string.Join(", ", ids));
        Assert.All(ids, id => Assert.Matches($@"(?m)^    {id}\b", topic));
        Assert.All(ErrorIdInTopic().Matches(topic), match => Assert.Contains(match.Groups[1].Value, ids));
    }

    private PipelineResult Embed() => _session.Run("'a' | Get-TextEmbedding -Model $tiny -Verbose", ("tiny", StagedModule.TinyBert));

    [GeneratedRegex(@"public const string ([A-Z]\w+) = nameof")]
    private static partial Regex ErrorIdInSource();

    [GeneratedRegex(@"EngineException\(\s*""")]
    private static partial Regex ErrorIdInPlace();

    [GeneratedRegex(@"(?m)^    ([A-Z][a-z]+[A-Z]\w+)  ")]
    private static partial Regex ErrorIdInTopic();
}
