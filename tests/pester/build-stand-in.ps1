# Stands in for the repository's build.ps1 where the README is tested: the module was built before the tests were.
$null = New-Item -ItemType Directory artifacts/module
$null = New-Item -ItemType SymbolicLink artifacts/module/PSLlmCluster -Target (Get-Module PSLlmCluster -ListAvailable)[0].ModuleBase
