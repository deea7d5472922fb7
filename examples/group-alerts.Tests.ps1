# How an operations task that clusters is tested: by what must hold of its result, not by cluster numbers.

BeforeAll {
    Import-Module "$PSScriptRoot/../artifacts/module/PSLlmCluster"
    $kinds = & "$PSScriptRoot/group-alerts.ps1"
    $log = Get-Content "$PSScriptRoot/data/alerts.log"
}

Describe 'group-alerts.ps1' {
    It 'loses no line and invents none' {
        $kinds.Lines | Sort-Object | Should -Be ($log | Sort-Object)
    }

    It 'puts every line about <Word> into kinds of their own' -ForEach @(
        @{ Word = 'Replication' }
        @{ Word = 'Login failed' }
        @{ Word = 'certificate' }
    ) {
        $found = @($kinds | Where-Object { $_.Kind -ge 0 -and $_.Lines -match $Word })
        $found.Count | Should -BeGreaterOrEqual 1
        $found.Lines | Should -Match $Word
    }

    It 'gives the same kinds for the same log' {
        $again = & "$PSScriptRoot/group-alerts.ps1"
        ($again | ConvertTo-Json -Depth 5) | Should -Be ($kinds | ConvertTo-Json -Depth 5)
    }
}
