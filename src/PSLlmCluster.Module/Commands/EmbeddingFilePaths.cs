using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Finds the files of embeddings that a parameter names.</summary>
internal static class EmbeddingFilePaths
{
    /// <summary>
    /// Finds all of them; where a path leads to none, the cmdlet ends with an error, as a part that is missing changes the whole.
    /// </summary>
    /// <param name="cmdlet">Whose session it is.</param>
    /// <param name="paths">The paths, which may have wildcards.</param>
    /// <returns>The full paths, in the order that they were found in.</returns>
    public static IReadOnlyList<string> All(PSCmdlet cmdlet, IEnumerable<string> paths)
    {
        List<string> files = [];
        foreach (string path in paths)
        {
            files.AddRange(Expand(cmdlet, path, out EngineException? failure));
            if (failure is not null)
            {
                cmdlet.ThrowTerminatingError(ErrorRecords.From(failure, path));
            }
        }

        return files;
    }

    /// <summary>Finds those of one path.</summary>
    /// <param name="cmdlet">Whose session it is.</param>
    /// <param name="path">The path, which may have wildcards.</param>
    /// <param name="failure">The error, or null; that no file fits is one.</param>
    /// <returns>The full paths.</returns>
    public static IReadOnlyList<string> Expand(PSCmdlet cmdlet, string path, out EngineException? failure)
    {
        IReadOnlyList<string> files = FilePaths.Expand(cmdlet, path, out failure);
        if (files.Count == 0)
        {
            failure ??= new EngineException(
                ErrorIds.PathNoMatch,
                FailureKind.NotFound,
                $"There is no file that fits {path}.",
                "Check the path; Export-TextEmbedding writes such files.");
        }

        return files;
    }
}
