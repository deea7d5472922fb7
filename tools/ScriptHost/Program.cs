using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ScriptHost;

// ScriptHost FILE.ps1 ARGS…: imports the staged module and runs the script with its arguments, as `pwsh -File` would.
// Exit code: the script's own (of its exit, or of the last program that it ran), 1 for a terminating error, 2 where the call itself is wrong, 130 after Ctrl+C.
const int Failure = 1;
const int BadCall = 2;
const int Interrupted = 130;

if (args.Length == 0 || !File.Exists(args[0]))
{
    Console.Error.WriteLine(args.Length == 0 ? "Usage: ScriptHost FILE.ps1 ARGS…" : $"There is no file {args[0]}.");
    return BadCall;
}

string manifest = ModuleFolder.Manifest();
if (!File.Exists(manifest))
{
    Console.Error.WriteLine($"The module is not at {manifest}. Build first: dotnet build");
    return BadCall;
}

if (Console.IsOutputRedirected)
{
    // Colours are for a terminal, not for a file.
    PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
}

ScriptConsole console = new();
using Runspace runspace = RunspaceFactory.CreateRunspace(console, InitialSessionState.CreateDefault2());
runspace.Open();
runspace.SessionStateProxy.Path.SetLocation(Environment.CurrentDirectory);
bool interrupted = false;
using PowerShell shell = PowerShell.Create(runspace);
Console.CancelKeyPress += (_, key) =>
{
    // The pipeline is to end by itself, so that the module can put things in order.
    key.Cancel = true;
    interrupted = true;
    shell.BeginStop(null, null);
};

try
{
    Run(script => script.AddScript(StandIns.Text, useLocalScope: false));
    Run(script => script.AddCommand("Import-Module").AddParameter("Name", manifest));
    Run(script => script.AddScript(ScriptArguments.CallOf(Path.GetFullPath(args[0]), args.AsSpan(1))));
    return interrupted ? Interrupted : console.ExitCode ?? runspace.SessionStateProxy.GetVariable("LASTEXITCODE") as int? ?? 0;
}
catch (PipelineStoppedException)
{
    return interrupted ? Interrupted : Failure;
}
catch (RuntimeException problem)
{
    Show(problem.ErrorRecord);
    return console.ExitCode ?? Failure;
}

// Everything goes through Out-Default, which is what gives objects and errors the form they have at a prompt.
void Run(Action<PowerShell> add)
{
    shell.Commands.Clear();
    add(shell);
    shell.Commands.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
    shell.AddCommand("Out-Default");
    shell.Invoke();
}

void Show(ErrorRecord error)
{
    console.Interface.AllIsError = true;
    using PowerShell printer = PowerShell.Create(runspace);
    printer.AddCommand("Out-Default").Invoke(new[] { error });
}
