using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>The engine that embeddings come from, in what is saved and what is put into it.</summary>
public sealed class EngineOfRowsTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public EngineOfRowsTests() => _session.Run(
        """
        $texts = 1..12 | ForEach-Object { "text number $_" }
        $embeddings = @{
            Managed = @($texts | Get-TextEmbedding -Model $tiny -Engine Managed)
            Llama = @($texts | Get-TextEmbedding -Model $tiny -Engine Llama)
        }
        $embeddings.Mixed = @($embeddings.Managed[0..5]) + @($embeddings.Llama[6..11])
        $embeddings.Arrays = @($embeddings.Llama | ForEach-Object { , $_.Vector })
        $embeddings.Partly = @($embeddings.Managed[0..5]) + $embeddings.Arrays[6..11]
        """,
        ("tiny", StagedModule.TinyBert)).Clean();

    public static TheoryData<string, string> Commands => new()
    {
        { "Invoke-Umap", "-NeighborCount 4 -EpochCount 5" },
        { "Invoke-Hdbscan", "-MinClusterSize 2 -CutDistance 100" },
    };

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [LlamaTheory]
    [InlineData("Managed")]
    [InlineData("Llama")]
    public void An_embedding_says_which_engine_made_it(string engine)
        => Assert.Equal(
            Enumerable.Repeat(engine, 12), _session.Run($"$embeddings.{engine}.Engine | ForEach-Object ToString").Clean().Select(Text));

    [LlamaFact]
    public void An_embedding_that_others_make_needs_no_engine()
        => Assert.Equal(
            ["True", "Llama"],
            _session.Run(
                """
                "$($null -eq [PSLlmCluster.TextEmbedding]::new(0, 'a', $null, (1, 2), 3).Engine)"
                "$([PSLlmCluster.TextEmbedding]::new(0, 'a', $null, (1, 2), 3, 'Llama').Engine)"
                """).Clean().Select(Text));

    [LlamaTheory]
    [MemberData(nameof(Commands))]
    public void New_embeddings_of_the_other_engine_bring_one_warning(string command, string parameters)
    {
        foreach ((string fitted, string other) in new[] { ("Managed", "Llama"), ("Llama", "Managed") })
        {
            Assert.Empty(Warnings($"$embeddings.{fitted} | {command} {parameters} -SaveModel $file"));
            string warning = Assert.Single(Warnings($"$embeddings.{other} | {command} -Model $file"));
            Assert.Equal(warning, Assert.Single(Warnings($"$embeddings.Mixed | {command} -Model $file")));
            Assert.Contains(
                $"with vectors of the engine {fitted}, and new vectors come from the engine {other}", warning, StringComparison.Ordinal);
            Assert.Contains("1 - cosine up to 0.001", warning, StringComparison.Ordinal);
            Assert.Contains($"Get-TextEmbedding -Engine {fitted}", warning, StringComparison.Ordinal);
            Assert.Empty(Warnings($"$embeddings.{fitted} | {command} -Model $file"));
            Assert.Empty(Warnings($"$embeddings.Arrays | {command} -Model $file"));
            Assert.Empty(Warnings($"$embeddings.{other} | {command} -Model $file -Property Vector"));
        }
    }

    [LlamaTheory]
    [MemberData(nameof(Commands))]
    public void Where_the_rows_are_not_all_embeddings_of_one_engine_none_is_recorded(string command, string parameters)
    {
        string[] inputs = ["$embeddings.Mixed", "$embeddings.Partly", "$embeddings.Arrays"];
        foreach (string input in inputs)
        {
            Assert.Empty(Warnings($"{input} | {command} {parameters} -SaveModel $file"));
            Assert.DoesNotContain("embedding_engine", File.ReadAllText(_folder.File("saved")), StringComparison.Ordinal);
            Assert.Empty(Warnings($"$embeddings.Llama | {command} -Model $file"));
            Assert.Empty(Warnings($"$embeddings.Managed | {command} -Model $file"));
        }
    }

    [LlamaFact]
    public void Clusters_of_a_map_record_no_engine()
    {
        Assert.Empty(
            Warnings("$embeddings.Llama | Invoke-Umap -NeighborCount 4 -EpochCount 5 | Invoke-Hdbscan -CutDistance 100 -SaveModel $file"));
        Assert.DoesNotContain("embedding_engine", File.ReadAllText(_folder.File("saved")), StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Warnings(string script)
    {
        PipelineResult result = _session.Run(script, ("file", _folder.File("saved")));
        Assert.Equal(12, result.Clean().Count);
        return result.Warnings;
    }

    private static string Text(PSObject value) => (string)value.BaseObject;
}
