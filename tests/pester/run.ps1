<#
.SYNOPSIS
    Runs the Pester tests in a real pwsh, with the Pester that is installed, or else the one that `dotnet restore tests/pester/Pester.csproj` brings.
.PARAMETER ResultFile
    Receives the numbers of passed and failed tests on one line.
#>
param([string] $ResultFile)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$installed = Get-Module -ListAvailable Pester | Where-Object Version -ge 5.0 | Select-Object -First 1
if (-not $installed) {
    $version = ([xml] (Get-Content "$PSScriptRoot/Pester.csproj" -Raw)).SelectSingleNode('//PackageDownload').Version.Trim('[', ']')
    $packages = if ($env:NUGET_PACKAGES) { $env:NUGET_PACKAGES } else { Join-Path $HOME '.nuget/packages' }
    Import-Module (Join-Path $packages "pester/$version/tools/Pester.psd1")
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot, "$PSScriptRoot/../../examples"
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($ResultFile) { Set-Content -Path $ResultFile -Value "$($result.PassedCount) $failed" }
exit [int] ($failed -gt 0)
