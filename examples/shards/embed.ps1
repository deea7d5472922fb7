<#
.SYNOPSIS
    First step of a job in shards: embeds one share of the lines of a text file.
.DESCRIPTION
    The lines are cut into as many shares of the same size as there are shards, one after the other. The vectors of this one's are written
    to vectors-NNNNN.shard, which is there whole or not at all: where it is there, this shard is done, so the step can be run again after
    whatever ended it.

    The first shard of a job writes job.json, which says what texts it is about and how many shards it has. A shard of another job is an
    error: two jobs need two folders.
.PARAMETER TextFile
    The texts, one a line.
.PARAMETER Folder
    Where all steps write to; every machine of the job sees it.
.PARAMETER Shard
    Which share this is, from 0.
.PARAMETER ShardCount
    How many shares there are.
.PARAMETER Model
    A model file in place of the bundled model.
.PARAMETER Endpoint
    Servers in place of a model file.
.PARAMETER EndpointModel
    The servers' model.
.EXAMPLE
    ./examples/shards/embed.ps1 titles.txt -Folder job -Shard 0 -ShardCount 4
#>
param(
    [Parameter(Mandatory)] [string] $TextFile,
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [ValidateRange(0, 99999)] [int] $Shard,
    [Parameter(Mandatory)] [ValidateRange(1, 100000)] [int] $ShardCount,
    [string] $Model,
    [string[]] $Endpoint,
    [string] $EndpointModel
)
$ErrorActionPreference = 'Stop'
if ($Shard -ge $ShardCount) {
    throw "There is no shard $Shard of ${ShardCount}: they are counted from 0."
}

[void] (New-Item -ItemType Directory -Force $Folder)
$textPath = Convert-Path -LiteralPath $TextFile
$about = Join-Path (Convert-Path -LiteralPath $Folder) 'job.json'
$job = [ordered]@{ Texts = (Get-FileHash -LiteralPath $textPath).Hash; ShardCount = $ShardCount } | ConvertTo-Json -Compress
if (-not (Test-Path -LiteralPath $about)) {
    # Under another name first; where another shard was faster, its file stands.
    $part = "$about.$Shard.$PID.part"
    Set-Content -LiteralPath $part $job
    try { [System.IO.File]::Move($part, $about, $false) }
    catch [System.IO.IOException] { Remove-Item -LiteralPath $part }
}

if ((Get-Content -LiteralPath $about -Raw).Trim() -cne $job) {
    throw "$Folder belongs to a job of other texts or of another number of shards (see job.json). Give this one a folder of its own."
}

$done = Join-Path $Folder ('vectors-{0:d5}.shard' -f $Shard)
if (Test-Path -LiteralPath $done) {
    "$done is there already."
    return
}

$engine = @{}
'Model', 'Endpoint', 'EndpointModel' | Where-Object { $PSBoundParameters.ContainsKey($_) } |
    ForEach-Object { $engine[$_] = $PSBoundParameters[$_] }
$total = [System.Linq.Enumerable]::LongCount([System.IO.File]::ReadLines($textPath))
$first = [long] [Math]::Floor([decimal] $total * $Shard / $ShardCount)
$next = [long] [Math]::Floor([decimal] $total * ($Shard + 1) / $ShardCount)
[System.IO.File]::ReadLines($textPath) |
    Select-Object -Skip $first -First ($next - $first) |
    Get-TextEmbedding @engine -ErrorAction Continue |
    Export-TextEmbedding $done -FirstIndex $first -Force |
    Out-Null
"$done has the lines from $first on, $($next - $first) of them."
