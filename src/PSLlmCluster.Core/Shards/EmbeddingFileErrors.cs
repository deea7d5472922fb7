namespace PSLlmCluster.Core.Shards;

/// <summary>What can be wrong with a file of embeddings, each with its own id and recommended action.</summary>
internal static class EmbeddingFileErrors
{
    private const string ReadAction = "Give the path of a file that Export-TextEmbedding wrote.";

    /// <summary>The path to read leads to a folder.</summary>
    public static EngineException IsDirectory(string path) => new(
        EngineErrorIds.EmbeddingFileIsDirectory, FailureKind.InvalidArgument, $"'{path}' is a folder.", "Add a file name.");

    /// <summary>The path to read leads to what is no file: it is not opened, as that may wait for ever.</summary>
    public static EngineException NotRegular(string path) => new(
        EngineErrorIds.EmbeddingFileNotRegular,
        FailureKind.InvalidArgument,
        $"'{path}' is a device, a named pipe or a socket, not a file.",
        ReadAction);

    /// <summary>The file is something else.</summary>
    public static EngineException Foreign(string path, string what) => new(
        EngineErrorIds.EmbeddingFileForeign, FailureKind.InvalidData, $"'{path}' is no file of embeddings: {what}.", ReadAction);

    /// <summary>The file has a version that is not known here.</summary>
    public static EngineException VersionUnknown(string path, long version, long newest) => new(
        EngineErrorIds.EmbeddingFileVersionUnknown,
        FailureKind.NotSupported,
        $"'{path}' is a file of embeddings of version {version}; this module knows versions up to {newest}.",
        "It was written by a newer module: update this one, or have that one write it as .parquet.");

    /// <summary>The file is not what was once written.</summary>
    public static EngineException Damaged(string path, string how, Exception? cause = null) => new(
        EngineErrorIds.EmbeddingFileDamaged,
        FailureKind.InvalidData,
        $"'{path}' is damaged: {how}.",
        "Copy the file again from where it came from, or write it again.",
        cause);

    /// <summary>The file was replaced between two readings.</summary>
    public static EngineException Changed(string path) => Damaged(path, "it changed while it was read");

    /// <summary>The ending of a file that is to be read is that of no file of embeddings: it probably holds texts.</summary>
    public static EngineException NoEmbeddings(string path)
    {
        string quoted = path.All(sign => char.IsLetterOrDigit(sign) || sign is '.' or '/' or '\\' or ':' or '-' or '_')
            ? path
            : $"-LiteralPath '{path.Replace("'", "''", StringComparison.Ordinal)}'";
        string texts = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CSV" => $"Import-Csv {quoted} | Group-Text -Property NAME",
            ".TSV" => $"Import-Csv {quoted} -Delimiter \"`t\" | Group-Text -Property NAME",
            ".JSON" => $"Get-Content {quoted} -Raw | ConvertFrom-Json | Group-Text -Property NAME",
            _ => $"Get-Content {quoted} | Group-Text",
        };
        return new EngineException(
            EngineErrorIds.EmbeddingFileFormatUnknown,
            FailureKind.InvalidArgument,
            $"'{path}' is no file of embeddings, by its ending: they end in .shard, .parquet, .jsonl or .ndjson.",
            "A path here is that of embeddings, which Export-TextEmbedding writes. Texts are piped in, to Group-Text or to "
                + $"Get-TextEmbedding: {texts}. Import-TextEmbedding -Format reads embeddings whatever their ending.");
    }

    /// <summary>The ending of a file that is to be written says no format.</summary>
    public static EngineException FormatUnknown(string path) => new(
        EngineErrorIds.EmbeddingFileFormatUnknown,
        FailureKind.InvalidArgument,
        $"'{path}' has no ending that says its format.",
        "Use a file name that ends in .shard, .parquet or .jsonl, or give -Format.");

    /// <summary>A row's key is not above that of the row before it.</summary>
    public static EngineException KeyOrder(string subject, long key, long before) => new(
        EngineErrorIds.EmbeddingFileKeyOrder,
        FailureKind.InvalidData,
        $"{subject}: the key {key} comes after {before}, and keys have to rise.",
        "Pipe the rows through Sort-Object Index first. Rows of several runs have other keys with -FirstIndex, or get new numbers with "
            + "-Renumber.");

    /// <summary>A row is none, or not one of its file.</summary>
    /// <param name="subject">The row, as the beginning of a sentence.</param>
    /// <param name="how">What is wrong with it.</param>
    public static EngineException RowInvalid(string subject, string how) => new(
        EngineErrorIds.EmbeddingRowInvalid, FailureKind.InvalidData, $"{subject}: {how}.", "Mend it in the file, or take it out there.");

    /// <summary>A number of a row is NaN or infinite.</summary>
    /// <param name="subject">The row, as the beginning of a sentence.</param>
    /// <param name="place">The number's place, from 0.</param>
    public static EngineException NotFinite(string subject, int place) => new(
        EngineErrorIds.RowNotFinite,
        FailureKind.InvalidData,
        $"{subject}: number {place + 1} is not finite.",
        "Leave such rows out, or put a number in that place.");

    /// <summary>So many rows are at fault that it is probably another file.</summary>
    public static EngineException FaultyRows(int count, EngineException first) => new(
        EngineErrorIds.EmbeddingFileForeign,
        FailureKind.InvalidData,
        $"{count} rows in a row are no embeddings, so the rest is not read. The first of them: {first.Message}",
        ReadAction,
        first);

    /// <summary>Two files have the same keys.</summary>
    public static EngineException DoubleKeys(string what) => new(
        EngineErrorIds.EmbeddingFileDoubleKey,
        FailureKind.InvalidData,
        $"Keys come more than once: {what}.",
        "Leave one of the files out where they have the same rows. Where they are of several runs, or of programs that write no keys, "
            + "their rows get new ones: Import-TextEmbedding a.shard, b.shard -Renumber | Export-TextEmbedding all.shard");

    /// <summary>A file is to be read twice.</summary>
    public static EngineException Twice(string path) => new(
        EngineErrorIds.EmbeddingFileDoubleKey,
        FailureKind.InvalidArgument,
        $"'{path}' is named twice.",
        "Name each file once; one that is named may be among those that a wildcard finds.");

    /// <summary>Keys are missing.</summary>
    public static EngineException Gap(string what) => new(
        EngineErrorIds.EmbeddingFileGap,
        FailureKind.InvalidData,
        $"Keys are missing: {what}.",
        "Add the file that has them. Where they were left out on purpose, as blank texts are, add -AllowGap.");

    /// <summary>A key is not one of as many rows as there are to be.</summary>
    public static EngineException KeyBeyondCount(string path, long key, long count) => new(
        EngineErrorIds.EmbeddingFileKeyBeyondCount,
        FailureKind.InvalidData,
        $"'{path}' has the key {key}, and there are to be {count:N0} rows, with the keys 0 to {count - 1}.",
        "Leave out the files of other jobs, or give the number of rows that this one has.");

    /// <summary>A key is larger than an index.</summary>
    public static EngineException KeyTooLarge(string path, long key) => new(
        EngineErrorIds.EmbeddingFileKeyTooLarge,
        FailureKind.NotSupported,
        $"'{path}' has the key {key}, which is no index from 0 to {int.MaxValue}.",
        "Merge-TextEmbedding takes such files; to read them, write them with a smaller -FirstIndex.");

    /// <summary>Files or rows do not go together.</summary>
    public static EngineException Mismatch(string one, string other, string what) => new(
        EngineErrorIds.EmbeddingFileMismatch,
        FailureKind.InvalidData,
        $"{one} and {other} do not go together: they differ in {what}.",
        "Take embeddings that were made in the same way, with the same model and options.");

    /// <summary>A file is to be written of which it is itself a part.</summary>
    public static EngineException Same(string path) => new(
        EngineErrorIds.EmbeddingFileSame,
        FailureKind.InvalidArgument,
        $"'{path}' is both what is read and what is written.",
        "Write to another path, which the paths that are read do not find.");

    /// <summary>The rows are more than one matrix can hold, or than the memory.</summary>
    public static EngineException TooLarge(string what, long rows, int width, Exception? cause = null) => new(
        EngineErrorIds.EmbeddingFileTooLarge,
        FailureKind.ResourceUnavailable,
        $"{what}: {rows:N0} rows of {width:N0} numbers are more than can be held in memory.",
        "Take fewer rows at a time: fit on some of them, and place the others with -Model.",
        cause);

    /// <summary>The memory is full while files are read.</summary>
    /// <param name="files">The files, as the beginning of a sentence.</param>
    /// <param name="cause">What was thrown.</param>
    public static EngineException NoMemory(string files, OutOfMemoryException cause) => new(
        EngineErrorIds.EmbeddingFileTooLarge,
        FailureKind.ResourceUnavailable,
        $"{files}: there is not enough memory to read that.",
        "Close other programs, or take fewer rows at a time: fit on some of them, and place the others with -Model.",
        cause);

    /// <summary>A number is beyond half precision.</summary>
    public static EngineException NotHalf(float number) => new(
        EngineErrorIds.EmbeddingNotHalf,
        FailureKind.InvalidData,
        $"The vector holds {number:R}, which is beyond the range of half precision.",
        "Write the file with -Precision Single.");

    /// <summary>A text is no Unicode text.</summary>
    public static EngineException NotUnicode() => new(
        EngineErrorIds.EmbeddingTextNotUnicode,
        FailureKind.InvalidData,
        "The text holds half a surrogate pair, which a text in Parquet cannot hold.",
        "Write a .shard or a .jsonl file, or leave the texts out with -NoText.");

    /// <summary>Opens or reads a file, and says in these words what goes wrong.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="EngineException">It cannot be read.</exception>
    public static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(path, "it is cut off", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EngineException(
                EngineErrorIds.EmbeddingFileNotFound, FailureKind.NotFound, $"There is no file '{path}'.", "Check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EngineException(
                EngineErrorIds.EmbeddingFileAccessDenied,
                FailureKind.PermissionDenied,
                $"'{path}' may not be read: {e.Message}",
                "Give your account the right to read it, or copy it to where it has.",
                e);
        }
        catch (OutOfMemoryException e)
        {
            throw NoMemory($"'{path}'", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new EngineException(
                EngineErrorIds.EmbeddingFileReadFailed,
                FailureKind.ReadError,
                $"'{path}' cannot be read: {e.Message}",
                "Check that the disk is well and that no other program holds the file.",
                e);
        }
    }
}
