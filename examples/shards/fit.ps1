<#
.SYNOPSIS
    Second step of a job in shards: fits a map and clusters on a sample of all shards, and names the clusters.
.DESCRIPTION
    Writes map.umap, clusters.hdbscan and, last, names.csv: where that is there, this step is done. Which rows are in the sample depends on
    their numbers and the seed, not on how the lines were cut into shards.
.PARAMETER Folder
    Where embed.ps1 wrote the vectors of all shards.
.PARAMETER ShardCount
    How many shards there are; one that is missing is an error.
.PARAMETER SampleCount
    How many rows are fitted; all, where there are fewer.
.PARAMETER MinClusterSize
    How many rows of the sample make a cluster.
.PARAMETER Seed
    What the sample and the map are drawn by.
.EXAMPLE
    ./examples/shards/fit.ps1 -Folder job -ShardCount 4 -SampleCount 20000
#>
param(
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [ValidateRange(1, 100000)] [int] $ShardCount,
    [ValidateRange(1, [int]::MaxValue)] [int] $SampleCount = 100000,
    [ValidateRange(2, [int]::MaxValue)] [int] $MinClusterSize = 15,
    [int] $Seed = 42
)
$ErrorActionPreference = 'Stop'
$done = Join-Path $Folder 'names.csv'
if (Test-Path -LiteralPath $done) {
    "$done is there already."
    return
}

$shards = @(0..($ShardCount - 1) | ForEach-Object { Join-Path $Folder ('vectors-{0:d5}.shard' -f $_) })
$missing = @(0..($ShardCount - 1) | Where-Object { -not (Test-Path -LiteralPath $shards[$_]) })
if ($missing.Count -gt 0) {
    throw "Missing shards: $($missing -join ', '). Run embed.ps1 for each of them."
}

$names = Import-TextEmbedding -LiteralPath $shards -SampleCount $SampleCount -Seed $Seed |
    Invoke-Umap -Metric Cosine -MinDistance 0 -Seed $Seed -AsSample -SaveModel (Join-Path $Folder 'map.umap') -Force |
    Invoke-Hdbscan -MinClusterSize $MinClusterSize -SaveModel (Join-Path $Folder 'clusters.hdbscan') -Force |
    Get-ClusterSummary |
    Where-Object Cluster -GE 0 |
    Select-Object Cluster, Name

# Under another name first: a file that is there is whole.
$names | Export-Csv "$done.part"
Move-Item -LiteralPath "$done.part" -Destination $done -Force
"$done has $(@($names).Count) clusters."
