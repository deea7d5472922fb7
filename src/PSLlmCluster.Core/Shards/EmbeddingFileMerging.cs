namespace PSLlmCluster.Core.Shards;

/// <summary>Puts files of embeddings together to one, in the order of their keys: the same bytes as those of one run.</summary>
public static class EmbeddingFileMerging
{
    /// <summary>Checks the path of the file that is to be written, as <see cref="EmbeddingFile.At"/> does.</summary>
    /// <param name="paths">The files that are read.</param>
    /// <param name="path">The path.</param>
    /// <param name="format">The format; null for what the ending says.</param>
    /// <param name="rule">What may be replaced.</param>
    /// <returns>The file to write.</returns>
    /// <exception cref="EngineException">It is one of those that are read, or cannot be written.</exception>
    public static EmbeddingFile Target(
        IReadOnlyList<string> paths, string path, EmbeddingFileFormat? format = null, OverwriteRule rule = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string full = Path.GetFullPath(path);
        return paths.Any(read => PathComparer.OfSystem.Equals(Path.GetFullPath(read), full))
            ? throw EmbeddingFileErrors.Same(path)
            : EmbeddingFile.At(path, format, rule);
    }

    /// <summary>Writes the rows of files to another.</summary>
    /// <param name="paths">The files that are read, of any format, as their endings say.</param>
    /// <param name="destination">The file that is written.</param>
    /// <param name="allowsGap">Whether keys may be missing: before the first, which is otherwise 0, and between others.</param>
    /// <param name="hasTexts">Whether the texts are written too.</param>
    /// <param name="count">
    /// How many rows there are to be, with the keys from 0 on, so that missing ones at the end are seen; null where that is not known.
    /// </param>
    /// <param name="progress">Receives how far the work is; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="EngineException">
    /// Files do not go together, keys come twice or are missing, which names all of them, a file is damaged, or the destination cannot be
    /// written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static long Merge(
        IReadOnlyList<string> paths,
        EmbeddingFile destination,
        bool allowsGap = false,
        bool hasTexts = true,
        long? count = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(destination);
        using KeyedRows rows = new(paths, format: null, allowsGap, count, leftOut: null, token);
        using EmbeddingFileWriter writer = destination.Begin(
            new EmbeddingWriteOptions(rows.First?.Precision ?? VectorPrecision.Single, hasTexts));
        if (rows.First is not null)
        {
            writer.TakeOrigin(rows.First.Origin, token);
        }

        while (rows.Next(out EmbeddingBlock block, out int start, out int found, token))
        {
            // Where keys are missing nothing comes of it, and the rest is read to say which.
            for (int row = start; row < start + found && !rows.HasGaps; row++)
            {
                EngineException? fault = writer.Add(block.Keys[row], block.Texts[row], block.TokenCounts[row], block.Vector(row));
                if (fault is not null)
                {
                    throw new EngineException(
                        fault.ErrorId, fault.Kind, $"The row with the key {block.Keys[row]}: {fault.Message}", fault.RecommendedAction);
                }

                if (writer.IsFull)
                {
                    writer.Flush();
                }
            }

            progress?.Report(new StageProgress(
                $"{writer.RowCount:N0} rows", rows.RowCount is long all ? (double)writer.RowCount / Math.Max(1, all) : -1));
        }

        writer.Complete();
        return writer.RowCount;
    }
}
