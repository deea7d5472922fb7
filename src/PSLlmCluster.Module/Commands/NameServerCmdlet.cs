using System.Management.Automation;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet whose vectors servers can make, and whose names a server's language model can.</summary>
public abstract class NameServerCmdlet : VectorServerCmdlet
{
    /// <summary>Initializes a new instance of the <see cref="NameServerCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number.</param>
    private protected NameServerCmdlet(string activity, int activityId)
        : base(activity, activityId)
    {
    }

    /// <summary>
    /// The address of a server whose language model makes the names, in place of -NameModel: one that speaks OpenAI's protocol
    /// (/v1/chat/completions). It is shown the same, and its names are tested in the same way.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri[]? NameEndpoint { get; set; }

    /// <summary>The name by which the server of -NameEndpoint knows the language model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NameEndpointModel { get; set; }

    /// <summary>
    /// The key of the server of -NameEndpoint, as -ApiKey. Without it, the environment variable PSLLMCLUSTER_NAME_API_KEY holds the key,
    /// and without that, none is sent.
    /// </summary>
    [Parameter]
    [AllowNull]
    public object? NameApiKey { get; set; }

    /// <inheritdoc/>
    private protected override string ServerParameters => base.ServerParameters + " or -NameEndpoint";

    /// <inheritdoc/>
    private protected override bool HasServer => base.HasServer || NameEndpoint is not null;

    /// <summary>Returns the servers that name clusters. What is wrong with the parameters ends the cmdlet.</summary>
    /// <returns>The servers; null where none are named.</returns>
    private protected EndpointOptions? NameServers()
        => EndpointSetup.Options(this, "Name", NameEndpoint, NameEndpointModel, NameApiKey, Manner);
}
