using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSLlmCluster.Core;

namespace PSLlmCluster.Module.Completion;

/// <summary>
/// Completes -Model: GGUF files and folders of the path typed so far, the default model, and the one that comes with the module.
/// </summary>
public sealed class ModelCompleter : IArgumentCompleter
{
    /// <summary>The environment variable that names the default model.</summary>
    internal const string DefaultVariable = "PSLLMCLUSTER_MODEL";

    private const string Ending = ".gguf";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        foreach (CompletionResult file in Files(typed))
        {
            yield return file;
        }

        foreach (string path in Known())
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            {
                yield return new CompletionResult(Quote(path), name, CompletionResultType.ParameterValue, path);
            }
        }
    }

    private static IEnumerable<string> Known()
    {
        string? preferred = Environment.GetEnvironmentVariable(DefaultVariable);
        string[] all = string.IsNullOrEmpty(preferred) ? [EngineFiles.DefaultModel] : [preferred, EngineFiles.DefaultModel];
        return all.Distinct(StringComparer.Ordinal);
    }

    private static List<CompletionResult> Files(string typed)
    {
        int cut = typed.LastIndexOfAny(['/', '\\']) + 1;
        string folder = typed[..cut];
        List<CompletionResult> results = [];
        try
        {
            DirectoryInfo place = new(Path.Combine(Location(), Home(folder)));
            foreach (
                FileSystemInfo entry in place.EnumerateFileSystemInfos(
                    typed[cut..] + "*",
                    new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive }).OrderBy(
                        entry => entry.Name, StringComparer.OrdinalIgnoreCase))
            {
                bool isFolder = entry is DirectoryInfo;
                if (isFolder || entry.Extension.Equals(Ending, StringComparison.OrdinalIgnoreCase))
                {
                    string path = (folder.Length > 0 ? folder : "." + Path.DirectorySeparatorChar) + entry.Name;
                    results.Add(
                        new CompletionResult(
                            Quote(path),
                            entry.Name,
                            isFolder ? CompletionResultType.ProviderContainer : CompletionResultType.ProviderItem,
                            entry.FullName));
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No such folder, or none that may be read: there is nothing to offer.
        }

        return results;
    }

    /// <summary>PowerShell's own location, which is not the process's.</summary>
    private static string Location()
        => ScriptBlock.Create("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath").InvokeReturnAsIs()?.ToString()
            ?? Environment.CurrentDirectory;

    private static string Home(string folder)
        => folder.StartsWith('~') ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + folder[1..] : folder;

    /// <summary>Quotes a path where PowerShell would read it as something else.</summary>
    private static string Quote(string path)
        => path.All(sign => char.IsLetterOrDigit(sign) || "/\\._-~:+".Contains(sign, StringComparison.Ordinal))
            ? path
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(path)}'";
}
