using System.Collections.Concurrent;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Has servers complete prompts, as messages of a chat. The beginning of an answer cannot be given to them, nor a grammar; an answer that
/// is taken is asked for again, with some of those that are taken in sight. Where servers fail several times in a row, or take no key, the
/// prompts that are left fail at once. One thread uses a generator at a time.
/// </summary>
internal sealed class EndpointGenerator : ITextGenerator
{
    private const int MostFailuresInARow = 3;
    private const int MostRepeats = 2;
    private const int MostTakenShown = 50;

    // Models that think first need room for it; others end by themselves. The instructions ask for one line.
    private const int LeastMostTokens = 2048;

    // Prompts are short, and servers do not say how long they may be.
    private const int UsualContextLength = 8192;

    private readonly EndpointOptions _endpoint;
    private readonly GenerationOptions _options;
    private readonly TakenTexts _taken;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly EndpointClient[] _clients;
    private volatile bool _isNew;
    private int _failuresInARow;
    private EngineException? _end;

    /// <summary>Initializes a new instance of the <see cref="EndpointGenerator"/> class.</summary>
    /// <param name="endpoint">The servers.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives lines for a person who looks for a reason; called on the thread that uses the generator.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="EngineException">The options ask for what a server cannot be asked.</exception>
    public EndpointGenerator(
        EndpointOptions endpoint, GenerationOptions options, Action<string>? log, CancellationToken token, TimeProvider? time = null)
    {
        endpoint.Validate();
        options.Validate();
        if (options.Grammar is not null || options.AllowedTexts.Count > 0 || options.AreDistinct || !options.UsesChatTemplate
            || options.ChatTemplate is not null)
        {
            throw new EngineException(
                EngineErrorIds.GenerationOptionInvalid,
                FailureKind.NotSupported,
                "A server takes no grammar, list of allowed texts or chat template, and completes each prompt by itself.",
                "Leave them out, or run the model here.");
        }

        _endpoint = endpoint;
        _options = options;
        _taken = new TakenTexts(options.TakenTexts);
        _log = log;
        _token = token;
        _clients =
        [
            .. endpoint.Addresses.DistinctBy(address => EndpointClient.Whole(address, ChatRequest.End)).Select(
                address => new EndpointClient(address, ChatRequest.End, endpoint, _lines.Enqueue, time ?? TimeProvider.System)),
        ];
    }

    /// <inheritdoc/>
    public int ContextLength => _options.ContextLength ?? UsualContextLength;

    /// <summary>Asks each server for a word, so that what is wrong is found before any work.</summary>
    /// <exception cref="EngineException">A server does not answer, does not know the model, or takes no key.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Check()
    {
        List<(string Role, string Text)> messages = [("user", "Answer with the word Yes.")];
        try
        {
            Task.Run(
                () => Task.WhenAll(_clients.Select(client => AskAsync(client, messages, mostTokens: 16))), CancellationToken.None)
                .GetAwaiter().GetResult();
        }
        catch (EndpointFaultException fault)
        {
            throw fault.Failure;
        }
        finally
        {
            FlushLines();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<GenerationOutcome> Complete(IReadOnlyList<string> prompts, IProgress<GenerationOutcome>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        _token.ThrowIfCancellationRequested();
        using SemaphoreSlim room = new(_endpoint.Concurrency * _clients.Length);
        Task<GenerationOutcome>[] work =
            [.. prompts.Select((prompt, i) => Task.Run(() => CompleteAsync(i, prompt, room), CancellationToken.None))];
        List<GenerationOutcome> outcomes = new(work.Length);
        try
        {
            foreach (Task<GenerationOutcome> one in work)
            {
                GenerationOutcome outcome = one.GetAwaiter().GetResult();
                FlushLines();
                outcomes.Add(outcome);
                progress?.Report(outcome);
            }
        }
        finally
        {
            // All of them use the room; where the token was cancelled they are over soon.
            ((IAsyncResult)Task.WhenAll(work)).AsyncWaitHandle.WaitOne();
        }

        return outcomes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private async Task<GenerationOutcome> CompleteAsync(int index, string prompt, SemaphoreSlim room)
    {
        await room.WaitAsync(_token).ConfigureAwait(false);
        try
        {
            EndpointFaultException? last = null;
            for (int i = 0; i < _clients.Length && Volatile.Read(ref _end) is null; i++)
            {
                try
                {
                    EndpointClient client = _clients[(index + i) % _clients.Length];
                    GenerationOutcome outcome = await CompleteAsync(client, index, prompt).ConfigureAwait(false);
                    Volatile.Write(ref _failuresInARow, 0);
                    return outcome;
                }
                catch (EndpointFaultException fault) when (fault.Kind == EndpointFaultKind.Transient)
                {
                    last = fault;
                }
                catch (EndpointFaultException fault)
                {
                    last = fault;
                    if (fault.Kind == EndpointFaultKind.Final)
                    {
                        Volatile.Write(ref _end, fault.Failure);
                    }

                    break;
                }
            }

            if (last?.Kind == EndpointFaultKind.Transient && Interlocked.Increment(ref _failuresInARow) >= MostFailuresInARow)
            {
                Volatile.Write(ref _end, last.Failure);
            }

            return new GenerationOutcome(index, null, 0, 0, GenerationEnding.Failed, last?.Failure ?? Volatile.Read(ref _end));
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<GenerationOutcome> CompleteAsync(EndpointClient client, int index, string prompt)
    {
        List<(string Role, string Text)> messages = [];
        if (_options.System.Length > 0)
        {
            messages.Add(("system", _options.System));
        }

        messages.Add(("user", _options.Prefix + prompt));
        for (int repeat = 0; ; repeat++)
        {
            (string text, GenerationEnding ending, int count, int promptCount)
                = await AskAsync(client, messages, Math.Max(_options.MostTokens, LeastMostTokens)).ConfigureAwait(false);
            string answer = ChatAnswer.Read(text, _options);
            if (repeat == MostRepeats || ending == GenerationEnding.MostTokens || !_taken.Contains(answer))
            {
                return new GenerationOutcome(index, answer, count, promptCount, ending, null);
            }

            messages.Add(("assistant", answer));
            string taken = string.Join(", ", _taken.Texts.Take(MostTakenShown).Select(one => $"\"{one}\""));
            messages.Add(("user", $"That one is taken. These are taken: {taken}. Answer with another one in the same way."));
        }
    }

    private async Task<(string Text, GenerationEnding Ending, int TokenCount, int PromptTokenCount)> AskAsync(
        EndpointClient client, List<(string Role, string Text)> messages, int mostTokens)
    {
        bool isNew = _isNew;
        try
        {
            return await SendAsync(isNew).ConfigureAwait(false);
        }
        catch (EndpointFaultException fault) when (
            fault.Kind == EndpointFaultKind.Refused && !isNew && fault.Message.Contains(ChatRequest.NewLimit, StringComparison.Ordinal))
        {
            _isNew = true;
            return await SendAsync(isNew: true).ConfigureAwait(false);
        }

        Task<(string Text, GenerationEnding Ending, int TokenCount, int PromptTokenCount)> SendAsync(bool isNew) => client.PostAsync(
            ChatRequest.Write(_endpoint.Model, messages, mostTokens, isNew),
            ChatRequest.MostBytes,
            answer => ChatRequest.Read(answer, client.Errors),
            _token);
    }

    private void FlushLines()
    {
        while (_lines.TryDequeue(out string? line))
        {
            _log?.Invoke(line);
        }
    }
}
