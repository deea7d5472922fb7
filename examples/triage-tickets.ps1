<#
.SYNOPSIS
    In a scheduled job: adds a cluster to each ticket of a CSV file, and writes the file again for the next step.
.DESCRIPTION
    Every ticket and every column comes out again. Index is a ticket's place in the file, so that one without a subject,
    which has no cluster, is not lost: it gets -1, as noise does.
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
    [string] $OutputPath = "$PSScriptRoot/../artifacts/examples/triaged.csv"
)
$ErrorActionPreference = 'Stop'
$OutputPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)

[void] [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($OutputPath))
$tickets = @(Import-Csv $Path)
$clustered = @{}
$tickets |
    Get-TextEmbedding -Property Subject |
    Invoke-Umap -NeighborCount 5 -MinDistance 0 |
    Invoke-Hdbscan -MinClusterSize 3 |
    ForEach-Object { $clustered[$_.Index] = $_ }

$triaged = for ($i = 0; $i -lt $tickets.Count; $i++) {
    $member = $clustered[$i]
    $columns = [ordered]@{}
    foreach ($column in $tickets[$i].PSObject.Properties) { $columns[$column.Name] = $column.Value }
    $columns.Cluster = if ($member) { $member.Cluster } else { -1 }
    $columns.Probability = if ($member) { $member.Probability.ToString('0.00', [cultureinfo]::InvariantCulture) } else { '0.00' }
    [pscustomobject] $columns
}

$triaged | Export-Csv $OutputPath
$triaged | Sort-Object Cluster | ForEach-Object { "{0,3}  {1}" -f $_.Cluster, $_.Subject }
"Written: $OutputPath"
