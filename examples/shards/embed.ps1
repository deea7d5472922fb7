<#
.SYNOPSIS
    First step of a job in shards: embeds one share of the lines of a text file.
.DESCRIPTION
    The lines are cut into as many shares of the same size as there are shards, one after the other. The vectors of this one's are written
    to vectors-NNNNN.shard, which is there whole or not at all: where it is there, this shard is done, so the step can be run again after
    whatever ended it.
.PARAMETER TextFile
    The texts, one a line.
.PARAMETER Folder
    Where all steps write to; every machine of the job sees it.
.PARAMETER Shard
    Which share this is, from 0.
.PARAMETER ShardCount
    How many shares there are.
.EXAMPLE
    ./examples/shards/embed.ps1 titles.txt -Folder job -Shard 0 -ShardCount 4
#>
param(
    [Parameter(Mandatory)] [string] $TextFile,
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [ValidateRange(0, 99999)] [int] $Shard,
    [Parameter(Mandatory)] [ValidateRange(1, 100000)] [int] $ShardCount
)
$ErrorActionPreference = 'Stop'
$done = Join-Path $Folder ('vectors-{0:d5}.shard' -f $Shard)
if (Test-Path -LiteralPath $done) {
    "$done is there already."
    return
}

[void] (New-Item -ItemType Directory -Force $Folder)
$textPath = Convert-Path -LiteralPath $TextFile
$total = [System.Linq.Enumerable]::LongCount([System.IO.File]::ReadLines($textPath))
$first = [long] [Math]::Floor([decimal] $total * $Shard / $ShardCount)
$next = [long] [Math]::Floor([decimal] $total * ($Shard + 1) / $ShardCount)
[System.IO.File]::ReadLines($textPath) |
    Select-Object -Skip $first -First ($next - $first) |
    Get-TextEmbedding -ErrorAction Continue |
    Export-TextEmbedding $done -FirstIndex $first -Force |
    Out-Null
"$done has the lines from $first on, $($next - $first) of them."
