using System.Net;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// A proxy for other machines alone. That of the environment would be asked for this machine too, which it cannot reach, and would read a
/// key that goes without encryption only because it does not leave the machine.
/// </summary>
/// <param name="proxy">The proxy.</param>
internal sealed class OtherMachinesProxy(IWebProxy proxy) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}
