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
    Servers in place of a model file. Where one of them fails at texts, the shard is not done.
.PARAMETER EndpointModel
    The servers' model.
.PARAMETER ApiKeyFile
    A file with nothing but the servers' key in it, which only your account can read. It is read when the servers are first asked, and again
    where they no longer take the key, so that the key is in no command line, log or file of the job. Without it, the environment variable
    PSLLMCLUSTER_API_KEY holds the key, as for Get-TextEmbedding.
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
    [string] $EndpointModel,
    [string] $ApiKeyFile
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
    $new = "$about.$(New-Guid).part"
    Set-Content -LiteralPath $new $job
    try { [System.IO.File]::Move($new, $about, $false) }
    catch [System.IO.IOException] { Remove-Item -LiteralPath $new }
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

# What starts with pwsh -File has several servers in one text.
if ($Endpoint) { $engine.Endpoint = $Endpoint -split ',' }
if ($ApiKeyFile) {
    $keyPath = Convert-Path -LiteralPath $ApiKeyFile
    $engine.ApiKey = { (Get-Content -LiteralPath $keyPath -Raw).Trim() }
}

$part = "$done.$(New-Guid).part"
$total = [System.Linq.Enumerable]::LongCount([System.IO.File]::ReadLines($textPath))
$first = [long] [Math]::Floor([decimal] $total * $Shard / $ShardCount)
$next = [long] [Math]::Floor([decimal] $total * ($Shard + 1) / $ShardCount)
[System.IO.File]::ReadLines($textPath) |
    Select-Object -Skip $first -First ($next - $first) |
    Get-TextEmbedding @engine -ErrorAction Continue -ErrorVariable failures |
    Export-TextEmbedding $part -Format Shard -FirstIndex $first -Force |
    Out-Null

# A text that a model cannot take is left out. One that a server failed at is for another try.
$left = @($failures | Where-Object FullyQualifiedErrorId -Match '^Endpoint(Failed|AnswerInvalid)')
if ($left.Count -gt 0) {
    Remove-Item -LiteralPath $part
    throw "$done is not written, as the servers failed at $($left.Count) of its texts. Run it again."
}

Move-Item -LiteralPath $part -Destination $done -Force
"$done has the lines from $first on, $($next - $first) of them."
