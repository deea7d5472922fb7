using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Input;

/// <summary>Tells what a record's own members throw from what ends the pipeline.</summary>
internal static class RecordErrors
{
    /// <summary>
    /// Says whether an exception is the error of the record that was being read: any but those that stop a pipeline, leave a loop, or say
    /// that memory is out.
    /// </summary>
    /// <param name="problem">The exception.</param>
    /// <returns>Whether it is.</returns>
    public static bool AreTheRecords(Exception problem)
        => problem is not (PipelineStoppedException or FlowControlException or OutOfMemoryException);

    /// <summary>Returns the error of a record that failed while it was read.</summary>
    /// <param name="problem">What it threw.</param>
    /// <returns>The error.</returns>
    public static EngineException NotReadable(Exception problem)
        => MissingProperties.MarkSame(
            new EngineException(
                ErrorIds.RecordNotReadable,
                FailureKind.ReadError,
                $"The record cannot be read: {problem.Message}",
                "Leave such records out, or make others of them first, as in `| Select-Object Name, Value`.",
                problem),
            KindOf(problem));

    /// <summary>Says what kind of exception one is, whatever value of the record its message names.</summary>
    /// <param name="problem">The exception.</param>
    /// <returns>PowerShell's id of it, where it has one, else its type.</returns>
    public static string KindOf(Exception problem)
        => (problem as IContainsErrorRecord)?.ErrorRecord.FullyQualifiedErrorId ?? problem.GetType().Name;
}
