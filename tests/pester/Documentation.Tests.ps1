# Every block of PowerShell in README.md, docs/*.md, the help topic and the help's examples runs, with a tiny model and made-up files,
# and gives the values that Expectations.ps1 has for it. A block without an expectation fails.

BeforeDiscovery {
    . "$PSScriptRoot/CodeBlocks.ps1"
    $blocks = @(Get-CodeBlock ([System.IO.Path]::GetFullPath("$PSScriptRoot/../..")))
}

BeforeAll {
    . "$PSScriptRoot/CodeBlocks.ps1"
    . "$PSScriptRoot/Fixtures.ps1"
    $script:root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $script:expectations = & "$PSScriptRoot/Expectations.ps1"
    Import-Module "$root/artifacts/module/PSLlmCluster/PSLlmCluster.psd1"
    $script:modelBefore = $env:PSLLMCLUSTER_MODEL
    $script:nativeBefore = $env:PSLLMCLUSTER_NATIVE
    $script:pathBefore = $env:PATH
    $script:homeBefore = (Get-PSProvider FileSystem).Home
    $script:hasLlama = $script:nativeBefore -or (Test-Path "$root/artifacts/module/PSLlmCluster/native/*/*ggml*")
    $script:number = 0
}

Describe 'What is written' {
    BeforeEach {
        $folder = "$TestDrive/block-$(($script:number++))"
        New-Fixture $folder
        Push-Location $folder
        $env:PSLLMCLUSTER_MODEL = "$folder/models/tiny.gguf"
        (Get-PSProvider FileSystem).Home = $folder
    }

    AfterEach {
        Pop-Location
        $env:PSLLMCLUSTER_MODEL = $script:modelBefore
        $env:PSLLMCLUSTER_NATIVE = $script:nativeBefore
        $env:PATH = $script:pathBefore
        (Get-PSProvider FileSystem).Home = $script:homeBefore
    }

    It 'is true: <Key>' -ForEach $blocks {
        $expectation = $script:expectations[$Key]
        $expectation | Should -Not -BeNullOrEmpty -Because 'tests/pester/Expectations.ps1 has to say what this block gives'
        if ($expectation.Llama -and -not $script:hasLlama) {
            Set-ItResult -Skipped -Because 'the module was built without llama.cpp, since Node.js was not there'
        }

        # Three dots stand for what the reader has already; here it is what the expectation names.
        $elided = $expectation.Elided
        $written = $Code -replace '(?<=^|\s)\.\.\.(?=\s)', '& $elided'
        if ($expectation.Server) {
            # One that stands in for all servers that the block names.
            $server = New-Server
            $written = $written -replace 'https?://(gpu\d|localhost|api\.example\.com)(:\d+)?', $server.Address
        }

        $block = [scriptblock]::Create($written)
        # Results do not depend on the number of threads, and one is the fastest for so little.
        $PSDefaultParameterValues = @{ '*:ThreadCount' = 1 }
        $ErrorActionPreference = 'Stop'
        $WarningPreference = 'SilentlyContinue'
        $problem = $null
        if ($expectation.Process) {
            $whole = "`$ErrorActionPreference = 'Stop'`n$Code"
            $output = @(& ([System.Environment]::ProcessPath) -NoProfile -NonInteractive -Command $whole)
            $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
        }
        else {
            . Set-Variables
            if ($expectation.Given) { . $expectation.Given }
            try { $output = @(. $block) } catch { $problem = $_ } finally { if ($expectation.Server) { $server.Listener.Close() } }
        }

        if ($expectation.Fails) { $problem.FullyQualifiedErrorId | Should -BeLike $expectation.Fails }
        elseif ($problem) { throw $problem }
        . $expectation.Then
    }

    It 'has no expectation that belongs to no block' {
        $keys = @(Get-CodeBlock $root | ForEach-Object Key)
        $script:expectations.Keys | Where-Object { $_ -notin $keys } | Should -BeNullOrEmpty
    }

    It 'has a name of its own for each block' {
        $keys = @(Get-CodeBlock $root | ForEach-Object Key)
        $keys | Group-Object | Where-Object Count -gt 1 | ForEach-Object Name | Should -BeNullOrEmpty
    }
}
