namespace PSLlmCluster;

/// <summary>The kinds of file that embeddings are written to.</summary>
public enum EmbeddingFileFormat
{
    /// <summary>This module's own: the fastest, with checksums; docs/shard-format.md describes it (.shard).</summary>
    Shard,

    /// <summary>Apache Parquet, which Python, DuckDB and many others read (.parquet).</summary>
    Parquet,

    /// <summary>A JSON object on each line, for people and text tools; nothing says what the vectors depend on (.jsonl).</summary>
    JsonLines,
}
