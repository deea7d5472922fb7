namespace PSLlmCluster.Core;

/// <summary>The kinds of failure, each of which a host maps to its own category.</summary>
public enum FailureKind
{
    /// <summary>An option, or a combination of options, makes no sense.</summary>
    InvalidArgument,

    /// <summary>The data, or a file's content, is not what it has to be.</summary>
    InvalidData,

    /// <summary>A file or folder does not exist.</summary>
    NotFound,

    /// <summary>A file exists that must not be replaced.</summary>
    AlreadyExists,

    /// <summary>The operating system forbids it.</summary>
    PermissionDenied,

    /// <summary>Reading failed.</summary>
    ReadError,

    /// <summary>Writing failed.</summary>
    WriteError,

    /// <summary>Memory, disk or a device is not there, or not enough of it.</summary>
    ResourceUnavailable,

    /// <summary>Something has to be installed first.</summary>
    NotInstalled,

    /// <summary>The model or the format cannot do it.</summary>
    NotSupported,

    /// <summary>A computation failed that should not have.</summary>
    Internal,
}

/// <summary>A failure that ends a computation, with a stable id and a recommended action.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="EngineException"/> class.</summary>
    /// <param name="errorId">A stable name in PascalCase, unique for this failure.</param>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">What is wrong, in one sentence that names the thing.</param>
    /// <param name="recommendedAction">What the reader can do about it.</param>
    /// <param name="innerException">What caused it.</param>
    public EngineException(string errorId, FailureKind kind, string message, string recommendedAction, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        RecommendedAction = recommendedAction;
    }

    /// <summary>Gets the stable name of the failure.</summary>
    public string ErrorId { get; }

    /// <summary>Gets the kind of failure.</summary>
    public FailureKind Kind { get; }

    /// <summary>Gets what the reader can do about it.</summary>
    public string RecommendedAction { get; }

    /// <summary>Gets what the user should know of the work that the failure ended.</summary>
    public IReadOnlyList<EngineWarning> Warnings { get; private init; } = [];

    /// <summary>Returns this failure with what the user should know of the work that it ended.</summary>
    /// <param name="warnings">The warnings; where there are none, this is returned as it is.</param>
    /// <returns>The failure.</returns>
    public EngineException With(IReadOnlyList<EngineWarning> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        return warnings.Count == 0
            ? this
            : new EngineException(ErrorId, Kind, Message, RecommendedAction, this) { Warnings = [.. Warnings, .. warnings] };
    }

    /// <summary>Returns whether this is a certain failure.</summary>
    /// <param name="errorId">The failure's id, as in <see cref="EngineErrorIds"/>.</param>
    /// <returns>Whether it is.</returns>
    public bool Is(string errorId) => ErrorId == errorId;

    /// <summary>Returns whether this is one of several failures.</summary>
    /// <param name="errorIds">Their ids.</param>
    /// <returns>Whether it is.</returns>
    public bool Is(IReadOnlyList<string> errorIds) => errorIds.Contains(ErrorId, StringComparer.Ordinal);
}
