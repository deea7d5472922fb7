namespace PSLlmCluster.Core;

/// <summary>
/// A file that is to be written. It is checked before the work whose result it takes, and again before it is written; it is written whole
/// or not at all. This is the one rule for all files that a user names to be written.
/// </summary>
internal sealed class OutputFile
{
    private const string FolderAction = "Create the folder first, add -Force to have it made, or choose another path.";

    private readonly string _shownPath;
    private readonly string _path;
    private readonly OutputKind _kind;
    private readonly OverwriteRule _rule;

    /// <summary>Initializes a new instance of the <see cref="OutputFile"/> class, and checks it without writing anything.</summary>
    /// <param name="path">The path.</param>
    /// <param name="kind">What kind of file it is.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <exception cref="EngineException">The path cannot be, or what is there may not be replaced.</exception>
    public OutputFile(string path, OutputKind kind, OverwriteRule rule)
    {
        ArgumentNullException.ThrowIfNull(path);
        _shownPath = path;
        _kind = kind;
        _rule = rule;
        try
        {
            _path = WholeFile.TargetOf(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(e);
        }

        Check();
    }

    /// <summary>Tries the folder: whether a file can be made there. What is made is gone again, folders included.</summary>
    /// <exception cref="EngineException">None can be made.</exception>
    public void Probe() => Guard(() =>
    {
        using MadeFolders folders = MadeFolders.For(_path, _rule.Force);
        WholeFile.Probe(_path);
    });

    /// <summary>Writes the file. What was there before is untouched where that fails.</summary>
    /// <param name="bufferSize">The buffer of the stream, 0 for none.</param>
    /// <param name="length">The number of bytes that will be written, which are asked of the disk first; 0 where it is not known.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="EngineException">
    /// The file cannot be written, or something has come to be there that may not be replaced.
    /// </exception>
    public void Write(int bufferSize, long length, Action<Stream> write)
    {
        using Pending file = Begin(bufferSize, length);
        file.Write(write);
        file.Commit();
    }

    /// <summary>Begins a file that is written bit by bit. What was there before is untouched until it is committed.</summary>
    /// <param name="bufferSize">The buffer of the stream, 0 for none.</param>
    /// <param name="length">The number of bytes that will be written, which are asked of the disk first; 0 where it is not known.</param>
    /// <returns>The file, which the caller disposes.</returns>
    /// <exception cref="EngineException">None can be made, or something has come to be there that may not be replaced.</exception>
    public Pending Begin(int bufferSize, long length)
    {
        // Hours may have passed since the file was checked.
        Check();
        MadeFolders? folders = null;
        WholeFile.Pending? file = null;
        try
        {
            Guard(() =>
            {
                folders = MadeFolders.For(_path, _rule.Force);
                file = WholeFile.Begin(_path, !_rule.NoClobber, bufferSize, length);
            });
        }
        catch
        {
            folders?.Dispose();
            throw;
        }

        return new Pending(this, file!, folders!);
    }

    private void Check()
    {
        if (Directory.Exists(_shownPath))
        {
            throw new EngineException(_kind.IsFolderId, FailureKind.InvalidArgument, $"'{_shownPath}' is a folder.", _kind.FileNameAction);
        }

        if (SpecialFile.Exists(_shownPath))
        {
            throw new EngineException(
                _kind.NotRegularId,
                FailureKind.InvalidArgument,
                $"'{_shownPath}' is a device, a named pipe or a socket, which is never replaced by a file.",
                "Give the path of a file.");
        }

        if (!_rule.Force && !Directory.Exists(Path.GetDirectoryName(_path)))
        {
            throw FolderNotFound();
        }

        FileInfo file = new(_path);
        if (file.Exists)
        {
            RequireReplaceable(file);
        }
    }

    private void RequireReplaceable(FileInfo file)
    {
        if (_rule.NoClobber)
        {
            throw AlreadyExists();
        }

        if (_rule.Force)
        {
            return;
        }

        if (file.IsReadOnly)
        {
            throw new EngineException(
                _kind.ReadOnlyId,
                FailureKind.PermissionDenied,
                $"The file '{_shownPath}' is there already and is read-only.",
                "Give another path, or add -Force to replace the file.");
        }

        if (_kind.ForeignId is not null && !BeginsWith(_kind.Signature.Span))
        {
            throw new EngineException(
                _kind.ForeignId,
                FailureKind.AlreadyExists,
                $"The file '{_shownPath}' is there already, and is {_kind.ForeignDescription}.",
                "Give another path, or add -Force to replace the file all the same.");
        }
    }

    /// <summary>
    /// Returns whether the file that is there begins with a signature. One that is empty holds nothing to be lost, and does too.
    /// </summary>
    private bool BeginsWith(ReadOnlySpan<byte> signature)
    {
        try
        {
            using FileStream stream = new(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            Span<byte> start = stackalloc byte[signature.Length];
            int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return length == 0 || start[..length].SequenceEqual(signature);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read cannot be known to be ours.
            return false;
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _rule.NoClobber && File.Exists(_path) ? AlreadyExists(e) : NotWritable(e);
        }
    }

    private EngineException FolderNotFound(Exception? cause = null)
        => new(
            _kind.FolderNotFoundId,
            FailureKind.NotFound,
            $"The folder of '{_shownPath}' {(_rule.Force ? "cannot be made" : "does not exist")}.",
            _rule.Force ? "Choose another path." : FolderAction,
            cause);

    private EngineException AlreadyExists(Exception? cause = null)
        => new(
            _kind.ExistsId,
            FailureKind.AlreadyExists,
            $"The file '{_shownPath}' is there already, and -NoClobber forbids to replace it.",
            "Give another path, or leave out -NoClobber.",
            cause);

    /// <summary>Turns what the system threw into the error that says so.</summary>
    private EngineException NotWritable(Exception cause)
    {
        (FailureKind kind, string message, string recommendedAction) = cause switch
        {
            UnauthorizedAccessException => (
                FailureKind.PermissionDenied,
                $"'{_shownPath}' cannot be written: {cause.Message}",
                "Choose a folder that you may write to, or ask for the right to write there."),
            ArgumentException or NotSupportedException => (
                FailureKind.InvalidArgument,
                $"'{_shownPath}' is no valid path: {cause.Message}",
                "Choose another path."),
            _ => (
                FailureKind.WriteError,
                $"'{_shownPath}' cannot be written: {cause.Message}",
                "See that the disk has room and that no program holds the file open, or choose another path."),
        };
        return cause is DirectoryNotFoundException
            ? FolderNotFound(cause)
            : new EngineException(_kind.NotWritableId, kind, message, recommendedAction, cause);
    }

    /// <summary>A file that is being written; what goes wrong is said in the words of its kind.</summary>
    internal sealed class Pending : IDisposable
    {
        private readonly OutputFile _owner;
        private readonly WholeFile.Pending _file;
        private readonly MadeFolders _folders;

        /// <summary>Initializes a new instance of the <see cref="Pending"/> class.</summary>
        internal Pending(OutputFile owner, WholeFile.Pending file, MadeFolders folders)
        {
            _owner = owner;
            _file = file;
            _folders = folders;
        }

        /// <summary>Writes content.</summary>
        /// <param name="write">Writes it.</param>
        /// <exception cref="EngineException">It cannot be written.</exception>
        public void Write(Action<Stream> write) => _owner.Guard(() => write(_file.Stream));

        /// <summary>Puts the file in its place.</summary>
        /// <exception cref="EngineException">That failed; what was there before is untouched.</exception>
        public void Commit() => _owner.Guard(() =>
        {
            _file.Commit();
            _folders.Keep();
        });

        /// <inheritdoc/>
        /// <remarks>What was not committed is gone, with the folders that were made for it.</remarks>
        public void Dispose()
        {
            _file.Dispose();
            _folders.Dispose();
        }
    }
}
