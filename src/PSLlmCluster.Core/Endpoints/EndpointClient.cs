using Polly;
using Polly.Retry;
using Polly.Timeout;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Asks one server. What may go well later is tried again, after a time that doubles and has chance in it, so that many who wait do not
/// come back at once, or after the time that the server asks for. A key that is no longer taken is read again, once.
/// </summary>
internal sealed class EndpointClient
{
    private const int MostRetries = 4;
    private static readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromSeconds(30);

    private readonly Uri _address;
    private readonly EndpointOptions _options;
    private readonly Action<string> _log;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _tries;
    private readonly ResiliencePipeline _oneTry;

    /// <summary>Initializes a new instance of the <see cref="EndpointClient"/> class.</summary>
    /// <param name="address">The server's address, as it was given.</param>
    /// <param name="end">What the path ends with, such as "embeddings".</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="log">Receives lines for a person who looks for a reason, on any thread.</param>
    /// <param name="time">The clock.</param>
    public EndpointClient(Uri address, string end, EndpointOptions options, Action<string> log, TimeProvider time)
    {
        _address = Whole(address, end);
        _options = options;
        _log = log;
        _time = time;
        Errors = new EndpointErrors(_address, end, options);
        Shown = EndpointOptions.Shown(_address);
        _tries = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = MostRetries,
                Delay = _firstDelay,
                MaxDelay = _longestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(IsWorthAnotherTry(attempt.Outcome.Exception, attempt.AttemptNumber)),
                DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as EndpointFaultException)?.RetryAfter),
                OnRetry = attempt =>
                {
                    string reason = attempt.Outcome.Exception is EndpointFaultException fault ? fault.Message : Errors.TimedOut().Message;
                    _log(FormattableString.Invariant($"{reason} It is asked again in {attempt.RetryDelay.TotalSeconds:0.0} seconds."));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        _oneTry = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.Timeout).Build();
    }

    /// <summary>Gets the address as it may be shown.</summary>
    public string Shown { get; }

    /// <summary>Gets what makes this server's faults.</summary>
    public EndpointErrors Errors { get; }

    /// <summary>Returns the whole address.</summary>
    /// <param name="address">The address as it was given.</param>
    /// <param name="end">What the path ends with.</param>
    /// <returns>The address; what stands after a question mark stays.</returns>
    public static Uri Whole(Uri address, string end)
    {
        string path = address.AbsolutePath.TrimEnd('/');
        if (!path.EndsWith("/" + end, StringComparison.OrdinalIgnoreCase))
        {
            path = (path.Length == 0 ? "/v1" : path) + "/" + end;
        }

        return new UriBuilder(address) { Path = path }.Uri;
    }

    /// <summary>Asks the server.</summary>
    /// <typeparam name="T">What its answer is read as.</typeparam>
    /// <param name="body">What it is asked, in JSON.</param>
    /// <param name="mostBytes">The most bytes of an answer.</param>
    /// <param name="read">Reads the answer; throws a fault where it cannot.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>What the answer was read as.</returns>
    /// <exception cref="EndpointFaultException">There is none, after all tries.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<T> PostAsync<T>(byte[] body, long mostBytes, Func<byte[], T> read, CancellationToken token)
    {
        try
        {
            return await _tries.ExecuteAsync(
                async attempt => read(await TryAsync(body, mostBytes, attempt).ConfigureAwait(false)), token).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            throw Errors.TimedOut();
        }
    }

    private async Task<byte[]> TryAsync(byte[] body, long mostBytes, CancellationToken token)
    {
        string? key = _options.Key?.Get(token);
        try
        {
            return await SendAsync(body, key, mostBytes, token).ConfigureAwait(false);
        }
        catch (EndpointFaultException fault) when (fault.IsOfKey && key is not null)
        {
            if (_options.Key!.Renew(key, token) is not { } renewed)
            {
                throw;
            }

            _log($"The server {Shown} no longer takes the key, which was read again.");
            return await SendAsync(body, renewed, mostBytes, token).ConfigureAwait(false);
        }
    }

    // The time-out is of the request alone: a key may be typed in by a person, or come from a vault that is slow to open.
    private ValueTask<byte[]> SendAsync(byte[] body, string? key, long mostBytes, CancellationToken token) => _oneTry.ExecuteAsync(
        async limited => await EndpointHttp.PostAsync(_address, body, key, mostBytes, Errors, _time, limited).ConfigureAwait(false), token);

    // A hang is long already, so it is tried once more and not four times.
    private static bool IsWorthAnotherTry(Exception? failure, int attempt) => failure switch
    {
        EndpointFaultException fault => fault.Kind == EndpointFaultKind.Transient && !(fault.RetryAfter > EndpointErrors.LongestWait),
        TimeoutRejectedException => attempt == 0,
        _ => false,
    };
}
