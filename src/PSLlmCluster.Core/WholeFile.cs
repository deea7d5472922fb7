namespace PSLlmCluster.Core;

/// <summary>Writes a file whole or not at all: into a temporary file beside it, which then takes its place.</summary>
internal static class WholeFile
{
    /// <summary>Returns the full path of the file that a path leads to: through a link the file it points to is replaced, not the link.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The full path.</returns>
    public static string TargetOf(string path)
    {
        string target = Path.GetFullPath(path);
        FileInfo file = new(target);
        return file.LinkTarget is null ? target : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Returns whether a file is there that is write-protected.</summary>
    /// <param name="target">The full path.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsProtected(string target) => File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly);

    /// <summary>Writes the file. What was there before is untouched where that fails.</summary>
    /// <param name="target">The full path.</param>
    /// <param name="prefix">What the temporary file's name begins with.</param>
    /// <param name="bufferSize">The buffer of the stream, 0 for none.</param>
    /// <param name="length">The number of bytes that will be written, which are asked of the disk first; 0 where it is not known.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
    public static void Write(string target, string prefix, int bufferSize, long length, Action<FileStream> write)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, prefix + Path.GetRandomFileName());
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = bufferSize, PreallocationSize = length };
            using (FileStream stream = new(temporary, options))
            {
                write(stream);
            }

            KeepMode(target, temporary);
            Replace(target, temporary);
        }
        finally
        {
            Remove(temporary);
        }
    }

    // A file that only its owner may read stays so. (Windows gives the new file the rights of its folder.)
    private static void KeepMode(string target, string temporary)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }
    }

    // Windows does not replace a write-protected file. One that was to be replaced all the same loses its protection for the move alone.
    private static void Replace(string target, string temporary)
    {
        FileInfo file = new(target);
        bool isProtected = OperatingSystem.IsWindows() && file.Exists && file.IsReadOnly;
        if (isProtected)
        {
            file.IsReadOnly = false;
        }

        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch when (isProtected)
        {
            file.IsReadOnly = true;
            throw;
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
}
