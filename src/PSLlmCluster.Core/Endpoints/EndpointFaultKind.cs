namespace PSLlmCluster.Core.Endpoints;

/// <summary>What is to become of a request that went wrong.</summary>
internal enum EndpointFaultKind
{
    /// <summary>It may go well later, or at another server.</summary>
    Transient,

    /// <summary>The server does not take what is in it: fewer or other texts may go well.</summary>
    Refused,

    /// <summary>The server has come to run another model, or to pool in another way.</summary>
    Changed,

    /// <summary>None will go well: the address, the key or the certificate is wrong.</summary>
    Final,
}
