<#
.SYNOPSIS
    Runs all Pester tests in this PowerShell.
.PARAMETER Pester
    The manifest of Pester 6.2 or later; without it, the one that is installed.
.PARAMETER ResultFile
    Receives the results as JSON: Name, Result and Message of each test, and of each file or block that failed as a whole.
#>
param([string] $Pester, [string] $ResultFile)
$ErrorActionPreference = 'Stop'

if ($Pester) { Import-Module $Pester } else { Import-Module Pester -MinimumVersion 6.2 }
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot, "$PSScriptRoot/../../examples"
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = if ($ResultFile) { 'None' } else { 'Detailed' }
$run = Invoke-Pester -Configuration $configuration

$results = @(
    foreach ($test in $run.Tests) {
        @{ Name = $test.ExpandedPath; Result = "$($test.Result)"; Message = "$($test.ErrorRecord -join "`n")" }
    }
    foreach ($failed in @($run.FailedContainers) + @($run.FailedBlocks)) {
        @{ Name = "$failed"; Result = 'Failed'; Message = "$($failed.ErrorRecord -join "`n")" }
    }
)
if ($ResultFile) { ConvertTo-Json $results -Depth 3 | Set-Content $ResultFile }
exit [int] ($results.Result -ne 'Passed').Count
