using System.Text.Json;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>
/// A session of the whole of PowerShell, for what users pipe in and out: the other tests here have the bare engine, which is the hardest
/// host. One process runs one script; each test looks at a part of what it found.
/// </summary>
public sealed class SdkSessionTests(SdkSessionTests.Session session) : IClassFixture<SdkSessionTests.Session>
{
    private const int TicketCount = 12;

    [Fact]
    public void Rows_of_Import_Csv_go_in_and_come_out_as_Source()
        => Assert.Equal(Enumerable.Range(100, TicketCount).Select(id => $"{id}"), session.Strings("ids"));

    [Fact]
    public void Group_Object_groups_all_members_by_their_cluster()
    {
        Dictionary<string, int> groups = session.Found.GetProperty("groups").Deserialize<Dictionary<string, int>>()!;
        Assert.Equal(TicketCount, groups.Values.Sum());
        Assert.Equal(groups.Keys.Order(), session.Strings("clusters").Distinct().Order());
    }

    [Fact]
    public void Format_Table_shows_the_columns_of_the_view()
    {
        string table = session.Found.GetProperty("table").GetString()!;
        Assert.Matches(@"Index\s+Cluster\s+Probability", table);
        Assert.Contains("printer number 0", table, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Single", table, StringComparison.Ordinal);
    }

    [Fact]
    public void ConvertTo_Json_writes_numbers_that_are_read_back()
    {
        JsonElement member = session.Found.GetProperty("json");
        Assert.Equal(0, member.GetProperty("Index").GetInt32());
        Assert.Equal("100", member.GetProperty("Source").GetProperty("Id").GetString());
        Assert.Equal(session.Strings("clusters")[0], $"{member.GetProperty("Cluster").GetInt32()}");
        Assert.Equal(64, member.GetProperty("Vector").GetArrayLength());
    }

    [Fact]
    public void Export_Csv_writes_a_column_for_each_number()
    {
        Assert.Equal(TicketCount, session.Strings("csvClusters").Length);
        Assert.Equal(session.Strings("clusters"), session.Strings("csvClusters"));
    }

    [Fact]
    public void A_job_embeds_and_its_copies_go_on_in_the_pipeline()
    {
        Assert.Equal(["red", "green", "blue"], session.Strings("jobTexts"));
        Assert.Equal("Deserialized.PSLlmCluster.TextEmbedding", session.Found.GetProperty("jobType").GetString());
        Assert.True(session.Found.GetProperty("jobSame").GetBoolean(), "A job gave other vectors than the session.");
        Assert.Equal(3, session.Found.GetProperty("jobPoints").GetInt32());
    }

    [Fact]
    public void Parallel_blocks_embed_side_by_side()
        => Assert.Equal(["blue", "green", "red"], session.Strings("parallelTexts").Order(StringComparer.Ordinal));

    /// <summary>What the script found, as one JSON object.</summary>
    public sealed class Session
    {
        private const string Script =
            """
            param([string] $Tiny)
            $ErrorActionPreference = 'Stop'
            $WarningPreference = 'SilentlyContinue'
            $env:PSLLMCLUSTER_MODEL = $Tiny
            $folder = [System.IO.Directory]::CreateTempSubdirectory('PSLlmCluster-').FullName
            $file = Join-Path $folder 'tickets.csv'
            $kinds = 'printer number {0} is on fire', 'password {0} was forgotten', 'the invoice {0} is late'
            0..11 | ForEach-Object { [pscustomobject] @{ Id = 100 + $_; Subject = $kinds[$_ % 3] -f $_ } } | Export-Csv $file
            $found = @{}
            $members = @(Import-Csv $file | Get-TextEmbedding -Property Subject |
                Invoke-Umap -NeighborCount 4 -EpochCount 50 | Invoke-Hdbscan -MinClusterSize 3)
            $found.ids = @($members.Source.Id)
            $found.clusters = @($members.Cluster | ForEach-Object { "$_" })
            $found.groups = @{}
            $members | Group-Object Cluster | ForEach-Object { $found.groups[$_.Name] = $_.Count }
            $found.table = $members | Format-Table | Out-String -Width 160
            $found.json = $members[0] | ConvertTo-Json -Depth 3 | ConvertFrom-Json
            $members | Select-Object Index, Cluster, X, Y | Export-Csv "$folder/clusters.csv"
            $found.csvClusters = @((Import-Csv "$folder/clusters.csv").Cluster)

            # A process of its own, and objects that come back as copies.
            $words = 'red', 'green', 'blue'
            $copies = @(Start-Job { $input | Get-TextEmbedding } -InputObject $words | Receive-Job -Wait -AutoRemoveJob)
            $found.jobTexts = @($copies.Text)
            $found.jobType = $copies[0].PSObject.TypeNames[0]
            $found.jobSame = ($copies.Vector -join ' ') -eq (($words | Get-TextEmbedding).Vector -join ' ')
            $found.jobPoints = @($copies | Invoke-Umap -NeighborCount 2 -EpochCount 5).Count
            $found.parallelTexts = @(($words | ForEach-Object -Parallel { $_ | Get-TextEmbedding }).Text)
            Remove-Item $folder -Recurse
            $found | ConvertTo-Json -Depth 5 -Compress
            """;

        /// <summary>Gets the results by their names.</summary>
        public JsonElement Found { get; } = JsonDocument.Parse(ScriptProcess.Run(Script, "-Tiny", StagedModule.TinyBert)).RootElement;

        /// <summary>Returns a result that is a list of strings.</summary>
        public string[] Strings(string name) => Found.GetProperty(name).Deserialize<string[]>()!;
    }
}
