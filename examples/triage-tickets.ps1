<#
.SYNOPSIS
    In a scheduled job: adds a named group to each ticket of a CSV file, and writes the file again for the next step.
.DESCRIPTION
    Every ticket and every column comes out again, in the same order, also one without a subject: it is in the group -1.
    Exits with 1 if anything goes wrong, so that a scheduler sees it.
.PARAMETER Path
    The tickets: a CSV file with a column Subject.
.PARAMETER OutputPath
    The same tickets with the columns Group, GroupName and GroupScore.
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
$triaged = @(Import-Csv $Path | Group-Text -Property Subject -AsMember)
$triaged | Export-Csv $OutputPath
$triaged | Sort-Object Group -Stable | ForEach-Object { '{0,-30}  {1}' -f $_.GroupName, $_.Subject }
"Written: $OutputPath"
