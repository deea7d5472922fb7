using System.Collections.Concurrent;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// A model that one or more servers run. Before it is used, each server makes the vector of one text: those of another model or pooling,
/// which nothing else would show, are found so.
/// </summary>
internal sealed class EndpointModel : IEmbeddingModel
{
    /// <summary>Stands for the engine in a cache: a change of it parts from vectors that were kept before.</summary>
    public const string VectorVersion = "1";

    private readonly ConcurrentQueue<string> _lines = new();

    private EndpointModel(EndpointOptions options, TimeProvider time)
    {
        Options = options;
        Time = time;
        Servers =
        [
            .. options.Addresses.DistinctBy(address => EndpointClient.Whole(address, VectorRequest.End)).Select(address => new VectorServer(
                new EndpointClient(address, VectorRequest.End, options, _lines.Enqueue, time), options)),
        ];
    }

    /// <inheritdoc/>
    /// <remarks>The model's name at the servers.</remarks>
    public string Path => Options.Model;

    /// <inheritdoc/>
    public int Width => Probe.Length;

    /// <inheritdoc/>
    public EmbeddingEngine Engine => EmbeddingEngine.Endpoint;

    /// <inheritdoc/>
    public string Placement => "at " + string.Join(", ", Servers.Select(server => server.Shown));

    /// <inheritdoc/>
    public ModelAdvice Advice => ModelAdvice.OfName(Options.Model);

    /// <summary>Gets how the servers are asked.</summary>
    public EndpointOptions Options { get; }

    /// <summary>Gets the servers.</summary>
    public IReadOnlyList<VectorServer> Servers { get; }

    /// <summary>Gets the servers that did not answer at the start, and why.</summary>
    public IReadOnlyDictionary<VectorServer, EngineException> Down { get; private set; } = new Dictionary<VectorServer, EngineException>();

    /// <summary>Gets the vector of the probe text, which all servers give.</summary>
    public float[] Probe { get; private set; } = [];

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Asks the servers for the vector of the probe text.</summary>
    /// <param name="options">The servers.</param>
    /// <param name="log">Receives lines for a person who looks for a reason; called on this thread.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">
    /// No server answers, one does not know the model or takes no key, or two give other vectors (EndpointModelMismatch).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EndpointModel Connect(
        EndpointOptions options, Action<string>? log = null, TimeProvider? time = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        EndpointModel model = new(options, time ?? TimeProvider.System);
        try
        {
            Task.Run(() => model.ProbeAllAsync(token), CancellationToken.None).GetAwaiter().GetResult();
        }
        finally
        {
            model.FlushLines(log);
        }

        string line = FormattableString.Invariant($"{options.Model} runs {model.Placement}; a vector has {model.Width} numbers.");
        if (log is not null && SaidOnce.IsNew(log, line))
        {
            log(line);
        }

        return model;
    }

    /// <inheritdoc/>
    public ITextEmbedder Open(EmbeddingOptions options, Action<string>? log = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new EndpointEmbedder(this, options, log, token);
    }

    /// <inheritdoc/>
    /// <remarks>There is nothing to give back: connections that nobody uses end by themselves.</remarks>
    public void Release()
    {
    }

    /// <summary>Hands on what the servers' clients had to say.</summary>
    /// <param name="log">Receives it, on this thread; may be null.</param>
    public void FlushLines(Action<string>? log)
    {
        while (_lines.TryDequeue(out string? line))
        {
            log?.Invoke(line);
        }
    }

    private async Task ProbeAllAsync(CancellationToken token)
    {
        (VectorServer Server, float[]? Probe, EngineException? Failure)[] probes = await AskAllAsync(token).ConfigureAwait(false);
        (VectorServer first, float[]? probe, _) = probes.FirstOrDefault(server => server.Probe is not null);
        Probe = probe ?? throw probes[0].Failure!;
        foreach ((VectorServer server, float[]? other, _) in probes)
        {
            if (other is not null && !VectorDifference.IsSmall(probe, other))
            {
                throw new EngineException(
                    EngineErrorIds.EndpointModelMismatch,
                    FailureKind.InvalidData,
                    FormattableString.Invariant($"The servers {first.Shown} and {server.Shown} give other vectors for one text ")
                        + FormattableString.Invariant($"({probe.Length} and {other.Length} numbers), so they run other models, or pool ")
                        + "them in other ways.",
                    "Start all with the same model file and the same pooling, or name one of them.");
            }
        }

        Down = probes.Where(server => server.Failure is not null).ToDictionary(server => server.Server, server => server.Failure!);
    }

    /// <summary>
    /// Asks all servers at a time. Once one has answered, the others have the time of one try, so that one that hangs, or is tried again
    /// and again, does not hold up the run.
    /// </summary>
    private async Task<(VectorServer Server, float[]? Probe, EngineException? Failure)[]> AskAllAsync(CancellationToken token)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<(VectorServer Server, float[]? Probe, EngineException? Failure)>[] probes
            = [.. Servers.Select(server => TryAsync(server, over.Token, token))];
        Task<(VectorServer Server, float[]? Probe, EngineException? Failure)[]> all = Task.WhenAll(probes);
        try
        {
            await foreach (Task<(VectorServer Server, float[]? Probe, EngineException? Failure)> done
                in Task.WhenEach(probes).ConfigureAwait(false))
            {
                if ((await done.ConfigureAwait(false)).Probe is not null)
                {
                    await Task.WhenAny(all, Task.Delay(Options.Timeout, Time, over.Token)).ConfigureAwait(false);
                    break;
                }
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }

        return await all.ConfigureAwait(false);
    }

    private static async Task<(VectorServer Server, float[]? Probe, EngineException? Failure)> TryAsync(
        VectorServer server, CancellationToken over, CancellationToken token)
    {
        try
        {
            return (server, await server.ProbeAsync(over).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !token.IsCancellationRequested)
        {
            return (server, null, server.Errors.TimedOut().Failure);
        }
        catch (EndpointFaultException fault) when (fault.Kind == EndpointFaultKind.Transient)
        {
            return (server, null, fault.Failure);
        }
        catch (EndpointFaultException fault)
        {
            throw fault.Failure;
        }
    }
}
