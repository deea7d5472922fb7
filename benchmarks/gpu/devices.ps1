# Writes what Get-LlamaDevice says.
param([string] $Results)
$devices = Get-LlamaDevice -Verbose 4>> "$Results/verbose.log"
$devices | Format-Table Backend, Name, IsUsable, FreeMemory, TotalMemory, Description, Reason -Wrap | Out-String -Width 160 | Write-Host
$devices | ConvertTo-Json | Set-Content "$Results/devices.json"
