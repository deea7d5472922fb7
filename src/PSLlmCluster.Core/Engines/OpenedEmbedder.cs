using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Endpoints;
using PSLlmCluster.Core.Gguf;
using PSLlmCluster.Core.Llama;

namespace PSLlmCluster.Core.Engines;

/// <summary>What turns texts into vectors: a model, and a cache before it where one is asked for.</summary>
public sealed class OpenedEmbedder : IDisposable
{
    private readonly CachedTextEmbedder? _cached;

    private readonly ScriptTally _scripts = new();
    private readonly string? _path;

    private OpenedEmbedder(
        ITextEmbedder embedder, CachedTextEmbedder? cached, EmbeddingOrigin origin, ModelAdvice advice, ModelOptions model)
    {
        Embedder = new DistinctTextEmbedder(embedder, _scripts.Add);
        _path = model.Endpoint is null ? Path.GetFullPath(model.Path) : null;
        _cached = cached;
        Origin = origin;
        Advice = advice;
    }

    /// <summary>Gets what takes the texts. Equal ones are computed once.</summary>
    public DistinctTextEmbedder Embedder { get; }

    /// <summary>Gets which engine runs the model, never Auto.</summary>
    public EmbeddingEngine Engine => Origin.Engine;

    /// <summary>Gets what the vectors depend on.</summary>
    public EmbeddingOrigin Origin { get; }

    /// <summary>Gets how the model's makers want it to be used.</summary>
    public ModelAdvice Advice { get; }

    /// <summary>Gets the number of texts whose vectors came from the cache.</summary>
    public int FoundCount => _cached?.FoundCount ?? 0;

    /// <summary>
    /// Opens a model, and before it a cache where one is asked for. With one, the model is loaded when a text is not in it.
    /// </summary>
    /// <param name="model">Which model, and where it runs.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="cache">The cache; null for none.</param>
    /// <param name="log">Receives the engine's lines; called on the thread that uses the embedder.</param>
    /// <param name="progress">Receives the fraction of the model that is loaded; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The embedder, which the caller disposes.</returns>
    /// <exception cref="EngineException">The model or the cache cannot be used; the id says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static OpenedEmbedder Open(
        ModelOptions model,
        EmbeddingOptions options,
        CacheOptions? cache,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (cache is null)
        {
            IEmbeddingModel loaded = ModelCache.Acquire(model, log, progress, token);
            return new OpenedEmbedder(
                loaded.Open(options, log, token), null, OriginOf(loaded.Engine, model, options), loaded.Advice, model);
        }

        model.Validate();
        options.Validate();
        if (model.Endpoint is { } endpoint)
        {
            return OpenEndpoint(EndpointModel.Connect(endpoint, log, token: token), model, options, cache, log, token);
        }

        CheckedModelFile file = ModelFile.Check(Path.GetFullPath(model.Path));
        EngineChoice choice = EngineChoice.For(file, model);
        CacheFile opened = CacheFile.OpenForWork(cache.Path);
        VectorStore? store = null;
        try
        {
            CacheKey key = KeyOf(opened, file, choice, model, options, cache.Precision, log, token);
            store = new VectorStore(opened, key);
            CachedTextEmbedder cached = new(
                store,
                Path.GetFileName(file.Path),
                () => ModelCache.Acquire(model, log, progress, token).Open(options, log, token));
            return new OpenedEmbedder(
                cached, cached, new KnownOrigin(Path.GetFileName(file.Path), key), ModelAdvice.Of(file.Header, file.Path), model);
        }
        catch
        {
            store?.Dispose();
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Returns what the vectors of a model depend on. A model file is loaded for it; servers are not asked.</summary>
    /// <param name="model">Which model, and where it runs.</param>
    /// <param name="options">How texts become vectors.</param>
    /// <param name="cache">The cache that would keep them; null for none.</param>
    /// <param name="log">Receives the engine's lines; called on this thread.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The key.</returns>
    /// <exception cref="EngineException">An option is not valid, or the model or the cache cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static CacheKey KeyOf(
        ModelOptions model, EmbeddingOptions options, CacheOptions? cache, Action<string>? log, CancellationToken token)
    {
        if (model.Endpoint is { } endpoint)
        {
            model.Validate();
            options.Validate();
            return KeyOf(endpoint.Model, options, cache?.Precision ?? VectorPrecision.Single);
        }

        using OpenedEmbedder opened = Open(model, options, cache, log, null, token);
        return ((VectorOrigin)opened.Origin).KeyOf(token);
    }

    /// <summary>Returns what the user should know since the last call.</summary>
    /// <returns>The warning; null where there is none.</returns>
    public EngineWarning? TakeWarning() => Embedder.TakeWarning();

    /// <summary>Returns what the user should know of all texts together, once the last was added.</summary>
    /// <returns>The warning; null where there is none.</returns>
    public EngineWarning? WarningOfAll() => _scripts.Warning(_path);

    /// <inheritdoc/>
    public void Dispose() => Embedder.Dispose();

    private static EmbeddingOrigin OriginOf(EmbeddingEngine engine, ModelOptions model, EmbeddingOptions options)
    {
        if (model.Endpoint is { } endpoint)
        {
            return new KnownOrigin(endpoint.Model, KeyOf(endpoint.Model, options, VectorPrecision.Single));
        }

        // The header is read again only when the key is asked for, as most vectors are never written to a file.
        string path = Path.GetFullPath(model.Path);
        return new ModelOrigin(
            path,
            engine,
            ModelCache.FilesOf(model) ?? [FileStamp.Of(path)],
            token =>
            {
                CheckedModelFile file = ModelFile.Check(path);
                return KeyOf(null, file, EngineChoice.For(file, model), model, options, VectorPrecision.Single, log: null, token);
            });
    }

    /// <summary>
    /// Opens servers, and a cache before them. A name says little about what a server runs: the vector of the probe text is kept with the
    /// others, and the server's has to be the same.
    /// </summary>
    private static OpenedEmbedder OpenEndpoint(
        EndpointModel model,
        ModelOptions modelOptions,
        EmbeddingOptions options,
        CacheOptions cache,
        Action<string>? log,
        CancellationToken token)
    {
        CacheKey key = KeyOf(model.Options.Model, options, cache.Precision);
        CacheFile opened = CacheFile.OpenForWork(cache.Path);
        VectorStore? store = null;
        CachedTextEmbedder? cached = null;
        try
        {
            store = new VectorStore(opened, key);
            float[]? kept = store.FindProbe();
            if (kept is not null)
            {
                using ITextEmbedder embedder = model.Open(options, log, token);
                if (!VectorDifference.IsSmall(kept, VectorOfProbe(embedder)))
                {
                    throw CacheErrors.ModelMismatch(opened.Path, key.Model);
                }
            }

            cached = new CachedTextEmbedder(store, key.Model, () => model.Open(options, log, token));
            if (kept is null)
            {
                VectorOfProbe(cached);
            }

            return new OpenedEmbedder(cached, cached, new KnownOrigin(key.Model, key), model.Advice, modelOptions);
        }
        catch
        {
            cached?.Dispose();
            store?.Dispose();
            opened.Dispose();
            throw;
        }
    }

    private static float[] VectorOfProbe(ITextEmbedder embedder)
    {
        List<EmbeddingOutcome> outcomes = [.. embedder.Add(0, VectorDifference.ProbeText), .. embedder.Flush()];
        return outcomes[0].Vector ?? throw outcomes[0].Failure!;
    }

    /// <summary>Returns what vectors of servers depend on, as far as anybody can know.</summary>
    private static CacheKey KeyOf(string model, EmbeddingOptions options, VectorPrecision precision) => new(
        model,
        EmbeddingEngine.Endpoint,
        EndpointModel.VectorVersion,
        PoolingType.Model,
        0,
        options.Prefix,
        TextPrompt.Of(options.Prompt)?.Template,
        options.LongText,
        options.Normalize,
        precision);

    private static CacheKey KeyOf(
        CacheFile? cache,
        CheckedModelFile file,
        EngineChoice choice,
        ModelOptions model,
        EmbeddingOptions options,
        VectorPrecision precision,
        Action<string>? log,
        CancellationToken token)
    {
        string[] parts = [.. file.Files.Select(part => FileDigests.Of(cache, part, token))];
        return new CacheKey(
            parts.Length == 1 ? parts[0] : FileDigests.OfAll(parts),
            choice.IsManaged ? EmbeddingEngine.Managed : EmbeddingEngine.Llama,
            choice.IsManaged
                ? $"{Encoding.EncoderModel.VectorVersion}"
                : FileDigests.OfAll([.. Libraries(cache, token), .. Devices(model, log, token)]),
            ModelLimits.PoolingFor(file.Path, file.Header.Pooling, options.Pooling),
            options.ContextLength ?? UsualWindow(file.Path),
            options.Prefix,
            TextPrompt.Of(options.Prompt)?.Template,
            options.LongText,
            options.Normalize,
            precision);
    }

    private static int UsualWindow(string path)
    {
        using GgufModel file = GgufModel.Open(path);
        long own = file.Integer(file.Architecture + ".context_length") ?? 0;
        return own > 0 ? (int)Math.Min(own, ModelLimits.DefaultWindowLength) : ModelLimits.DefaultWindowLength;
    }

    // Each build of llama.cpp rounds in its own way: its libraries stand for its version.
    private static IEnumerable<string> Libraries(CacheFile? cache, CancellationToken token)
    {
        string folder = NativePlatform.Folder;
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        return files.Order(StringComparer.Ordinal).Select(
            path => Path.GetRelativePath(folder, path) + ' ' + FileDigests.Of(cache, FileStamp.Of(path), token));
    }

    // Each kind of processor and of GPU rounds in its own way too, and so does each way to share the layers among them.
    private static string[] Devices(ModelOptions model, Action<string>? log, CancellationToken token)
    {
        bool isCpu = model.Device == ComputeDevice.Cpu || model.GpuLayerCount == 0;
        IEnumerable<LlamaDevice> devices = WorkerDevices.List(log, token).Where(
            device => device.IsUsable && (!isCpu || device.Type == LlamaDeviceType.Cpu));
        string[] names = [.. devices.Select(device => $"{device.Backend} {device.Description}")];
        string shares = string.Join(' ', model.TensorSplit ?? []);
        return isCpu ? names : [.. names, $"{model.GpuLayerCount}", $"{model.MainGpu}", shares];
    }
}
