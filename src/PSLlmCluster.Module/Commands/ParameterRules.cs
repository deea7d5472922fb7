using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Finds parameters that do not go together, before any work.</summary>
internal static class ParameterRules
{
    /// <summary>Refuses parameters that make no sense together with another one.</summary>
    /// <param name="cmdlet">The cmdlet, which an error ends.</param>
    /// <param name="one">The name of that one.</param>
    /// <param name="why">Why they make none, as a sentence.</param>
    /// <param name="others">The names of the others.</param>
    public static void Exclude(CancellableCmdlet cmdlet, string one, string why, params string[] others)
    {
        string[] given = [.. others.Where(cmdlet.MyInvocation.BoundParameters.ContainsKey).Select(name => "-" + name)];
        if (given.Length > 0)
        {
            cmdlet.ThrowTerminatingError(ErrorRecords.From(
                new EngineException(
                    ErrorIds.ParametersExclude,
                    FailureKind.InvalidArgument,
                    $"-{one} and {string.Join(", ", given)} were given. {why}",
                    $"Leave out -{one}, or {string.Join(", ", given)}."),
                null));
        }
    }
}
