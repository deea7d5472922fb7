using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

// ScriptHost FILE.ps1 ARGS…: runs a script as `pwsh -File` does, with the staged module imported. Where the first argument starts with a
// dash, as -Command does, all of them are the console's own, and this is a pwsh that finds the module by its name.
DirectoryInfo folder = new(AppContext.BaseDirectory);
while (folder.Name != "artifacts" && folder.Parent is not null)
{
    folder = folder.Parent;
}

string modules = Path.Combine(folder.FullName, "module");
string manifest = Path.Combine(modules, "PSLlmCluster", "PSLlmCluster.psd1");
if (args.Length == 0 || !File.Exists(manifest))
{
    Console.Error.WriteLine(args.Length == 0 ? "Usage: ScriptHost FILE.ps1 ARGS…" : $"The module is not at {manifest}. Build first: dotnet build");
    return 2;
}

// A script of this repository tells nobody that it ran.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

// Other sessions that a script starts, such as those of jobs, find the module by its name.
Environment.SetEnvironmentVariable("PSModulePath", modules + Path.PathSeparator + Environment.GetEnvironmentVariable("PSModulePath"));
if (args[0].StartsWith('-'))
{
    return ConsoleShell.Start(null, null, args);
}

InitialSessionState session = InitialSessionState.CreateDefault2();
session.ImportPSModule([manifest]);
return ConsoleShell.Start(session, null, null, ["-NoProfile", "-NoLogo", "-File", .. args]);
