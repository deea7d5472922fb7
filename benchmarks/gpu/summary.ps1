# Writes summary.txt from results.jsonl: speeds, how many times as fast many texts at once are, and the share of the card's peak.
param([double] $Peak, [string] $Results)
$lines = @(Get-Content "$Results/results.jsonl" | ConvertFrom-Json)
$card = if (Test-Path "$Results/card.csv") { @(Import-Csv "$Results/card.csv")[0].name } else { 'no card that nvidia-smi knows' }

# Peak TFLOPS in half precision on tensor cores, dense, from NVIDIA's data sheets.
$peaks = [ordered] @{ H200 = 989; 'H100 PCIe' = 756; H100 = 989; A100 = 312; L40S = 362; L4 = 121; A10 = 125; T4 = 65; 'RTX 4090' = 165 }
if (-not $Peak) { foreach ($known in $peaks.Keys) { if (-not $Peak -and $card -match "\b$known\b") { $Peak = $peaks[$known] } } }

$text = @(
    "Card: $card; peak in half precision: $(if ($Peak) { "$Peak TFLOPS" } else { 'not known (PEAK_TFLOPS)' })"
    foreach ($line in $lines | Where-Object Kind -eq 'vectors') {
        '{0} on {1}: 1 - cosine to the CPU up to {2:E1} ({3} texts)' -f $line.Model, $line.Device, $line.Largest, $line.Texts
    }
    foreach ($line in $lines | Where-Object Kind -eq 'speed') {
        $single = $lines | Where-Object { $_.Kind -eq 'speed' -and $_.Name -eq $line.Name -and $_.Mode -eq 'one at a time' }
        # A token takes two operations for each weight.
        $flops = 2.0 * $line.Weights * $line.TokensPerSecond / 1e12
        '{0} ({1}), {2}: {3:N0} tokens/s, {4} texts{5}; {6:N2} TFLOPS{7}' -f $line.Name, $line.Quantization, $line.Mode,
            $line.TokensPerSecond, $line.Texts,
            $(if ($single -and $line.Mode -ne 'one at a time') {
                ', {0:N1} times one at a time' -f ($line.TokensPerSecond / $single.TokensPerSecond) }),
            $flops, $(if ($Peak) { ', {0:P1} of the peak' -f ($flops / $Peak) })
    }
)
Add-Content "$Results/summary.txt" $text
$text | Write-Host
