<#
.SYNOPSIS
    Second step of a job in shards: fits clusters and a map on a sample of all shards, and names the clusters.
.DESCRIPTION
    Clusters are found as Group-Text finds them, in ten dimensions; the map for the eye is a layout of its own. Writes space.umap,
    clusters.hdbscan, map.umap and, last, names.csv: where that is there, this step is done. Which rows are in the sample depends on their
    numbers and the seed, not on how the lines were cut into shards.
.PARAMETER Folder
    Where embed.ps1 wrote the vectors of all shards; one that is missing is an error.
.PARAMETER SampleCount
    How many rows are fitted; all, where there are fewer.
.PARAMETER MinClusterSize
    How many rows of the sample make a cluster; 0, the default, goes by the sample: two thirds of the root of its rows.
.PARAMETER Seed
    What the sample and the layouts are drawn by.
.EXAMPLE
    ./examples/shards/fit.ps1 -Folder job -SampleCount 20000
#>
param(
    [Parameter(Mandatory)] [string] $Folder,
    [ValidateRange(1, [int]::MaxValue)] [int] $SampleCount = 100000,
    [ValidateRange(0, [int]::MaxValue)] [int] $MinClusterSize = 0,
    [int] $Seed = 42
)
$ErrorActionPreference = 'Stop'
$done = Join-Path $Folder 'names.csv'
if (Test-Path -LiteralPath $done) {
    "$done is there already."
    return
}

$about = Join-Path $Folder 'job.json'
if (-not (Test-Path -LiteralPath $about)) {
    throw "There is no job in $Folder. Run embed.ps1 for each of its shards first."
}

$shardCount = (Get-Content -LiteralPath $about -Raw | ConvertFrom-Json).ShardCount
$shards = @(0..($shardCount - 1) | ForEach-Object { Join-Path $Folder ('vectors-{0:d5}.shard' -f $_) })
$missing = @(0..($shardCount - 1) | Where-Object { -not (Test-Path -LiteralPath $shards[$_]) })
if ($missing.Count -gt 0) {
    throw "Missing shards: $($missing -join ', '). Run embed.ps1 for each of them."
}

$sample = @(Import-TextEmbedding -LiteralPath $shards -SampleCount $SampleCount -Seed $Seed)
$root = [Math]::Sqrt($sample.Count)
$layout = @{ Metric = 'Cosine'; Center = $true; AsSample = $true; Seed = $Seed; Force = $true }
$space = @{ NeighborCount = [Math]::Clamp([int] (2 * $root), 4, 75); ComponentCount = 10; MinDistance = 0 }
$clusters = @{
    MinClusterSize = $MinClusterSize -gt 0 ? $MinClusterSize : [Math]::Max(3, [int] (0.7 * $root))
    MinSampleCount = [Math]::Clamp([int] (0.25 * $root), 1, 15)
    ClusterSelectionMethod = 'Leaf'
    RefinementCount = 10
}
$names = $sample |
    Invoke-Umap @layout @space -SaveModel (Join-Path $Folder 'space.umap') |
    Invoke-Hdbscan @clusters -SaveModel (Join-Path $Folder 'clusters.hdbscan') -Force |
    Get-ClusterSummary |
    Where-Object Cluster -GE 0 |
    Select-Object Cluster, Name
$sample | Invoke-Umap @layout -SaveModel (Join-Path $Folder 'map.umap') | Out-Null

# Under another name first: a file that is there is whole. Processes of two containers may have the same number.
$part = "$done.$(New-Guid).part"
$names | Export-Csv $part
Move-Item -LiteralPath $part -Destination $done -Force
"$done has $(@($names).Count) clusters."
