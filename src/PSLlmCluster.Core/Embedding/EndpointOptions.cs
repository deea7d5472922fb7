namespace PSLlmCluster.Core.Embedding;

/// <summary>Servers that run a model in place of this machine, and how they are asked. They speak the protocol of OpenAI.</summary>
public sealed record EndpointOptions
{
    /// <summary>
    /// Gets where the servers are: http or https, one or more. An address without a path gets /v1, and each the end that the request
    /// has, /embeddings or /chat/completions, unless it ends so.
    /// </summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>Gets the name by which the servers know the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the key that is sent with each request, as a bearer token; null, the default, sends none.</summary>
    public EndpointKey? Key { get; init; }

    /// <summary>Gets the name of the parameter that the key is given with, for messages; ApiKey by default.</summary>
    public string KeyParameter { get; init; } = "ApiKey";

    /// <summary>
    /// Gets a value indicating whether the key may go to another machine without encryption; false by default.
    /// </summary>
    public bool AllowsUnencryptedKey { get; init; }

    /// <summary>
    /// Gets the most requests that one server has at a time, from 1 to 256; 4 by default. Larger values keep a server with several GPUs
    /// busy; one that computes one request after the other gains nothing beyond 2.
    /// </summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>
    /// Gets how long one try of a request may take, from 1 second to a day; 2 minutes by default. Reading the key does not count.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Gets the most texts in a request beside the probe text, from 1; 62 by default, whose halves have 32 with it, as many as Text
    /// Embeddings Inference takes. A server that takes fewer is given fewer.
    /// </summary>
    public int MostTexts { get; init; } = 62;

    /// <summary>Checks what can be checked without a server.</summary>
    /// <exception cref="EngineException">An address, the name, the key or a number makes no sense.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Model) || Model.Any(char.IsControl))
        {
            throw Invalid("The name of a server's model is empty or has control characters.", "Give the name that the server knows it by.");
        }

        if (Addresses.Count == 0)
        {
            throw Invalid("No server is named.", "Give an address such as http://localhost:8080.");
        }

        if (Concurrency is < 1 or > 256)
        {
            throw Invalid($"{Concurrency} requests at a time make no sense.", "Give a number from 1 to 256.");
        }

        if (MostTexts < 1)
        {
            throw Invalid($"A request of {MostTexts} texts makes no sense.", "Give 1 or more.");
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromDays(1))
        {
            throw Invalid("A request may take from 1 second to a day.", "Give a number of seconds from 1 to 86400.");
        }

        foreach (Uri address in Addresses)
        {
            CheckAddress(address);
        }
    }

    /// <summary>Returns an address as it may be shown: without what a secret may be in.</summary>
    /// <param name="address">The address.</param>
    /// <returns>Scheme, host, port and path.</returns>
    public static string Shown(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsAbsoluteUri
            ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : "(no address)";
    }

    private void CheckAddress(Uri address)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new EngineException(
                EngineErrorIds.EndpointAddressInvalid,
                FailureKind.InvalidArgument,
                "The address of a server does not begin with http:// or https://.",
                "Give the whole address, such as http://localhost:8080.");
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            throw new EngineException(
                EngineErrorIds.EndpointAddressInvalid,
                FailureKind.InvalidArgument,
                $"The address {Shown(address)} has a name or password before the host, or a part after #.",
                $"Leave it out. A key goes into -{KeyParameter}, which keeps it out of logs and errors.");
        }

        if (Key is not null && !AllowsUnencryptedKey && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw new EngineException(
                EngineErrorIds.EndpointKeyNotEncrypted,
                FailureKind.InvalidArgument,
                $"A key would go to {Shown(address)} without encryption, for all on the way to read.",
                "Use https, or a tunnel to this machine. -AllowUnencryptedAuthentication sends it nevertheless, and "
                    + $"-{KeyParameter} $null none.");
        }
    }

    private static EngineException Invalid(string message, string recommendedAction)
        => new(EngineErrorIds.EndpointOptionInvalid, FailureKind.InvalidArgument, message, recommendedAction);
}
