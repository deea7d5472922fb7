<#
.SYNOPSIS
    In operations: which kinds of alert are in this log, how often, and what is there that fits no kind?
.DESCRIPTION
    Writes one object for each kind of line (Kind, Count, Example, Lines), the most frequent first;
    the lines that fit no kind come last, as kind -1.
    The time stamp in front of each line says nothing about its kind, so it is left out of the text that is compared.
.PARAMETER Path
    The log, one alert a line, each with a time stamp in front.
.PARAMETER MinCount
    How many lines make a kind.
.EXAMPLE
    ./examples/group-alerts.ps1 examples/data/alerts.log
.EXAMPLE
    Invoke-Pester examples/group-alerts.Tests.ps1
#>
param(
    [string] $Path = "$PSScriptRoot/data/alerts.log",
    [int] $MinCount = 4
)
$ErrorActionPreference = 'Stop'

$alerts = Get-Content $Path | ForEach-Object {
    $time, $text = $_ -split ' ', 2
    [pscustomobject]@{ Time = $time; Text = $text; Line = $_ }
}

$alerts | Get-TextEmbedding -Property Text |
    Invoke-Umap -NeighborCount 8 -MinDistance 0 |
    Invoke-Hdbscan -MinClusterSize $MinCount |
    Group-Object Cluster |
    ForEach-Object {
        $typical = @($_.Group | Sort-Object Probability -Descending)[0]
        [pscustomobject]@{
            Kind = [int] $_.Name; Count = $_.Count; Example = $typical.Text; Lines = @($_.Group | ForEach-Object { $_.Source.Line })
        }
    } |
    Sort-Object { if ($_.Kind -lt 0) { 1 } else { 0 } }, Kind
