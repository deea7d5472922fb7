# The scripts of examples/ that have no tests beside them, run as their users run them, with the bundled model and small files. Vectors
# differ in their last digits from one processor to another, so what must hold is tested, not cluster numbers.

BeforeAll {
    . "$PSScriptRoot/Fixtures.ps1"
    $script:examples = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
    Import-Module "$PSScriptRoot/../../artifacts/module/PSLlmCluster/PSLlmCluster.psd1"
    $script:modelBefore = $env:PSLLMCLUSTER_MODEL
    $env:PSLLMCLUSTER_MODEL = $null
}

AfterAll { $env:PSLLMCLUSTER_MODEL = $script:modelBefore }

Describe 'explore.ps1' {
    BeforeAll {
        Get-Title | Set-Content "$TestDrive/titles.txt"
        Push-Location $TestDrive
        try { $output = @(& "$examples/explore.ps1" titles.txt -MinClusterSize 6 -Map new/map.svg) } finally { Pop-Location }
        $lines = @(($output | Out-String -Width 300) -split '\r?\n')
        $rows = @($lines -match '^\d+ +\d+ ' | ForEach-Object {
            $cluster, $texts, $typical = $_.Trim() -split ' +', 3
            [pscustomobject] @{ Cluster = [int] $cluster; Texts = [int] $texts; Typical = $typical -split ' \| ' }
        })
    }

    It 'shows clusters for each kind of title, the largest first, with three texts of each' {
        $rows.Cluster | Should -Be (0..($rows.Count - 1))
        Assert-Falling $rows.Texts
        foreach ($row in $rows) {
            $row.Typical | Should -HaveCount 3
            $row.Typical | ForEach-Object { $_ | Should -BeIn @(Get-Title) }
            @($row.Typical | ForEach-Object { Get-Kind $_ } | Sort-Object -Unique) | Should -HaveCount 1
        }
        @($rows | ForEach-Object { Get-Kind $_.Typical[0] } | Sort-Object -Unique) | Should -Be 'disk', 'invoice', 'password'
    }

    It 'says how many are noise and where the map is, in a folder that it makes' {
        $map = Join-Path $TestDrive new map.svg
        $noise = 45 - ($rows.Texts | Measure-Object -Sum).Sum
        $output[-1] | Should -Be "Noise: $noise of 45 texts. Map: $map"
        $noise | Should -BeLessThan 15
        $svg = Get-Content $map -Raw
        $svg | Should -Match 'titles\.txt: 45 points, 3 clusters'
        'disk', 'password', 'invoice' | ForEach-Object { $svg | Should -Match $_ }
    }

    It 'ends with an error where there is no such file' {
        { & "$examples/explore.ps1" "$TestDrive/none.txt" -Map "$TestDrive/none.svg" } | Should -Throw -ErrorId 'PathNotFound,*'
    }
}

Describe 'readme-pictures.ps1' {
    It 'draws the pictures that the README shows, in a folder that it makes' {
        $output = & "$examples/readme-pictures.ps1" -OutputFolder "$TestDrive/new/pictures" -TextCount 180 -PointCount 400
        $shown = [regex]::Matches((Get-Content "$examples/../README.md" -Raw), '\(docs/(map-[^)]+\.png)\)') |
            ForEach-Object { $_.Groups[1].Value } | Sort-Object
        $shown | Should -HaveCount 5
        $drawn = @((Get-ChildItem "$TestDrive/new/pictures").Name | Sort-Object)
        if ($output -match 'No Chromium') { $drawn += 'map-page.png' }
        $drawn | Should -Be $shown
        foreach ($name in $shown) {
            (Get-Item "$examples/../docs/$name").Length | Should -BeLessThan 300KB
        }
    }
}

Describe 'triage-tickets.ps1' {
    BeforeAll {
        $tickets = @(Import-Csv "$examples/data/tickets.csv")
        $blank = 3
        $tickets[$blank].Subject = ''
        $tickets | Export-Csv "$TestDrive/tickets.csv"
        $output = @(& "$examples/triage-tickets.ps1" "$TestDrive/tickets.csv" -OutputPath "$TestDrive/new/triaged.csv" 3> $null)
        $triaged = @(Import-Csv "$TestDrive/new/triaged.csv")
    }

    It 'writes every ticket with all its columns and its group' {
        $triaged[0].PSObject.Properties.Name | Should -Be 'Id', 'Opened', 'Requester', 'Subject', 'Group', 'GroupName', 'GroupScore'
        foreach ($column in 'Id', 'Opened', 'Requester', 'Subject') { $triaged.$column | Should -Be $tickets.$column }
        $triaged | Where-Object Group -ne '-1' | ForEach-Object { [double] $_.GroupScore | Should -BeGreaterOrEqual 0.5 }
    }

    It 'gives a ticket without a subject to no group' {
        $triaged[$blank].Group | Should -Be '-1'
        $triaged[$blank].GroupScore | Should -Be '0'
    }

    It 'puts tickets about <Word> into one group' -ForEach @(
        @{ Word = 'Printer' }
        @{ Word = 'VPN' }
        @{ Word = 'Laptop' }
    ) {
        $groups = @($triaged | Where-Object { $_.Group -ne '-1' -and $_.Subject -match $Word } | ForEach-Object Group)
        $groups.Count | Should -BeGreaterOrEqual 3
        $groups | Sort-Object -Unique | Should -HaveCount 1
    }

    It 'lists the tickets by group, and says where they are written' {
        $output | Should -HaveCount ($tickets.Count + 1)
        $output[-1] | Should -Be "Written: $(Join-Path $TestDrive new triaged.csv)"
        $names = @($triaged | Sort-Object { [int] $_.Group } -Stable | ForEach-Object GroupName)
        @($output[0..($tickets.Count - 1)] | ForEach-Object { $_.Substring(0, 30).TrimEnd() }) | Should -Be $names
    }
}

Describe 'A module that was built without Node.js' {
    BeforeAll {
        $staged = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../artifacts/module/PSLlmCluster")
        $bare = "$TestDrive/bare/PSLlmCluster"
        $null = New-Item -ItemType Directory $bare
        Get-ChildItem $staged -Exclude native, web | Copy-Item -Destination $bare -Recurse
        function Invoke-Bare([string] $Code) {
            $command = "Import-Module '$bare/PSLlmCluster.psd1'; $Code"
            $output = @(& ([System.Environment]::ProcessPath) -NoProfile -NonInteractive -Command $command)
            $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
            $output
        }
    }

    It 'runs the notebook, whose page it draws in the style of the map, and says so' {
        $output = Invoke-Bare "& '$examples/math-formulas.ps1' -OutputFolder '$TestDrive/maps'"
        $output -match '^Cluster 0: ' | Should -HaveCount 1
        $output -match 'no plotly' | Should -HaveCount 1
        (Get-ChildItem "$TestDrive/maps").Name | Sort-Object | Should -Be 'math-formulas.html', 'math-formulas.png', 'math-formulas.svg'
        Get-Content "$TestDrive/maps/math-formulas.html" -Raw | Should -Not -Match 'id="figure"'
    }

    It 'says how to add what is missing: <Code>' -ForEach @(
        @{ Id = 'NativeLibraryMissing'; Code = "'a' | Get-TextEmbedding -Engine Llama" }
        @{ Id = 'NativeLibraryMissing'; Code = 'Get-LlamaDevice' }
        @{ Id = 'PlotBundleMissing'; Code = 'Get-Date | Export-ClusterPlot "$PWD/map.html" -Style Notebook' }
    ) {
        $output = Invoke-Bare "try { $Code } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }"
        $output[0] | Should -BeLike "$Id,*"
        $output[1] | Should -Match 'Install Node.js 20 or later'
    }
}
