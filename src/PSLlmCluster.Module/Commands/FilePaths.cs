using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Turns the paths of a PowerShell session into those of the file system.</summary>
internal static class FilePaths
{
    private const string FileSystem = nameof(FileSystem);

    /// <summary>Resolves a path as PowerShell does: from its own location, with its drives and the tilde, and no wildcards.</summary>
    /// <param name="cmdlet">Whose session it is.</param>
    /// <param name="path">The path; what it names need not exist.</param>
    /// <returns>The full path.</returns>
    public static string Resolve(PSCmdlet cmdlet, string path)
    {
        EngineException failure;
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            failure = new EngineException(
                ErrorIds.PathHasNul,
                FailureKind.InvalidArgument,
                $"The path '{path.Replace("\0", "`0", StringComparison.Ordinal)}' holds the character NUL (`0), which no path can hold.",
                "Take it out of the path. It often comes from a file that was read in the wrong encoding.");
            cmdlet.ThrowTerminatingError(ErrorRecords.From(failure, path));
        }

        try
        {
            string full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name == FileSystem)
            {
                return full;
            }

            failure = new EngineException(
                ErrorIds.PathNotFileSystem,
                FailureKind.InvalidArgument,
                $"The path {path} leads to {provider.Name}, not to a file.",
                "Give the path of a file.");
        }
        catch (RuntimeException problem)
        {
            failure = new EngineException(
                ErrorIds.PathInvalid,
                FailureKind.InvalidArgument,
                $"The path {path} cannot be understood: {problem.Message}",
                "Give the path of a file on a drive that is there.",
                problem);
        }

        cmdlet.ThrowTerminatingError(ErrorRecords.From(failure, path));
        return path;
    }
}
