using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Turns the paths of a PowerShell session into those of the file system.</summary>
internal static class FilePaths
{
    private const string FileSystem = nameof(FileSystem);

    /// <summary>Resolves a path as PowerShell does: from its own location, with its drives and the tilde, and no wildcards.</summary>
    /// <param name="cmdlet">Whose session it is; it ends with an error where the path leads to no file.</param>
    /// <param name="path">The path; what it names need not exist.</param>
    /// <returns>The full path.</returns>
    public static string Resolve(PSCmdlet cmdlet, string path)
    {
        string? full = TryResolve(cmdlet, path, out EngineException? failure);
        if (full is null)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.From(failure!, path));
        }

        return full!;
    }

    /// <summary>Resolves a path in the same way, where errors are to be thrown.</summary>
    /// <param name="cmdlet">Whose session it is.</param>
    /// <param name="path">The path; what it names need not exist.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="EngineException">The path leads to no file.</exception>
    public static string Full(PSCmdlet cmdlet, string path) => TryResolve(cmdlet, path, out EngineException? failure) ?? throw failure!;

    /// <summary>Resolves a path in the same way; where it leads to no file, the error is the caller's to write.</summary>
    /// <param name="cmdlet">Whose session it is.</param>
    /// <param name="path">The path; what it names need not exist.</param>
    /// <param name="failure">The error, or null.</param>
    /// <returns>The full path, or null.</returns>
    public static string? TryResolve(PSCmdlet cmdlet, string path, out EngineException? failure)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            failure = new EngineException(
                ErrorIds.PathHasNul,
                FailureKind.InvalidArgument,
                $"The path '{path.Replace("\0", "`0", StringComparison.Ordinal)}' holds the character NUL (`0), which no path can hold.",
                "Take it out of the path. It often comes from a file that was read in the wrong encoding.");
            return null;
        }

        try
        {
            string full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            failure = provider.Name == FileSystem ? null : NotFileSystem(path, provider);
            return failure is null ? full : null;
        }
        catch (RuntimeException problem)
        {
            failure = new EngineException(
                ErrorIds.PathInvalid,
                FailureKind.InvalidArgument,
                $"The path {path} cannot be understood: {problem.Message}",
                "Give the path of a file on a drive that is there.",
                problem);
            return null;
        }
    }

    /// <summary>
    /// Resolves a path that may have wildcards, as Get-Item does; but a file or a folder of just that name is taken as it is, whatever
    /// signs are in its name.
    /// </summary>
    /// <param name="cmdlet">Whose session it is.</param>
    /// <param name="path">The path.</param>
    /// <param name="failure">The error, or null.</param>
    /// <returns>
    /// The full paths: one where there is no wildcard, which need not exist; with wildcards those that fit, maybe none.
    /// </returns>
    public static IReadOnlyList<string> Expand(PSCmdlet cmdlet, string path, out EngineException? failure)
    {
        string? full = TryResolve(cmdlet, path, out failure);
        bool isPattern = WildcardPattern.ContainsWildcardCharacters(path) || path.Contains('`', StringComparison.Ordinal);
        if (full is null || !isPattern || Path.Exists(full))
        {
            return full is null ? [] : [full];
        }

        try
        {
            return [.. cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)];
        }
        catch (ItemNotFoundException)
        {
            return [];
        }
        catch (RuntimeException problem)
        {
            failure = new EngineException(
                ErrorIds.PathInvalid,
                FailureKind.InvalidArgument,
                $"The path {path} cannot be understood: {problem.Message}",
                "Give the path of a file, with -LiteralPath where its name has signs of a wildcard in it.",
                problem);
            return [];
        }
    }

    private static EngineException NotFileSystem(string path, ProviderInfo provider) => new(
        ErrorIds.PathNotFileSystem,
        FailureKind.InvalidArgument,
        $"The path {path} leads to {provider.Name}, not to a file.",
        "Give the path of a file.");
}
