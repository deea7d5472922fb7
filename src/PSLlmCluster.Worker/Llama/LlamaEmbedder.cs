using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Turns texts into vectors: each text is cut in tokens and windows on the caller's thread, a team of contexts computes the windows
/// (<see cref="ContextPlan"/> says how many contexts, of how many threads), and outcomes leave in the order of the texts, as soon as all
/// windows of a text and of those before it are done. The vector is pooled from the last hidden state after the final norm. A text has the
/// same bits whatever comes with it. Where texts are put into a prompt, a context computes what the prompts begin with once. One thread
/// uses an embedder at a time; at most <see cref="ContextTeam.MostWaiting"/> windows wait for a context.
/// </summary>
public sealed class LlamaEmbedder : ITextEmbedder
{
    private readonly LlamaModel _model;
    private readonly EmbeddingOptions _options;
    private readonly CancellationToken _token;
    private readonly CancellationTokenSource _ending;
    private readonly CollectedLog _log;
    private readonly PromptFrame _frame;
    private readonly PoolingType _pooling;
    private readonly TextWindows _textWindows;
    private readonly ContextTeam _team;
    private readonly TextQueue _texts;
    private readonly Queue<PendingWindow> _windows = [];

    /// <summary>Initializes a new instance of the <see cref="LlamaEmbedder"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the embedder.</param>
    /// <param name="token">
    /// The token to monitor for cancellation. A computation on a CPU is aborted at once; the embedder can then only be disposed.
    /// </param>
    /// <exception cref="EngineException">The options do not suit the model, or memory is short.</exception>
    public LlamaEmbedder(LlamaModel model, EmbeddingOptions options, Action<string>? log = null, CancellationToken token = default)
        : this(model, options, log, polled: null, token)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="LlamaEmbedder"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="polled">Called, on a computing thread, whenever a computation looks whether it is to stop; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    internal LlamaEmbedder(LlamaModel model, EmbeddingOptions options, Action<string>? log, Action? polled, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _token = token;
        _pooling = ModelLimits.PoolingFor(model.Path, model.Pooling, options.Pooling);
        if (TextPrompt.Of(options.Prompt) is { } prompt)
        {
            prompt.Check(_pooling);
            if (!model.IsCausal || model.HasEncoder)
            {
                throw TextPrompt.NotForEncoder(model.Path);
            }
        }

        WindowLength = ModelLimits.WindowFor(model.Path, model.TrainedContextLength, options.ContextLength);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(token);
        _log = new CollectedLog(log);
        EmbeddingContext? first = null;
        try
        {
            (_model, (first, _frame, _textWindows)) = WhereItFits(model, Prepare, log, token);
            if (_frame.Window.IsPrompt && !first.HasMemory)
            {
                throw TextPrompt.NotForEncoder(model.Path);
            }

            _texts = new TextQueue(_model.Width, options.Normalize);
            ContextPlan plan = ContextPlan.For(_model, options, WindowLength, first);
            int[] shared = _frame.Shared;
            _team = new ContextTeam(first, () => Open(_model, plan, shared), plan, WindowLength, shared.Length, _log.Writer, token);
        }
        catch
        {
            first?.Dispose();
            _ending.Dispose();
            throw;
        }
        finally
        {
            _log.HandOver();
        }

        EmbeddingContext Open(LlamaModel candidate, ContextPlan plan, int[] shared)
            => new(candidate, plan, _log.Writer, new NativeSignal(_ending.Token, polled), _ending.Token, shared);

        // The prompt's tokens are known before the context that is to have room for them.
        (EmbeddingContext Context, PromptFrame Frame, TextWindows Windows) Prepare(LlamaModel candidate)
        {
            candidate.Hold();
            try
            {
                PromptFrame frame = new(candidate, options, log, token);
                TextWindows windows = new(frame.Window, WindowLength, options.LongText);
                return (Open(candidate, ContextPlan.For(candidate, options, WindowLength), frame.Shared), frame, windows);
            }
            finally
            {
                candidate.LetGo();
            }
        }
    }

    /// <inheritdoc/>
    public int Width => _model.Width;

    /// <inheritdoc/>
    public int WindowLength { get; }

    /// <inheritdoc/>
    public bool HasRoom => _team.HasRoom;

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<int> content;
        try
        {
            content = _frame.Content(text, _token);
        }
        catch (EngineException failure)
        {
            _texts.AddFailed(index, failure);
            return TakeReady();
        }

        (PooledText pooled, int windowCount) = _textWindows.Start(index, Width, content.Length);
        _texts.Add(pooled);
        for (int window = 0; window < windowCount; window++)
        {
            int[] tokens = _textWindows.Tokens(content, window);
            int textCount = _textWindows.CountIn(content.Length, window);
            PendingWindow pending = new(pooled, tokens, PooledRange.Of(_pooling, _frame.Window, tokens.Length, textCount));
            _windows.Enqueue(pending);
            _team.Add(pending);
        }

        return TakeReady();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady()
    {
        _log.HandOver();
        while (_windows.Count > 0 && _team.IsDone(_windows.Peek()))
        {
            Complete(_windows.Dequeue());
        }

        return _texts.TakeReady();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeNext()
    {
        IReadOnlyList<EmbeddingOutcome> ready = TakeReady();
        while (ready.Count == 0 && _windows.TryPeek(out PendingWindow? first))
        {
            _team.WaitFor(first);
            ready = TakeReady();
        }

        return ready;
    }

    /// <summary>
    /// Stops what is being computed, frees the memory of the computation, and the model if it was released meanwhile.
    /// </summary>
    public void Dispose()
    {
        _ending.Cancel();
        _team.Dispose();
        _ending.Dispose();
        _log.HandOver();
    }

    /// <summary>
    /// Sets a computation up. A GPU may hold a model's weights and then lack memory for the computation; where nobody asked for the GPU,
    /// the CPU takes its place, with the model loaded again.
    /// </summary>
    /// <typeparam name="T">The computation.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="open">Sets it up.</param>
    /// <param name="log">Receives the reason for the CPU.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model that it is set up with, and the computation.</returns>
    /// <exception cref="EngineException">It cannot be set up.</exception>
    internal static (LlamaModel Model, T Context) WhereItFits<T>(
        LlamaModel model, Func<LlamaModel, T> open, Action<string>? log, CancellationToken token)
    {
        try
        {
            return (model, open(model));
        }
        catch (EngineException failure) when (failure.Is(EngineErrorIds.ContextFailed) && model.LoadOnCpu is not null)
        {
            log?.Invoke($"The computation could not be set up on {model.DeviceDescription}, so the CPU is used: {failure.Message}");
            LlamaModel onCpu = model.LoadOnCpu(log, token);
            return (onCpu, open(onCpu));
        }
    }

    private static void Complete(PendingWindow window)
    {
        if (window.Sum is null)
        {
            window.Text.Fail(
                new EngineException(
                    EngineErrorIds.EmbeddingFailed,
                    FailureKind.Internal,
                    $"llama.cpp could not compute the text's vector: {window.Complaint}",
                    "-Verbose shows llama.cpp's whole log; a smaller BatchSize or ContextLength needs less memory."),
                window.Tokens.Length);
            return;
        }

        window.Text.Add(window.Sum);
        window.Text.EndWindow(window.Tokens.Length, window.Pooled.Weight);
    }
}
