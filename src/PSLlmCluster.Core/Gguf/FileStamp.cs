namespace PSLlmCluster.Core.Gguf;

/// <summary>
/// What shows whether a file is still the one that was read: its length, the time of its last change, and on Linux and macOS the time of
/// the last change of its record, which nobody can set back: so one that was replaced by another of the same time and length is noticed.
/// </summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Written">When it was last written.</param>
/// <param name="RecordChanged">When its record was last changed, in seconds and nanoseconds; zero where the system does not say.</param>
internal sealed record FileStamp(string Path, long Length, DateTime Written, (long Seconds, long Nanoseconds) RecordChanged)
{
    /// <summary>Looks at a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <returns>Its stamp; of a file that is not there, one that equals no other file's.</returns>
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists
            ? new FileStamp(path, file.Length, file.LastWriteTimeUtc, RecordChange(path))
            : new FileStamp(path, -1, default, default);
    }

    /// <summary>Returns whether files are as they were.</summary>
    /// <param name="files">The stamps of then.</param>
    /// <returns>Whether all of them are there and unchanged.</returns>
    public static bool AreUnchanged(IReadOnlyList<FileStamp> files) => files.All(file => file.Length >= 0 && Of(file.Path) == file);

    private static (long Seconds, long Nanoseconds) RecordChange(string path)
        => FileStatus.TryGet(path, out FileStatus status) ? (status.ChangeSeconds, status.ChangeNanoseconds) : default;
}
