# What each block of code in the README, the docs and the help gives: Then looks at $output and at the block's own variables. Given sets
# variables before it, Elided is what three dots stand for in it, Fails the id of the error that it is meant to end with, Process asks for a
# process of its own, Llama says that it needs llama.cpp, and Server that a stand-in, $server, takes the place of the servers in it.

@{
    'README.md: Import-Csv tickets.csv | Group-Text -Property Subject' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        $output.Count | Should -BeGreaterThan 4
        ($output | Measure-Object Count -Sum).Sum | Should -Be $tickets.Count
        $shown = ($output | Out-String -Width 92).Trim("`r", "`n") -split '\r?\n' -replace '\s+$'
        $readme = Get-Content "$PSScriptRoot/../../README.md" -Raw
        ($readme -replace '\r') | Should -Match ([regex]::Escape($shown -join "`n"))
    } }
    'README.md: $groups = Import-Csv tickets.csv | Group-Text -Property Subj' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        $output.Count | Should -BeGreaterThan 1
        $ofPrinters = $groups | Where-Object { $_.Members.Subject -contains 'Paper jam in the copier near reception' }
        @($output)[-1].Name | Should -Be $ofPrinters.Name
        $rows = @(Import-Csv grouped.csv)
        $rows.Subject | Should -Be $tickets.Subject
        $sizes = $rows | Group-Object GroupName | ForEach-Object { $_.Count } | Sort-Object -Descending
        $sizes | Should -Be @($groups | ForEach-Object { $_.Count })
        Get-Content map.html -Raw | Should -Match "$($tickets.Count) points"
    } }
    'README.md: $embeddings = Get-Content titles.txt | Get-TextEmbedding -Ca' = @{ Then = {
        @($output)[-1].Count | Should -Be @($embeddings.Text | Sort-Object -Unique -CaseSensitive).Count
    } }
    'README.md: Get-Content titles.txt | Get-TextEmbedding | Export-TextEmbe' = @{ Then = {
        'titles.shard' | Should -Exist
        Get-Content map.html -Raw | Should -Match 'points'
    } }
    'README.md: $part = 0                                        # in Slurm:' = @{ Then = {
        @(Import-TextEmbedding all.shard).Text | Should -Be (Get-Content titles.txt)
        (Get-FileHash all.shard).Hash | Should -Be (Get-FileHash part-0.shard).Hash
    } }
    'Export-TextEmbedding: Embeddings in a file' = @{ Then = {
        'titles.shard' | Should -Exist
        'map.html' | Should -Exist
    } }
    'Export-TextEmbedding: A part of a large job' = @{ Then = {
        'part-3.shard' | Should -Exist
        Import-TextEmbedding part-3.shard | Should -BeNullOrEmpty
    } }
    'Export-TextEmbedding: For Python or DuckDB' = @{ Then = {
        @(Import-TextEmbedding titles.parquet).Text | Should -Be (Get-Content titles.txt)
    } }
    'Export-TextEmbedding: Half the size, without the texts' = @{ Then = {
        $read = @(Import-TextEmbedding vectors.shard)
        $read.Count | Should -Be @($embeddings).Count
        $read[0].Text | Should -BeNullOrEmpty
    } }
    'Import-TextEmbedding: Embeddings of yesterday' = @{ Given = { $null = $embeddings | Export-TextEmbedding titles.shard }; Then = {
        $output.Count | Should -Be @($embeddings).Count
    } }
    'Import-TextEmbedding: What is in a file?' = @{ Given = { $null = $embeddings | Export-TextEmbedding titles.shard }; Then = {
        ($output | Out-String) | Should -Match 'Origin\s+: .+\(Managed\)'
    } }
    'Import-TextEmbedding: Another format' = @{ Given = { New-Part }; Then = {
        @(Import-TextEmbedding all.parquet).Index | Should -Be 0, 1, 2, 3
    } }
    'Import-TextEmbedding: Files of several runs' = @{
        Given = {
            $null = $embeddings[0..1] | Export-TextEmbedding monday.shard
            $null = $embeddings[0..1] | Export-TextEmbedding tuesday.shard
        }
        Then = { @(Import-TextEmbedding week.shard).Index | Should -Be 0, 1, 2, 3 }
    }
    'Import-TextEmbedding: A sample of a large job' = @{
        Given = { @($embeddings | Select-Object -First 12) | Export-TextEmbedding part-0.shard | Out-Null }
        Then = {
            $output.Count | Should -Be 12
            'map.umap', 'clusters.hdbscan' | Should -Exist
        }
    }
    'Merge-TextEmbedding: The parts of an array of jobs' = @{ Given = { New-Part }; Then = {
        @(Import-TextEmbedding all.shard).Index | Should -Be 0, 1, 2, 3
    } }
    'Merge-TextEmbedding: Blank lines' = @{ Given = { New-Part -FirstOfSecond 3 }; Then = {
        @(Import-TextEmbedding all.shard).Index | Should -Be 0, 1, 3, 4
    } }
    'Merge-TextEmbedding: For another program' = @{ Given = { New-Part }; Then = {
        @(Import-TextEmbedding all.parquet).Text | Should -Be 'a', 'b', 'c', 'd'
    } }
    'Invoke-Umap: Rows of files' = @{ Given = { New-Part }; Then = { $output.Index | Should -Be 0, 1, 2, 3 } }
    'README.md: $embeddings = Get-Content titles.txt |' = @{ Server = $true; Then = {
        $embeddings.Text | Should -Be (Get-Title)
        $embeddings[0].Engine | Should -Be 'Endpoint'
        $output.ClusterName | Should -Contain 'Full disks'
        $server.Requests | Should -Contain '/v1/chat/completions qwen3-8b '
    } }
    'about_PSLlmCluster: Get-Content titles.txt | Get-TextEmbedding -EndpointModel bg' = @{ Server = $true; Then = {
        $output.Text | Should -Be (Get-Title)
        $server.Requests | Should -Contain '/v1/embeddings bge-m3 '
    } }
    'Get-TextEmbedding: Servers in place of a model file' = @{ Server = $true; Then = {
        $embeddings.Text | Should -Be (Get-Title)
        (Get-EmbeddingCache vectors.db).Model | Should -Be 'bge-m3'
    } }
    'Get-TextEmbedding: A server with a key' = @{
        Server = $true
        Given = { function Get-Secret([string] $Name) { ConvertTo-SecureString "the key of $Name".Replace(' ', '-') -AsPlainText -Force } }
        Then = {
            $embeddings.Text | Should -Be $titles
            $server.Requests | Sort-Object -Unique | Should -Be '/v1/embeddings text-embedding-3-small Bearer the-key-of-embeddings'
        }
    }
    'Group-Text: Vectors and names by servers' = @{ Server = $true; Then = {
        Assert-Group $output
        $server.Requests | Should -Contain '/v1/chat/completions qwen3-8b '
    } }
    'Add-ClusterName: Names by a server''s language model' = @{
        Server = $true
        Given = { $members = @($points | Invoke-Hdbscan) }
        Then = {
            $output.Text | Should -Be $members.Text
            $server.Requests | Should -Contain '/v1/chat/completions qwen3-8b '
        }
    }
    'Group-Text: What are these tickets about?' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = { Assert-Group $output } }
    'Group-Text: A table with groups, for a spreadsheet' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        $rows = @(Import-Csv grouped.csv)
        $rows.Subject | Should -Be $tickets.Subject
        $rows[0].PSObject.Properties.Name | Should -Contain 'GroupName'
    } }
    'Group-Text: Only large topics' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        ($output | Out-String) | Should -Match 'Count Name\s+Keyphrases'
    } }
    'Group-Text: New texts in old groups' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        $output.Name | Should -Contain 'Passwords'
        'tickets.groups' | Should -Exist
    } }
    'Group-Text: Vectors that were made before' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        $groups = @($output | Where-Object { $_ -is [PSLlmCluster.TextGroup] })
        ($groups | Measure-Object Count -Sum).Sum | Should -Be (2 * @(Get-Content tickets.txt).Count)
        @(Get-Content tickets.txt | Group-Text).Name | Should -Be $groups[0..(@(Group-Text -Path tickets.shard).Count - 1)].Name
    } }
    'Group-Text: The map of them' = @{ Given = { $env:PSLLMCLUSTER_MODEL = $null }; Then = {
        Assert-Group $output
        Get-Content map.html -Raw | Should -Match ' points'
    } }
    'README.md: Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap | I' = @{ Then = {
        $output.Name | Should -Be 'map.html'
        $page = Get-Content map.html -Raw
        $page | Should -Match "$(@(Get-Title).Count) points"
    } }
    'README.md: ./build.ps1' = @{ Process = $true; Then = {
        ($output -join "`n") | Should -Match 'Get-TextEmbedding'
        ($output -join "`n") | Should -Match 'SYNOPSIS\s+Turns texts into vectors'
    } }
    'README.md: Import-Csv tickets.csv |' = @{ Then = {
        $layout = $tickets | Get-TextEmbedding -Property Subject | Invoke-Umap -NeighborCount 5 -MinDistance 0
        $members = @($layout | Invoke-Hdbscan -MinClusterSize 3)
        $rows = @(Import-Csv clustered.csv)
        $rows.Id | Should -Be $tickets.Id
        $rows.Subject | Should -Be $tickets.Subject
        $rows.Cluster | Should -Be $members.Cluster
        @($rows.Cluster | Sort-Object -Unique).Count | Should -BeGreaterThan 1
        @($rows.ClusterName | Sort-Object -Unique).Count | Should -Be @($rows.Cluster | Sort-Object -Unique).Count
    } }
    'README.md: ... | Invoke-Umap -n_neighbors 5 -min_dist 0.1 -n_components' = @{
        Elided = { $embeddings }
        Then = {
            Assert-Map $output @($embeddings | Invoke-Umap -NeighborCount 5 | Invoke-Hdbscan -MinClusterSize 2 -ClusterSelectionEpsilon 0.1)
            Assert-Pure $output
        }
    }
    'README.md: $members = $points | Invoke-Hdbscan -MinClusterSize 3 -Layer' = @{ Then = {
        ($output | Measure-Object Count -Sum).Sum | Should -Be $titles.Count
        $output | Should -HaveCount @(($points | Invoke-Hdbscan -MinClusterSize 3 -Layer -PassTree).Layers)[-1].ClusterCount
    } }
    'README.md: $members = $points | Invoke-Hdbscan' = @{ Then = {
        $summaries = @($output | Where-Object Keyphrases)
        $summaries.Count | Should -BeGreaterThan 1
        $summaries | ForEach-Object { $_.Name | Should -Match 'disk|password|invoice' }
        @($members | Where-Object Cluster -eq 0)[0].ClusterName | Should -Be 'Full disks'
        Get-Content named.html -Raw | Should -Match 'Full disks'
    } }
    'README.md: $points | Measure-Clustering | Sort-Object RelativeValidity' = @{ Then = {
        $output | Should -HaveCount 5
        Assert-Falling $output.RelativeValidity
        $best = $output[0]
        $tree = $points | Invoke-Hdbscan -PassTree -MinClusterSize $best.MinClusterSize -MinSampleCount $best.MinSampleCount `
            -ClusterSelectionEpsilon $best.ClusterSelectionEpsilon -ClusterSelectionMethod $best.ClusterSelectionMethod
        $tree.RelativeValidity | Should -Be $best.RelativeValidity
    } }
    'README.md: ... | Get-TextEmbedding | Invoke-Umap -Metric Cosine -Center' = @{ Elided = { $titles }; Then = {
        Assert-Map $output @(Get-Centered $embeddings | Invoke-Umap -Metric Cosine | Invoke-Hdbscan)
        @($output.Cluster | Sort-Object -Unique).Count | Should -BeGreaterThan 1
        $output[3].Vector | Should -Be $embeddings[3].Vector
    } }
    'README.md: $points | Show-ClusterPlot                        # in the c' = @{
        Given = { $points = @($points | Invoke-Hdbscan) }
        Then = {
            @($output -match '^45 points, \d+ clusters') | Should -HaveCount 2
            $last = [Array]::LastIndexOf($output, ($output -match '^45 points')[-1])
            ($output[$last..($output.Count - 1)] | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 72
            @(Get-Title | Where-Object { "    $_" -in $output }).Count | Should -BeGreaterThan 3
        }
    }
    'README.md: $old | Get-TextEmbedding | Invoke-Umap -SaveModel map.umap |' = @{ Then = {
        . Assert-MapsAgree
        $placed.Cluster | Should -Be $fitted[0, 1, 2, 44].Cluster
        Assert-Pure $fitted
    } }
    'README.md: ... | Get-TextEmbedding -Model ~/models/SmolLM2-135M-Instruc' = @{ Elided = { $titles }; Then = {
        $output.Text | Should -Be $titles
        $output[0].Vector | Should -Be $embeddings[0].Vector
        $env:PSLLMCLUSTER_MODEL | Should -Be '~/models/bge-m3.gguf'
        ('a' | Get-TextEmbedding).Vector | Should -HaveCount 64
    } }
    'README.md: $titles | Get-TextEmbedding -Model ./Llama-3.2-3B-Instruct-Q' = @{ Llama = $true; Then = {
        $output.Text | Should -Be ($titles + $titles)
        $model = './Llama-3.2-3B-Instruct-Q4_K_M.gguf'
        $whole = "The topic of ""$($titles[3])"" in one word:""" | Get-TextEmbedding -Model $model -Pooling Last
        $output[3].TokenCount | Should -Be $whole.TokenCount
        [Math]::Abs($output[3].Vector[0] - $whole.Vector[0]) | Should -BeLessThan 1e-4
        ($output[$titles.Count + 3].Vector -join ' ') | Should -Not -Be ($output[3].Vector -join ' ')
    } }
    'README.md: Get-EmbeddingModel ~/models | Format-Table Name, Width, Quan' = @{ Then = {
        $text = $output | Out-String -Width 200
        $text | Should -Match 'Name\s+Width\s+Quantization\s+Engine\s+Pooling\s+Prefix'
        @($text -split "`n" -match 'tiny-bert-random\s+64\s+F32\s+Managed\s+Mean') | Should -HaveCount 4
        @($text -split "`n" -match 'Mean\s+clustering: ') | Should -HaveCount 1
    } }
    'README.md: $model = Get-EmbeddingModel ~/models/nomic-embed-text-v1.5.Q' = @{ Then = {
        $model.Prefix | Should -BeExactly 'clustering: '
        $output.Text | Should -Be $titles
        $output[3].Vector | Should -Be ("clustering: $($titles[3])" | Get-TextEmbedding).Vector
    } }
    'README.md: try { ''a'' | Get-TextEmbedding -Model notes.txt } catch { $_.' = @{ Then = {
        $output[0] | Should -Be 'ModelNotGguf,PSLlmCluster.Module.Commands.GetTextEmbeddingCommand'
        $output[1] | Should -Match 'GGUF'
    } }

    'about_PSLlmCluster: Get-Content titles.txt | Get-TextEmbedding | Invoke-Umap |' = @{ Then = {
        $output.FullName | Should -Be (Get-Item map.html).FullName
    } }
    'about_PSLlmCluster: Import-Csv tickets.csv | Get-TextEmbedding -Property Subject' = @{ Then = {
        $members = @($tickets | Get-TextEmbedding -Property Subject | Invoke-Umap | Invoke-Hdbscan)
        $output | Should -Be @($members | Where-Object Cluster -eq 0 | ForEach-Object { $tickets[$_.Index].Id })
        $output.Count | Should -BeGreaterThan 4
    } }
    'about_PSLlmCluster: Import-Csv tickets.csv | Get-TextEmbedding -Property Title,' = @{
        Given = {
            $tickets | Select-Object @{ n = 'Title'; e = 'Subject' }, @{ n = 'Body'; e = 'Requester' } | Export-Csv tickets.csv
            $start = [datetime] '2026-11-24'
            $jobs = 0..19 | ForEach-Object {
                [pscustomobject] @{ Size = 10 + $_ % 2 * 90 + $_ % 5; Start = $start; End = $start.AddSeconds(5 + $_ % 2 * 600 + $_ % 3) }
            }
        }
        Then = {
            $output | Should -HaveCount ($tickets.Count + 20)
            $output[0..($tickets.Count - 1)].Text | Should -Be @($tickets | ForEach-Object { "$($_.Subject) $($_.Requester)" })
            $members = $output[$tickets.Count..($output.Count - 1)]
            $members.Source | Should -Be $jobs
            $members[0].Cluster | Should -BeGreaterOrEqual 0
            $members[1].Cluster | Should -BeGreaterOrEqual 0
            0..19 | ForEach-Object { $members[$_].Cluster | Should -Be $members[$_ % 2].Cluster }
            $members[0].Cluster | Should -Not -Be $members[1].Cluster
        }
    }
    'about_PSLlmCluster: Get-EmbeddingModel ~/models | Format-Table Name, Pooling, Pr' = @{ Then = {
        @(($output | Out-String -Width 200) -split "`n" -match '^tiny-bert-random\s+Mean') | Should -HaveCount 4
    } }
    'about_PSLlmCluster: $old | Get-TextEmbedding | Invoke-Umap -SaveModel map.umap' = @{ Then = { . Assert-MapsAgree } }
    'about_PSLlmCluster: $points | Invoke-Hdbscan -SaveModel clusters.hdbscan' = @{ Then = {
        $output[45..48].Text | Should -Be $newPoints.Text
        $output[45..48].Cluster | Should -Be $output[0, 1, 2, 44].Cluster
        $output[45].Membership | Should -HaveCount (1 + ($output[0..44].Cluster | Measure-Object -Maximum).Maximum)
    } }
    'about_PSLlmCluster: $points | Invoke-Hdbscan | Add-ClusterName |' = @{ Then = {
        $rows = @(Import-Csv clustered.csv)
        $rows.Text | Should -Be $titles
        $rows | ForEach-Object { $_.ClusterName | Should -Match 'disk|password|invoice|Noise' }
    } }
    'about_PSLlmCluster: $points | Measure-Clustering |' = @{ Then = {
        $output | Should -HaveCount @($points | Measure-Clustering).Count
        Assert-Falling $output.RelativeValidity
    } }
    'about_PSLlmCluster: $embeddings |' = @{ Then = {
        Assert-Map $output @($embeddings | Invoke-Umap -NeighborCount 5 | Invoke-Hdbscan -MinClusterSize 2 -ClusterSelectionEpsilon 0.1)
    } }
    'about_PSLlmCluster: try { $texts | Get-TextEmbedding -Model $path -ErrorAction S' = @{ Elided = { 'there is no such file' }; Then = {
        $output | Should -Be 'there is no such file'
    } }

    'Add-ClusterName: A map with names' = @{ Then = { Get-Content map.html -Raw | Should -Match 'password' } }
    'Add-ClusterName: Names of your own for some clusters' = @{ Then = {
        $output.Name | Should -Contain 'VPN'
        $output.Name | Should -Contain 'Printers'
        ($output | Measure-Object Count -Sum).Sum | Should -Be $points.Count
    } }
    'Add-ClusterName: Names that were edited in a table' = @{ Then = {
        $names = Import-Csv names.csv
        Import-Csv clustered.csv | ForEach-Object { $_.ClusterName | Should -Be ($names | Where-Object Cluster -eq $_.Cluster).Name }
    } }
    'Add-ClusterName: Names by a language model' = @{
        Given = { $members = @($points | Invoke-Hdbscan) }; Fails = 'ChatTemplateMissing,*'
        Then = { $problem.ErrorDetails.RecommendedAction | Should -Match 'Instruct' }
    }
    'README.md: $members | Add-ClusterName -NameModel ./Llama-3.2-3B-Instruc' = @{
        Given = { $members = @($points | Invoke-Hdbscan) }; Fails = 'ChatTemplateMissing,*'
        Then = { $problem.ErrorDetails.RecommendedAction | Should -Match 'Instruct' }
    }
    'about_PSLlmCluster: $points | Invoke-Hdbscan | Get-ClusterSummary -NameModel `' = @{ Fails = 'ChatTemplateMissing,*'; Then = {
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Instruct'
    } }
    'Get-ClusterSummary: Names by a language model, and how well each fits' = @{
        Given = { $members = @($points | Invoke-Hdbscan) }; Fails = 'ChatTemplateMissing,*'
        Then = { $output | Should -BeNullOrEmpty }
    }
    'Group-Text: Names by a language model that runs here' = @{ Fails = 'ChatTemplateMissing,*'; Then = {
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Instruct'
    } }
    'Get-ClusterSummary: What is in these tickets?' = @{ Then = {
        ($output | Measure-Object Count -Sum).Sum | Should -Be $tickets.Count
        Assert-Falling @($output | Where-Object Cluster -ge 0 | ForEach-Object Count)
    } }
    'Get-ClusterSummary: The phrases of the largest cluster' = @{ Given = { $members = @($points | Invoke-Hdbscan) }; Then = {
        $output[0].Text | Should -Match 'disk|password|invoice|full|customer'
        $output[0].Count | Should -BeGreaterThan 4
    } }
    'Get-ClusterSummary: A report' = @{ Given = { $members = @($points | Invoke-Hdbscan) }; Then = {
        @(Get-Content clusters.json -Raw | ConvertFrom-Json)[0].Examples | Should -HaveCount 5
    } }
    'ConvertTo-ClusterRow: A table with its clusters' = @{ Then = {
        $rows = @(Import-Csv clustered.csv)
        $rows.Subject | Should -Be $tickets.Subject
        @($rows[0].PSObject.Properties.Name)[-5..-1] | Should -Be 'Cluster', 'ClusterName', 'Probability', 'X', 'Y'
    } }
    'ConvertTo-ClusterRow: The columns under other names' = @{
        Given = { $members = @($tickets | Get-TextEmbedding -Property Subject | Invoke-Umap | Invoke-Hdbscan) }
        Then = { $output | Out-String -Width 200 | Should -Match 'Subject\s+TopicCluster\s+TopicProbability' }
    }
    'ConvertTo-ClusterRow: JSON' = @{ Given = { $members = @($points | Invoke-Hdbscan) }; Then = {
        @(Get-Content clustered.json -Raw | ConvertFrom-Json).Text | Should -Be $titles
    } }

    'Export-ClusterPlot: A map to zoom in' = @{ Then = {
        $script:opened.FullName | Should -Be (Get-Item map.html).FullName
        Get-Content map.html -Raw | Should -Match '>Titles<|"Titles"'
    } }
    'Export-ClusterPlot: A page with the columns of a table' = @{ Then = {
        $page = Get-Content tickets.html -Raw
        $page | Should -Match '"properties":\[\{"name":"Id","kind":"(number|text)"\},\{"name":"Subject","kind":"text"\}\]'
        $page | Should -Match '"hoverCount":2,"colorBy":"Subject"'
    } }
    'Export-ClusterPlot: Several pictures of the same points' = @{ Given = { $points = @($points | Invoke-Hdbscan) }; Then = {
        [System.IO.File]::ReadAllBytes((Get-Item map.png).FullName)[1..3] | Should -Be ([byte[]] 'PNG'.ToCharArray())
        $svg = Get-Content map.svg -Raw
        $svg | Should -Match 'width="800" height="800"'
        $svg | Should -Not -Match '>invoice 3<'
    } }
    "Export-ClusterPlot: A dark picture with names of one's own" = @{ Given = { $points = @($points | Invoke-Hdbscan) }; Then = {
        $output.Name | Should -Be 'dark.png'

        # The width stands in bytes 16 to 19 of a PNG file, the largest first.
        $bytes = [System.IO.File]::ReadAllBytes($output.FullName)
        $bytes[18] * 256 + $bytes[19] | Should -Be 2400
    } }
    'Export-ClusterPlot: A nightly map of alerts' = @{ Then = {
        $output.Name | Should -Be "alerts-$day.png"
        $output.Directory.Name | Should -Be 'reports'
    } }
    'Export-ClusterPlot: Points from elsewhere' = @{ Then = {
        $svg = Get-Content cities.svg -Raw
        0..8 | ForEach-Object { $svg | Should -Match "City $_" }
        $svg | Should -Match 'Longitude'
    } }

    'Get-TextEmbedding: A long run that may be ended, and goes on where it was' = @{ Then = {
        $embeddings.Text | Should -Be $titles
        'vectors.db' | Should -Exist
    } }
    'Get-EmbeddingCache: What is in it?' = @{ Given = { New-Cache vectors.db 'a', 'b' }; Then = { $output[0].Count | Should -Be 2 } }
    'Get-EmbeddingCache: The cache that is used where none is named' = @{ Given = { New-Cache vectors.db 'a', 'b' }; Then = {
        $env:PSLLMCLUSTER_CACHE = $null
        ($output | Out-String) | Should -Match 'Count\s+: 2'
    } }
    'Get-EmbeddingCache: How many vectors in all?' = @{ Given = { New-Cache vectors.db 'a', 'b' }; Then = { $output | Should -Be 2 } }
    'Clear-EmbeddingCache: Vectors of a model that is no longer used' = @{ Given = { New-Cache vectors.db 'a' }; Then = {
        (Get-EmbeddingCache vectors.db).Count | Should -Be 1
    } }
    'Clear-EmbeddingCache: What is older than 90 days' = @{ Given = { New-Cache vectors.db 'a' }; Then = {
        (Get-EmbeddingCache vectors.db).Count | Should -Be 1
    } }
    'Clear-EmbeddingCache: All of it' = @{ Given = { New-Cache vectors.db 'a' }; Then = {
        Get-EmbeddingCache vectors.db | Should -BeNullOrEmpty
    } }
    "Merge-EmbeddingCache: Two machines' work" = @{ Given = { New-Cache vectors.db 'a', 'b'; New-Cache other.db 'b', 'c' }; Then = {
        $output.AddedCount | Should -Be 1
        (Get-EmbeddingCache vectors.db).Count | Should -Be 3
    } }
    'Merge-EmbeddingCache: Several caches' = @{ Given = { New-Cache other.db 'a', 'b'; New-Cache third.db 'b', 'c' }; Then = {
        $output.AddedCount | Should -Be 2, 1
    } }
    'Merge-EmbeddingCache: What would be done' = @{ Given = { New-Cache vectors.db 'a'; New-Cache other.db 'b' }; Then = {
        $output | Should -BeNullOrEmpty
        (Get-EmbeddingCache vectors.db).Count | Should -Be 1
    } }
    'Get-EmbeddingModel: The model that is used where none is named' = @{ Then = {
        $text = $output | Out-String -Width 500
        $text | Should -Match 'Name\s+: tiny-bert-random'
        $text | Should -Match ([regex]::Escape($env:PSLLMCLUSTER_MODEL))
        $text | Should -Match 'IsDefault\s+: True'
    } }
    'Get-EmbeddingModel: The models of a folder' = @{ Then = {
        $output.Name | Should -Be (, 'tiny-bert-random' * 4)
        $output.ParameterCount | Select-Object -Unique | Should -Be 249248
        $output.Engine | Select-Object -Unique | Should -Be 'Managed'
        @($output.Prefix | Where-Object { $_ }) | Should -Be 'clustering: '
    } }
    'Get-EmbeddingModel: A model as its makers want it to be used' = @{ Then = {
        $output.Text | Should -Be $titles
        $output[3].Vector | Should -Be ("clustering: $($titles[3])" | Get-TextEmbedding).Vector
    } }

    'Get-LlamaDevice: What is there' = @{ Llama = $true; Then = {
        $output[0].Backend | Should -Be 'Cpu'
        $output[0].IsUsable | Should -BeTrue
        ($output | Out-String) | Should -Match 'Backend\s+Name\s+Usable\s+Free\s+Total'
    } }
    'Get-LlamaDevice: Why is the GPU not used?' = @{ Llama = $true; Then = {
        $reasons = @(Get-LlamaDevice Cuda12, Cuda13 | Where-Object { -not $_.IsUsable })
        @(($output | Out-String -Width 4000) -split "`n" -match '^Reason') | Should -HaveCount $reasons.Count
    } }
    'Get-LlamaDevice: A script that wants a GPU with 20 GB' = @{ Llama = $true; Then = {
        @($output).Count | Should -Be ([int] -not (Get-LlamaDevice | Where-Object { $_.Type -eq 'Gpu' -and $_.FreeMemory -ge 20GB }))
    } }

    'Get-TextEmbedding: A language model that is asked for the topic' = @{ Llama = $true; Then = {
        $topics | Should -HaveCount $tickets.Count
        $topics.Text | Should -Be $tickets.Subject
        ($topics[0].Vector -join ' ') | Should -Not -Be ($products[0].Vector -join ' ')
        ($topics[0].Vector -join ' ') | Should -Be (($tickets[0].Subject | Get-TextEmbedding -Model $model -Prompt Topic).Vector -join ' ')
    } }
    'Get-TextEmbedding: Lines of a file' = @{ Then = {
        $output.Text | Should -Be $titles
        $output.Index | Should -Be (0..44)
        ($output.Vector -join ' ') | Should -Be ($embeddings.Vector -join ' ')
    } }
    'Get-TextEmbedding: Tickets' = @{ Then = {
        ($output | Measure-Object Count -Sum).Sum | Should -Be $tickets.Count
        @($output.Tickets -split ', ' | Sort-Object) | Should -Be @($tickets.Id | Sort-Object)
        Assert-Falling @($output | ForEach-Object Count)
    } }
    'Get-TextEmbedding: A model that is larger than the GPU' = @{ Llama = $true; Fails = 'GpuNotAvailable,*'; Then = {
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Get-LlamaDevice'
    } }
    'Get-TextEmbedding: Any model' = @{ Llama = $true; Fails = 'GpuNotAvailable,*'; Then = {
        $problem.ErrorDetails.RecommendedAction | Should -Match '-Device Cpu'
    } }
    'Get-TextEmbedding: The lines of a log that mean the same as a sentence' = @{ Then = {
        $output | Should -HaveCount 5
        $lines = @(Get-Content app.log)
        $output | ForEach-Object { $_.Text | Should -Be $lines[$_.Index] }
        $cosines = $output | ForEach-Object {
            $vector = ($_.Text | Get-TextEmbedding -Normalize).Vector
            $sum = 0; for ($i = 0; $i -lt $vector.Length; $i++) { $sum += $wanted[$i] * $vector[$i] }; $sum
        }
        Assert-Falling $cosines
    } }
    'Get-TextEmbedding: A model that asks for a prefix' = @{ Then = {
        $output.Text | Should -Be $titles
        $output[3].Vector | Should -Be ("clustering: $($titles[3])" | Get-TextEmbedding).Vector
    } }

    'README.md: Install-LlamaBackend Cuda12       # or Cuda13, Vulkan' = @{
        Given = { Set-NativeFolder }; Fails = 'NpmMissing,*'
        Then = { $problem.ErrorDetails.RecommendedAction | Should -Match 'npm pack \S+-cuda-ext@' }
    }
    "README.md: `$model = './DeepSeek-R1-Distill-Qwen-14B-Q8_0.gguf'" = @{ Llama = $true; Fails = 'GpuNotAvailable,*'; Then = {
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Install-LlamaBackend'
        (Get-EmbeddingModel $model).LayerCount | Should -BeGreaterThan 0
    } }
    'about_PSLlmCluster: Install-LlamaBackend Cuda12' = @{
        Given = { Set-NativeFolder }; Fails = 'NpmMissing,*'
        Then = { $problem.ErrorDetails.RecommendedAction | Should -Match '-Path' }
    }
    'Install-LlamaBackend: For an NVIDIA card' = @{
        Given = { Set-NativeFolder }; Fails = 'NpmMissing,*'
        Then = { Get-ChildItem native | Should -BeNullOrEmpty }
    }
    'Install-LlamaBackend: What would be done' = @{ Given = { Set-NativeFolder }; Then = {
        $output | Should -BeNullOrEmpty
        'native' | Should -Not -Exist
    } }
    'Install-LlamaBackend: On a machine without a network' = @{
        Given = { Set-NativeFolder; Set-Content node-llama-cpp-linux-x64-cuda-ext-3.22.1.tgz 'no archive' }
        Fails = 'BackendArchiveWrong,*'
        Then = { $problem.ErrorDetails.Message | Should -Match 'sha512-.*cuda-ext-3.22.1.tgz has sha512-' }
    }
    'Uninstall-LlamaBackend: Remove a backend' = @{ Given = { Set-NativeFolder cuda12, cuda13 }; Then = {
        (Get-ChildItem native).Name | Should -Be 'cuda12'
    } }
    'Uninstall-LlamaBackend: What would be done' = @{ Given = { Set-NativeFolder vulkan }; Then = {
        'native/vulkan' | Should -Exist
    } }
    'Uninstall-LlamaBackend: Another backend in its place' = @{
        Given = { Set-NativeFolder cuda13 }; Fails = 'NpmMissing,*'
        Then = { Get-ChildItem native | Should -BeNullOrEmpty }
    }

    'Invoke-Hdbscan: Clusters of texts' = @{ Then = {
        $text = $output | Out-String -Width 200
        $text | Should -Match 'Cluster: 0'
        Get-Title | ForEach-Object { $text | Should -Match ([regex]::Escape($_)) }
    } }
    'Invoke-Hdbscan: A Python line, retyped' = @{ Then = {
        Assert-Map $output @($points | Invoke-Hdbscan -MinClusterSize 2 -ClusterSelectionEpsilon 0.1)
    } }
    'Invoke-Hdbscan: What kinds of messages are in a log' = @{ Then = {
        ($output | Measure-Object Count -Sum).Sum | Should -Be 60
        Assert-Pure @($output.Group)
        @($output.Group.Text -match '^ERROR').Count | Should -Be 60
    } }
    'Invoke-Hdbscan: New rows in old clusters' = @{ Then = {
        . Assert-MapsAgree
        $placed.Cluster | Should -Be $fitted[0, 1, 2, 44].Cluster
        $placed[0].Membership | Should -HaveCount (1 + ($fitted.Cluster | Measure-Object -Maximum).Maximum)
    } }
    'Invoke-Hdbscan: The texts that stand for each cluster' = @{ Then = {
        $exemplars = @($points | Invoke-Hdbscan | Where-Object IsExemplar)
        $output.Count | Should -BeGreaterThan 0
        $output | ForEach-Object { $_.Text | Should -BeIn $exemplars.Text }
        @($output.Cluster | Sort-Object -Unique) | Should -Be @($exemplars.Cluster | Sort-Object -Unique)
        @($output | Group-Object Cluster | Where-Object Count -gt 3) | Should -HaveCount 0
    } }
    'Invoke-Hdbscan: Clusters without a map' = @{ Then = {
        Assert-Map $output @(Get-Centered $embeddings | Invoke-Hdbscan -Metric Cosine -MinClusterSize 3)
        @($output.Cluster | Sort-Object -Unique).Count | Should -BeGreaterThan 1
        $output[3].Vector | Should -Be $embeddings[3].Vector
    } }
    'Invoke-Hdbscan: Rows that stand for many' = @{ Then = {
        $rows = Import-Csv requests.csv
        $output | Should -HaveCount @($rows | Group-Object Duration, Size).Count
        @($output | Where-Object { $_.Source.Count -eq 1 }).Cluster | Should -Be @(-1, -1)
        @($output.Cluster | Where-Object { $_ -ge 0 }).Count | Should -Be 18
    } }
    'Invoke-Hdbscan: The tree that the clusters come from' = @{ Then = {
        $tree.Assignments.Text | Should -Be $titles
        $tree.CondensedTree | Where-Object ChildSize -gt 1 | Should -Not -BeNullOrEmpty
        Get-Content map.html -Raw | Should -Match "`"count`":$($titles.Count),"
    } }
    'Invoke-Hdbscan: Fine and coarse groups at once' = @{ Then = {
        $output.Text | Should -Be $titles
        $layers = @(($points | Invoke-Hdbscan -MinClusterSize 3 -Layer -PassTree).Layers)
        @($output.Fine | Sort-Object -Unique) | Should -Be (0..($layers[0].ClusterCount - 1))
        @($output.Coarse | Sort-Object -Unique) | Should -Be (0..($layers[-1].ClusterCount - 1))
        foreach ($group in ($output | Group-Object Fine)) { @($group.Group.Coarse | Sort-Object -Unique) | Should -HaveCount 1 }
    } }
    'Invoke-Hdbscan: The odd ones of a table' = @{ Then = {
        $output.Duration | Should -Contain 500
        $output.Size | Should -Contain 900
        $output.Count | Should -BeLessThan 10
    } }

    'Invoke-Umap: From texts to points' = @{ Then = {
        $output.Text | Should -Be $titles
        ($output.Coordinates -join ' ') | Should -Be ($points.Coordinates -join ' ')
    } }
    'Invoke-Umap: A Python line, retyped' = @{ Then = {
        ($output.Coordinates -join ' ') | Should -Be (($embeddings | Invoke-Umap -NeighborCount 5).Coordinates -join ' ')
    } }
    'Invoke-Umap: Columns of a table' = @{ Then = {
        $output.Server | Should -Be (0..19 | ForEach-Object { "web-$_" })
        $output | ForEach-Object { [float]::IsFinite($_.X + $_.Y) | Should -BeTrue }
    } }
    'Invoke-Umap: Fewer dimensions before clustering' = @{ Then = {
        $output.Source.Id | Should -Be $tickets.Id
        $output[0].Coordinates | Should -HaveCount 5
    } }
    'Invoke-Umap: What is particular to each text' = @{ Then = {
        $output.Text | Should -Be $titles
        $expected = @(Get-Centered $embeddings | Invoke-Umap -Metric Cosine)
        @($output | Invoke-Hdbscan).Cluster | Should -Be @($expected | Invoke-Hdbscan).Cluster
        ($output.Coordinates -join ' ') | Should -Not -Be (($embeddings | Invoke-Umap -Metric Cosine).Coordinates -join ' ')
    } }
    'Invoke-Umap: Arrays' = @{ Then = {
        $output | Should -HaveCount 3
        @($output | ForEach-Object { "$($_.X) $($_.Y)" } | Sort-Object -Unique) | Should -HaveCount 3
    } }
    'Invoke-Umap: New rows in an old map' = @{ Then = { . Assert-MapsAgree } }
    'Invoke-Umap: More rows than there is patience for' = @{ Then = {
        $output | Should -HaveCount @($embeddings).Count
        'map.umap' | Should -Exist
    } }
    'Invoke-Umap: What is known of the rows' = @{ Then = {
        $output.Source.Species | Should -Be (0..23 | ForEach-Object { ('a', 'b')[$_ % 2] })
        $members = @($output | Invoke-Hdbscan | Where-Object Cluster -ge 0)
        foreach ($cluster in ($members | Group-Object Cluster)) { @($cluster.Group.Source.Species | Sort-Object -Unique) |
            Should -HaveCount 1 }
    } }

    'Measure-Clustering: Which parameters?' = @{ Then = {
        $output | Should -HaveCount 5
        $output[0].RelativeValidity | Should -Be (($points | Measure-Clustering).RelativeValidity | Measure-Object -Maximum).Maximum
    } }
    'Measure-Clustering: The best parameters, used at once' = @{ Then = {
        $best.NoiseShare | Should -BeLessThan 0.3
        $output.Text | Should -Be $titles
        @($output | Where-Object Cluster -lt 0).Count / 45 | Should -Be $best.NoiseShare
    } }
    'Measure-Clustering: Which sizes the rows themselves suggest' = @{ Then = {
        $layers = @(($points | Invoke-Hdbscan -MinClusterSize 3 -Layer -PassTree).Layers)
        $text = $output | Out-String -Width 200
        foreach ($layer in $layers) { $text | Should -Match "(?m)^\s*$($layer.MinClusterSize)\s+$($layer.ClusterCount)\s" }
    } }
    'Measure-Clustering: How far to split' = @{ Then = {
        $text = $output | Out-String
        $text | Should -Match 'ClusterSelectionEpsilon\s+ClusterCount\s+NoiseShare\s+LargestShare'
        @($text -split "`n" -match '^\s*[\d.]+\s+\d+\s+[\d.]+').Count | Should -BeGreaterOrEqual 5
    } }

    'Show-ClusterPlot: A look at the clusters before a file is written' = @{ Then = {
        $output[0] | Should -Match '^45 points, \d+ clusters'
        $points | Should -HaveCount 45
        foreach ($cluster in ($points | Where-Object Cluster -ge 0 | Group-Object Cluster)) {
            @($output -match "\b$($cluster.Name): .*\($($cluster.Count) points\)$") | Should -HaveCount 1
        }
    } }
    'Show-ClusterPlot: The map alone, for a log file' = @{ Given = { $points = @($points | Invoke-Hdbscan) }; Then = {
        $lines = Get-Content map.txt
        $lines | Should -HaveCount 30
        $lines[1..27] -join '' | Should -Match '^[ a-z.]+$'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
    } }
    'Show-ClusterPlot: Which texts are in the middle of each cluster?' = @{ Given = { $points = @($points | Invoke-Hdbscan) }; Then = {
        $texts = @($output -match '^    ' | ForEach-Object Trim)
        $texts | ForEach-Object { $_ | Should -BeIn $titles }
        $texts.Count | Should -BeGreaterThan 10
    } }
}
