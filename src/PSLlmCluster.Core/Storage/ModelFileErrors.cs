namespace PSLlmCluster.Core.Storage;

/// <summary>What can be wrong with a file of a fitted model, each with its own id and recommended action.</summary>
internal static class ModelFileErrors
{
    /// <summary>The path to read leads to a folder.</summary>
    public static EngineException IsDirectory(string path)
        => new(EngineErrorIds.ModelFileIsDirectory, FailureKind.InvalidArgument, $"'{path}' is a folder.", "Add a file name.");

    /// <summary>The path to read leads to what is no file: it is not opened, as that may wait for ever.</summary>
    public static EngineException NotRegular(string path)
        => new(
            EngineErrorIds.ModelFileNotRegular,
            FailureKind.InvalidArgument,
            $"'{path}' is a device, a named pipe or a socket, not a file.",
            "Give the path of a file that -SaveModel wrote.");

    /// <summary>Turns what opening or reading a file threw into the error that says so.</summary>
    public static EngineException NotReadable(string path, Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => new EngineException(
            EngineErrorIds.ModelFileNotFound,
            FailureKind.NotFound,
            $"There is no file '{path}'.",
            "Check the path; the file is one that was saved after a fit.",
            cause),
        UnauthorizedAccessException => new EngineException(
            EngineErrorIds.ModelFileAccessDenied,
            FailureKind.PermissionDenied,
            $"'{path}' may not be read: {cause.Message}",
            "Give your account the right to read it, or copy it to where it has.",
            cause),
        ArgumentException or NotSupportedException => new EngineException(
            EngineErrorIds.ModelFileReadFailed,
            FailureKind.InvalidArgument,
            $"'{path}' is no valid path: {cause.Message}",
            "Check the path.",
            cause),
        _ => new EngineException(
            EngineErrorIds.ModelFileReadFailed,
            FailureKind.ReadError,
            $"'{path}' cannot be read: {cause.Message}",
            "Check that the disk is well and that no other program holds the file.",
            cause),
    };

    /// <summary>The file is something else.</summary>
    public static EngineException NotAModelFile(string path, bool isLanguageModel)
        => new(
            EngineErrorIds.NotAModelFile,
            FailureKind.InvalidData,
            isLanguageModel
                ? $"'{path}' is a language model (GGUF), not a model that was saved after a fit."
                : $"'{path}' is no model that was saved after a fit.",
            "Take a file that -SaveModel wrote; if it is one, a transfer that changed line ends has spoilt it: copy it again as binary.");

    /// <summary>The file has a version that is not known here.</summary>
    public static EngineException VersionUnknown(string path, string what, long version, long newest)
        => new(
            EngineErrorIds.ModelFileVersionUnknown,
            FailureKind.NotSupported,
            $"'{path}' has version {version} of {what}; this module knows versions up to {newest}.",
            "It was written by a newer module: update this one, or fit and save the model again with this one.");

    /// <summary>The file holds a model of another kind.</summary>
    public static EngineException KindWrong(string path, string kind, string wanted)
        => new(
            EngineErrorIds.ModelFileKindWrong,
            FailureKind.InvalidData,
            $"'{path}' holds a model of the kind '{kind}', and one of the kind '{wanted}' is needed.",
            "Give a file of that kind: -SaveModel of Invoke-Umap writes umap, of Invoke-Hdbscan hdbscan, and of Group-Text groups.");

    /// <summary>The file is not what was once written.</summary>
    public static EngineException Damaged(string path, string how)
        => new(
            EngineErrorIds.ModelFileDamaged,
            FailureKind.InvalidData,
            $"'{path}' is damaged: {how}.",
            "Copy the file again from where it came from, or fit and save the model again.");

    /// <summary>The file's numbers are more than the memory holds.</summary>
    public static EngineException TooLarge(string path, long bytes, Exception cause)
        => new(
            EngineErrorIds.ModelFileTooLarge,
            FailureKind.ResourceUnavailable,
            $"'{path}' needs {bytes:N0} bytes of memory for one of its parts, and they are not available.",
            "Read it on a machine with more memory.",
            cause);
}
