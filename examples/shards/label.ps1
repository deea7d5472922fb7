<#
.SYNOPSIS
    Third step of a job in shards: puts the rows of one shard into the map and its clusters.
.DESCRIPTION
    Writes rows-NNNNN.csv: a line for each row with its number, text, cluster, the cluster's name, membership and place. Each row's place
    and cluster depend on that row and the models alone, so it makes no difference how the lines were cut into shards. Where the file is
    there, this shard is done.
.PARAMETER Folder
    Where fit.ps1 wrote the models and names.
.PARAMETER Shard
    Which shard this is, from 0.
.EXAMPLE
    ./examples/shards/label.ps1 -Folder job -Shard 0
#>
param(
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [ValidateRange(0, 99999)] [int] $Shard
)
$ErrorActionPreference = 'Stop'
$done = Join-Path $Folder ('rows-{0:d5}.csv' -f $Shard)
if (Test-Path -LiteralPath $done) {
    "$done is there already."
    return
}

$vectors = Join-Path $Folder ('vectors-{0:d5}.shard' -f $Shard)
$missing = @($vectors; Join-Path $Folder 'names.csv') | Where-Object { -not (Test-Path -LiteralPath $_) }
if ($missing) {
    throw "Not there yet: $($missing -join ', '). Run embed.ps1 for each shard and then fit.ps1 first."
}

$names = @{}
Import-Csv -LiteralPath (Join-Path $Folder 'names.csv') | ForEach-Object { $names[[int] $_.Cluster] = $_.Name }

# A number has the same digits in every culture.
[cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture
$places = [System.Collections.Generic.List[object]]::new()
Import-TextEmbedding -LiteralPath $vectors |
    Invoke-Umap -Model (Join-Path $Folder 'map.umap') |
    ForEach-Object { $places.Add($_.Coordinates) }
$row = 0
$part = "$done.$(New-Guid).part"
Import-TextEmbedding -LiteralPath $vectors |
    Invoke-Umap -Model (Join-Path $Folder 'space.umap') |
    Invoke-Hdbscan -Model (Join-Path $Folder 'clusters.hdbscan') |
    ForEach-Object {
        [pscustomobject]@{
            Index = $_.Index; Text = $_.Text; Cluster = $_.Cluster; ClusterName = $names[$_.Cluster]
            Probability = $_.Probability; X = $places[$row][0]; Y = $places[$row][1]
        }
        $row++
    } |
    Export-Csv $part
Move-Item -LiteralPath $part -Destination $done -Force
"$done is written."
