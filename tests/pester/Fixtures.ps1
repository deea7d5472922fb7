# The files and variables that the blocks of code in the README and the help take for granted, made up so that what comes out is known:
# three kinds of titles whose words differ, tables with clear groups.

function Get-Title {
    0..14 | ForEach-Object { "the disk of server $_ is full"; "customer $_ forgot her password again"; "invoice $_" }
}

function Get-Kind([string] $Text) {
    switch -Regex ($Text) { 'disk' { 'disk' } 'password' { 'password' } 'invoice' { 'invoice' } default { 'other' } }
}

function New-Server {
    # A server of OpenAI's protocol: a vector says of what kind a text is, and every name is Full disks.
    $free = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $free.Start()
    $port = $free.LocalEndpoint.Port
    $free.Stop()
    $listener = [System.Net.HttpListener]::new()
    $listener.Prefixes.Add("http://localhost:$port/")
    $listener.Start()
    $requests = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
    $null = [powershell]::Create().AddScript({
        param($listener, $requests)
        try {
            while ($true) {
                $context = $listener.GetContext()
                $asked = [System.IO.StreamReader]::new($context.Request.InputStream).ReadToEnd() | ConvertFrom-Json
                $requests.Enqueue("$($context.Request.Url.AbsolutePath) $($asked.model) $($context.Request.Headers['Authorization'])")
                $answer = if ($asked.messages) { @{ choices = @(@{ message = @{ content = 'Full disks' }; finish_reason = 'stop' }) } }
                else {
                    $index = 0
                    @{ data = @($asked.input | ForEach-Object {
                        $kinds = 'disk', 'password', 'invoice', 'print', 'vpn'
                        $text = $_
                        $vector = @($kinds | ForEach-Object { [int] ($text -match $_) }) + 0.1 + $text.Length / 1000
                        @{ index = $index++; embedding = $vector }
                    }) }
                }
                $bytes = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $answer -Depth 6 -Compress))
                $context.Response.OutputStream.Write($bytes)
                $context.Response.Close()
            }
        }
        catch { }
    }).AddArgument($listener).AddArgument($requests).BeginInvoke()
    @{ Address = "http://localhost:$port"; Listener = $listener; Requests = $requests }
}

function New-Cache([string] $Path, [string[]] $Texts) {
    # A cache that has the vectors of these texts.
    $null = $Texts | Get-TextEmbedding -CachePath $Path
}

function New-Part([int] $FirstOfSecond = 2) {
    # Two parts of a job, of two texts each.
    $null = 'a', 'b' | Get-TextEmbedding | Export-TextEmbedding part-0.shard
    $null = 'c', 'd' | Get-TextEmbedding | Export-TextEmbedding part-1.shard -FirstIndex $FirstOfSecond
}

function Assert-Pure([object[]] $Members) {
    # No cluster mixes kinds, and most texts are in one.
    $clustered = @($Members | Where-Object Cluster -ge 0)
    $clustered.Count | Should -BeGreaterThan ($Members.Count / 2)
    foreach ($cluster in ($clustered | Group-Object Cluster)) {
        @($cluster.Group.Text | ForEach-Object { Get-Kind $_ } | Sort-Object -Unique) | Should -HaveCount 1
    }
}

function Assert-Map([object[]] $Members, [object[]] $Expected) {
    # One member for each title, in order, with the clusters that the same settings give when they are written out in full.
    $Members.Text | Should -Be (Get-Title)
    $Members.Cluster | Should -Be $Expected.Cluster
}

function Assert-Falling([object[]] $Values) {
    # From the largest to the smallest; the last ones may have no value.
    $numbers = @($Values | Where-Object { $null -ne $_ })
    $numbers | Should -Be @($numbers | Sort-Object -Descending)
    $numbers.Count | Should -BeGreaterThan 1
    $Values[0..($numbers.Count - 1)] | Should -Be $numbers
}

function Assert-Group([object[]] $Groups) {
    # Every ticket is in one of several groups, the largest first, no two of one name.
    ($Groups | Measure-Object Count -Sum).Sum | Should -Be @(Import-Csv tickets.csv).Count
    @($Groups.Name | Sort-Object -Unique).Count | Should -Be $Groups.Count
    Assert-Falling @($Groups | ForEach-Object { $_.Count })
}

function Get-Centered([object[]] $Embeddings) {
    # The vectors without their mean, in double precision, each as an array.
    $mean = [double[]]::new($Embeddings[0].Vector.Count)
    foreach ($one in $Embeddings) { for ($i = 0; $i -lt $mean.Count; $i++) { $mean[$i] += $one.Vector[$i] / $Embeddings.Count } }
    foreach ($one in $Embeddings) { , [double[]] @(for ($i = 0; $i -lt $mean.Count; $i++) { $one.Vector[$i] - $mean[$i] }) }
}

# Dot-sourced: the first part of the output is a fit, the second puts rows of the fit in again, which come to their own places.
function Assert-MapsAgree {
    $output | Should -HaveCount ($old.Count + $new.Count)
    $fitted = $output[0..($old.Count - 1)]
    $placed = $output[$old.Count..($output.Count - 1)]
    $placed.Text | Should -Be $new
    ($placed.Coordinates -join ' ') | Should -Be ($fitted[0, 1, 2, 44].Coordinates -join ' ')
}

function New-Fixture([string] $Folder) {
    $examples = "$PSScriptRoot/../../examples/data"
    $tiny = "$PSScriptRoot/../PSLlmCluster.Core.Tests/Data/models/tiny-bert-random.F32.gguf"
    $null = New-Item -ItemType Directory "$Folder/models", "$Folder/reports"
    foreach ($model in 'tiny', 'SmolLM2-135M-Instruct.Q4_1', 'bge-m3', 'nomic-embed-text-v1.5.Q8_0') {
        Copy-Item $tiny "$Folder/models/$model.gguf"
    }
    Copy-Item $tiny "$Folder/DeepSeek-R1-Distill-Qwen-14B-Q8_0.gguf"
    Copy-Item "$PSScriptRoot/../PSLlmCluster.Core.Tests/Data/models/tiny-qwen2-random.F32.gguf" "$Folder/Llama-3.2-3B-Instruct-Q4_K_M.gguf"
    Copy-Item "$examples/tickets.csv", "$PSScriptRoot/build-stand-in.ps1" $Folder
    Rename-Item "$Folder/build-stand-in.ps1" build.ps1
    Get-Title | Set-Content "$Folder/titles.txt"
    $subjects = (Import-Csv "$Folder/tickets.csv").Subject
    $subjects | Set-Content "$Folder/tickets.txt"
    $subjects[0..29] | Set-Content "$Folder/january.txt"
    $subjects[30..($subjects.Count - 1)] | Set-Content "$Folder/february.txt"
    Set-Content "$Folder/notes.txt" 'These are notes, and not a model.'
    0..29 | ForEach-Object {
        '2026-11-24 03:00:{0:00} ERROR the disk of server {1} is full' -f $_, $_
        '2026-11-24 03:01:{0:00} INFO customer {1} forgot her password again' -f $_, $_
        '2026-11-24 03:02:{0:00} ERROR invoice {1}' -f $_, $_
    } | Set-Content "$Folder/app.log"
    Get-Title | ForEach-Object { [pscustomobject] @{ Summary = $_ } } | Export-Csv "$Folder/alerts.csv"
    0..8 | ForEach-Object {
        [pscustomobject] @{ City = "City $_"; Longitude = 10 + $_; Latitude = 50 - $_ * $_; Region = $_ % 3 }
    } | Export-Csv "$Folder/layout.csv"

    # Two common kinds of request, several of each of nine, and two odd ones.
    $requests = foreach ($i in 0..71) {
        [pscustomobject] @{ Duration = ($i % 3) + 50 * ($i % 2); Size = ([Math]::Floor($i / 3) % 3) + 80 * ($i % 2) }
    }
    $odd = [pscustomobject] @{ Duration = 500; Size = 3 }, [pscustomobject] @{ Duration = 2; Size = 900 }
    @($requests) + $odd | Export-Csv "$Folder/requests.csv"
    0..19 | ForEach-Object {
        [pscustomobject] @{
            Name = "web-$_"; Cpu = 10 + $_ % 7; Memory = 20 + 3 * ($_ % 5); DiskQueue = $_ % 3 + $_ / 10; Latency = 5 + $_ % 11
        }
    } | Export-Csv "$Folder/servers.csv"
    0..23 | ForEach-Object {
        [pscustomobject] @{
            Length = 10 + $_ % 2 * 5 + $_ / 20; Width = 4 + $_ % 2 + $_ / 30; Height = 2 + $_ % 5 / 10; Species = ('a', 'b')[$_ % 2]
        }
    } | Export-Csv "$Folder/measured.csv"
}

function Set-NativeFolder([string[]] $Backend) {
    # Backends are installed in a folder of the test's, never in the module, and there is no npm that would fetch any.
    $env:PSLLMCLUSTER_NATIVE = "$PWD/native"
    $env:PATH = ''
    foreach ($name in $Backend) { $null = New-Item -ItemType Directory "$PWD/native/$name" -Force }
}

# Dot-sourced, in the folder of the files.
function Set-Variables {
    $texts = $titles = $old = @(Get-Title)
    $new = $old[0, 1, 2, 44]
    $tickets = @(Import-Csv tickets.csv)
    $path = Join-Path $PWD 'no-such.gguf'
    $embeddings = @($titles | Get-TextEmbedding)
    if (-not $script:fixturePoints) { $script:fixturePoints = @($embeddings | Invoke-Umap) }
    $points = $script:fixturePoints
    $newPoints = $points[0, 1, 2, 44]
    function Invoke-Item { process { $script:opened = $_ } }
    function Get-WinEvent { $titles | ForEach-Object { [pscustomobject] @{ Message = $_ } } }
}
