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
            // Through a link the file it points to is replaced, not the link.
            target = Path.GetFullPath(path);
            FileInfo file = new(target);
            if (file.LinkTarget is not null)
            {
                target = file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            }
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ModelFileErrors.NotWritable(path, e);
        }

        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw ModelFileErrors.FolderNotFound(path);
        }

        if (!replaceProtected && File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
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
        string temporary = Path.Combine(Path.GetDirectoryName(_path)!, ".model-" + Path.GetRandomFileName());
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, PreallocationSize = length };
            using (FileStream stream = new(temporary, options))
            {
                write(stream);

                // The bytes reach the disk before the name does: not even a power cut leaves half a file under the name.
                stream.Flush(flushToDisk: true);
            }

            KeepMode(temporary);
            Replace(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ModelFileErrors.NotWritable(_shownPath, e);
        }
        finally
        {
            Remove(temporary);
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one worth telling; after a move there is nothing to delete.
        }
    }

    // A file that only its owner may read stays so. (Windows gives the new file the rights of its folder.)
    private void KeepMode(string temporary)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_path))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(_path));
        }
    }

    // Windows does not replace a write-protected file. One that was to be replaced all the same loses its protection for the move alone.
    private void Replace(string temporary)
    {
        FileInfo target = new(_path);
        bool isProtected = OperatingSystem.IsWindows() && target.Exists && target.IsReadOnly;
        if (isProtected)
        {
            target.IsReadOnly = false;
        }

        try
        {
            File.Move(temporary, _path, overwrite: true);
        }
        catch when (isProtected)
        {
            target.IsReadOnly = true;
            throw;
        }
    }
}
