namespace PSLlmCluster.Core.Gguf;

/// <summary>Opens a model's file, and says in the user's terms what is wrong where that or reading it fails.</summary>
internal static class ModelStream
{
    /// <summary>The recommended action for a file whose content is wrong.</summary>
    public const string FetchAgain = "Fetch the file again, or convert the model again.";

    /// <summary>Checks that a path names neither a folder nor a pipe, a device or a socket.</summary>
    /// <param name="path">The full path.</param>
    /// <exception cref="EngineException">It does.</exception>
    public static void RequireRegular(string path)
    {
        // Opening a pipe waits until somebody writes to it, so it must not even be tried.
        if (SpecialFile.Exists(path))
        {
            throw new EngineException(
                EngineErrorIds.ModelNotRegularFile,
                FailureKind.InvalidArgument,
                $"{path} is not a regular file but a pipe, a device or a socket, and a model cannot be read from one.",
                "Name a .gguf file on a disk; what a pipe delivers, write to a file first.");
        }

        if (Directory.Exists(path))
        {
            throw new EngineException(
                EngineErrorIds.ModelIsDirectory,
                FailureKind.InvalidArgument,
                $"{path} is a folder.",
                "Name a .gguf file in it; of a model in several parts name the first, …-00001-of-….gguf.");
        }
    }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>The file, without a buffer: the header's reader has its own, and tensors are read whole.</returns>
    /// <exception cref="EngineException">It cannot be opened.</exception>
    public static FileStream Open(string path) => Reading(
        path,
        () => new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan));

    /// <summary>Reads something of a file.</summary>
    /// <typeparam name="T">What.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="EngineException">That failed; the id says why.</exception>
    public static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GgufFormatException failure) when (failure.IsCut)
        {
            throw Cut(path, failure.Message, failure);
        }
        catch (GgufFormatException failure)
        {
            throw new EngineException(
                EngineErrorIds.ModelNotGguf,
                FailureKind.InvalidData,
                $"{path} is no GGUF file that can be used: {failure.Message}.",
                "Take a model in the GGUF format (llama.cpp's convert_hf_to_gguf.py makes one of a Hugging Face model); download "
                    + "it again if it should be one.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    /// <summary>Checks that a file is as long as its tensors need.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="needed">What they need.</param>
    /// <exception cref="EngineException">It is shorter.</exception>
    public static void RequireLength(string path, long length, long needed)
    {
        if (needed > length)
        {
            throw Cut(path, $"it is {length:N0} bytes long, and its tensors need {needed:N0}");
        }
    }

    /// <summary>Turns what opening or reading a file threw into the error that says so.</summary>
    /// <param name="path">The file.</param>
    /// <param name="failure">What was thrown.</param>
    /// <returns>The error.</returns>
    public static EngineException Unreadable(string path, Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => new EngineException(
            EngineErrorIds.ModelNotFound,
            FailureKind.NotFound,
            $"There is no file {path}.",
            "Check the path, which has to be that of a .gguf file.",
            failure),
        UnauthorizedAccessException => new EngineException(
            EngineErrorIds.ModelAccessDenied,
            FailureKind.PermissionDenied,
            $"Access to {path} is denied: {failure.Message}",
            "Give your account the right to read it, or copy it to a folder where it has that right.",
            failure),
        _ => new EngineException(
            EngineErrorIds.ModelReadFailed,
            FailureKind.ReadError,
            $"{path} cannot be read: {failure.Message}",
            "Check the disk, and that no other program has locked the file.",
            failure),
    };

    /// <summary>Returns the error of a file that ends too early.</summary>
    /// <param name="path">The file.</param>
    /// <param name="how">What shows it.</param>
    /// <param name="inner">What was thrown; may be null.</param>
    /// <returns>The error.</returns>
    public static EngineException Cut(string path, string how, Exception? inner = null) => new(
        EngineErrorIds.ModelTruncated,
        FailureKind.InvalidData,
        $"{path} is cut off: {how}.",
        "The download or copy was interrupted: fetch the file again, and compare its size or hash with the source's.",
        inner);

    /// <summary>Returns the error of a file whose content is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What is wrong with it, a clause.</param>
    /// <param name="inner">What was thrown; may be null.</param>
    /// <returns>The error.</returns>
    public static EngineException Corrupt(string path, string what, Exception? inner = null)
        => new(EngineErrorIds.ModelCorrupt, FailureKind.InvalidData, $"{path} is damaged: {what}.", FetchAgain, inner);
}
