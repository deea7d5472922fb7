using System.Management.Automation;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet whose vectors servers can make, in place of a model file.</summary>
public abstract class VectorServerCmdlet : CancellableCmdlet
{
    /// <summary>Initializes a new instance of the <see cref="VectorServerCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number.</param>
    private protected VectorServerCmdlet(string activity, int activityId)
        : base(activity, activityId)
    {
    }

    /// <summary>
    /// The address of a server that makes the vectors, in place of -Model: one that speaks OpenAI's protocol, such as http://localhost:8080
    /// of llama-server. Texts go to that server. Of several, each request goes to whichever is free; all have to run the same model, which
    /// is looked at with one short text at the start and in each request: a server that comes to give another vector for it is an error,
    /// or, where others are there, a warning, and none of its other vectors is taken. An address without a path gets /v1/embeddings.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri[]? Endpoint { get; set; }

    /// <summary>The name by which the server of -Endpoint knows the model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointModel { get; set; }

    /// <summary>
    /// The key of the server of -Endpoint: a SecureString, or a script block that returns one or a string, which is run at the start, and
    /// again where the server no longer takes the key. Without it, the environment variable PSLLMCLUSTER_API_KEY holds the key, and without
    /// that, none is sent. It goes over https, or to this machine, and is in no error and no log.
    /// </summary>
    [Parameter]
    [AllowNull]
    public object? ApiKey { get; set; }

    /// <summary>
    /// Lets the key go to a server over http, without encryption, on another machine, where all on the way can read it.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>
    /// The most requests that each server has at a time, from 1 to 256. It is 4 unless given. A server with several GPUs is kept busy by
    /// more of them.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int EndpointConcurrency { get; set; } = EndpointSetup.UsualConcurrency;

    /// <summary>
    /// The seconds that one try of a request may take, from 1 to 86,400. It is 120 unless given. A try that takes longer is made once more.
    /// The time in which a script block returns the key does not count.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    public int EndpointTimeout { get; set; } = EndpointSetup.UsualTimeout;

    /// <summary>Gets how servers are asked; which, what for and with which key is put in.</summary>
    private protected EndpointOptions Manner => new()
    {
        Addresses = [],
        Model = string.Empty,
        Timeout = TimeSpan.FromSeconds(EndpointTimeout),
        Concurrency = EndpointConcurrency,
        AllowsUnencryptedKey = AllowUnencryptedAuthentication,
    };

    /// <summary>Gets the parameters that name servers.</summary>
    private protected virtual string ServerParameters => "-Endpoint";

    /// <summary>Gets a value indicating whether a server is named.</summary>
    private protected virtual bool HasServer => Endpoint is not null;

    /// <summary>Returns the servers that make vectors. What is wrong with the parameters ends the cmdlet.</summary>
    /// <returns>The servers; null where none are named.</returns>
    private protected EndpointOptions? VectorServers()
    {
        Dictionary<string, object> bound = MyInvocation.BoundParameters;
        string? alone = HasServer ? null
            : bound.ContainsKey(nameof(EndpointConcurrency)) ? nameof(EndpointConcurrency)
            : bound.ContainsKey(nameof(EndpointTimeout)) ? nameof(EndpointTimeout)
            : AllowUnencryptedAuthentication ? nameof(AllowUnencryptedAuthentication)
            : null;
        return alone is null
            ? EndpointSetup.Options(this, string.Empty, Endpoint, EndpointModel, ApiKey, Manner)
            : throw EndpointSetup.Missing(this, alone, ServerParameters, EndpointSetup.Address);
    }
}
