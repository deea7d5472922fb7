# Embeds the same texts on the device and on the CPU, and writes the largest 1 - cosine; more than 1e-4 is a failure.
param([string] $Model, [string] $Device, [int] $Count, [string] $Results)
$ErrorActionPreference = 'Stop'
$texts = @(& "$PSScriptRoot/texts.ps1" $Count)
$there = @($texts | Get-TextEmbedding -Model $Model -Engine Llama -Device $Device -Normalize -Verbose 4>> "$Results/verbose.log")
$here = @($texts | Get-TextEmbedding -Model $Model -Engine Llama -Device Cpu -Normalize)
$largest = 0.0
for ($i = 0; $i -lt $Count; $i++) {
    $product = 0.0
    $left = $there[$i].Vector
    $right = $here[$i].Vector
    for ($j = 0; $j -lt $left.Length; $j++) { $product += [double] $left[$j] * $right[$j] }
    $largest = [Math]::Max($largest, [Math]::Abs(1 - $product))
}
[ordered] @{ Kind = 'vectors'; Model = [System.IO.Path]::GetFileName($Model); Device = $Device; Texts = $Count; Largest = $largest } |
    ConvertTo-Json -Compress | Tee-Object "$Results/results.jsonl" -Append | Write-Host
if ($there.Count -ne $Count -or -not ($largest -lt 1e-4)) { throw "1 - cosine is up to $largest for $($there.Count) texts." }
