<#
.SYNOPSIS
    In a scheduled job: adds a cluster to each ticket of a CSV file, and writes the file anew for the next step.
.DESCRIPTION
    Each ticket rides through the pipeline as the object that Import-Csv made, so every column comes out again.
    Exits with 1 if anything goes wrong, so that a scheduler sees it.
.PARAMETER Path
    The tickets: a CSV file with a column Subject.
.PARAMETER OutputPath
    The same tickets with the columns Cluster and Probability.
.EXAMPLE
    ./examples/triage-tickets.ps1 examples/data/tickets.csv -OutputPath triaged.csv
#>
param(
    [string] $Path = "$PSScriptRoot/data/tickets.csv",
    [string] $OutputPath = [System.IO.Path]::GetFullPath("$PSScriptRoot/../artifacts/examples/triaged.csv")
)
$ErrorActionPreference = 'Stop'

[void] [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName([System.IO.Path]::GetFullPath($OutputPath)))
$clustered = Import-Csv $Path |
    Get-TextEmbedding -Property Subject |
    Invoke-Umap -NeighborCount 5 -MinDistance 0 |
    Invoke-Hdbscan -MinClusterSize 3

$clustered | ForEach-Object {
    $ticket = $_.Source
    [pscustomobject]@{
        Id = $ticket.Id; Opened = $ticket.Opened; Requester = $ticket.Requester; Subject = $ticket.Subject
        Cluster = $_.Cluster; Probability = $_.Probability.ToString('0.00', [cultureinfo]::InvariantCulture)
    }
} | Export-Csv $OutputPath

$clustered | Sort-Object Cluster, Index | ForEach-Object { "{0,3}  {1}" -f $_.Cluster, $_.Text }
"Written: $OutputPath"
