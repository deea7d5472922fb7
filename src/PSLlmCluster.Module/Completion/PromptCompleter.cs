using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Module.Completion;

/// <summary>Completes -Prompt: the prompts that have a name, with their words as the tip.</summary>
public sealed class PromptCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        IEnumerable<(string Name, string Tip)> all =
            [(TextPrompt.None, "The text as it is"), .. TextPrompt.Named.Select(prompt => (prompt.Name!, prompt.Template))];
        return all
            .Where(prompt => prompt.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(prompt => new CompletionResult(prompt.Name, prompt.Name, CompletionResultType.ParameterValue, prompt.Tip));
    }
}
