using System.Collections.Concurrent;
using System.Threading.Channels;
using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Has the servers of a model work on batches: each goes to whichever server is free. One that a server refuses is halved, down to the
/// text that is at fault, as long as the server takes the probe text; one that refuses that too has failed. A batch that fails goes to
/// another server, while the first is left alone for a time; where there is no other, or it failed as often as there are servers, its texts
/// fail, and three such batches in a row end the work. So does the last server where it refuses the probe text, and a long row of texts
/// that are refused. The probe text leads each request, so that no vector is taken that another model or pooling made meanwhile: a server
/// that comes to give another vector for it is used no more.
/// </summary>
internal sealed class EndpointCrew : IDisposable
{
    /// <summary>The batches in a row that fail at all servers, which end the work.</summary>
    public const int MostFailuresInARow = 3;

    /// <summary>The texts in a row that are refused, with none taken between, which end the work.</summary>
    public const int MostRefusedInARow = 100;

    /// <summary>How long a server that failed is left alone.</summary>
    public static readonly TimeSpan DownTime = TimeSpan.FromMinutes(1);

    private readonly EndpointModel _model;
    private readonly bool _normalize;
    private readonly Channel<EndpointBatch> _batches = Channel.CreateUnbounded<EndpointBatch>();
    private readonly ConcurrentQueue<EngineWarning> _warnings = new();
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _stopped;
    private readonly Lock _lock = new();
    private readonly State[] _states;
    private readonly Task[] _work;
    private int _failuresInARow;
    private int _refusedInARow;
    private int _mostTexts;
    private bool _isBare;
    private Exception? _end;

    /// <summary>Initializes a new instance of the <see cref="EndpointCrew"/> class, and starts it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="normalize">Whether vectors are scaled to length 1.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public EndpointCrew(EndpointModel model, bool normalize, CancellationToken token)
    {
        _model = model;
        _normalize = normalize;
        _mostTexts = model.Options.MostTexts;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        _stopped = _stop.Token;
        _states = [.. model.Servers.Select(server => new State(server))];
        List<Task> work = [];
        foreach (State state in _states)
        {
            if (model.Down.TryGetValue(state.Server, out EngineException? failure))
            {
                LeaveAlone(state, failure);
            }

            for (int i = 0; i < model.Options.Concurrency; i++)
            {
                work.Add(Task.Run(() => ServeAsync(state), CancellationToken.None));
            }
        }

        _work = [.. work];
    }

    /// <summary>Gets the most texts of a batch, which falls where servers take fewer.</summary>
    public int MostTexts => Volatile.Read(ref _mostTexts);

    /// <summary>Gets what ended the work; null while it goes on.</summary>
    public Exception? End => Volatile.Read(ref _end);

    /// <summary>Gets what is set whenever something became of a batch.</summary>
    public ManualResetEventSlim Changed { get; } = new();

    /// <summary>Sends a batch to whichever server is free.</summary>
    /// <param name="batch">The batch.</param>
    public void Send(EndpointBatch batch) => _batches.Writer.TryWrite(batch);

    /// <summary>Returns what the user should know.</summary>
    /// <returns>The warning; null where there is none.</returns>
    public EngineWarning? TakeWarning() => _warnings.TryDequeue(out EngineWarning? warning) ? warning : null;

    /// <inheritdoc/>
    /// <remarks>Requests that are under way are cancelled, and not waited for.</remarks>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WhenAll(_work).ContinueWith(
            _ =>
            {
                _stop.Dispose();
                Changed.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task ServeAsync(State state)
    {
        try
        {
            while (End is null)
            {
                await state.WhenUp.WaitAsync(_stopped).ConfigureAwait(false);
                EndpointBatch batch = await _batches.Reader.ReadAsync(_stopped).ConfigureAwait(false);
                Task up = state.WhenUp;
                if (!up.IsCompleted)
                {
                    Send(batch);
                    continue;
                }

                await WorkAsync(state, up, batch).ConfigureAwait(false);
                Changed.Set();
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The work was ended.
        }
        catch (Exception failure)
        {
            EndWith(failure);
        }
    }

    private async Task WorkAsync(State state, Task up, EndpointBatch batch)
    {
        try
        {
            batch = batch with { IsBare = batch.IsBare || Volatile.Read(ref _isBare) };
            EndpointFaultException? refused = await TryTakeAsync(state.Server, batch).ConfigureAwait(false);
            if (refused is not null)
            {
                await RequireProbeAsync(state.Server).ConfigureAwait(false);
                if (batch is { Slots.Length: 1, IsBare: false })
                {
                    // It may have been the text beside it.
                    batch = batch with { IsBare = true };
                    refused = await TryTakeAsync(state.Server, batch).ConfigureAwait(false);
                }
            }

            if (refused is not null)
            {
                Halve(batch, refused.Failure);
            }
        }
        catch (EndpointFaultException fault) when (fault.Kind == EndpointFaultKind.Changed)
        {
            if (TryLeaveOut(state, up, fault.Failure))
            {
                Send(batch);
            }
            else
            {
                EndWith(fault.Failure);
            }
        }
        catch (EndpointFaultException fault) when (fault.Kind != EndpointFaultKind.Final)
        {
            // A batch that is itself at fault would otherwise go on for ever between servers that come back meanwhile.
            int failureCount = batch.FailureCount + 1;
            bool hasOther = TryLeaveAlone(state, up, fault.Failure);
            if (hasOther && failureCount < _states.Length)
            {
                Send(batch with { FailureCount = failureCount });
                return;
            }

            if (!hasOther && fault.Kind == EndpointFaultKind.Refused)
            {
                EndWith(fault.Failure);
                return;
            }

            Array.ForEach(batch.Slots, slot => slot.Fail(fault.Failure));
            if (Interlocked.Increment(ref _failuresInARow) >= MostFailuresInARow)
            {
                EndWith(new EngineException(
                    EngineErrorIds.EndpointFailedRepeatedly,
                    FailureKind.ResourceUnavailable,
                    FormattableString.Invariant($"{MostFailuresInARow} requests in a row failed. {fault.Failure.Message}"),
                    fault.Failure.RecommendedAction,
                    fault.Failure));
            }
        }
        catch (EndpointFaultException fault)
        {
            EndWith(fault.Failure);
        }
    }

    /// <summary>Has a server work on a batch.</summary>
    /// <returns>Null, or that the server refused it.</returns>
    private async Task<EndpointFaultException?> TryTakeAsync(VectorServer server, EndpointBatch batch)
    {
        try
        {
            (float[]?[] vectors, bool isEmpty) = await EmbedAsync(server, batch).ConfigureAwait(false);
            Take(batch, vectors, isEmpty);
            return null;
        }
        catch (EndpointFaultException fault) when (fault.Kind == EndpointFaultKind.Refused)
        {
            return fault;
        }
    }

    /// <summary>Asks for the vectors of a batch. They are taken where the vector of the probe text is the same as at the start.</summary>
    /// <returns>For each text its vector, null where the answer has none for it; and whether the answer has no vector at all.</returns>
    /// <exception cref="EndpointFaultException">There is no answer, or the server has come to give other vectors.</exception>
    private async Task<(float[]?[] Vectors, bool IsEmpty)> EmbedAsync(VectorServer server, EndpointBatch batch)
    {
        string[] texts = Array.ConvertAll(batch.Slots, slot => slot.Text);
        float[]?[] vectors;
        float[]? probe = null;
        if (batch.IsBare)
        {
            vectors = await server.EmbedAsync(texts, _model.Width, _stopped).ConfigureAwait(false);
        }
        else
        {
            vectors = await server.EmbedAsync([VectorDifference.ProbeText, .. texts], _model.Width, _stopped).ConfigureAwait(false);
            (probe, vectors) = (vectors[0], vectors[1..]);
        }

        bool hasAny = Array.Exists(vectors, vector => vector is not null);
        if (hasAny && (probe is null || !VectorDifference.IsSmall(_model.Probe, probe)))
        {
            // Alone it was asked for at the start, so what it is alone says whether the model changed.
            RequireSame(server, await server.ProbeAgainAsync(_model.Width, _stopped).ConfigureAwait(false));
            if (probe is not null)
            {
                throw server.Errors.Unsteady(texts.Length);
            }
        }

        return (vectors, !hasAny && probe is null);
    }

    private void RequireSame(VectorServer server, float[] probe)
    {
        if (!VectorDifference.IsSmall(_model.Probe, probe))
        {
            throw server.Errors.Changed();
        }
    }

    /// <summary>Tells a server that refuses a text from one that refuses all, as where its model is no longer loaded.</summary>
    /// <exception cref="EndpointFaultException">
    /// It refuses the probe text, which it took at the start, fails at it, or gives another vector for it.
    /// </exception>
    private async Task RequireProbeAsync(VectorServer server)
    {
        try
        {
            RequireSame(server, await server.ProbeAgainAsync(_model.Width, _stopped).ConfigureAwait(false));
        }
        catch (EndpointFaultException fault) when (fault.Kind == EndpointFaultKind.Refused)
        {
            throw new EndpointFaultException(EndpointFaultKind.Refused, new EngineException(
                EngineErrorIds.EndpointRefusedRepeatedly,
                FailureKind.ResourceUnavailable,
                $"{fault.Failure.Message} It refuses a short text too that it took at the start, so no text is at fault.",
                $"Check that the server still has the model '{_model.Options.Model}' loaded, then run it again: with -CachePath, what was "
                    + "made is not made again.",
                fault.Failure));
        }
    }

    private void Take(EndpointBatch batch, float[]?[] vectors, bool isEmpty)
    {
        List<EndpointSlot> missing = [];
        for (int i = 0; i < vectors.Length; i++)
        {
            if (vectors[i] is { } vector)
            {
                batch.Slots[i].Settle(vector, _normalize);
            }
            else
            {
                missing.Add(batch.Slots[i]);
            }
        }

        Volatile.Write(ref _failuresInARow, 0);
        if (missing.Count < vectors.Length)
        {
            Volatile.Write(ref _refusedInARow, 0);
        }

        if (missing.Count == 0)
        {
            if (batch.Halves?.IsSecondTaken() == true)
            {
                LowerMostTexts(batch.Halves.Size);
                if (batch.IsBare)
                {
                    // It takes one text at a time, so the probe text goes alone too.
                    Volatile.Write(ref _isBare, true);
                }
            }
        }
        else if (missing.Count < batch.Slots.Length || !(batch.IsBare || isEmpty))
        {
            // What gives only the first vectors of an answer gives that of the probe text alone.
            Send(new EndpointBatch([.. missing], IsBare: missing.Count == batch.Slots.Length || batch.IsBare));
        }
        else
        {
            EngineException failure = new(
                EngineErrorIds.EndpointAnswerInvalid,
                FailureKind.InvalidData,
                "The server answers, and its answer has no vector for the text.",
                "Look at the server's own log, and try the text alone.");
            missing.ForEach(slot => slot.Fail(failure));
        }
    }

    private void Halve(EndpointBatch batch, EngineException failure)
    {
        // A server that takes the probe text is there.
        Volatile.Write(ref _failuresInARow, 0);
        EndpointSlot[] slots = batch.Slots;
        if (slots.Length > 1)
        {
            int half = (slots.Length + 1) / 2;
            EndpointHalves halves = new(half);
            Send(new EndpointBatch(slots[..half], halves));
            Send(new EndpointBatch(slots[half..], halves));
            return;
        }

        slots[0].Fail(new EngineException(
            EngineErrorIds.EndpointRefusedText,
            FailureKind.InvalidData,
            $"The server does not take the text. {failure.Message}",
            "Shorten the text if it is longer than the server's model reads at once (llama-server: --ctx-size, --ubatch-size).",
            failure));
        if (Interlocked.Increment(ref _refusedInARow) >= MostRefusedInARow)
        {
            EndWith(new EngineException(
                EngineErrorIds.EndpointRefusedRepeatedly,
                FailureKind.ResourceUnavailable,
                FormattableString.Invariant($"{MostRefusedInARow} texts in a row were refused, and none was taken between them, though ")
                    + $"a short one is. {failure.Message}",
                "Check that the texts, with -Prefix and -Prompt, are no longer than the server's model reads at once (llama-server: "
                    + "--ctx-size, --ubatch-size), and shorten those that are.",
                failure));
        }
    }

    private void LowerMostTexts(int most)
    {
        lock (_lock)
        {
            Volatile.Write(ref _mostTexts, Math.Min(_mostTexts, most));
        }
    }

    /// <summary>
    /// Leaves a server alone for a time, unless it is the last one. A request from before it was last left alone says nothing of the server
    /// that came back since.
    /// </summary>
    /// <returns>Whether there is one to go on with.</returns>
    private bool TryLeaveAlone(State state, Task up, EngineException failure)
    {
        lock (_lock)
        {
            bool isOld = state.WhenUp != up;
            if (!Array.Exists(_states, other => (isOld || other != state) && other.IsUp))
            {
                return false;
            }

            if (!isOld)
            {
                LeaveAlone(state, failure);
            }

            return true;
        }
    }

    /// <summary>Leaves a server out for good, unless it is the last one.</summary>
    /// <returns>Whether there is one to go on with.</returns>
    private bool TryLeaveOut(State state, Task up, EngineException failure)
    {
        lock (_lock)
        {
            if (!Array.Exists(_states, other => other != state && other.IsUp))
            {
                return false;
            }

            // Of several requests that were under way, the first says it.
            if (state.WhenUp == up && state.IsUp)
            {
                state.GoDown();
                _warnings.Enqueue(new EngineWarning("EndpointChanged", $"{failure.Message} The other servers go on without it."));
            }

            return true;
        }
    }

    private void LeaveAlone(State state, EngineException failure)
    {
        state.GoDown();
        _warnings.Enqueue(new EngineWarning(
            "EndpointDown", $"{failure.Message} The other servers go on, and it is tried again after a minute."));
        _ = Task.Run(() => BringBackAsync(state), CancellationToken.None);
    }

    private async Task BringBackAsync(State state)
    {
        try
        {
            while (true)
            {
                await Task.Delay(DownTime, _model.Time, _stopped).ConfigureAwait(false);
                try
                {
                    float[] probe = await state.Server.ProbeAsync(_stopped).ConfigureAwait(false);
                    if (VectorDifference.IsSmall(_model.Probe, probe))
                    {
                        state.GoUp();
                        return;
                    }

                    _warnings.Enqueue(new EngineWarning(
                        "EndpointChanged", $"The server {state.Server.Shown} came back with another model or pooling, and is not used."));
                    return;
                }
                catch (EndpointFaultException)
                {
                    // It is not back yet.
                }
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The work was ended.
        }
        catch (Exception failure)
        {
            EndWith(failure);
        }
    }

    private void EndWith(Exception failure)
    {
        Interlocked.CompareExchange(ref _end, failure, null);
        Changed.Set();
    }

    /// <summary>A server, and whether it is to be asked.</summary>
    private sealed class State(VectorServer server)
    {
        private TaskCompletionSource _up = Completed();

        public VectorServer Server => server;

        public Task WhenUp => Volatile.Read(ref _up).Task;

        public bool IsUp => WhenUp.IsCompleted;

        public void GoDown() => Volatile.Write(ref _up, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        public void GoUp() => Volatile.Read(ref _up).SetResult();

        private static TaskCompletionSource Completed()
        {
            TaskCompletionSource source = new();
            source.SetResult();
            return source;
        }
    }
}
