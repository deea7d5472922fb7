#!/usr/bin/env pwsh
<#
.SYNOPSIS
    The front door for people with pwsh: builds, tests, packages and cleans with dotnet.
.PARAMETER Task
    Build stages the module under artifacts/module/PSLlmCluster; Test runs all tests, Pester's too; Package makes one zip for all platforms;
    Clean removes everything that a build makes.
.PARAMETER Backend
    A GPU backend to add to the module: Cuda12, Cuda13 or Vulkan.
.EXAMPLE
    ./build.ps1; Import-Module ./artifacts/module/PSLlmCluster
.EXAMPLE
    ./build.ps1 -Task Build -Backend Cuda12
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package', 'Clean')] [string] $Task = 'Build',
    [ValidateSet('', 'Cuda12', 'Cuda13', 'Vulkan')] [string] $Backend = '',
    [ValidateSet('Debug', 'Release')] [string] $Configuration = 'Release'
)
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest

$artifacts = Join-Path $PSScriptRoot 'artifacts'
$module = Join-Path $artifacts 'module/PSLlmCluster'
$stage = Join-Path $PSScriptRoot 'build/StageModule.csproj'
$properties = @(if ($Backend) { "-p:Backend=$Backend" })

switch ($Task) {
    'Build' {
        dotnet build $stage --configuration $Configuration @properties
        "Import-Module $module"
    }
    'Test' {
        dotnet test (Join-Path $PSScriptRoot 'PSLlmCluster.sln') @properties
        dotnet restore (Join-Path $PSScriptRoot 'tests/pester/Pester.csproj')
        & (Join-Path $PSScriptRoot 'tests/pester/run.ps1')
    }
    'Package' {
        if (Test-Path $module) { Remove-Item $module -Recurse -Force }
        dotnet build $stage --configuration $Configuration -p:ModulePlatforms=All @properties
        $version = (Import-PowerShellDataFile (Join-Path $module 'PSLlmCluster.psd1')).ModuleVersion
        $package = Join-Path $artifacts "package/PSLlmCluster-$version.zip"
        $null = New-Item -ItemType Directory -Path (Split-Path $package) -Force
        Compress-Archive -Path $module -DestinationPath $package -Force
        Get-Item $package
    }
    'Clean' {
        if (Test-Path $artifacts) { Remove-Item $artifacts -Recurse -Force }
    }
}
