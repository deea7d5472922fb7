using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>The cache of embeddings that is used where none is named.</summary>
internal static class CacheLocation
{
    private const string Variable = "PSLLMCLUSTER_CACHE";

    /// <summary>Gets the path that the environment variable names; null where it names none.</summary>
    public static string? Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Returns which cache a cmdlet with -CachePath uses.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="path">What was bound to -CachePath; null or empty does without, where it was bound.</param>
    /// <param name="precision">What was bound to -CachePrecision.</param>
    /// <returns>The cache; null for none.</returns>
    public static CacheOptions? Options(PSCmdlet cmdlet, string? path, VectorPrecision precision)
    {
        string? named = cmdlet.MyInvocation.BoundParameters.ContainsKey("CachePath") ? path : Default;
        return string.IsNullOrEmpty(named) ? null : new CacheOptions(FilePaths.Resolve(cmdlet, named), precision);
    }

    /// <summary>Returns the full path of a cache that has to be named.</summary>
    /// <param name="cmdlet">Whose session it is; it ends with an error where no cache is named.</param>
    /// <param name="path">What the parameter names; null where it was left out.</param>
    /// <returns>The full path.</returns>
    public static string Require(PSCmdlet cmdlet, string? path)
    {
        string? named = path ?? Default;
        if (named is null)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.From(
                new EngineException(
                    ErrorIds.EmbeddingCacheNotNamed,
                    FailureKind.InvalidArgument,
                    "No cache of embeddings is named.",
                    $"Name one with -CachePath, or set the environment variable {Variable}."),
                null));
        }

        return FilePaths.Resolve(cmdlet, named!);
    }
}
