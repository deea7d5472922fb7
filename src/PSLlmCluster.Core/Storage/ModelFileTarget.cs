namespace PSLlmCluster.Core.Storage;

/// <summary>
/// The file that a fitted model is to be written to. It is written whole or not at all: into a temporary file beside it, which then takes its place.
/// </summary>
public sealed class ModelFileTarget
{
    private readonly string _shownPath;
    private readonly string _path;

    private ModelFileTarget(string shownPath, string path)
    {
        _shownPath = shownPath;
        _path = path;
    }

    /// <summary>Checks a path without writing anything, so that a host can say what is wrong with it before long work is done.</summary>
    /// <param name="path">The path.</param>
    /// <param name="replaceProtected">Whether a write-protected file may be replaced.</param>
    /// <returns>The file to write.</returns>
    /// <exception cref="EngineException">The folder does not exist, or the path is a folder or a write-protected file.</exception>
    public static ModelFileTarget At(string path, bool replaceProtected = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw ModelFileErrors.IsDirectory(path);
        }

        string target;
        try
        {
            target = WholeFile.TargetOf(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ModelFileErrors.NotWritable(path, e);
        }

        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw ModelFileErrors.FolderNotFound(path);
        }

        if (!replaceProtected && WholeFile.IsProtected(target))
        {
            throw ModelFileErrors.WriteProtected(path);
        }

        return new ModelFileTarget(path, target);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="length">The number of bytes that will be written; they are asked of the disk first.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="EngineException">The file cannot be written; what was there before is untouched.</exception>
    internal void Write(long length, Action<Stream> write)
    {
        try
        {
            WholeFile.Write(_path, ".model-", bufferSize: 0, length, stream =>
            {
                write(stream);

                // The bytes reach the disk before the name does: not even a power cut leaves half a file under the name.
                stream.Flush(flushToDisk: true);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ModelFileErrors.NotWritable(_shownPath, e);
        }
    }
}
