using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Encoding;
using PSLlmCluster.Core.Endpoints;
using PSLlmCluster.Core.Generation;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Llama;

namespace PSLlmCluster.Core.Engines;

/// <summary>
/// The models that a session keeps, so that the next pipeline need not load them again. A model is kept for its full path, its engine, its
/// device, its layers and the GPUs that share them, as long as none of its files changes. Several runspaces may ask at a time: those that
/// want the same model wait for one loading of it; a file that does not answer, as on a dead network drive, holds up nobody who wants
/// another.
/// </summary>
public static class ModelCache
{
    private static readonly Lock _lock = new();
    private static readonly Dictionary<Key, Entry> _entries = [];

    /// <summary>Returns a model, loading it unless it is kept.</summary>
    /// <param name="options">Which one, and where it runs.</param>
    /// <param name="log">Receives the engine's log, and our own lines; called on the calling thread.</param>
    /// <param name="progress">Receives the fraction that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">It cannot be loaded; the id says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IEmbeddingModel Acquire(
        ModelOptions options, Action<string>? log = null, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Endpoint is { } endpoint)
        {
            // Servers may come to run another model at any time, so what they run is looked at each time.
            return EndpointModel.Connect(endpoint, log, token: token);
        }

        string path = Path.GetFullPath(options.Path);
        Key key = KeyOf(options);
        Entry entry = EntryFor(key);
        entry.Gate.Wait(token);
        try
        {
            if (entry.Kept is { } kept)
            {
                if (FileStamp.AreUnchanged(kept.Files))
                {
                    if (log is not null && SaidOnce.IsNew(log, path))
                    {
                        log($"{path} is loaded already: {kept.Model.Placement}");
                    }

                    return kept.Model;
                }

                entry.Kept = null;
                kept.Model.Release();
            }

            CheckedModelFile file = ModelFile.Check(path);
            EngineChoice choice = EngineChoice.For(file, options);
            log?.Invoke(choice.Reason);
            IEmbeddingModel model = choice.IsManaged
                ? EncoderModel.Load(path, log, progress, token)
                : WorkerModel.Load(file, options, log, progress, token);
            _ = log is not null && SaidOnce.IsNew(log, path);
            Keep(key, entry, new KeptModel(model, file.Files));
            return model;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>Opens a generator on a model, which is loaded unless it is kept.</summary>
    /// <param name="model">Which model, and where it runs.</param>
    /// <param name="options">How prompts are completed.</param>
    /// <param name="log">Receives llama.cpp's log; called on the thread that uses the generator.</param>
    /// <param name="progress">Receives the fraction that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The generator, which the caller disposes.</returns>
    /// <exception cref="EngineException">It cannot be loaded, is no generative model, or the options do not suit it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ITextGenerator OpenGenerator(
        ModelOptions model,
        GenerationOptions options,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (model.Endpoint is { } endpoint)
        {
            return new EndpointGenerator(endpoint, options, log, token);
        }

        return Acquire(model, log, progress, token) is WorkerModel generative
            ? generative.OpenGenerator(options, log, token)
            : throw new EngineException(
                EngineErrorIds.ModelNotGenerative,
                FailureKind.NotSupported,
                $"{model.Path} is an encoder: it makes vectors, and writes no text.",
                "Take a language model that was made to chat.");
    }

    /// <summary>Checks whether servers can complete prompts, by asking each for a word.</summary>
    /// <param name="endpoint">The servers.</param>
    /// <param name="log">Receives lines for a person who looks for a reason; called on this thread.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">A server does not answer, does not know the model, or takes no key.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void CheckGenerator(EndpointOptions endpoint, Action<string>? log = null, CancellationToken token = default)
    {
        using EndpointGenerator generator = new(endpoint, new GenerationOptions(), log, token);
        generator.Check();
    }

    /// <summary>
    /// Starts what is slow to start, where a model needs it, so that it comes up while the input is read. Nothing that is wrong is
    /// reported: whoever acquires the model is told.
    /// </summary>
    /// <param name="options">Which model, and where it runs.</param>
    public static void Prepare(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Endpoint is not null || options.Engine == EmbeddingEngine.Managed || IsKept(options))
        {
            return;
        }

        try
        {
            if (!EngineChoice.For(ModelFile.Check(Path.GetFullPath(options.Path)), options).IsManaged)
            {
                WorkerSession.Start();
            }
        }
        catch (EngineException)
        {
            // It is reported where the model is acquired.
        }
    }

    /// <summary>
    /// Releases all models, without waiting for anything. One that an embedder still uses is freed when that embedder is disposed; one that
    /// is just being loaded belongs to its caller alone, and is freed once nothing uses it.
    /// </summary>
    public static void Clear()
    {
        KeptModel[] released;
        lock (_lock)
        {
            released = [.. _entries.Values.Select(entry => entry.Kept).OfType<KeptModel>()];
            _entries.Clear();
        }

        foreach (KeptModel kept in released)
        {
            kept.Model.Release();
        }
    }

    /// <summary>Returns the files of a model that is kept, as they were before they were read.</summary>
    /// <param name="options">Which one, and where it runs.</param>
    /// <returns>The files; null where it is not kept.</returns>
    internal static IReadOnlyList<FileStamp>? FilesOf(ModelOptions options)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(KeyOf(options), out Entry? entry) ? entry.Kept?.Files : null;
        }
    }

    private static Key KeyOf(ModelOptions options)
        => new(
            Path.GetFullPath(options.Path),
            options.Device,
            options.GpuLayerCount,
            options.Engine,
            options.MainGpu,
            options.TensorSplit is { } shares ? string.Join(' ', shares) : null);

    private static bool IsKept(ModelOptions options)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(KeyOf(options), out Entry? entry) && entry.Kept is not null;
        }
    }

    private static Entry EntryFor(Key key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out Entry? entry))
            {
                entry = new Entry();
                _entries.Add(key, entry);
            }

            return entry;
        }
    }

    private static void Keep(Key key, Entry entry, KeptModel kept)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out Entry? current) && current == entry)
            {
                entry.Kept = kept;
            }
        }
    }

    private sealed record Key(
        string Path, ComputeDevice Device, int? GpuLayerCount, EmbeddingEngine Engine, int? MainGpu, string? TensorSplit);

    private sealed record KeptModel(IEmbeddingModel Model, IReadOnlyList<FileStamp> Files);

    /// <summary>A model that is kept or being loaded. Its gate is held while it is looked at or loaded, and by nobody else.</summary>
    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public KeptModel? Kept { get; set; }
    }
}
