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
    }
    'Package' {
        # In a folder of its own, so that no file of an earlier build gets in, and the module at hand stays as it is.
        $content = Join-Path $artifacts 'package/PSLlmCluster'
        if (Test-Path $content) { Remove-Item $content -Recurse -Force }
        dotnet build $stage --configuration $Configuration -p:ModulePlatforms=All "-p:ModuleStagingFolder=$content/" @properties
        $version = (Import-PowerShellDataFile (Join-Path $content 'PSLlmCluster.psd1')).ModuleVersion
        $package = Join-Path $artifacts "package/PSLlmCluster-$version.zip"
        Compress-Archive -Path $content -DestinationPath $package -Force
        Get-Item $package
    }
    'Clean' {
        if (Test-Path $artifacts) { Remove-Item $artifacts -Recurse -Force }
    }
}
