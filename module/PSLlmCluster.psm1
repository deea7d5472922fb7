# The cmdlets and all that they stand on load in a context of their own, so that no other module's versions clash with theirs.
# Only the language, .NET and Import-Module are used here: an engine without PowerShell's other modules has nothing else.
if (-not ('PSLlmCluster.LoadContext' -as [type])) {
    $null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath([System.IO.Path]::Combine($PSScriptRoot, 'PSLlmCluster.dll'))
}

$assembly = [PSLlmCluster.LoadContext]::Initialize()
$cmdlets = Microsoft.PowerShell.Core\Import-Module -Assembly $assembly -PassThru

# An assembly that the session knows already is not imported again, and its cmdlets then do not become this module's
# (PowerShell issue 20710): they are handed over here, as an import would have done.
$module = $ExecutionContext.SessionState.Module
$add = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags] 'Instance, NonPublic')
foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
    if (-not $module.ExportedCmdlets.ContainsKey($cmdlet.Name)) { $null = $add.Invoke($module, @(, $cmdlet)) }
}

$module.OnRemove = { $assembly.GetType('PSLlmCluster.Module.ModuleCleanup')::FreeModels() }
