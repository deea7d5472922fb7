using System.Security.Cryptography;
using System.Text;

namespace PSLlmCluster.Core;

/// <summary>
/// Writes a file whole or not at all: into a temporary file beside it, which then takes its place. The temporary file's name tells which
/// file it is for, and it stays locked as long as it is written: one that nobody holds was left behind by a run that was killed, and the
/// next one clears it away.
/// </summary>
internal static class WholeFile
{
    private const string Mark = ".psllmcluster-";
    private const int NameBytes = 8;

    /// <summary>
    /// Returns the full path of the file that a path leads to: through a link the file it points to is replaced, not the link.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <returns>The full path.</returns>
    public static string TargetOf(string path)
    {
        string target = Path.GetFullPath(path);
        FileInfo file = new(target);
        return file.LinkTarget is null ? target : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Tries whether a file can be made where the target is to be.</summary>
    /// <param name="target">The full path.</param>
    /// <exception cref="IOException">None can be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
    public static void Probe(string target)
    {
        RequireName(target);
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        };
        using FileStream stream = new(NewTemporary(target), options);
    }

    /// <summary>Writes the file. What was there before is untouched where that fails.</summary>
    /// <param name="target">The full path.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="bufferSize">The buffer of the stream, 0 for none.</param>
    /// <param name="length">The number of bytes that will be written, which are asked of the disk first; 0 where it is not known.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
    public static void Write(string target, bool overwrite, int bufferSize, long length, Action<Stream> write)
    {
        using Pending file = Begin(target, overwrite, bufferSize, length);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Begins a file that is written bit by bit. What was there before is untouched until it is committed.</summary>
    /// <param name="target">The full path.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="bufferSize">The buffer of the stream, 0 for none.</param>
    /// <param name="length">The number of bytes that will be written, which are asked of the disk first; 0 where it is not known.</param>
    /// <returns>The file, which the caller disposes.</returns>
    /// <exception cref="IOException">None can be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
    public static Pending Begin(string target, bool overwrite, int bufferSize, long length)
    {
        ClearLeftBehind(target);
        string temporary = NewTemporary(target);
        try
        {
            return new Pending(target, temporary, overwrite, Create(temporary, ModeOf(target), bufferSize, length));
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>
    /// Returns what the names of all temporary files for a target begin with. It is of one length, so that it fits wherever the target's
    /// own name does.
    /// </summary>
    private static string Prefix(string target)
    {
        byte[] name = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(target).ToUpperInvariant()));
        return $"{Mark}{Convert.ToHexString(name.AsSpan(0, NameBytes))}-";
    }

    private static string NewTemporary(string target)
        => Path.Combine(Path.GetDirectoryName(target)!, Prefix(target) + Path.GetRandomFileName());

    /// <summary>
    /// Lets the system look for the name, so that one that is too long, say, is found before the temporary file takes it.
    /// </summary>
    private static void RequireName(string target)
    {
        try
        {
            _ = File.GetAttributes(target);
        }
        catch (FileNotFoundException)
        {
            // A name like any other, of a file that is not there yet.
        }
    }

    /// <summary>Removes the temporary files for a target that nobody holds open.</summary>
    private static void ClearLeftBehind(string target)
    {
        try
        {
            foreach (string temporary in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, Prefix(target) + "*"))
            {
                Clear(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that may be written to and not listed: what is in it stays.
        }
    }

    private static void Clear(string temporary)
    {
        try
        {
            if (!SpecialFile.Exists(temporary))
            {
                // A process that is still writing holds a lock, and this open fails.
                new FileStream(temporary, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0).Dispose();
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in use, or another user's: it stays.
        }
    }

    /// <summary>
    /// Returns the mode of a file that is there, so that one that only its owner may read stays so. (Windows gives a new file the rights of
    /// its folder.)
    /// </summary>
    private static UnixFileMode? ModeOf(string target)
        => !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : null;

    private static FileStream Create(string temporary, UnixFileMode? mode, int bufferSize, long length)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Delete,
            BufferSize = bufferSize,
            PreallocationSize = length,
        };
        if (OperatingSystem.IsWindows() || mode is null)
        {
            return new FileStream(temporary, options);
        }

        // Made without a right that the target lacks, and given the others before the first byte, as the mask of the process may have taken
        // some.
        options.UnixCreateMode = mode;
        FileStream stream = new(temporary, options);
        try
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode.Value);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Windows does not replace a write-protected file. One that was to be replaced all the same loses its protection for the move alone.
    private static void Replace(string target, string temporary, bool overwrite)
    {
        FileInfo file = new(target);
        bool isProtected = OperatingSystem.IsWindows() && overwrite && file.Exists && file.IsReadOnly;
        if (isProtected)
        {
            file.IsReadOnly = false;
        }

        try
        {
            File.Move(temporary, target, overwrite);
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

    /// <summary>A file that is being written, and takes its place once it is committed.</summary>
    internal sealed class Pending : IDisposable
    {
        private readonly string _target;
        private readonly string _temporary;
        private readonly bool _overwrite;
        private readonly FileStream _stream;

        /// <summary>Initializes a new instance of the <see cref="Pending"/> class.</summary>
        internal Pending(string target, string temporary, bool overwrite, FileStream stream)
        {
            _target = target;
            _temporary = temporary;
            _overwrite = overwrite;
            _stream = stream;
        }

        /// <summary>Gets where the content is written to.</summary>
        public Stream Stream => _stream;

        /// <summary>Puts the file in its place.</summary>
        /// <exception cref="IOException">That failed; what was there before is untouched.</exception>
        /// <exception cref="UnauthorizedAccessException">The operating system forbids it.</exception>
        public void Commit()
        {
            // The bytes reach the disk before the name does: not even a power cut leaves half a file under the name.
            _stream.Flush(flushToDisk: true);

            // Still open, so that nobody takes it for one that was left behind.
            Replace(_target, _temporary, _overwrite);

            // Closed, so that whoever is told that it is there can read it.
            _stream.Dispose();
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            try
            {
                _stream.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What is left in the buffer cannot be written either: the failure that led here is the one worth telling.
            }

            Remove(_temporary);
        }
    }
}
