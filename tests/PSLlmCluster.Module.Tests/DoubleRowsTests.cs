using System.Management.Automation;
using PSLlmCluster.Module.Tests.Support;

namespace PSLlmCluster.Module.Tests;

/// <summary>Numbers whose differences are beyond single precision, through the cmdlets.</summary>
public sealed class DoubleRowsTests : IDisposable
{
    private static readonly int[] _three = [.. Enumerable.Range(0, 18).Select(row => row / 6)];
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    /// <summary>Three groups of six; g is the group, i the place in it.</summary>
    [Theory]
    [InlineData(
        "0..17 | ForEach-Object { , [double[]] @((1795867260 + 40 * [math]::Floor($_ / 6) + $_ % 6), 0) } | Invoke-Hdbscan "
            + "-MinClusterSize 4")]
    [InlineData(
        "Invoke-Hdbscan @(0..17 | ForEach-Object { , @((1795867260L + 40 * [math]::Floor($_ / 6) + $_ % 6), 0) }) -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { [pscustomobject] @{ T = [datetime]::new(2026, 11, 28).AddSeconds(40 * [math]::Floor($_ / 6) + $_ "
            + "% 6).Ticks; Z = 0 } } | Invoke-Hdbscan -Property T, Z -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { [pscustomobject] @{ T = [datetime]::new(2026, 11, 28).AddSeconds(40 * [math]::Floor($_ / 6) + $_ "
            + "% 6); Z = 0 } } | Invoke-Hdbscan -Property T, Z -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { [pscustomobject] @{ T = [long] (1795867260 + 40 * [math]::Floor($_ / 6) + $_ % 6); Z = 0 } } | "
            + "Invoke-Hdbscan -Property T, Z -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { [pscustomobject] @{ T = [decimal] 98765432.10 + [decimal] 0.50 * [math]::Floor($_ / 6) + "
            + "[decimal] 0.01 * ($_ % 6) } } | Invoke-Hdbscan -Property T -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { [pscustomobject] @{ T = '{0}' -f (1795867260 + 40 * [math]::Floor($_ / 6) + $_ % 6); Z = '0' } } "
            + "| Invoke-Hdbscan -Property T, Z -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { , [double[]] @(-33.8688, (151.2093 + 6e-6 * [math]::Floor($_ / 6) + 1e-7 * ($_ % 6))) } | "
            + "Invoke-Hdbscan -MinClusterSize 4")]
    [InlineData(
        "0..17 | ForEach-Object { , [double[]] @((1e9 + 1 * [math]::Floor($_ / 6) + 1e-3 * ($_ % 6)), 0) } | Invoke-Hdbscan "
            + "-MinClusterSize 4 -Metric Manhattan")]
    public void Groups_far_from_0_are_found_whatever_type_the_numbers_have(string script)
        => Assert.Equal(_three, _session.Run(script).Clean().Values<int>("Cluster"));

    [Fact]
    public void Results_are_clustered_again_by_the_numbers_that_they_were_made_of()
    {
        PipelineResult result = _session.Run(
            """
            0..17 | ForEach-Object { , [double[]] @((1795867260 + 40 * [math]::Floor($_ / 6) + $_ % 6), 0) } |
                Invoke-Hdbscan -MinClusterSize 5 | Invoke-Hdbscan -MinClusterSize 4
            """);
        Assert.Equal(_three, result.Clean().Values<int>("Cluster"));
    }

    [Fact]
    public void A_saved_clustering_knows_its_rows_again()
    {
        PipelineResult result = _session.Run(
            """
            $rows = 0..17 | ForEach-Object { , [double[]] @((1795867260 + 40 * [math]::Floor($_ / 6) + $_ % 6), 0) }
            $null = $rows | Invoke-Hdbscan -MinClusterSize 4 -SaveModel $path
            $rows | Invoke-Hdbscan -Model $path
            , [double[]] @(1795867302.5, 0) | Invoke-Hdbscan -Model $path
            """,
            ("path", _folder.File("seconds.hdbscan")));
        Assert.Equal([.. _three, 1], result.Clean().Values<int>("Cluster"));
    }

    [Fact]
    public void Umap_lays_seconds_since_1970_out_as_it_does_seconds()
    {
        PipelineResult result = _session.Run(
            """
            $seconds = 0..39 | ForEach-Object { 40 * [math]::Floor($_ / 20) + $_ % 20 }
            $near = @($seconds | ForEach-Object { , [double[]] @(($_ - 19), 0.5) } | Invoke-Umap -NeighborCount 5 -EpochCount 20)
            $far = @($seconds | ForEach-Object { , [double[]] @(($_ + 1795867260), 0.5) } | Invoke-Umap -NeighborCount 5 -EpochCount 20)
            0..39 | ForEach-Object { [math]::Abs($near[$_].X - $far[$_].X) + [math]::Abs($near[$_].Y - $far[$_].Y) }
            """);
        Assert.Empty(result.Warnings);
        Assert.All(result.Clean(), difference => Assert.Equal(0.0, (double)difference.BaseObject));
    }

    [Fact]
    public void Umap_names_the_column_that_loses_its_differences()
    {
        PipelineResult result = _session.Run(
            """
            $rows = 0..39 | ForEach-Object { , [double[]] @(0.25, (1795867260 + 50 * $_)) }
            $null = $rows | Invoke-Umap -NeighborCount 5 -EpochCount 5 -Metric Cosine
            """);
        result.Clean();
        Assert.StartsWith("Column 2 loses precision", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    /// <summary>Texts as Export-Csv writes them: the shortest that are read as the same number.</summary>
    [Fact]
    public void A_map_that_was_written_as_text_has_its_clusters_when_it_is_read_back()
    {
        PipelineResult result = _session.Run(
            """
            $points = @($rows | ForEach-Object { , $_ } | Invoke-Umap -NeighborCount 5 -EpochCount 30)
            $texts = $points | ForEach-Object { [pscustomobject] @{ X = [string] $_.X; Y = [string] $_.Y } }
            ($points | Invoke-Hdbscan -MinClusterSize 5 | ForEach-Object { $_.Cluster }) -join ' '
            ($texts | Invoke-Hdbscan -Property X, Y -MinClusterSize 5 | ForEach-Object { $_.Cluster }) -join ' '
            """,
            ("rows", TestRows.Clouds(40, 3)));
        IReadOnlyList<PSObject> output = result.Clean();
        Assert.Equal((string)output[0].BaseObject, (string)output[1].BaseObject);
        Assert.Contains("1", (string)output[0].BaseObject, StringComparison.Ordinal);
    }
}
