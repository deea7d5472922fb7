using PSLlmCluster.Core.Embedding;

namespace PSLlmCluster.Core.Caching;

/// <summary>Puts one cache into another.</summary>
public static class CacheMerging
{
    // Between batches other processes may write.
    private const int BatchRows = 5000;

    /// <summary>
    /// Adds the vectors of one cache to another, which keeps its own where both have a text. Each is checked against its checksum. Where it
    /// ends early, what was added stays, and the next call adds the rest.
    /// </summary>
    /// <param name="source">The cache that is read.</param>
    /// <param name="destination">The cache that takes them; made where there is none.</param>
    /// <param name="progress">Receives the fraction that is read; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>How many were added.</returns>
    /// <exception cref="EngineException">A cache cannot be read or written, is damaged, or the two are one.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EmbeddingCacheMerge Merge(
        string source, string destination, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        if (Path.GetFullPath(source) == Path.GetFullPath(destination))
        {
            throw CacheErrors.Same(Path.GetFullPath(source));
        }

        using CacheFile from = CacheFile.Open(source, mustExist: true);
        using CacheFile to = CacheFile.Open(destination);
        Dictionary<long, Target> targets = Targets(from, to);
        long total = Number(from, "SELECT count(*) FROM vector");
        long last = 0;
        long read = 0;
        long added = 0;
        using CacheStatement rows = new(
            from,
            "SELECT id, settings, hash, tokens, windows, made, checksum, text, vector FROM vector WHERE id > ?1 ORDER BY id LIMIT ?2");
        using CacheStatement insert = new(to, CacheSettings.InsertVector);
        bool isMore = true;
        while (isMore)
        {
            token.ThrowIfCancellationRequested();
            long before = Number(to, "SELECT total_changes()");
            int count = 0;
            rows.Bind(1, last);
            rows.Bind(2, BatchRows);
            to.InTransaction(() =>
            {
                while (rows.Step())
                {
                    Copy(from, rows, insert, targets);
                    last = rows.Integer(0);
                    count++;
                }
            });
            rows.Reset();
            added += Number(to, "SELECT total_changes()") - before;
            read += count;
            isMore = count == BatchRows;
            progress?.Report(new StageProgress("Merging caches", total == 0 ? 1 : Math.Min(1, (double)read / total)));
        }

        return new EmbeddingCacheMerge
        {
            CachePath = from.Path,
            Destination = to.Path,
            AddedCount = added,
            PresentCount = read - added,
        };
    }

    private static Dictionary<long, Target> Targets(CacheFile from, CacheFile to)
    {
        Dictionary<long, Target> targets = [];
        using CacheStatement rows = new(from, "SELECT id, key, model, width, window FROM settings ORDER BY id");
        while (rows.Step())
        {
            string key = rows.Text(1);
            CacheKey read = CacheKey.FromText(key) ?? throw CacheErrors.Damaged(from.Path, "what vectors depend on cannot be read");
            RequireSameModel(from, to, read);
            VectorPrecision precision = read.Precision;
            int width = (int)rows.Integer(3);
            long settings = CacheSettings.IdOf(to, key, rows.Text(2), width, (int)rows.Integer(4));
            targets.Add(
                rows.Integer(0), new Target(settings, VectorRow.SeedOf(key), (long)width * VectorRow.BytesPerNumber(read.Precision)));
        }

        return targets;
    }

    // A server's model is known by its name alone, so two of them may have one.
    private static void RequireSameModel(CacheFile from, CacheFile to, CacheKey key)
    {
        if (key.Engine == EmbeddingEngine.Endpoint && Probe(from.Path) is { } read && Probe(to.Path) is { } own
            && !VectorDifference.IsSmall(read, own))
        {
            throw CacheErrors.ModelMismatch(from.Path, key.Model);
        }

        float[]? Probe(string path)
        {
            using VectorStore store = new(CacheFile.Open(path, mustExist: true), key);
            return store.FindProbe();
        }
    }

    private static void Copy(CacheFile from, CacheStatement row, CacheStatement insert, Dictionary<long, Target> targets)
    {
        (long tokens, long windows, long checksum) = (row.Integer(3), row.Integer(4), row.Integer(6));
        ReadOnlySpan<byte> text = row.Blob(7);
        ReadOnlySpan<byte> vector = row.Blob(8);
        if (!targets.TryGetValue(row.Integer(1), out Target? target)
            || vector.Length != target.VectorBytes
            || VectorRow.HashOf(text) != row.Integer(2)
            || VectorRow.ChecksumOf(target.Seed, text, (int)tokens, (int)windows, vector) != checksum)
        {
            throw CacheErrors.Damaged(from.Path, "a vector does not fit its checksum");
        }

        insert.Bind(1, target.Settings);
        insert.Bind(2, row.Integer(2));
        insert.Bind(3, tokens);
        insert.Bind(4, windows);
        insert.Bind(5, row.Integer(5));
        insert.Bind(6, checksum);
        insert.Bind(7, text);
        insert.Bind(8, vector);
        insert.Run();
    }

    private static long Number(CacheFile file, string sql)
    {
        using CacheStatement statement = new(file, sql);
        statement.Step();
        return statement.Integer(0);
    }

    /// <summary>Where the vectors of a key go.</summary>
    /// <param name="Settings">The number of the key in the destination.</param>
    /// <param name="Seed">What their checksums start from.</param>
    /// <param name="VectorBytes">The bytes of a vector.</param>
    private sealed record Target(long Settings, uint Seed, long VectorBytes);
}
