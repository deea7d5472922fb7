using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>The main job, with the model that comes with the module.</summary>
public sealed class PipelineTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Tickets_become_a_map_and_are_passed_on_to_its_end()
    {
        PipelineResult result = _session.Run(
            """
            $subjects = @(
                'Printer does not print', 'The printer jams paper',
                'Printer prints blank pages', 'Printer is out of toner', 'Cannot find the network printer'
                'I forgot my password', 'Password expired and I cannot log in',
                'Please reset my password', 'My account is locked after wrong passwords', 'The password reset mail does not arrive'
            )
            $tickets = for ($i = 0; $i -lt $subjects.Length; $i++) { [pscustomobject] @{ Id = 100 + $i; Subject = $subjects[$i] } }
            $members = @($tickets | Get-TextEmbedding -Property Subject | Invoke-Hdbscan -MinClusterSize 3 -Metric Cosine)
            $members
            $points = @($tickets | Get-TextEmbedding -Property Subject | Invoke-Umap -n_neighbors 4 | Invoke-Hdbscan -min_cluster_size 3)
            ($points | Export-ClusterPlot $html -PassThru | Export-ClusterPlot $png).FullName
            """,
            ("html", _folder.File("map.html")),
            ("png", _folder.File("map.png")));

        IReadOnlyList<PSObject> output = result.Clean();
        PSObject[] members = [.. output.SkipLast(1)];
        Assert.Equal(Enumerable.Range(100, 10), members.Select(member => member.Value<PSObject>("Source").Value<int>("Id")));
        Assert.All(members.Values<float[]>("Vector"), vector => Assert.Equal(384, vector.Length));

        // Printers and passwords are two things.
        Assert.Empty(
            members.Take(5).Values<int>("Cluster")
                .Where(cluster => cluster >= 0)
                .Intersect(members.Skip(5).Values<int>("Cluster").Where(cluster => cluster >= 0)));
        Assert.Equal(_folder.File("map.png"), output[^1].BaseObject);
        Assert.Contains("\"count\":10,", File.ReadAllText(_folder.File("map.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_about_a_missing_default_model_names_the_environment_variable()
    {
        string text = ScriptProcess.Run(
            "$env:PSLLMCLUSTER_MODEL = 'nowhere.gguf'; try { 'a' | Get-TextEmbedding } catch { $_.FullyQualifiedErrorId; "
                + "$_.ErrorDetails.RecommendedAction }");
        Assert.Contains("ModelNotFound,", text, StringComparison.Ordinal);
        Assert.Contains("PSLLMCLUSTER_MODEL", text, StringComparison.Ordinal);
    }

    [LlamaFact]
    public void The_environment_names_another_default_model()
    {
        string text = ScriptProcess.Run(
            $"$env:PSLLMCLUSTER_MODEL = '{StagedModule.TinyQwen}'; ('a' | Get-TextEmbedding).Vector.Length; $env:PSLLMCLUSTER_MODEL "
                + "= ''; ('a' | Get-TextEmbedding).Vector.Length");

        string[] lengths = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.NotEqual("384", lengths[0]);
        Assert.Equal("384", lengths[1]);
    }

    [Fact]
    public void Results_that_went_through_a_file_are_taken_as_well()
    {
        PipelineResult result = _session.Run(
            """
            $points = @('a', 'b', 'c', 'd' | Get-TextEmbedding | Invoke-Umap -NeighborCount 2 -EpochCount 5)
            $copies = @([System.Management.Automation.PSSerializer]::Deserialize(
                [System.Management.Automation.PSSerializer]::Serialize($points, 3)))
            ($points | Invoke-Hdbscan -MinClusterSize 2 -WarningAction Ignore).Cluster -join ' '
            ($copies | Invoke-Hdbscan -MinClusterSize 2 -WarningAction Ignore).Cluster -join ' '
            ($copies | Invoke-Hdbscan -MinClusterSize 2 -WarningAction Ignore).Text -join ' '
            """);

        IReadOnlyList<PSObject> output = result.Clean();
        Assert.Equal(output[0].BaseObject, output[1].BaseObject);
        Assert.Equal("a b c d", output[2].BaseObject);
    }
}
