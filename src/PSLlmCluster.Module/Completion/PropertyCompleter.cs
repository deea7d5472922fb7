using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace PSLlmCluster.Module.Completion;

/// <summary>Completes names of properties: those that PowerShell knows of what the pipeline brings. Where it knows none, nothing is offered, and no names of files either.</summary>
public sealed class PropertyCompleter : IArgumentCompleter
{
    /// <summary>A command of the engine itself whose names of properties PowerShell completes.</summary>
    private const string Known = "Microsoft.PowerShell.Core\\Where-Object -Property ";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        int place = commandAst.Parent is PipelineAst pipeline ? pipeline.PipelineElements.IndexOf(commandAst) : -1;
        if (place <= 0)
        {
            return [];
        }

        string upstream = string.Join(" | ", ((PipelineAst)commandAst.Parent).PipelineElements.Take(place).Select(element => element.Extent.Text));
        string input = $"{upstream} | {Known}{wordToComplete}";
        using PowerShell shell = Shell();
        return [.. CommandCompletion.CompleteInput(input, input.Length, null, shell).CompletionMatches.Where(match => match.ResultType == CompletionResultType.Property)];
    }

    /// <summary>Makes a shell on the session's own runspace: within the command that runs there, such as TabExpansion2, or by itself where an editor asks.</summary>
    private static PowerShell Shell()
    {
        Runspace runspace = Runspace.DefaultRunspace;
        if (runspace.RunspaceAvailability != RunspaceAvailability.Available)
        {
            return PowerShell.Create(RunspaceMode.CurrentRunspace);
        }

        PowerShell shell = PowerShell.Create();
        shell.Runspace = runspace;
        return shell;
    }
}
