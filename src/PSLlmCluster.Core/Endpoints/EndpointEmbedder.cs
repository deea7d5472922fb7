using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Endpoints;

/// <summary>
/// Has servers turn texts into vectors. Texts are put together to requests by their number and by an estimate of their tokens; several are
/// under way at a time, up to a stated number of texts, and outcomes come back in the order of the texts. Where the work ends early, what
/// was made leaves first, then the texts that were under way as left out, and the next call throws what ended it. One thread uses an
/// embedder at a time.
/// </summary>
internal sealed class EndpointEmbedder : ITextEmbedder
{
    /// <summary>The most estimated tokens of a request where nothing else is asked for.</summary>
    internal const int UsualBatchTokens = 8192;

    // Requests that are ready for each that a server has, so that none waits for this side.
    private const int BatchesAhead = 2;
    private const long MostCharacters = 1L << 24;

    private readonly EndpointModel _model;
    private readonly EmbeddingOptions _options;
    private readonly TextPrompt? _prompt;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly EndpointCrew _crew;
    private readonly Queue<EndpointSlot> _slots = [];
    private readonly List<EndpointSlot> _open = [];
    private readonly int _mostSlots;
    private readonly int _mostTokens;
    private long _openTokens;
    private long _characters;

    /// <summary>Initializes a new instance of the <see cref="EndpointEmbedder"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="log">Receives lines for a person who looks for a reason; called on the thread that uses the embedder.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public EndpointEmbedder(EndpointModel model, EmbeddingOptions options, Action<string>? log, CancellationToken token)
    {
        _model = model;
        _options = options;
        _prompt = TextPrompt.Of(options.Prompt);
        if (_prompt?.Name == TextPrompt.Echo)
        {
            throw new EngineException(
                EngineErrorIds.PromptUnsupported,
                FailureKind.NotSupported,
                "The prompt Echo takes the mean over a text's second copy, and a server pools in its own way.",
                "Use OneWord, Topic or a prompt of your own with a server that pools the last token, or leave -Prompt out.");
        }

        _log = log;
        _token = token;
        _mostTokens = options.BatchSize ?? UsualBatchTokens;
        _mostSlots = (int)Math.Min(
            int.MaxValue, (long)model.Options.MostTexts * model.Options.Concurrency * model.Servers.Count * BatchesAhead);
        _crew = new EndpointCrew(model, options.Normalize, token);
    }

    /// <inheritdoc/>
    public int Width => _model.Width;

    /// <inheritdoc/>
    /// <remarks>0: a server does not say what it reads at once.</remarks>
    public int WindowLength => 0;

    /// <inheritdoc/>
    public bool HasRoom => !IsFull && _crew.End is null;

    private bool IsFull => _slots.Count >= _mostSlots || _characters >= MostCharacters;

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<EmbeddingOutcome> ready = Collect();
        while (IsFull && _crew.End is null)
        {
            Wait(ready);
        }

        string whole = _options.Prefix + (_prompt is null ? text : string.Join(text, _prompt.Pieces));
        EndpointSlot slot = new(index, whole);
        _slots.Enqueue(slot);
        _characters += whole.Length;
        if (_crew.End is not null)
        {
            // What was under way leaves with this text, and the next call throws.
            ready.AddRange(TakeSettled());
            return ready;
        }

        int tokens = TokenEstimate.Of(whole);
        if (_open.Count > 0 && _openTokens + tokens > _mostTokens)
        {
            SendOpen();
        }

        _open.Add(slot);
        _openTokens += tokens;
        if (_open.Count >= _crew.MostTexts || _openTokens >= _mostTokens)
        {
            SendOpen();
        }

        return ready;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady() => Collect();

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeNext()
    {
        SendOpen();
        List<EmbeddingOutcome> ready = Collect();
        while (ready.Count == 0 && _slots.Count > 0)
        {
            Wait(ready);
        }

        return ready;
    }

    /// <inheritdoc/>
    public EngineWarning? TakeWarning() => _crew.TakeWarning();

    /// <inheritdoc/>
    public void Dispose() => _crew.Dispose();

    private void SendOpen()
    {
        if (_open.Count > 0)
        {
            _crew.Send(new EndpointBatch([.. _open]));
            _open.Clear();
            _openTokens = 0;
        }
    }

    private void Wait(List<EmbeddingOutcome> ready)
    {
        _crew.Changed.Reset();
        int before = ready.Count;
        ready.AddRange(Collect());
        if (ready.Count == before)
        {
            _crew.Changed.Wait(_token);
        }
    }

    private List<EmbeddingOutcome> Collect()
    {
        _token.ThrowIfCancellationRequested();
        return _slots.Count == 0 && _crew.End is { } end ? throw end : TakeSettled();
    }

    private List<EmbeddingOutcome> TakeSettled()
    {
        _model.FlushLines(_log);
        if (_crew.End is { } end)
        {
            EngineException failure = end as EngineException ?? throw end;
            foreach (EndpointSlot slot in _slots)
            {
                slot.LeaveOut(failure);
            }

            _open.Clear();
        }

        List<EmbeddingOutcome> ready = [];
        while (_slots.TryPeek(out EndpointSlot? slot) && slot.Outcome is { } outcome)
        {
            _slots.Dequeue();
            _characters -= slot.Text.Length;
            ready.Add(outcome);
        }

        return ready;
    }
}
