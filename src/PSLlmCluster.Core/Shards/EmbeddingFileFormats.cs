namespace PSLlmCluster.Core.Shards;

/// <summary>Which format a file has, by its ending, and what reads and writes each.</summary>
internal static class EmbeddingFileFormats
{
    /// <summary>Returns the format that the ending of a path to be written says.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The format.</returns>
    /// <exception cref="EngineException">It says none (EmbeddingFileFormatUnknown).</exception>
    public static EmbeddingFileFormat Of(string path) => TryOf(path) ?? throw EmbeddingFileErrors.FormatUnknown(path);

    /// <summary>Opens a file to be read: its header is read and checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format; null for what its ending says.</param>
    /// <returns>The reader, which the caller disposes.</returns>
    /// <exception cref="EngineException">It cannot be read, or is no such file.</exception>
    public static EmbeddingFileReader Open(string path, EmbeddingFileFormat? format)
    {
        if (Directory.Exists(path))
        {
            throw EmbeddingFileErrors.IsDirectory(path);
        }

        return EmbeddingFileErrors.Reading(path, () => OpenRegular(path, format));
    }

    private static EmbeddingFileFormat? TryOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SHARD" => EmbeddingFileFormat.Shard,
        ".PARQUET" => EmbeddingFileFormat.Parquet,
        ".JSONL" or ".NDJSON" => EmbeddingFileFormat.JsonLines,
        _ => null,
    };

    private static EmbeddingFileReader OpenRegular(string path, EmbeddingFileFormat? format)
    {
        if (SpecialFile.Exists(path))
        {
            throw EmbeddingFileErrors.NotRegular(path);
        }

        EmbeddingFileFormat known = format ?? TryOf(path) ?? throw EmbeddingFileErrors.NoEmbeddings(path);
        FileStream stream = new(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            return known switch
            {
                EmbeddingFileFormat.Parquet => new ParquetEmbeddingReader(path, stream),
                EmbeddingFileFormat.JsonLines => new JsonLinesReader(path, stream),
                _ => new ShardReader(path, stream),
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
