using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Errors;

/// <summary>
/// Makes PowerShell's error records, each with its id, its category, its target, and its recommended action in the details.
/// </summary>
internal static class ErrorRecords
{
    /// <summary>Makes the record of a failure.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="target">What it is about, or null.</param>
    /// <returns>The record.</returns>
    public static ErrorRecord From(EngineException failure, object? target)
        => new(failure, failure.ErrorId, Category(failure.Kind), target)
        {
            ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = failure.RecommendedAction },
        };

    /// <summary>Makes the record of an exception that is no failure of the engine's own.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="target">What it is about, or null.</param>
    /// <returns>The record.</returns>
    public static ErrorRecord FromAny(Exception exception, object? target) => exception switch
    {
        EngineException failure => From(failure, target),
        OutOfMemoryException => From(
            new EngineException(
                ErrorIds.OutOfMemory,
                FailureKind.ResourceUnavailable,
                "There is not enough memory for this.",
                "Pipe in less at once, or close other programs.",
                exception),
            target),
        _ => From(
            new EngineException(
                ErrorIds.UnexpectedFailure,
                FailureKind.Internal,
                $"Something failed that should not have: {exception.Message}",
                "Please report it, with what `$Error[0].Exception.ToString()` shows.",
                exception),
            target),
    };

    /// <summary>Returns why a row was not taken as a failure.</summary>
    /// <param name="fault">Why it was not taken.</param>
    /// <param name="position">Its position in the input, from 0.</param>
    /// <returns>The failure, to be written and not thrown.</returns>
    public static EngineException Failure(EngineException fault, int position)
        => MissingProperties.MarkReason(
            new EngineException(fault.ErrorId, fault.Kind, $"Position {position}: {fault.Message}", fault.RecommendedAction),
            fault.Message);

    private static ErrorCategory Category(FailureKind kind) => kind switch
    {
        FailureKind.InvalidArgument => ErrorCategory.InvalidArgument,
        FailureKind.InvalidData => ErrorCategory.InvalidData,
        FailureKind.NotFound => ErrorCategory.ObjectNotFound,
        FailureKind.AlreadyExists => ErrorCategory.ResourceExists,
        FailureKind.PermissionDenied => ErrorCategory.PermissionDenied,
        FailureKind.ReadError => ErrorCategory.ReadError,
        FailureKind.WriteError => ErrorCategory.WriteError,
        FailureKind.ResourceUnavailable => ErrorCategory.ResourceUnavailable,
        FailureKind.NotInstalled => ErrorCategory.NotInstalled,
        FailureKind.NotSupported => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.InvalidResult,
    };
}
