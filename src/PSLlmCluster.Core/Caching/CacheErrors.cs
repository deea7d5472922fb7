using SQLitePCL;

namespace PSLlmCluster.Core.Caching;

/// <summary>What can be wrong with a cache of embeddings, each with its own id and recommended action.</summary>
internal static class CacheErrors
{
    private const string DamagedAction =
        "Delete the file, or rename it: the vectors are computed again. If a copy of it is whole, take that.";

    /// <summary>The path leads to what is no file.</summary>
    public static EngineException NotRegular(string path, bool isFolder) => new(
        EngineErrorIds.EmbeddingCacheNotRegular,
        FailureKind.InvalidArgument,
        isFolder ? $"'{path}' is a folder." : $"'{path}' is a device, a named pipe or a socket, and a cache is a file.",
        "Give the path of a file, which is made where there is none.");

    /// <summary>The folder is not there.</summary>
    public static EngineException FolderNotFound(string path) => new(
        EngineErrorIds.EmbeddingCacheFolderNotFound,
        FailureKind.NotFound,
        $"The folder of the cache '{path}' does not exist.",
        "Create the folder first, or choose another path.");

    /// <summary>There is no such file.</summary>
    public static EngineException NotFound(string path) => new(
        EngineErrorIds.EmbeddingCacheNotFound,
        FailureKind.NotFound,
        $"There is no cache '{path}'.",
        "Check the path; Get-TextEmbedding -CachePath makes a cache.");

    /// <summary>The file is something else.</summary>
    public static EngineException Foreign(string path) => new(
        EngineErrorIds.EmbeddingCacheForeign,
        FailureKind.InvalidData,
        $"'{path}' is a file of another kind, and no cache of embeddings, or its beginning is damaged.",
        "Give another path; the file is left as it is. If it was a cache, delete it, and the vectors are computed again.");

    /// <summary>The file is of a newer module.</summary>
    public static EngineException VersionUnknown(string path, long version, long newest) => new(
        EngineErrorIds.EmbeddingCacheVersionUnknown,
        FailureKind.NotSupported,
        $"'{path}' is a cache of version {version}; this module knows versions up to {newest}.",
        "It was written by a newer module: update this one, or give another path.");

    /// <summary>The file is not what was once written.</summary>
    public static EngineException Damaged(string path, string how, Exception? cause = null) => new(
        EngineErrorIds.EmbeddingCacheDamaged,
        FailureKind.InvalidData,
        $"The cache '{path}' is damaged: {how}. No vector is taken from it.",
        DamagedAction,
        cause);

    /// <summary>A cache is to be put into itself.</summary>
    public static EngineException Same(string path) => new(
        EngineErrorIds.EmbeddingCacheSame,
        FailureKind.InvalidArgument,
        $"The cache '{path}' is both what is read and what takes it.",
        "Give two caches.");

    /// <summary>A name stands for two models.</summary>
    public static EngineException ModelMismatch(string path, string model) => new(
        EngineErrorIds.EmbeddingCacheModelMismatch,
        FailureKind.InvalidData,
        $"The cache '{path}' has vectors of another model, or another pooling, that servers called '{model}' too.",
        "Give another cache, or take those vectors out with Clear-EmbeddingCache -Model.");

    /// <summary>The file's way of writing asks for memory that processes share, and a network has none.</summary>
    public static EngineException NotLocal(string path) => new(
        EngineErrorIds.EmbeddingCacheNotLocal,
        FailureKind.NotSupported,
        $"The cache '{path}' lies on a network file system and is written ahead (SQLite's WAL mode), which works on a local disk alone.",
        "Copy it to a local disk; or, once nobody uses it, run Get-TextEmbedding with it again, which then changes its mode.");

    /// <summary>Turns what SQLite reports into the error that says so.</summary>
    /// <param name="path">The file.</param>
    /// <param name="code">SQLite's result code, the extended one where there is one.</param>
    /// <param name="message">What SQLite says.</param>
    /// <param name="cause">What was thrown; may be null.</param>
    public static EngineException Of(string path, int code, string message, Exception? cause = null) => (code & 0xFF) switch
    {
        raw.SQLITE_CORRUPT => Damaged(path, $"SQLite says '{message}'", cause),
        raw.SQLITE_NOTADB => Foreign(path),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new EngineException(
            EngineErrorIds.EmbeddingCacheBusy,
            FailureKind.ResourceUnavailable,
            $"Another process has held the cache '{path}' for longer than {CacheFile.BusySeconds} seconds.",
            "Try again when it is done, or give another path; Merge-EmbeddingCache puts two caches together.",
            cause),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH => new EngineException(
            EngineErrorIds.EmbeddingCacheNotWritable,
            FailureKind.PermissionDenied,
            $"The cache '{path}' cannot be opened for writing: {message.TrimEnd('.')}.",
            "Give your account the right to write the file and its folder, or copy the cache to where it has.",
            cause),
        raw.SQLITE_FULL => Full(path, cause),

        // The file of the memory that processes share cannot grow, which SQLite does not report as a disk that is full.
        _ when code == raw.SQLITE_IOERR_SHMSIZE => Full(path, cause),
        _ => new EngineException(
            EngineErrorIds.EmbeddingCacheFailed,
            FailureKind.ReadError,
            $"The cache '{path}' cannot be used: {message.TrimEnd('.')}.",
            "Check that the disk is well and that the file may be read and written.",
            cause),
    };

    private static EngineException Full(string path, Exception? cause) => new(
        EngineErrorIds.EmbeddingCacheFull,
        FailureKind.ResourceUnavailable,
        $"The disk of the cache '{path}' is full.",
        "Make room on the disk, or give a path on another one.",
        cause);
}
