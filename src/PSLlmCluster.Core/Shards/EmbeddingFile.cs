namespace PSLlmCluster.Core.Shards;

/// <summary>A file of embeddings, to be written or read. Its ending says the format, unless that is given.</summary>
public sealed class EmbeddingFile
{
    private static readonly OutputKind _kind = new()
    {
        IsFolderId = EngineErrorIds.EmbeddingFileIsDirectory,
        FolderNotFoundId = EngineErrorIds.EmbeddingFileFolderNotFound,
        NotWritableId = EngineErrorIds.EmbeddingFileNotWritable,
        ReadOnlyId = EngineErrorIds.EmbeddingFileReadOnly,
        ExistsId = EngineErrorIds.EmbeddingFileExists,
        NotRegularId = EngineErrorIds.EmbeddingFileNotRegular,
        FileNameAction = "Add a file name that ends in .shard, .parquet or .jsonl.",
    };

    private readonly OutputFile _file;
    private readonly EmbeddingFileFormat _format;

    private EmbeddingFile(OutputFile file, EmbeddingFileFormat format) => (_file, _format) = (file, format);

    /// <summary>Checks a path without writing anything, so that a host can say what is wrong with it before long work is done.</summary>
    /// <param name="path">The path; it ends in .shard, .parquet, .jsonl or .ndjson, in any case of letters, unless the format is
    /// given.</param>
    /// <param name="format">The format; null for what the ending says.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <returns>The file to write.</returns>
    /// <exception cref="EngineException">
    /// The ending is unknown, the folder does not exist, or what is at the path may not be replaced.
    /// </exception>
    public static EmbeddingFile At(string path, EmbeddingFileFormat? format = null, OverwriteRule rule = default)
    {
        // A folder is named as such, whatever its name ends in.
        EmbeddingFileFormat known = format ?? (Directory.Exists(path) ? default : EmbeddingFileFormats.Of(path));
        return new EmbeddingFile(new OutputFile(path, _kind, rule), known);
    }

    /// <summary>Opens a file to be read: its header is read and checked, and nothing else.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format; null for what its ending says.</param>
    /// <returns>The reader, which the caller disposes.</returns>
    /// <exception cref="EngineException">It cannot be read, is no file of embeddings, is damaged, or of a newer version.</exception>
    public static EmbeddingFileReader Open(string path, EmbeddingFileFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return EmbeddingFileFormats.Open(path, format);
    }

    /// <summary>Tries the folder: whether a file can be made there. What is made is gone again.</summary>
    /// <exception cref="EngineException">None can be made.</exception>
    public void Probe() => _file.Probe();

    /// <summary>Begins to write the file.</summary>
    /// <param name="options">How the rows are written; null for single precision, with texts.</param>
    /// <returns>The writer, which the caller disposes.</returns>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    public EmbeddingFileWriter Begin(EmbeddingWriteOptions? options = null)
    {
        // The blocks that are written are buffers of their own; lines are not.
        const int LineBuffer = 1 << 16;
        options ??= new EmbeddingWriteOptions();
        OutputFile.Pending file = _file.Begin(_format == EmbeddingFileFormat.Shard ? 0 : LineBuffer, length: 0);
        return _format switch
        {
            EmbeddingFileFormat.Parquet => new ParquetEmbeddingWriter(file, options),
            EmbeddingFileFormat.JsonLines => new JsonLinesWriter(file, options),
            _ => new ShardWriter(file, options),
        };
    }
}
