using PSLlmCluster.Core.Caching;
using PSLlmCluster.Core.Gguf;

namespace PSLlmCluster.Core.Engines;

/// <summary>
/// The origin of vectors that a model has just made. Its key is made when it is asked for, as the model's file is read whole for it.
/// </summary>
internal sealed class ModelOrigin : VectorOrigin
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly IReadOnlyList<FileStamp> _files;
    private readonly Func<CancellationToken, CacheKey> _make;
    private CacheKey? _key;

    /// <summary>Initializes a new instance of the <see cref="ModelOrigin"/> class.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="engine">What runs it.</param>
    /// <param name="files">Its files as they were when it was opened.</param>
    /// <param name="make">Makes the key.</param>
    public ModelOrigin(string path, EmbeddingEngine engine, IReadOnlyList<FileStamp> files, Func<CancellationToken, CacheKey> make)
        : base(Path.GetFileName(path), engine) => (_path, _files, _make) = (path, files, make);

    /// <inheritdoc/>
    internal override CacheKey KeyOf(CancellationToken token)
    {
        lock (_lock)
        {
            return _key ??= Make(token);
        }
    }

    private CacheKey Make(CancellationToken token)
    {
        RequireUnchanged();
        CacheKey key = _make(token);
        RequireUnchanged();
        return key;
    }

    private void RequireUnchanged()
    {
        if (!FileStamp.AreUnchanged(_files))
        {
            throw new EngineException(
                EngineErrorIds.EmbeddingModelChanged,
                FailureKind.InvalidData,
                $"The model '{_path}' has changed, or is gone, since it made these vectors, so that nothing can say what they depend on.",
                "Make the vectors again with the model that is there now, or put the former one back.");
        }
    }
}
