namespace PSLlmCluster.Core.Endpoints;

/// <summary>A request that went wrong.</summary>
/// <param name="kind">What is to become of it.</param>
/// <param name="failure">What a user is told where nothing helps.</param>
internal sealed class EndpointFaultException(EndpointFaultKind kind, EngineException failure) : Exception(failure.Message, failure)
{
    /// <summary>Gets what is to become of it.</summary>
    public EndpointFaultKind Kind { get; } = kind;

    /// <summary>Gets what a user is told.</summary>
    public EngineException Failure { get; } = failure;

    /// <summary>Gets how long the server wants to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value indicating whether the server did not take the key.</summary>
    public bool IsOfKey { get; init; }
}
