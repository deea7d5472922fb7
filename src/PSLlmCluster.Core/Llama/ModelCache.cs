namespace PSLlmCluster.Core.Llama;

/// <summary>
/// The models that a session keeps, so that the next pipeline need not load them again. A model is the same one when its
/// full path, its file's time and length, its device and its layers are. One model is loaded at a time; several runspaces may ask.
/// </summary>
public static class ModelCache
{
    private static readonly SemaphoreSlim _gate = new(1, 1);
    private static readonly Dictionary<Key, (DateTime Written, long Length, LlamaModel Model)> _models = [];

    /// <summary>Returns a model, loading it unless it is kept.</summary>
    /// <param name="options">Which one, and where it runs.</param>
    /// <param name="log">Gets llama.cpp's log, and our own lines; called on the calling thread.</param>
    /// <param name="progress">Gets how far the loading is.</param>
    /// <param name="token">Stops waiting and loading.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineException">It cannot be loaded; the id says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LlamaModel Acquire(ModelOptions options, Action<string>? log = null, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        string path = Path.GetFullPath(options.Path);
        Key key = new(path, options.Device, options.GpuLayerCount);
        _gate.Wait(token);
        try
        {
            FileInfo file = new(path);
            (DateTime written, long length) = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (_models.TryGetValue(key, out (DateTime Written, long Length, LlamaModel Model) kept))
            {
                if (file.Exists && kept.Written == written && kept.Length == length)
                {
                    log?.Invoke($"{path} is loaded already: {kept.Model.DeviceDescription}, {kept.Model.GpuLayers} of {kept.Model.LayerCount} layers on a GPU");
                    return kept.Model;
                }

                _models.Remove(key);
                kept.Model.Handle.Dispose();
            }

            LlamaModel model = LlamaModel.Load(path, options, log, progress, token);
            _models.Add(key, (written, length, model));
            return model;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Lets go of all models. One that an embedder still uses is freed when that embedder is disposed.</summary>
    public static void Clear()
    {
        _gate.Wait();
        try
        {
            foreach ((_, _, LlamaModel model) in _models.Values)
            {
                model.Handle.Dispose();
            }

            _models.Clear();
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed record Key(string Path, ComputeDevice Device, int? GpuLayerCount);
}
