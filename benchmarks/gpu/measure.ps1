# Embeds made-up texts and writes tokens per second, as a line of JSON in results.jsonl. The model is loaded, and the device warmed up,
# before the clock starts.
param(
    [string] $Name, [string] $Model, [string] $Device, [int] $Count, [int] $BatchSize, [switch] $Single, [string] $Results
)
$ErrorActionPreference = 'Stop'
$texts = @(& "$PSScriptRoot/texts.ps1" $Count)
$options = @{ Model = $Model; Device = $Device; Engine = 'Llama' }
if ($BatchSize) { $options.BatchSize = $BatchSize }
$null = 'one text', 'and another that is somewhat longer' | Get-TextEmbedding @options -Verbose 4>> "$Results/verbose.log"

$watch = [System.Diagnostics.Stopwatch]::StartNew()
$embeddings = if ($Single) { foreach ($text in $texts) { Get-TextEmbedding $text @options } } else { $texts | Get-TextEmbedding @options }
$seconds = $watch.Elapsed.TotalSeconds

$tokens = ($embeddings | Measure-Object TokenCount -Sum).Sum
$finite = @($embeddings | Where-Object { [float]::IsFinite(($_.Vector | Measure-Object -Sum).Sum) }).Count
$header = Get-EmbeddingModel $Model
$line = [ordered] @{
    Kind = 'speed'; Name = $Name; Device = $Device; Quantization = $header.Quantization
    Mode = if ($Single) { 'one at a time' } elseif ($BatchSize) { "$BatchSize tokens a call" } else { 'at once' }
    Texts = $embeddings.Count; Finite = $finite; Tokens = $tokens; Seconds = [Math]::Round($seconds, 3)
    TokensPerSecond = [Math]::Round($tokens / $seconds, 1)
    # The matrices that a token goes through: all weights but those of the embedding matrix and the output's.
    Weights = $header.ParameterCount - $header.VocabularySize * $header.Width * $(if ($header.Architecture -eq 'qwen2') { 2 } else { 1 })
}
$line | ConvertTo-Json -Compress | Tee-Object "$Results/results.jsonl" -Append | Write-Host
if ($finite -ne $texts.Count) { throw "$finite of $($texts.Count) vectors are finite." }
