using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace PSLlmCluster.Module.Completion;

/// <summary>
/// Completes names of properties: those that PowerShell knows of what the pipeline brings. Where it knows none, nothing is offered, and no
/// names of files either.
/// </summary>
public sealed class PropertyCompleter : IArgumentCompleter
{
    /// <summary>A command of the engine itself whose names of properties PowerShell completes.</summary>
    private const string Known = "Microsoft.PowerShell.Core\\Where-Object -Property ";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        int place = commandAst.Parent is PipelineAst pipeline ? pipeline.PipelineElements.IndexOf(commandAst) : -1;
        if (place <= 0)
        {
            return [];
        }

        string upstream = string.Join(
            " | ",
            ((PipelineAst)commandAst.Parent).PipelineElements.Take(place).Select(element => element.Extent.Text));
        string input = $"{upstream} | {Known}{wordToComplete}";

        // Where a command runs already, such as TabExpansion2, a shell within it can ask; where an editor asks the session itself, one of
        // its own can. The other one finds nothing.
        using PowerShell within = PowerShell.Create(RunspaceMode.CurrentRunspace);
        using PowerShell own = PowerShell.Create();
        own.Runspace = Runspace.DefaultRunspace;
        List<CompletionResult> names = Properties(input, within);
        return names.Count > 0 ? names : Properties(input, own);
    }

    private static List<CompletionResult> Properties(string input, PowerShell shell)
    {
        CommandCompletion found = CommandCompletion.CompleteInput(input, input.Length, null, shell);
        return [.. found.CompletionMatches.Where(match => match.ResultType == CompletionResultType.Property)];
    }
}
