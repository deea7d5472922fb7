using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Llama.Protocol;

namespace PSLlmCluster.Core.Llama;

/// <summary>
/// A model that llama.cpp holds in the session's worker. Where that worker is gone, the model is loaded again in the next one as soon as it
/// is needed.
/// </summary>
internal sealed class WorkerModel : IEmbeddingModel
{
    private readonly ModelOptions _options;
    private readonly IReadOnlyList<FileStamp> _files;
    private readonly Lock _gate = new();
    private Place? _place;
    private bool _isReleased;

    private WorkerModel(CheckedModelFile file, ModelOptions options)
    {
        _options = options with { Path = file.Path };
        _files = file.Files;
        Advice = ModelAdvice.Of(file.Header, file.Path);
    }

    /// <inheritdoc/>
    public string Path => _options.Path;

    /// <inheritdoc/>
    public int Width { get; private set; }

    /// <inheritdoc/>
    public EmbeddingEngine Engine => EmbeddingEngine.Llama;

    /// <inheritdoc/>
    public string Placement { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public ModelAdvice Advice { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="options">Where it runs.</param>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="progress">Receives the fraction that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">It cannot be loaded, or llama.cpp's process ended over it.</exception>
    public static WorkerModel Load(
        CheckedModelFile file,
        ModelOptions options,
        Action<string>? log,
        IProgress<StageProgress>? progress,
        CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        WorkerModel model = new(file, options);
        model.Begin(() => model.Find(log, progress, token));
        return model;
    }

    /// <inheritdoc/>
    public ITextEmbedder Open(EmbeddingOptions options, Action<string>? log = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new WorkerEmbedder(this, options, log, token);
    }

    /// <summary>Opens a generator on it, which keeps the model in memory until it is disposed.</summary>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the generator.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The generator, which the caller disposes.</returns>
    /// <exception cref="EngineException">The options do not suit the model, which may be no generative one, or memory is short.</exception>
    public ITextGenerator OpenGenerator(GenerationOptions options, Action<string>? log = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new WorkerGenerator(this, options, log, token);
    }

    /// <inheritdoc/>
    public void Release()
    {
        Place? place;
        lock (_gate)
        {
            _isReleased = true;
            place = _place;
            _place = null;
        }

        if (place is null)
        {
            return;
        }

        try
        {
            place.Worker.Write(FrameKind.Release, 0, new WireWriter().Int(place.Model));
        }
        catch (Exception failure) when (failure is WorkerEndedException or EngineException)
        {
            // It went with its worker.
        }
    }

    /// <summary>Opens a channel to the worker that holds the model, which is loaded where it has to be.</summary>
    /// <param name="log">Receives llama.cpp's log.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The channel, and the model's number in that worker.</returns>
    /// <exception cref="EngineException">It cannot be loaded, was released, or its file has changed.</exception>
    /// <exception cref="WorkerEndedException">The worker ended over the loading.</exception>
    public (WorkerChannel Channel, int Model) OpenChannel(Action<string>? log, CancellationToken token)
    {
        while (true)
        {
            Place place = Find(log, null, token);
            if (place.Worker.OpenChannel(token) is { } channel)
            {
                return (channel, place.Model);
            }
        }
    }

    /// <summary>Begins something with the model, again where the worker was gone just then.</summary>
    /// <param name="work">What is begun.</param>
    /// <exception cref="EngineException">The worker ended over it.</exception>
    public void Begin(Action work)
    {
        for (int deaths = 1; ; deaths++)
        {
            try
            {
                work();
                return;
            }
            catch (WorkerEndedException ended)
            {
                if (!ended.IsWorthAnotherTry || deaths == WorkerEnd.MostInARow)
                {
                    throw ended.End.LostModel(Path);
                }
            }
        }
    }

    private Place Find(Action<string>? log, IProgress<StageProgress>? progress, CancellationToken token)
    {
        lock (_gate)
        {
            if (_isReleased)
            {
                throw Gone("was released while it was about to be used");
            }

            if (_place is { } place && WorkerSession.IsCurrent(place.Worker))
            {
                return place;
            }

            if (Width > 0 && !FileStamp.AreUnchanged(_files))
            {
                throw Gone("has changed since it was loaded");
            }
        }

        // Two that find it gone at a time both load it, and the second one's is kept: rare, and simpler than waiting for each other.
        Place found = LoadIn(log, progress, token);
        lock (_gate)
        {
            if (!_isReleased)
            {
                _place = found;
            }
        }

        return found;
    }

    private Place LoadIn(Action<string>? log, IProgress<StageProgress>? progress, CancellationToken token)
    {
        using WorkerChannel channel = WorkerSession.Open(token);
        log?.Invoke($"llama.cpp runs in {channel.Connection.Description}");
        channel.Send(FrameKind.Load, new WireWriter().Write(_options));
        WireReader loaded = channel.Await(FrameKind.Loaded, log, progress);
        int number = loaded.Int();
        Width = loaded.Int();
        Placement = loaded.NeededText();
        return new Place(channel.Connection, number);
    }

    private EngineException Gone(string what) => new(
        EngineErrorIds.ModelReleased,
        FailureKind.ResourceUnavailable,
        $"{Path} {what}.",
        "Run the command again; it loads the model again.");

    /// <summary>Where the model is.</summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Model">Its number there.</param>
    private sealed record Place(WorkerConnection Worker, int Model);
}
