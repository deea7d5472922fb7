using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// Has the session's worker turn texts into vectors. Texts go out as they come, up to a stated number, and outcomes come back in their
/// order. Where the worker ends, the texts that are with it fail, and the next one goes to a new worker; where the session itself ended it,
/// over another piece of work that was stuck, they go to the new one too. One thread uses an embedder at a time.
/// </summary>
internal sealed class WorkerEmbedder : ITextEmbedder
{
    /// <summary>The most texts that are with the worker. Where more come, those that wait there for company go without it.</summary>
    internal const int MostInFlight = 512;

    /// <summary>The most characters of them.</summary>
    internal const int MostCharactersInFlight = 1 << 22;

    private readonly WorkerModel _model;
    private readonly EmbeddingOptions _options;
    private readonly Action<string>? _log;
    private readonly CancellationToken _token;
    private readonly Queue<(int Index, string Text)> _inFlight = [];
    private WorkerChannel? _channel;
    private (int Index, string Text) _last;
    private long _charactersInFlight;
    private int _deaths;

    /// <summary>Initializes a new instance of the <see cref="WorkerEmbedder"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the embedder.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The options do not suit the model, memory is short, or the model was released.</exception>
    public WorkerEmbedder(WorkerModel model, EmbeddingOptions options, Action<string>? log, CancellationToken token)
    {
        _model = model;
        _options = options;
        _log = log;
        _token = token;
        model.Begin(Open);
    }

    /// <inheritdoc/>
    public int Width { get; private set; }

    /// <inheritdoc/>
    public int WindowLength { get; private set; }

    /// <inheritdoc/>
    public bool HasRoom => _channel is { IsAtEnd: false } && !IsFull;

    private bool IsFull => _inFlight.Count >= MostInFlight || _charactersInFlight >= MostCharactersInFlight;

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _token.ThrowIfCancellationRequested();
        List<EmbeddingOutcome> ready = [];
        while (IsFull)
        {
            Try(TakeWithoutCompany, ready);
        }

        _last = (index, text);
        _inFlight.Enqueue(_last);
        _charactersInFlight += text.Length;
        Try(SendLast, ready);
        return ready;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady()
    {
        _token.ThrowIfCancellationRequested();
        List<EmbeddingOutcome> ready = [];
        Try(TakeWhatIsThere, ready);
        return ready;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeNext()
    {
        _token.ThrowIfCancellationRequested();
        List<EmbeddingOutcome> ready = [];
        while (ready.Count == 0 && _inFlight.Count > 0)
        {
            Try(TakeWithoutCompany, ready);
        }

        return ready;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel?.Dispose();

    private void Open()
    {
        (WorkerChannel channel, int model) = _model.OpenChannel(_log, _token);
        _channel = channel;
        channel.Send(FrameKind.Open, new WireWriter().Int(model).Write(_options));
        WireReader reader = channel.Await(FrameKind.Opened, _log);
        Width = reader.Int();
        WindowLength = reader.Int();
    }

    /// <summary>Opens a new channel where there is none, and sends what is under way: nothing of it was computed.</summary>
    private void EnsureOpen()
    {
        if (_channel is not null)
        {
            return;
        }

        Open();
        foreach ((int index, string text) in _inFlight)
        {
            Send(index, text);
        }
    }

    private void Send(int index, string text) => _channel!.Send(FrameKind.Text, new WireWriter().Int(index).Text(text));

    private void SendLast(List<EmbeddingOutcome> ready)
    {
        if (_channel is null)
        {
            EnsureOpen();
        }
        else
        {
            (int index, string text) = _last;
            Send(index, text);
        }

        TakeWhatIsThere(ready);
    }

    private void TakeWithoutCompany(List<EmbeddingOutcome> ready)
    {
        EnsureOpen();
        _channel!.Send(FrameKind.Flush);
        Take(_channel.Receive(_log), ready);
        TakeWhatIsThere(ready);
    }

    private void TakeWhatIsThere(List<EmbeddingOutcome> ready)
    {
        while (_channel?.TryReceive(_log) is { } frame)
        {
            Take(frame, ready);
        }
    }

    private void Take(Frame frame, List<EmbeddingOutcome> ready)
    {
        if (frame.Kind != FrameKind.Outcomes)
        {
            return;
        }

        WireReader reader = frame.Read();
        foreach (EmbeddingOutcome outcome in reader.ReadOutcomes())
        {
            _charactersInFlight -= _inFlight.Dequeue().Text.Length;
            ready.Add(outcome);
            _deaths = 0;
        }
    }

    /// <summary>
    /// Does something with the worker. Where that ends meanwhile, the texts that are with it are lost; but where the session itself ended
    /// it, over another piece of work, they stay, for the next worker.
    /// </summary>
    private void Try(Action<List<EmbeddingOutcome>> work, List<EmbeddingOutcome> ready)
    {
        try
        {
            work(ready);
        }
        catch (WorkerEndedException ended)
        {
            TakeWhatIsThere(ready);
            _channel?.Dispose();
            _channel = null;
            if (!ended.End.IsOurs)
            {
                Lose(ended.End, ready);
            }
        }
    }

    private void Lose(WorkerEnd end, List<EmbeddingOutcome> ready)
    {
        int others = _inFlight.Count - 1;
        EngineException failure = end.Lost(
            others <= 0 ? "The vector of this text was lost" : $"The vectors of this text and of {others} more were lost");
        _log?.Invoke($"llama.cpp's process ended ({end.Description})");
        _deaths++;
        if (_deaths == WorkerEnd.MostInARow)
        {
            throw end.LostAgain("vector");
        }

        while (_inFlight.TryDequeue(out (int Index, string Text) lost))
        {
            ready.Add(new EmbeddingOutcome(lost.Index, null, 0, 0, failure));
        }

        _charactersInFlight = 0;
    }
}
