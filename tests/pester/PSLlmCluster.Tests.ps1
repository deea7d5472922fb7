# The module's surface in the whole of PowerShell. `dotnet test` runs it; after a build, so does Invoke-Pester tests/pester (Pester 6.2).

BeforeAll {
    $script:root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $script:manifest = "$root/artifacts/module/PSLlmCluster/PSLlmCluster.psd1"
    $script:tiny = "$root/tests/PSLlmCluster.Core.Tests/Data/models/tiny-bert-random.F32.gguf"
    Import-Module $manifest -Force

    function Get-ErrorOf([scriptblock] $Script) {
        # The error that a script ends with, or the first that it writes.
        try { & $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | Select-Object -First 1 }
        catch { $_ }
    }
}

AfterAll {
    Remove-Module PSLlmCluster -ErrorAction Ignore
}

Describe 'The module' {
    It 'has a manifest that is valid' {
        $info = Test-ModuleManifest $manifest
        $info.PowerShellVersion | Should -Be '7.6'
        $info.ExportedCmdlets.Keys | Sort-Object | Should -Be @(
            'Add-ClusterName', 'Clear-EmbeddingCache', 'ConvertTo-ClusterRow', 'Export-ClusterPlot', 'Export-TextEmbedding',
            'Get-ClusterSummary', 'Get-EmbeddingCache', 'Get-EmbeddingModel', 'Get-LlamaDevice', 'Get-TextEmbedding', 'Group-Text',
            'Import-TextEmbedding', 'Install-LlamaBackend', 'Invoke-Hdbscan', 'Invoke-Umap', 'Measure-Clustering',
            'Merge-EmbeddingCache', 'Merge-TextEmbedding', 'Show-ClusterPlot', 'Uninstall-LlamaBackend')
        $info.ExportedAliases.Count | Should -Be 0
    }

    It 'can be imported again and removed' {
        # In a session of its own, whose module nobody else has imported. (Get-Command -Module would import it again.)
        $code = @(
            "Import-Module '$manifest'; Import-Module '$manifest' -Force; (Get-Command -Module PSLlmCluster).Count"
            'Remove-Module PSLlmCluster; @(Get-Module PSLlmCluster).Count'
            "Import-Module '$manifest'; (Get-Command -Module PSLlmCluster).Count"
        ) -join "`n"
        & ([System.Environment]::ProcessPath) -NoProfile -NonInteractive -Command $code | Should -Be 20, 0, 20
    }

    It 'has help for <_>' -ForEach @(
        'Get-EmbeddingModel', 'Get-LlamaDevice', 'Get-TextEmbedding', 'Invoke-Umap', 'Invoke-Hdbscan', 'Measure-Clustering',
        'Add-ClusterName', 'Get-ClusterSummary', 'ConvertTo-ClusterRow', 'Export-ClusterPlot', 'Show-ClusterPlot',
        'Group-Text', 'Install-LlamaBackend', 'Uninstall-LlamaBackend', 'Clear-EmbeddingCache', 'Get-EmbeddingCache',
        'Merge-EmbeddingCache', 'Export-TextEmbedding', 'Import-TextEmbedding', 'Merge-TextEmbedding') {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -Match "^\s*$_"
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        $help.parameters.parameter | ForEach-Object { $_.description.Text | Should -Not -BeNullOrEmpty -Because $_.name }
    }

    It 'has a topic about itself' {
        (Get-Help about_PSLlmCluster | Out-String) | Should -Match 'Get-TextEmbedding'
    }

    It 'loads no native library on import' {
        $code = "Import-Module '$manifest'
            [System.Diagnostics.Process]::GetCurrentProcess().Modules.ModuleName -match 'llama|ggml|skia|harfbuzz'"
        & ([System.Environment]::ProcessPath) -NoProfile -NonInteractive -Command $code | Should -BeNullOrEmpty
    }
}

Describe 'Get-TextEmbedding' {
    It 'embeds lines and carries them along' {
        $embeddings = 'one', '', 'two' | Get-TextEmbedding -Model $tiny -WarningVariable warnings -WarningAction SilentlyContinue
        $embeddings.Index | Should -Be @(0, 2)
        $embeddings.Source | Should -Be @('one', 'two')
        $warnings.Count | Should -Be 1
    }

    It 'embeds a property and carries the very object along' {
        $ticket = [pscustomobject] @{ Id = 7; Subject = 'no network' }
        $embedding = $ticket | Get-TextEmbedding -Model $tiny -Property Subject
        [object]::ReferenceEquals($embedding.Source, $ticket) | Should -BeTrue
    }

    It 'finds the model from the location of the session' {
        Push-Location (Split-Path $tiny)
        try { 'a' | Get-TextEmbedding -Model ./tiny-bert-random.F32.gguf | Should -HaveCount 1 }
        finally { Pop-Location }
    }

    It 'says what is wrong with a model: <Id>' -ForEach @(
        @{ Path = { Join-Path $TestDrive 'no-such.gguf' }; Id = 'ModelNotFound'; Category = 'ObjectNotFound' }
        @{ Path = { "$TestDrive" }; Id = 'ModelIsDirectory'; Category = 'InvalidArgument' }
        @{ Path = { Set-Content "$TestDrive/text.gguf" 'no model'; "$TestDrive/text.gguf" }; Id = 'ModelNotGguf'; Category = 'InvalidData' }
        @{ Path = { [System.IO.File]::WriteAllBytes("$TestDrive/cut.gguf", [System.IO.File]::ReadAllBytes($tiny)[0..500000])
            "$TestDrive/cut.gguf" }; Id = 'ModelTruncated'; Category = 'InvalidData' }
    ) {
        $model = & $Path
        $problem = Get-ErrorOf { 'a' | Get-TextEmbedding -Model $model }
        $problem.FullyQualifiedErrorId | Should -Be "$Id,PSLlmCluster.Module.Commands.GetTextEmbeddingCommand"
        $problem.CategoryInfo.Category | Should -Be $Category
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'leaves a record without a text out and goes on' {
        $result = [pscustomobject] @{ Title = 'a' }, [pscustomobject] @{ Other = 'b' } |
            Get-TextEmbedding -Model $tiny -Property Title -ErrorVariable problems -ErrorAction SilentlyContinue
        $result | Should -HaveCount 1
        $problems.FullyQualifiedErrorId | Should -BeLike 'PropertyMissing,*'
        $problems.TargetObject.Other | Should -Be 'b'
    }
}

Describe 'Invoke-Umap and Invoke-Hdbscan' {
    BeforeAll {
        $script:rows = 0..39 | ForEach-Object { , [float[]] (($_ % 2 * 8 + $_ / 50), ($_ / 30), ($_ * 7 % 11 / 10)) }
    }

    It 'give the same bytes twice' {
        $first = $rows | ForEach-Object { , $_ } | Invoke-Umap -EpochCount 50
        $second = Invoke-Umap -InputObject $rows -n_epochs 50 -random_state 42 -n_jobs 1
        $second.Coordinates | Should -Be $first.Coordinates
    }

    It 'take the columns of a CSV file' {
        $csv = "$TestDrive/points.csv"
        $rows | ForEach-Object { [pscustomobject] @{ A = $_[0]; B = $_[1] } } | Export-Csv $csv
        $members = Import-Csv $csv | Invoke-Hdbscan -Property A, B
        ($members.Cluster | Where-Object { $_ -ge 0 } | Sort-Object -Unique) | Should -Be @(0, 1)
        $members[3].Source.A | Should -Be ([string] $rows[3][0])
    }

    It 'take results that went through Export-Clixml' {
        $file = "$TestDrive/points.xml"
        $points = Invoke-Umap $rows -EpochCount 20
        $points | Export-Clixml $file -Depth 3
        (Import-Clixml $file | Invoke-Hdbscan).Cluster | Should -Be ($points | Invoke-Hdbscan).Cluster
    }

    It 'name the cure for an array that was taken apart' {
        $problem = Get-ErrorOf { [float[]] (1, 2, 3) | Invoke-Umap }
        $problem.FullyQualifiedErrorId | Should -BeLike 'InputNotRow,*'
        $problem.ErrorDetails.RecommendedAction | Should -Match ([regex]::Escape(', $array'))
    }

    It 'keep a map in a file and put new rows into it' {
        $map = Invoke-Umap $rows -EpochCount 50 -SaveModel "$TestDrive/map.umap"
        $again = $rows | ForEach-Object { , $_ } | Invoke-Umap -Model "$TestDrive/map.umap"
        $again.Coordinates | Should -Be $map.Coordinates
        (Get-ErrorOf { $rows | Invoke-Umap -Model $tiny }).FullyQualifiedErrorId | Should -BeLike 'NotAModelFile,*'
    }

    It 'keep clusters in a file and put new rows into them' {
        $members = Invoke-Hdbscan $rows -SaveModel "$TestDrive/clusters.hdbscan" -Membership
        $again = $rows | ForEach-Object { , $_ } | Invoke-Hdbscan -Model "$TestDrive/clusters.hdbscan" -Membership
        $again.Cluster | Should -Be $members.Cluster
        $again.Membership | Should -Be $members.Membership
        (Get-ErrorOf { $rows | Invoke-Hdbscan -Model "$TestDrive/none.hdbscan" }).FullyQualifiedErrorId |
            Should -BeLike 'ModelFileNotFound,*'
    }

    It 'take the counts of Group-Object as weights' {
        $table = $rows | ForEach-Object { [pscustomobject] @{ A = [Math]::Round($_[0]); B = [Math]::Round($_[1]) } }
        $few = $table | Group-Object A, B | Invoke-Hdbscan -Property Values -WeightProperty Count
        $few.Count | Should -BeLessThan 40
        $all = $table | Invoke-Hdbscan -Property A, B
        foreach ($member in $few) {
            $same = $all | Where-Object { $_.Source.A -eq $member.Source.Values[0] -and $_.Source.B -eq $member.Source.Values[1] }
            ($same.Cluster | Select-Object -Unique) | Should -Be $member.Cluster
        }
    }

    It 'pass the trees on' {
        $tree = $rows | ForEach-Object { , $_ } | Invoke-Hdbscan -PassTree
        $tree.Assignments.Count | Should -Be 40
        $tree.SingleLinkage.Count | Should -Be 39
        ($tree.CondensedTree | Where-Object Child -lt 40).Count | Should -Be 40
        ($tree | Out-String) | Should -Match 'Assignments\s+: ClusterAssignment\[40\]'
    }

    It 'compare parameters, so that a script can pick' {
        $table = Measure-Clustering $rows -min_cluster_size 3, 5, 10
        $best = $table | Sort-Object RelativeValidity -Descending | Select-Object -First 1
        (Invoke-Hdbscan $rows -MinClusterSize $best.MinClusterSize -PassTree).RelativeValidity | Should -Be $best.RelativeValidity
        ($table | Out-String) | Should -Match 'MinSize\s+Samples\s+Epsilon\s+Method\s+Clusters\s+Noise\s+Largest\s+Validity\s+Persistence'
    }

    It 'refuse a value out of range' {
        { $rows | Invoke-Umap -NeighborCount 1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { $rows | Invoke-Hdbscan -MinClusterSize 1 } | Should -Throw '*at least two rows*' -ErrorId 'HdbscanOptionInvalid,*'
    }
}

Describe 'Export-ClusterPlot' {
    BeforeAll {
        $script:points = 0..9 | ForEach-Object { [pscustomobject] @{ X = $_; Y = $_ * $_; Cluster = $_ % 3 - 1; Text = "point $_" } }
    }

    It 'writes <_>' -ForEach 'map.png', 'map.svg', 'map.html' {
        $file = $points | Export-ClusterPlot "$TestDrive/$_"
        $file | Should -BeOfType System.IO.FileInfo
        $file.Length | Should -BeGreaterThan 1000
    }

    It 'passes the points on' {
        $points | Export-ClusterPlot "$TestDrive/pass.svg" -PassThru | Should -HaveCount 10
    }

    It 'refuses a path before any work: <Id>' -ForEach @(
        @{ Name = 'map.jpeg'; Id = 'PlotFormatUnknown' }
        @{ Name = 'no-such-folder/map.png'; Id = 'PlotFolderNotFound' }
    ) {
        (Get-ErrorOf { @() | Export-ClusterPlot "$TestDrive/$Name" }).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }

    It 'keeps a file with -NoClobber and writes none with -WhatIf' {
        Set-Content "$TestDrive/there.svg" 'before'
        (Get-ErrorOf { $points | Export-ClusterPlot "$TestDrive/there.svg" -NoClobber }).FullyQualifiedErrorId |
            Should -BeLike 'PlotFileExists,*'
        Get-Content "$TestDrive/there.svg" | Should -Be 'before'
        $points | Export-ClusterPlot "$TestDrive/none.svg" -WhatIf
        "$TestDrive/none.svg" | Should -Not -Exist
    }
}

Describe 'Group-Text' {
    BeforeAll { $script:subjects = (Import-Csv "$root/examples/data/tickets.csv").Subject }

    It 'groups texts in one line, and shows each group in one row' {
        $groups = @($subjects | Group-Text)
        $groups.Count | Should -BeGreaterThan 2
        ($groups | Measure-Object Count -Sum).Sum | Should -Be $subjects.Count
        @($groups.Name | Sort-Object -Unique).Count | Should -Be $groups.Count
        $lines = @(($groups | Out-String -Width 100) -split '\r?\n' | Where-Object { $_.Trim() })
        $lines[0] | Should -Match '^\s+Count Name\s+Example'
        $lines.Count | Should -Be ($groups.Count + 2)
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 100 }
    }

    It 'shows a name and an example of each in a console of any width: <Width>' -TestCases (40, 60, 80, 120, 200 | ForEach-Object {
            @{ Width = $_ } }) {
        param($Width)
        $name = "プリンタの設定と紙詰まり`e[31m " + 'reconciliation of invoices' * 5
        $sizes = 1, 12345678
        $examples = @('a long text about invoices' * 9), @()
        $assigned = foreach ($text in $examples[0][0], ' ') {
            [PSLlmCluster.ClusterAssignment] @{ Index = 99999999; Text = $text; Cluster = 12345; Probability = 1; OutlierScore = 0 }
        }
        $shown = @{
            TextGroup = 0, 1 | ForEach-Object {
                [PSLlmCluster.TextGroup] @{ Name = $name; Count = $sizes[$_]; Examples = $examples[$_]; Keyphrases = @(); Members = @() } }
            ClusterSummary = 0, 1 | ForEach-Object {
                [PSLlmCluster.ClusterSummary] @{ Name = $name; Count = $sizes[$_]; Examples = $examples[$_]; Keyphrases = @() } }
            GroupedText = $examples[0][0], ' ' | ForEach-Object {
                [pscustomobject] @{ PSTypeName = 'PSLlmCluster.GroupedText'; Text = $_; Group = 7; GroupName = $name; GroupScore = 1 } }
            Named = $assigned | Add-ClusterName @{ 12345 = $name }
            NamedText = $examples[0][0], ' ' | ForEach-Object { [pscustomobject] @{
                    PSTypeName = 'PSLlmCluster.GroupedText'; Text = $_; Group = 7; GroupName = 'x'; GroupScore = 1 } } |
                Add-ClusterName @{ 7 = $name }
        }
        foreach ($view in $shown.Keys) {
            $lines = @(($shown[$view] | Out-String -Width $Width) -split '\r?\n' | Where-Object { $_.Trim() })
            if ($view -ne 'Named' -or $Width -gt 40) { $lines.Count | Should -Be 4 -Because $view }
            $lines[-2] | Should -Match 'プ.*\sa l' -Because $view
            $lines -join '' | Should -Not -Match "`e"
        }
        $shown.TextGroup | Out-String -Width $Width | Should -Match '\b12345678 '
    }

    It 'writes rows that a CSV file holds' {
        $subjects | Group-Text -AsMember | Export-Csv "$TestDrive/grouped.csv"
        $rows = @(Import-Csv "$TestDrive/grouped.csv")
        $rows.Text | Should -Be $subjects
        $rows[0].PSObject.Properties.Name | Should -Be 'Text', 'Group', 'GroupName', 'GroupScore'
    }
}

Describe 'Show-ClusterPlot' {
    BeforeAll {
        $script:points = 0..59 | ForEach-Object {
            $word = ('tea', 'car', 'sun')[$_ % 3]
            [pscustomobject] @{ X = $_ % 3 * 9 + $_ / 60; Y = $_ % 7; Cluster = $_ % 3; Text = "`e[31mred`e[0m $word" }
        }
        $script:renderingBefore = $PSStyle.OutputRendering
        $script:noColorBefore = $env:NO_COLOR
        $script:colorTermBefore = $env:COLORTERM
        $script:encodingBefore = [Console]::OutputEncoding
    }

    AfterEach {
        $PSStyle.OutputRendering = $renderingBefore
        $env:NO_COLOR = $noColorBefore
        $env:COLORTERM = $colorTermBefore
        [Console]::OutputEncoding = $encodingBefore
    }

    It 'writes lines of 80 columns, 24 of them the map, to what is no window' {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = @($points | Show-ClusterPlot)
        $lines[0] | Should -Be '60 points, 3 clusters'
        $lines[22..23] -join ' ' | Should -Match 'a 0: .*\(20\) +b 1: .*\(20\) +c 2: .*\(20\)'
        $lines[24] | Should -Be ''
        $lines[25] | Should -Match '^a 0: .*tea.* \(20 points\)$'
        ($lines | ForEach-Object Length | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 80
        $lines -join '' | Should -Not -Match '[^\x20-\x7e\ufffd]'
    }

    It 'writes colours and braille where it may: NO_COLOR "<NoColor>", <Rendering>, <Encoding>' -ForEach @(
        @{ NoColor = ''; Rendering = 'Ansi'; Encoding = 'utf-8'; Color = $true; Braille = $true }
        @{ NoColor = '1'; Rendering = 'Ansi'; Encoding = 'utf-8'; Color = $false; Braille = $false }
        @{ NoColor = ''; Rendering = 'PlainText'; Encoding = 'utf-8'; Color = $false; Braille = $false }
        @{ NoColor = ''; Rendering = 'Ansi'; Encoding = 'us-ascii'; Color = $true; Braille = $false }
    ) {
        $env:NO_COLOR = $NoColor
        $env:COLORTERM = 'truecolor'
        $PSStyle.OutputRendering = $Rendering
        [Console]::OutputEncoding = [System.Text.Encoding]::GetEncoding($Encoding)
        $all = @($points | Show-ClusterPlot) -join "`n"
        $all -match "`e\[38;2;\d+;\d+;\d+m" | Should -Be $Color
        $all -match '[\u2800-\u28ff]' | Should -Be $Braille

        # Escape sequences are the map's own, never a text's.
        $all -replace "`e\[(38;2;\d+;\d+;\d+|0)m" | Should -Not -Match "`e"
        $all | Should -Not -Match "`e\[31m"
    }

    It 'keeps to 256 colours where the terminal does not say that it has more' -Skip:$IsWindows {
        ($env:NO_COLOR, $env:COLORTERM, $PSStyle.OutputRendering) = '', '', 'Ansi'
        $all = @($points | Show-ClusterPlot -Palette Notebook) -join "`n"
        $all | Should -Match "`e\[38;5;\d+m"
        $all | Should -Not -Match '38;2;'
    }

    It 'takes the palettes of Export-ClusterPlot, and refuses what is no colour before the work' {
        ($env:NO_COLOR, $env:COLORTERM, $PSStyle.OutputRendering) = '', 'truecolor', 'Ansi'
        @($points | Show-ClusterPlot -Palette '#ff0000', lime, blue) -join "`n" | Should -Match "`e\[38;2;255;0;0m"
        { $points | Show-ClusterPlot -Palette reddish } | Should -Throw -ErrorId 'PlotColorUnknown,*'
    }

    It 'has the style that is asked for, in the size that is asked for' {
        $lines = @($points | Show-ClusterPlot -Style Block -Width 40 -Height 10 -ExampleCount 0 -HideName)
        $lines | Should -HaveCount 10
        $lines[1..7] -join '' | Should -Match '[\u2580-\u259f]'
        $lines -match 'Cluster 2 \(20\)' | Should -HaveCount 1
    }

    It 'is text that can be written to a file' {
        $PSStyle.OutputRendering = 'Host'
        $points | Show-ClusterPlot -Style Braille -ExampleCount 0 > "$TestDrive/map.txt"
        Get-Content "$TestDrive/map.txt" | Should -HaveCount 24
        Get-Content "$TestDrive/map.txt" -Raw | Should -Match '[\u2800-\u28ff]'
        Get-Content "$TestDrive/map.txt" -Raw | Should -Not -Match "`e"
    }
}

Describe 'What is written' {
    BeforeAll {
        $script:rows = 0..19 | ForEach-Object { , [double[]] (($_ % 2 * 9 + $_ / 50), ($_ % 3)) }
    }

    It 'is asked for with -WhatIf and $WhatIfPreference: <_>' -ForEach 'Invoke-Umap', 'Invoke-Hdbscan' {
        $notes = "$TestDrive/notes.txt"
        Set-Content $notes 'my own notes'
        $rows | & $_ -SaveModel $notes -WhatIf -WarningAction Ignore | Should -HaveCount 20
        $WhatIfPreference = $true
        $rows | & $_ -SaveModel $notes -WarningAction Ignore | Should -HaveCount 20
        $WhatIfPreference = $false
        (Get-ErrorOf { $rows | & $_ -SaveModel $notes }).FullyQualifiedErrorId | Should -BeLike 'ModelFileForeign,*'
        Get-Content $notes | Should -Be 'my own notes'
        $rows | & $_ -SaveModel $notes -Force -WarningAction Ignore | Should -HaveCount 20
        $rows | & $_ -SaveModel $notes -WarningAction Ignore | Should -HaveCount 20
        (Get-ErrorOf { $rows | & $_ -SaveModel $notes -NoClobber }).FullyQualifiedErrorId | Should -BeLike 'ModelFileExists,*'
    }
}

Describe 'What is read' {
    AfterEach { [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture }

    It 'is what PowerShell writes under <_>' -ForEach 'de-DE', 'en-US', 'fr-FR', 'sv-SE', 'fa-IR' {
        [cultureinfo]::CurrentCulture = $_
        $points = 1..20 | ForEach-Object { , [double[]] (($_ % 3 - 1 + 0.01 * $_), ($_ % 3)) } |
            Invoke-Umap -NeighborCount 4 -EpochCount 20 | Invoke-Hdbscan -MinClusterSize 3
        $points | Select-Object Index, X, Y, Cluster, Text | Export-Csv "$TestDrive/map.csv"
        $saved = Import-Csv "$TestDrive/map.csv"
        $again = $saved | Invoke-Hdbscan -Property X, Y -MinClusterSize 3
        $again.Cluster | Should -Be $points.Cluster
        $again.X | Should -Be $points.X
        $again.Y | Should -Be $points.Y
        $saved | Export-ClusterPlot "$TestDrive/map.svg" -PassThru | Should -HaveCount 20
        $again | Export-ClusterPlot "$TestDrive/again.svg" -PassThru | Should -HaveCount 20
    }

    It 'names the culture in which a text is no number' {
        [cultureinfo]::CurrentCulture = 'de-DE'
        $problem = Get-ErrorOf { [pscustomobject] @{ A = '1.234.567'; B = 1 } | Invoke-Hdbscan -Property A, B }
        $problem.ErrorDetails.Message | Should -BeLike '*"1.234.567", which is no number (in the culture de-DE and the invariant one).'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*1234,5*'
    }

    It 'takes script blocks, and completes the properties that the pipeline brings' {
        Get-Item $manifest | Get-TextEmbedding -Model $tiny -Property { $_.BaseName }, Length | ForEach-Object Text |
            Should -Be "PSLlmCluster $((Get-Item $manifest).Length)"
        foreach ($cmdlet in 'Get-TextEmbedding', 'Invoke-Umap', 'Invoke-Hdbscan', 'Measure-Clustering') {
            $typed = "Get-Process | $cmdlet -Property WorkingSet6"
            (TabExpansion2 $typed $typed.Length).CompletionMatches.CompletionText | Should -Be 'WorkingSet64'
            (TabExpansion2 "$cmdlet -Property " "$cmdlet -Property ".Length).CompletionMatches | Should -BeNullOrEmpty
        }
    }

    It 'takes errors and other records of streams as their messages' {
        $lines = & { $ErrorActionPreference = 'Continue'; Write-Error 'disk full'; Write-Warning 'disk nearly full'
            Get-Item "$TestDrive/none" } *>&1
        ($lines | Get-TextEmbedding -Model $tiny).Text | Should -Be @('disk full', 'disk nearly full', $lines[2].Exception.Message)
    }
}

Describe 'What a console shows' {
    It 'shows deserialised <Name> as it shows live ones' -ForEach @(
        @{ Name = 'embeddings'; Make = { 'a', 'b' | Get-TextEmbedding -Model $tiny } }
        @{ Name = 'points'; Make = { 0..5 | ForEach-Object { , [float[]] ($_, 1) } | Invoke-Umap -NeighborCount 3 -EpochCount 1 } }
        @{ Name = 'assignments'; Make = { 0..5 | ForEach-Object { , [float[]] ($_, 1) } |
            Invoke-Hdbscan -MinClusterSize 2 -AllowSingleCluster -Membership } }
        @{ Name = 'trees'; Make = { 0..5 | ForEach-Object { , [float[]] ($_, 1) } |
            Invoke-Hdbscan -MinClusterSize 2 -AllowSingleCluster -PassTree } }
    ) {
        $PSStyle.OutputRendering = 'PlainText'
        $live = & $Make
        $live | Export-Clixml "$TestDrive/live.xml" -Depth 2
        $copy = Import-Clixml "$TestDrive/live.xml"
        foreach ($strict in 'Off', 'Latest') {
            if ($strict -eq 'Off') { Set-StrictMode -Off } else { Set-StrictMode -Version Latest }
            foreach ($format in 'Format-Table', 'Format-List') {
                ($copy | & $format | Out-String) | Should -Be ($live | & $format | Out-String)
            }
        }
    }

    It 'shows a vector by its length in tables and lists' {
        $embedding = 'some text' | Get-TextEmbedding -Model $tiny
        $PSStyle.OutputRendering = 'PlainText'
        ($embedding | Out-String) | Should -Match 'float\[\d+\]\s+some text'
        ($embedding | Format-List | Out-String) | Should -Match 'Vector\s+: float\[\d+\]'
        ($embedding | Invoke-Umap -EpochCount 1 -WarningAction Ignore | Format-List | Out-String) | Should -Match 'Coordinates\s+: \('
        ($embedding, $embedding | Invoke-Hdbscan -MinClusterSize 2 -AllowSingleCluster -Membership | Format-List | Out-String) |
            Should -Match 'Membership\s+: double\[1\]'
    }
}

Describe 'The main job' {
    It 'turns texts into a map' {
        $texts = 'red apple', 'green apple', 'sweet apple', 'apple pie', 'fast car', 'red car', 'car engine', 'racing car'
        $file = $texts | Get-TextEmbedding | Invoke-Umap -n_neighbors 4 | Invoke-Hdbscan -min_cluster_size 2 |
            Export-ClusterPlot "$TestDrive/main.html"

        # The page carries its texts deflated, in base 64.
        $deflated = [Convert]::FromBase64String([regex]::Match((Get-Content $file -Raw), 'id="texts">([^<]*)<').Groups[1].Value)
        $inflate = [System.IO.Compression.CompressionMode]::Decompress
        $stream = [System.IO.Compression.ZLibStream]::new([System.IO.MemoryStream]::new($deflated), $inflate)
        [System.IO.StreamReader]::new($stream).ReadToEnd() | Should -Match 'sweet apple'
    }
}
