<#
.SYNOPSIS
    At the prompt: what is in this pile of texts? Clusters of a text file's lines, with a map to look at.
.PARAMETER Path
    A text file with one text a line.
.PARAMETER MinClusterSize
    How many texts make a cluster.
.PARAMETER Map
    Where the map goes; the ending says which kind (.html, .svg, .png).
.EXAMPLE
    ./examples/explore.ps1 titles.txt -MinClusterSize 3
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [int] $MinClusterSize = 5,
    [string] $Map = "$PSScriptRoot/../artifacts/examples/explore.html"
)
$ErrorActionPreference = 'Stop'
$Map = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Map)

[void] [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($Map))
$points = Get-Content $Path | Get-TextEmbedding | Invoke-Umap | Invoke-Hdbscan -MinClusterSize $MinClusterSize |
    Export-ClusterPlot $Map -Title $Path -PassThru

# The three texts that belong most firmly to each cluster say what it is about.
$points | Where-Object Cluster -ge 0 | Group-Object Cluster | ForEach-Object {
    $typical = $_.Group | Sort-Object Probability -Descending | Select-Object -First 3
    [pscustomobject]@{ Cluster = $_.Name; Texts = $_.Count; Typical = @($typical | ForEach-Object { $_.Text }) -join ' | ' }
} | Format-Table

"Noise: $(@($points | Where-Object Cluster -eq -1).Count) of $(@($points).Count) texts. Map: $Map"
