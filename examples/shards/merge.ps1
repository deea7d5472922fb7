<#
.SYNOPSIS
    Last step of a job in shards: puts the rows of all shards together, and writes the report and the map.
.DESCRIPTION
    Writes rows.csv (every row), clusters.csv (each cluster with its name and how many rows it has), map.html and map.png. A shard that is
    missing is an error, before anything is written.
.PARAMETER Folder
    Where label.ps1 wrote the rows of all shards.
.PARAMETER Title
    The title of the map.
.EXAMPLE
    ./examples/shards/merge.ps1 -Folder job -Title 'Last year''s tickets'
#>
param(
    [Parameter(Mandatory)] [string] $Folder,
    [string] $Title = 'All texts'
)
$ErrorActionPreference = 'Stop'
$about = Join-Path $Folder 'job.json'
if (-not (Test-Path -LiteralPath $about)) {
    throw "There is no job in $Folder. Run embed.ps1 for each of its shards first."
}

$shardCount = (Get-Content -LiteralPath $about -Raw | ConvertFrom-Json).ShardCount
$parts = @(0..($shardCount - 1) | ForEach-Object { Join-Path $Folder ('rows-{0:d5}.csv' -f $_) })
$missing = @(0..($shardCount - 1) | Where-Object { -not (Test-Path -LiteralPath $parts[$_]) })
if ($missing.Count -gt 0) {
    throw "Missing shards: $($missing -join ', '). Run label.ps1 for each of them."
}

$rows = Join-Path $Folder 'rows.csv'
$whole = "$rows.$(New-Guid).part"
$written = [System.IO.File]::Create($whole)
try {
    foreach ($part in $parts) {
        $read = [System.IO.File]::OpenRead($part)
        try {
            # The titles of the columns are needed once.
            if ($written.Length -gt 0) { while ($read.ReadByte() -notin 10, -1) { } }
            $read.CopyTo($written)
        }
        finally { $read.Dispose() }
    }
}
finally { $written.Dispose() }
Move-Item -LiteralPath $whole -Destination $rows -Force

# Row after row: what is kept of each is its place on the map.
$counts = [ordered]@{}
$total = 0
$maps = 'map.html', 'map.png' | ForEach-Object { Join-Path $Folder $_ }
Import-Csv -LiteralPath $rows |
    ForEach-Object {
        $total++
        if (-not $counts.Contains($_.Cluster)) { $counts[$_.Cluster] = [pscustomobject]@{ Name = $_.ClusterName; Count = 0 } }
        $counts[$_.Cluster].Count++
        $_
    } |
    Export-ClusterPlot $maps -Title $Title -Force | Out-Null
$counts.GetEnumerator() |
    ForEach-Object {
        $share = ($_.Value.Count / $total).ToString('0.0000', [cultureinfo]::InvariantCulture)
        [pscustomobject]@{ Cluster = [int] $_.Key; Name = $_.Value.Name; Count = $_.Value.Count; Share = $share }
    } |
    Sort-Object @{ Expression = 'Count'; Descending = $true }, Cluster |
    Export-Csv (Join-Path $Folder 'clusters.csv')
"$rows has $total rows; clusters.csv, map.html and map.png are beside it."
