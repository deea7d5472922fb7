using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Worker.Llama.Native;

namespace PSLlmCluster.Worker.Llama;

/// <summary>
/// Turns texts into vectors: each text is cut in windows, windows are packed into batches in the order of the texts, and a
/// batch is one call of <c>llama_decode</c> (or <c>llama_encode</c>). The vector is pooled from the last hidden state after the
/// final norm. Outcomes leave in the order of the texts. One thread uses an embedder at a time.
/// </summary>
public sealed class LlamaEmbedder : ITextEmbedder
{
    /// <summary>
    /// The tokens of a call on a CPU where no batch size is asked for; a longer window goes alone. Texts of one call pay for
    /// attention to each other. Measured with MiniLM and short texts on one core, texts a second: 96 tokens 123, 128 115, 192 107,
    /// 256 93, 512 about 65; fewer tokens leave nothing to do for more cores.
    /// </summary>
    internal const int CpuCallSize = 128;

    /// <summary>The tokens of a call on a GPU where no batch size is asked for.</summary>
    internal const int GpuCallSize = 512;

    private readonly LlamaModel _model;
    private readonly EmbeddingOptions _options;
    private readonly PoolingType _pooling;
    private readonly CancellationToken _token;
    private readonly EmbeddingContext _context;
    private readonly TextTokenizer _tokenizer;
    private readonly TextWindows _textWindows;
    private readonly WindowBatch _batch;
    private readonly List<(PooledText Text, int Start, int TokenCount)> _windows = [];
    private readonly Queue<PooledText> _texts = [];

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
    /// <param name="polled">Called whenever a computation looks whether it is to stop; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    internal LlamaEmbedder(LlamaModel model, EmbeddingOptions options, Action<string>? log, Action? polled, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _token = token;
        _pooling = ModelLimits.PoolingFor(model.Path, model.Pooling, options.Pooling);
        WindowLength = ModelLimits.WindowFor(model.Path, model.TrainedContextLength, options.ContextLength);
        (_model, _context) = WhereItFits(model, Open, log, token);
        try
        {
            _tokenizer = new TextTokenizer(_model, log);
            _textWindows = new TextWindows(_tokenizer.Before, _tokenizer.After, WindowLength, options.LongText);
            int callSize = CallSizeFor(_model, options.BatchSize);
            _batch = new WindowBatch(BatchFor(WindowLength, options.BatchSize, callSize), callSize, WindowLength);
        }
        catch
        {
            _context.Dispose();
            throw;
        }

        EmbeddingContext Open(LlamaModel candidate)
        {
            int batchSize = BatchFor(WindowLength, options.BatchSize, CallSizeFor(candidate, options.BatchSize));
            int threads = options.ThreadCount ?? DefaultThreadCount(Environment.ProcessorCount);
            int sequences = WindowBatch.SequencesFor(batchSize, WindowLength);
            return new EmbeddingContext(candidate, batchSize, sequences, threads, log, new NativeSignal(token, polled), token);
        }
    }

    /// <inheritdoc/>
    public int Width => _model.Width;

    /// <inheritdoc/>
    public int WindowLength { get; }

    /// <inheritdoc/>
    public bool HasRoom => false;

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Add(int index, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<int> content;
        try
        {
            content = _tokenizer.Content(_options.Prefix + text, _token);
        }
        catch (EngineException failure)
        {
            PooledText untokenized = new(index, Width, windowCount: 0, windowCountOfText: 0);
            untokenized.Fail(failure);
            _texts.Enqueue(untokenized);
            return TakeReady();
        }

        (PooledText pooled, int windowCount) = _textWindows.Start(index, Width, content.Length);
        _texts.Enqueue(pooled);
        for (int window = 0; window < windowCount; window++)
        {
            int[] tokens = _textWindows.Tokens(content, window);
            if (!_batch.HasRoomFor(tokens.Length))
            {
                RunBatch();
            }

            _windows.Add((pooled, _batch.Add(tokens), tokens.Length));
        }

        return TakeReady();
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> TakeReady()
    {
        if (_texts.Count == 0 || !_texts.Peek().IsDone)
        {
            return [];
        }

        List<EmbeddingOutcome> ready = [];
        while (_texts.Count > 0 && _texts.Peek().IsDone)
        {
            ready.Add(_texts.Dequeue().Outcome(_options.Normalize));
        }

        return ready;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EmbeddingOutcome> Flush()
    {
        RunBatch();
        return TakeReady();
    }

    /// <summary>Frees the memory of the computation, and the model if the cache has released it.</summary>
    public void Dispose()
    {
        _context.Dispose();
        _batch.Dispose();
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

    private static int CallSizeFor(LlamaModel model, int? asked) => asked ?? (model.GpuLayers > 0 ? GpuCallSize : CpuCallSize);

    /// <summary>
    /// Returns the threads where no number is asked for. ggml's threads wait for each other spinning, after every operation: two that share
    /// a core by hyperthreading gain nothing.
    /// </summary>
    /// <param name="processors">The machine's processors.</param>
    /// <returns>The number of threads.</returns>
    internal static int DefaultThreadCount(int processors) => processors <= 4 ? processors : processors / 2;

    private static int BatchFor(int windowLength, int? asked, int callSize)
    {
        if (asked < windowLength)
        {
            throw new EngineException(
                EngineErrorIds.BatchSizeTooSmall,
                FailureKind.InvalidArgument,
                $"A batch size of {asked} tokens is less than a window of {windowLength}.",
                $"Give at least {windowLength}, or a smaller ContextLength, or leave it out.");
        }

        return WindowBatch.RoundUp(Math.Max(callSize, windowLength), WindowBatch.EndAlignment);
    }

    private void RunBatch()
    {
        if (_windows.Count == 0)
        {
            return;
        }

        _batch.Complete();
        string? words = _context.Run(_batch);
        foreach ((PooledText text, int start, int tokenCount) in _windows)
        {
            if (words is not null || !AddWindow(text, start, tokenCount))
            {
                text.Fail(new EngineException(
                    EngineErrorIds.EmbeddingFailed,
                    FailureKind.Internal,
                    $"llama.cpp could not compute the text's vector: {words ?? "it returned none"}",
                    "-Verbose shows llama.cpp's whole log; a smaller BatchSize needs less memory."), tokenCount);
            }
        }

        _windows.Clear();
        _batch.Clear();
    }

    private bool AddWindow(PooledText text, int start, int tokenCount)
    {
        (int first, int last, double weight) = _pooling switch
        {
            PoolingType.Cls => (start, start, tokenCount),
            PoolingType.Last => (start + tokenCount - 1, start + tokenCount - 1, tokenCount),
            _ => (start, start + tokenCount - 1, 1.0),
        };
        for (int i = first; i <= last; i++)
        {
            ReadOnlySpan<float> vector = _context.Vector(i);
            if (vector.IsEmpty)
            {
                return false;
            }

            text.Add(vector, weight);
        }

        text.EndWindow(tokenCount);
        return true;
    }
}
